/**
 * Owns which peers of a policy lead across the edge of a contractor's namespaces, and where to. What has been granted, and what
 * is said of it, is decided elsewhere. Peers that match everything are left to the rules about exposure.
 */
import type { NamespaceContext } from '../../core/rule.ts';
import { type AddressSet, addresses, isAddressSubset, isEmptyAddressSet } from '../../engine/cidr.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import {
  DNS_NAMESPACES,
  NAMESPACE_NAME_LABEL,
  NODE_LOCAL_CIDR,
  selectsDnsServers,
} from '../../engine/dns-servers.ts';
import { type Policy, rulesOf } from '../../engine/policy.ts';
import type { CidrPeer, Peer, PodsPeer, PolicyRule } from '../../engine/policy-rule.ts';
import { matchesNamespace, namespacesMatching } from '../../engine/selected.ts';
import type { Selector } from '../../engine/selector.ts';
import { worldsIn } from '../../engine/world.ts';

/** A peer outside the contractor's namespaces. */
export type Crossing = PodsCrossing | CidrCrossing;

interface CrossingBase {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: PolicyRule;
}

export interface PodsCrossing extends CrossingBase {
  readonly kind: 'pods';
  readonly peer: PodsPeer;
  /** The namespaces that are not the contractor's, by name; never empty. */
  readonly namespaces: readonly [string, ...string[]];
}

export interface CidrCrossing extends CrossingBase {
  readonly kind: 'cidr';
  readonly peer: CidrPeer;
  /** The block as it is written. */
  readonly cidr: string;
  readonly addresses: AddressSet;
}

/** The peers of a policy of `contractor` that are not the contractor's own, in the order of the text. */
export function* crossingsOf(
  policy: Policy,
  contractor: string,
  context: NamespaceContext,
): Iterable<Crossing> {
  for (const direction of DIRECTIONS) {
    if (policy.isolates[direction] === false) continue;
    const { rules } = rulesOf(policy, direction);
    let world: ReadonlySet<Peer> | null = null;
    for (const rule of rules)
      for (const peer of peersOf(rule)) {
        if (isLookup(rule, peer, context)) continue;
        const base = { policy, direction, rule };
        if (peer.kind === 'pods') {
          const [first, ...others] = namespacesOf(peer, context).filter(
            (name) => ownerOf(name, context) !== contractor,
          );
          if (first !== undefined) yield { ...base, kind: 'pods', peer, namespaces: [first, ...others] };
        } else if (peer.kind === 'cidr' && peer.cidr?.cidr && peer.addresses) {
          world ??= new Set(worldsIn(rules).flatMap(({ blocks }) => blocks.map((block) => block.peer)));
          if (world.has(peer) || isEmptyAddressSet(peer.addresses) || isInside(peer.addresses, context))
            continue;
          const cidr = peer.cidr.cidr.canonical;
          yield { ...base, kind: 'cidr', peer, cidr, addresses: peer.addresses };
        }
      }
  }
}

/** Peers of a policy elsewhere that are a contractor's pods. */
export interface Opening extends CrossingBase {
  readonly peer: PodsPeer;
  readonly contractor: string;
  readonly namespaces: readonly string[];
}

/** The peers of a policy that nobody's but the company's namespace has, and that are contractors' pods. */
export function* openingsOf(policy: Policy, context: NamespaceContext): Iterable<Opening> {
  for (const direction of DIRECTIONS) {
    if (policy.isolates[direction] === false) continue;
    for (const rule of rulesOf(policy, direction).rules)
      for (const peer of peersOf(rule)) {
        if (peer.kind !== 'pods') continue;
        const owned = Map.groupBy(namespacesOf(peer, context), (name) => ownerOf(name, context) ?? '');
        for (const [contractor, namespaces] of owned)
          if (contractor !== '') yield { policy, direction, rule, peer, contractor, namespaces };
      }
  }
}

function peersOf({ peers }: PolicyRule): readonly Peer[] {
  return peers.kind === 'some' ? peers.items : [];
}

/** The contractor a namespace belongs to; an empty name is one that nothing but the namespace's own name tells. */
function ownerOf(name: string, { contractors, namespaces }: NamespaceContext): string | null {
  const known = contractors.ofNamespace(name, null);
  return known !== null && known !== ''
    ? known
    : contractors.ofNamespace(name, namespaces.named(name)?.namespace ?? null);
}

/** The contractor whose namespace is judged, where a config or a label says whose it is; null elsewhere. */
export function contractorIn(
  scope: {
    readonly name: string | null;
    readonly namespace: Parameters<NamespaceContext['contractors']['ofNamespace']>[1];
  },
  { contractors }: NamespaceContext,
): string | null {
  return contractors.ofNamespace(scope.name, scope.namespace) || null;
}

/**
 * The namespaces that a peer is sure to match, by name. Those that it names count whether or not the workspace has them; a peer
 * that asks for nothing, or only for what a namespace must not have, is for the rules about exposure.
 */
function namespacesOf({ namespaceSelector }: PodsPeer, { namespaces }: NamespaceContext): readonly string[] {
  if (!namespaceSelector?.requirements.some(isPositive)) return [];
  const names = namesAskedFor(namespaceSelector);
  if (names)
    return names.filter((name) => {
      const scope = namespaces.named(name);
      return !scope || matchesNamespace(namespaceSelector, scope) !== false;
    });
  return namespacesMatching(namespaceSelector, namespaces).sure.flatMap(({ name }) => name ?? []);
}

function isPositive({ key, operator }: Selector['requirements'][number]): boolean {
  return operator === 'In' || (operator === 'Exists' && key !== NAMESPACE_NAME_LABEL);
}

/** The names that a selector asks for by the label that nobody can set; null when it does not. */
export function namesAskedFor({ requirements }: Selector): readonly string[] | null {
  const asked = requirements.find((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In');
  return asked ? [...new Set(asked.values)] : null;
}

const NODE_LOCAL = addresses(NODE_LOCAL_CIDR);

/** Whether a peer of an egress rule is for lookups at the cluster's DNS; whether it is wider than that is another question. */
function isLookup(rule: PolicyRule, peer: Peer, context: NamespaceContext): boolean {
  if (rule.direction === 'Ingress') return false;
  if (peer.kind === 'cidr')
    return isDnsOnly(rule) && peer.addresses !== null && isAddressSubset(peer.addresses, NODE_LOCAL);
  if (peer.kind !== 'pods' || !peer.namespaceSelector) return false;
  const names = namesAskedFor(peer.namespaceSelector);
  if (names === null)
    return isDnsOnly(rule) && namespacesOf(peer, context).every((name) => DNS_NAMESPACES.has(name));
  return (
    names.every((name) => DNS_NAMESPACES.has(name)) &&
    (isDnsOnly(rule) ||
      names.every((name) => peer.podSelector !== null && selectsDnsServers(name, peer.podSelector)))
  );
}

/** Whether addresses are those of the cluster's own pods and Services, which a block is not the way to name. */
function isInside(set: AddressSet, { config: { platform } }: NamespaceContext): boolean {
  const own = [...platform.podCidrs, ...platform.serviceCidrs];
  return own.length > 0 && isAddressSubset(set, addresses(...own));
}
