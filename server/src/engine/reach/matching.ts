/**
 * Owns which classes of pods the selectors and address blocks of policies match, as sets of class indexes, each found once.
 */
import { type AddressSet, addresses as addressesOf } from '../cidr.ts';
import { NAMESPACE_NAME_LABEL } from '../dns-servers.ts';
import { intersect, isSubset } from '../intervals.ts';
import { matchesPods } from '../isolation.ts';
import { EVERYTHING, type Selector, selectorKey } from '../selector.ts';
import { allOf, type Verdict } from '../verdict.ts';
import { andBits, andNotBits, type Bits, bitsOf, isEmptyBits, NO_BITS, orBits } from './bits.ts';
import { countUpTo } from './distinctions.ts';
import type { PodsPeerFacts } from './facts.ts';
import type { PodClass, PodClasses } from './pod-classes.ts';

/** The classes that surely match, and those that may; the first are among the second. The same object where nothing is open. */
export interface Matched<S> {
  readonly sure: S;
  readonly possible: S;
}

export interface Matching {
  /** The pods that live, or may, in the node's network. */
  readonly hostNetwork: Bits;
  /**
   * The pods that a peer matches; `own` is what a missing namespaceSelector means. Null for a peer of a tiered policy, whose
   * peers never include pods in the node's network.
   */
  peer(peer: PodsPeerFacts, own: string | null): Matched<Bits>;
  block(addresses: AddressSet): Matched<Bits>;
  /** Whether the policy's podSelector matches the pods of a class of its namespace. */
  selects(podSelector: Selector | null, candidate: PodClass): Verdict;
  /** Whether the subject of a tiered policy has the pods of a class among it. */
  isSubject(subject: PodsPeerFacts | null, candidate: PodClass): Verdict;
}

/** Where clusters take the addresses of pods from unless they say otherwise. */
const USUAL_POD_ADDRESSES = addressesOf(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
);

/**
 * `hostNetworkCounts`: whether selectors of peers match pods in the node's network like any others. A plugin either applies
 * policies to such pods and knows them as peers, or does neither, and then sees the node in their place. So for a pod that is
 * itself in the node's network they count: where they would not, the policy does not apply to it.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function matchingIn(
  classes: PodClasses,
  podAddresses: AddressSet | null,
  hostNetworkCounts: boolean,
): Matching {
  const { list, byNamespace } = classes;
  const hostNetwork = gather(list, ({ pod }) => pod.hostNetwork !== false).sure;
  const surelyHost = gather(list, ({ pod }) => pod.hostNetwork === true).sure;
  const withoutHosts = ({ sure, possible }: Matched<Bits>): Matched<Bits> => ({
    sure: andNotBits(sure, hostNetwork),
    possible: andNotBits(possible, surelyHost),
  });
  const asPeer = ({ pod }: PodClass, verdict: Verdict): Verdict =>
    verdict && (pod.hostNetwork === false || hostNetworkCounts ? true : null);
  const podsOf = memo((selector: Selector) =>
    gather(narrowed(selector, classes, indexed), (c) => asPeer(c, matchesPods(selector, c.labelOf))),
  );
  const namespacesOf = memo((selector: Selector) => namespaceBits(selector, classes));
  const indexed = indexOf(list);
  const inNamespace = new Map<string, Matched<Bits>>();
  const blocks = new Map<string, Matched<Bits>>();
  const findInside = insideBlocks(list, podAddresses);
  const own = (namespace: string, selector: Selector) => {
    const key = `${namespace}\n${selectorKey(selector)}`;
    const known =
      inNamespace.get(key) ??
      gather(byNamespace.get(namespace) ?? [], (c) => asPeer(c, matchesPods(selector, c.labelOf)));
    inNamespace.set(key, known);
    return known;
  };
  return {
    hostNetwork,
    peer({ podSelector, namespaceSelector }, ownNamespace) {
      const pods = podSelector ?? EVERYTHING;
      if (ownNamespace === null) {
        const found = both(podsOf(pods), namespacesOf(namespaceSelector ?? EVERYTHING));
        return isEmptyBits(hostNetwork) ? found : withoutHosts(found);
      }
      if (!namespaceSelector) return own(ownNamespace, pods);
      return both(podsOf(pods), namespacesOf(namespaceSelector));
    },
    block(addresses) {
      const key = `${addresses.v4.join()};${addresses.v6.join()}`;
      const known = blocks.get(key) ?? findInside(addresses);
      blocks.set(key, known);
      return known;
    },
    selects: (podSelector, { labelOf }) => matchesPods(podSelector, labelOf),
    isSubject(subject, { pod, labelOf }) {
      if (pod.hostNetwork === true) return false;
      if (!subject) return null;
      const labels = classes.namespaceLabels.get(pod.namespace);
      const namespace = matchesPods(subject.namespaceSelector ?? EVERYTHING, labels ?? (() => null));
      const verdict = allOf([namespace, matchesPods(subject.podSelector ?? EVERYTHING, labelOf)]);
      return pod.hostNetwork === null ? verdict && null : verdict;
    },
  };
}

function memo(find: (selector: Selector) => Matched<Bits>): (selector: Selector) => Matched<Bits> {
  const found = new Map<string, Matched<Bits>>();
  return (selector) => {
    const key = selectorKey(selector);
    const known = found.get(key) ?? find(selector);
    found.set(key, known);
    return known;
  };
}

/** `candidates` come in the order of their indexes. */
function gather(candidates: Iterable<PodClass>, verdictOn: (candidate: PodClass) => Verdict): Matched<Bits> {
  const sure: number[] = [];
  const open: number[] = [];
  for (const candidate of candidates) {
    const verdict = verdictOn(candidate);
    if (verdict !== false) (verdict ? sure : open).push(candidate.index);
  }
  return matched(bitsOf(sure), open.length === 0 ? null : bitsOf(open));
}

