/**
 * Owns whether one rule, peer or port surely allows everything that another allows, whatever pods and namespaces there are.
 * Which of two that say the same is one too many is not its business.
 */
import { type AddressSet, isAddressSubset, isEmptyAddressSet, NO_ADDRESSES, unionAddresses } from './cidr.ts';
import { NAMESPACE_NAME_LABEL } from './dns-servers.ts';
import type { Peer, Peers, PodsPeer, PolicyRule } from './policy-rule.ts';
import { isPortSubset } from './ports.ts';
import { EVERYTHING, isSelectorSubset, matchesPartly, type Selector } from './selector.ts';

/**
 * Whether `outer` surely allows all that `inner` allows, both being rules of one direction in policies of `namespace` (null
 * when it is not known). False whenever something in them cannot be read.
 */
export function ruleCovers(outer: PolicyRule, inner: PolicyRule, namespace: string | null): boolean {
  if (outer.ports.kind === 'unknown' || inner.ports.kind === 'unknown') return false;
  return isPortSubset(inner.ports.set, outer.ports.set) && peersCover(outer.peers, inner.peers, namespace);
}

function peersCover(outer: Peers, inner: Peers, namespace: string | null): boolean {
  if (outer.kind === 'unknown' || inner.kind === 'unknown') return false;
  if (outer.kind === 'any') return inner.kind === 'any' || inner.items.every(isReadable);
  if (inner.kind === 'any') return false;
  const blocks = addressesOf(outer.items);
  return inner.items.every((peer) =>
    peer.kind === 'cidr'
      ? holds(blocks, peer.addresses)
      : outer.items.some((other) => peerCovers(other, peer, namespace)),
  );
}

function isReadable(peer: Peer): boolean {
  return peer.kind === 'pods' || (peer.kind === 'cidr' && peer.addresses !== null);
}

function addressesOf(peers: readonly Peer[]) {
  return peers.reduce(
    (all, peer) => (peer.kind === 'cidr' && peer.addresses ? unionAddresses(all, peer.addresses) : all),
    NO_ADDRESSES,
  );
}

/** A block that its exceptions leave nothing of is some other mistake, and not for us to call surplus. */
function holds(outer: AddressSet, inner: AddressSet | null): boolean {
  return inner !== null && !isEmptyAddressSet(inner) && isAddressSubset(inner, outer);
}

/**
 * Whether `outer` surely matches everybody whom `inner` matches. Pods and addresses are not compared: whether an ipBlock
 * matches pods depends on the network plugin.
 */
export function peerCovers(outer: Peer, inner: Peer, namespace: string | null): boolean {
  if (outer.kind === 'cidr' && inner.kind === 'cidr')
    return outer.addresses !== null && holds(outer.addresses, inner.addresses);
  if (outer.kind !== 'pods' || inner.kind !== 'pods') return false;
  return (
    namespacesCover(outer, inner, namespace) &&
    isSelectorSubset(inner.podSelector ?? EVERYTHING, outer.podSelector ?? EVERYTHING)
  );
}

/** Without a namespaceSelector, a peer is in the policy's own namespace, of which at least the name is known. */
function namespacesCover(outer: PodsPeer, inner: PodsPeer, namespace: string | null): boolean {
  const [wide, narrow] = [outer.namespaceSelector, inner.namespaceSelector];
  if (wide && narrow) return isSelectorSubset(narrow, wide);
  if (!wide && !narrow) return true;
  if (wide) {
    const known = new Map(namespace === null ? [] : [[NAMESPACE_NAME_LABEL, namespace]]);
    return matchesPartly(wide, known) === true;
  }
  return namespace !== null && narrow !== null && isSelectorSubset(narrow, named(namespace));
}

function named(namespace: string): Selector {
  return { requirements: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [namespace] }] };
}
