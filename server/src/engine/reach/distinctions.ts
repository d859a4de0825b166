/**
 * Owns what the policies of the facts can tell pods apart by: the label keys that selectors name, the names of ports, and the
 * borders of address blocks.
 */
import type { AddressSet } from '../cidr.ts';
import type { Selector } from '../selector.ts';
import type { PeerFacts, PolicyFacts, RuleFacts, TieredPolicyFacts } from './facts.ts';

export interface Distinctions {
  readonly labelKeys: ReadonlySet<string>;
  readonly portNames: ReadonlySet<string>;
  /** Every address at which some block begins or ends, ascending. */
  readonly borders: { readonly v4: readonly number[]; readonly v6: readonly bigint[] };
  /** A text that is the same for addresses which no block tells apart. */
  slotOf(addresses: readonly (number | bigint)[] | null): string;
}

export function distinctionsOf(
  policies: Iterable<PolicyFacts>,
  tieredPolicies: Iterable<TieredPolicyFacts>,
): Distinctions {
  const keys = new Set<string>();
  const names = new Set<string>();
  const v4 = new Set<number>();
  const v6 = new Set<bigint>();
  const readSelector = (selector: Selector | null) => {
    for (const { key } of selector?.requirements ?? []) keys.add(key);
  };
  const readAddresses = (set: AddressSet) => {
    for (const [from, to] of set.v4) v4.add(from).add(to);
    for (const [from, to] of set.v6) v6.add(from).add(to);
  };
  const readPeer = (peer: PeerFacts) => {
    if (peer.kind === 'pods') readSelector(peer.podSelector);
    else if (peer.kind === 'addresses' && peer.addresses) readAddresses(peer.addresses);
  };
  const readRule = ({ peers, ports }: RuleFacts) => {
    for (const name of ports?.names ?? []) names.add(name.slice(name.indexOf('/') + 1));
    if (typeof peers !== 'string') for (const peer of peers) readPeer(peer);
  };
  const readRules = ({ Ingress, Egress }: PolicyFacts['rules']) => {
    for (const rule of Ingress) readRule(rule);
    for (const rule of Egress) readRule(rule);
  };
  for (const { podSelector, rules } of policies) {
    readSelector(podSelector);
    readRules(rules);
  }
  for (const { subject, rules } of tieredPolicies) {
    readSelector(subject?.podSelector ?? null);
    readRules(rules);
  }
  const borders = {
    v4: [...v4].sort((a, b) => a - b),
    v6: [...v6].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  };
  return { labelKeys: keys, portNames: names, borders, slotOf: slotsBetween(borders) };
}

function slotsBetween({ v4, v6 }: Distinctions['borders']): Distinctions['slotOf'] {
  if (v4.length === 0 && v6.length === 0) return () => '';
  const slot = (address: number | bigint) =>
    typeof address === 'number' ? `4:${countUpTo(v4, address)}` : `6:${countUpTo(v6, address)}`;
  return (addresses) => {
    if (addresses === null) return '?';
    return addresses.length === 1 ? slot(addresses[0] as number | bigint) : addresses.map(slot).join();
  };
}

/** How many items of an ascending list are not above `value`. */
export function countUpTo<T extends number | bigint>(list: readonly T[], value: T): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as T) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