function matched(sure: Bits, open: Bits | null): Matched<Bits> {
  return { sure, possible: open ? orBits(sure, open) : sure };
}

function both(a: Matched<Bits>, b: Matched<Bits>): Matched<Bits> {
  const sure = andBits(a.sure, b.sure);
  const isCertain = a.sure === a.possible && b.sure === b.possible;
  return { sure, possible: isCertain ? sure : andBits(a.possible, b.possible) };
}

/** The classes of a namespace come one after the other. */
function namespaceBits(selector: Selector, { byNamespace, namespaceLabels }: PodClasses): Matched<Bits> {
  const sure: number[] = [];
  const open: number[] = [];
  for (const name of namesFor(selector) ?? byNamespace.keys()) {
    const candidates = byNamespace.get(name) ?? [];
    const verdict = matchesPods(selector, namespaceLabels.get(name) ?? (() => null));
    if (verdict !== false) for (const { index } of candidates) (verdict ? sure : open).push(index);
  }
  return matched(bitsOf(sure), open.length === 0 ? null : bitsOf(open));
}

const NO_MATCH: Matched<Bits> = { sure: NO_BITS, possible: NO_BITS };

/** The names of the only namespaces that a selector may match, where it demands a name. */
function namesFor({ requirements }: Selector): Iterable<string> | null {
  const demand = requirements.find((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In');
  return demand ? [...new Set(demand.values)].sort() : null;
}

/** Finds the classes whose pods have an address in a block, through the order of the addresses. */
function insideBlocks(
  list: readonly PodClass[],
  podAddresses: AddressSet | null,
): (block: AddressSet) => Matched<Bits> {
  const known = list.flatMap(({ pod, index }) =>
    (pod.addresses ?? []).map((address) => ({ address, index })),
  );
  const v4 = known.filter(({ address }) => typeof address === 'number');
  const v6 = known.filter(({ address }) => typeof address === 'bigint');
  for (const sorted of [v4, v6]) sorted.sort((a, b) => (a.address < b.address ? -1 : 1));
  const [firstV4, firstV6] = [v4.map((k) => k.address as number), v6.map((k) => k.address as bigint)];
  const unknown = list.filter(({ pod }) => pod.addresses === null);
  const openTo = (block: AddressSet): Matched<Bits> => {
    if (unknown.length === 0) return NO_MATCH;
    const verdict = mayBeInside(block, podAddresses);
    return gather(unknown, ({ pod }) => (pod.hostNetwork === false ? verdict : null));
  };
  return (block) => {
    const certain: number[] = [];
    for (const [from, to] of block.v4)
      for (let i = countUpTo(firstV4, from - 1); i < v4.length && (firstV4[i] as number) < to; i++)
        certain.push((v4[i] as { index: number }).index);
    for (const [from, to] of block.v6)
      for (let i = countUpTo(firstV6, from - 1n); i < v6.length && (firstV6[i] as bigint) < to; i++)
        certain.push((v6[i] as { index: number }).index);
    const known = certain.length === 0 ? NO_BITS : bitsOf([...new Set(certain)].sort((a, b) => a - b));
    const others = openTo(block);
    if (others === NO_MATCH) return { sure: known, possible: known };
    const sure = orBits(known, others.sure);
    return { sure, possible: others.possible === others.sure ? sure : orBits(known, others.possible) };
  };
}

/** Whether pods of whose addresses is known at most where they lie have one in the block. */
function mayBeInside(block: AddressSet, podAddresses: AddressSet | null): Verdict {
  const where = podAddresses ?? USUAL_POD_ADDRESSES;
  const coversV4 = where.v4.length > 0 && isSubset(where.v4, block.v4);
  // Where nothing is said of addresses, that pods have an IPv6 one is not known.
  const coversV6 = podAddresses !== null && where.v6.length > 0 && isSubset(where.v6, block.v6);
  if (coversV4 || coversV6) return true;
  const meets = intersect(where.v4, block.v4).length > 0 || intersect(where.v6, block.v6).length > 0;
  return meets ? null : false;
}

/** The classes by the labels of their pods, so that a selector need not be tried on each. */
interface ClassIndex {
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly PodClass[]>>;
  /** Those whose labels are not all known. */
  readonly open: readonly PodClass[];
}

function indexOf(list: readonly PodClass[]): ClassIndex {
  const byLabel = new Map<string, Map<string, PodClass[]>>();
  const open: PodClass[] = [];
  for (const candidate of list) {
    const { labels, complete } = candidate.pod;
    if (!labels || !complete) open.push(candidate);
    for (const [key, value] of labels ?? []) {
      const byValue = byLabel.get(key) ?? new Map<string, PodClass[]>();
      byLabel.set(key, byValue);
      const found = byValue.get(value);
      if (found) found.push(candidate);
      else byValue.set(value, [candidate]);
    }
  }
  return { byLabel, open };
}

/** Those that the most telling requirement leaves, in the order of their indexes. */
function narrowed(
  { requirements }: Selector,
  { list }: PodClasses,
  { byLabel, open }: ClassIndex,
): Iterable<PodClass> {
  const demands = requirements.filter((r) => r.operator === 'In');
  if (demands.length === 0) return list;
  const found = demands.map(({ key, values }) =>
    [...new Set(values)].map((value) => byLabel.get(key)?.get(value) ?? []),
  );
  const sizeOf = (lists: readonly (readonly PodClass[])[]) => lists.reduce((sum, l) => sum + l.length, 0);
  const fewest = found.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
  const openHere = open.filter((c) => demands.some(({ key }) => c.labelOf(key) === null));
  if (openHere.length === 0 && fewest.length === 1) return fewest[0] ?? [];
  return [...new Set([...fewest.flat(), ...openHere])].sort((a, b) => a.index - b.index);
}
