/**
 * Owns the two kinds of peers that pods have: other pods, as classes, and addresses outside of the cluster. It says which of
 * them a rule names; what that allows is not its business.
 */
import { type AddressSet, ALL_IPV4, ALL_IPV6, NO_ADDRESSES, unionAddresses } from '../cidr.ts';
import { type Protocol, portRange } from '../ports.ts';
import { ALL_BITS, type Bits, bitsOf, NO_BITS, orBits } from './bits.ts';
import type { PeerFacts, PodFacts, RuleFacts } from './facts.ts';
import type { Matched, Matching } from './matching.ts';
import { type Allowed, addressSets, BIT_SETS } from './partition.ts';
import type { PodClasses } from './pod-classes.ts';
import { NO_PORT, type PortTable } from './port-table.ts';
import type { Grant, PeerSide } from './row.ts';

/** Every address there is. */
const EVERYWHERE: AddressSet = { v4: ALL_IPV4, v6: ALL_IPV6 };

const NOTHING: Matched<Bits> = { sure: NO_BITS, possible: NO_BITS };

/** `blocksMatchPods`: whether an ipBlock matches pods with an address in it, which plugins disagree about. */
export function podSide(
  classes: PodClasses,
  matching: Matching,
  ports: PortTable,
  blocksMatchPods: boolean,
): PeerSide<Bits> {
  const everything: Matched<Bits> = { sure: ALL_BITS, possible: ALL_BITS };
  const names = new Map<string, readonly Grant<Bits>[]>();
  const byRule = new WeakMap<RuleFacts, Matched<Bits>>();
  const matchPeer = (peer: PeerFacts, own: string | null): Matched<Bits> => {
    switch (peer.kind) {
      case 'pods':
        return matching.peer(peer, own);
      case 'addresses':
        if (!blocksMatchPods) return NOTHING;
        return peer.addresses ? matching.block(peer.addresses) : { sure: NO_BITS, possible: ALL_BITS };
      case 'nodes':
        return { sure: NO_BITS, possible: matching.hostNetwork };
      case 'domains':
        return NOTHING;
      case 'unknown':
        return { sure: NO_BITS, possible: ALL_BITS };
    }
  };
  return {
    sets: BIT_SETS,
    match(rule, own) {
      const { peers } = rule;
      if (peers === 'any') return everything;
      if (peers === 'unknown') return { sure: NO_BITS, possible: ALL_BITS };
      // A rule belongs to one policy, and so to one namespace.
      const known = byRule.get(rule) ?? peers.map((peer) => matchPeer(peer, own)).reduce(joinBits, NOTHING);
      byRule.set(rule, known);
      return known;
    },
    named(name) {
      const known = names.get(name) ?? namedAmong(name, classes, ports);
      names.set(name, known);
      return known;
    },
    mayEscape: matching.hostNetwork,
  };
}

function joinBits(a: Matched<Bits>, b: Matched<Bits>): Matched<Bits> {
  if (a === NOTHING) return b;
  const sure = orBits(a.sure, b.sure);
  const isCertain = a.sure === a.possible && b.sure === b.possible;
  return { sure, possible: isCertain ? sure : orBits(a.possible, b.possible) };
}

/** The classes by what a name stands for on them. */
function namedAmong(name: string, { list }: PodClasses, ports: PortTable): Grant<Bits>[] {
  const found = new Map<string, { readonly where: number[]; readonly allowed: Allowed }>();
  for (const { pod, index } of list) {
    const allowed = resolve(name, pod, ports);
    if (allowed.possible === NO_PORT) continue;
    const key = `${allowed.sure} ${allowed.possible}`;
    const group = found.get(key) ?? { where: [], allowed };
    found.set(key, group);
    group.where.push(index);
  }
  return [...found.values()].map(({ where, allowed }) => {
    const bits = bitsOf(where);
    return { sure: bits, possible: bits, allowed };
  });
}

/** What a name (`TCP/http`) stands for on a pod: where not all ports of the pod are known, it may be any of the protocol. */
export function resolve(name: string, { namedPorts, portsKnown }: PodFacts, ports: PortTable): Allowed {
  const slash = name.indexOf('/');
  const [protocol, wanted] = [name.slice(0, slash) as Protocol, name.slice(slash + 1)];
  let numbers = NO_PORT;
  for (const port of namedPorts)
    if (port.name === wanted && port.protocol === protocol)
      numbers = ports.union(numbers, ports.idOfPort(protocol, port.number));
  if (numbers !== NO_PORT || portsKnown) return { sure: numbers, possible: numbers };
  return { sure: NO_PORT, possible: ports.idOf(portRange(protocol, 1, 65535)) };
}

/** Names of ports stand for nothing outside: nobody knows what listens there. */
export function outsideSide(): PeerSide<AddressSet> {
  const everything: Matched<AddressSet> = { sure: EVERYWHERE, possible: EVERYWHERE };
  const nothing: Matched<AddressSet> = { sure: NO_ADDRESSES, possible: NO_ADDRESSES };
  const perhaps: Matched<AddressSet> = { sure: NO_ADDRESSES, possible: EVERYWHERE };
  const matchPeer = (peer: PeerFacts): Matched<AddressSet> => {
    if (peer.kind === 'addresses')
      return peer.addresses ? { sure: peer.addresses, possible: peer.addresses } : perhaps;
    return peer.kind === 'domains' || peer.kind === 'unknown' ? perhaps : nothing;
  };
  return {
    sets: addressSets(EVERYWHERE),
    match: ({ peers }: RuleFacts) => {
      if (peers === 'any') return everything;
      return peers === 'unknown' ? perhaps : peers.map(matchPeer).reduce(joinAddresses, nothing);
    },
    named: () => [],
    mayEscape: null,
  };
}

function joinAddresses(a: Matched<AddressSet>, b: Matched<AddressSet>): Matched<AddressSet> {
  const sure = unionAddresses(a.sure, b.sure);
  const isCertain = a.sure === a.possible && b.sure === b.possible;
  return { sure, possible: isCertain ? sure : unionAddresses(a.possible, b.possible) };
}
