/**
 * Owns the pods and namespaces of a running cluster as plain data, and which of them a policy selects and its peers match.
 * Where the data comes from, how old it is and what could not be read is for its callers to know.
 */
import { parseAddress } from '../core/ip-notation.ts';
import { type AddressSet, intersectAddresses, isEmptyAddressSet } from './cidr.ts';
import { NAMESPACE_NAME_LABEL } from './dns-servers.ts';
import { type LabelReader, matchesPods } from './isolation.ts';
import type { Policy } from './policy.ts';
import type { CidrPeer, PodsPeer } from './policy-rule.ts';
import type { Protocol } from './ports.ts';
import type { Selection } from './selected.ts';
import { EVERYTHING, type Labels, type Selector } from './selector.ts';
import { allOf, type Verdict } from './verdict.ts';

export interface LiveNamespace {
  readonly name: string;
  /** Null when they may not be read. */
  readonly labels: Labels | null;
}

/** What makes a pod: a controller, or nothing but itself. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

export interface LivePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly owner: Owner;
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  readonly phase: string;
  /** Null before it is scheduled. */
  readonly node: string | null;
  readonly hostNetwork: boolean;
  readonly addresses: readonly string[];
  /** The ports of its containers that have a name. */
  readonly namedPorts: readonly {
    readonly name: string;
    readonly protocol: Protocol;
    readonly number: number;
  }[];
}

/** What is known of a cluster's objects. */
export interface LiveObjects {
  /** Those that pods are known of are among them. */
  namespaces(): Iterable<LiveNamespace>;
  namespace(name: string): LiveNamespace | null;
  podsIn(namespace: string): Iterable<LivePod>;
}

/** Whether a pod has ended: nothing has its addresses any more, and no policy applies to it. */
export function hasEnded({ phase }: LivePod): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** The pods that a policy in `namespace` selects. Pods that have ended are none; those in the node's network are among them. */
export function livePodsSelectedBy(
  { podSelector }: Policy,
  namespace: string,
  live: LiveObjects,
): Selection<LivePod> {
  return collect([namespaceNamed(live, namespace)], live, (pod) =>
    matchesPods(podSelector.selector, labelsOf(pod)),
  );
}

/** The pods that a peer of a policy in `own` matches. */
export function livePodsMatchedBy(peer: PodsPeer, own: string, live: LiveObjects): Selection<LivePod> {
  const { podSelector, namespaceSelector } = peer;
  const namespaces = namespaceSelector ? live.namespaces() : [namespaceNamed(live, own)];
  return collect(namespaces, live, (pod, namespace) =>
    allOf([
      namespaceSelector ? matchesLiveNamespace(namespaceSelector, namespace) : true,
      matchesPods(podSelector ?? EVERYTHING, labelsOf(pod)),
    ]),
  );
}

/**
 * The pods whose addresses a block covers. Whether a block means pods at all depends on the network plugin, so none is sure.
 */
export function livePodsWithin({ addresses }: CidrPeer, live: LiveObjects): Selection<LivePod> {
  if (!addresses) return { sure: [], maybe: [] };
  return collect(live.namespaces(), live, (pod) => (hasAddressIn(pod, addresses) ? null : false));
}

/** Whether a namespaceSelector matches a namespace. The label with the name is there even where labels may not be read. */
function matchesLiveNamespace(selector: Selector, { name, labels }: LiveNamespace): Verdict {
  return matchesPods(selector, (key) => {
    if (key === NAMESPACE_NAME_LABEL) return name;
    return labels ? labels.get(key) : null;
  });
}

function namespaceNamed(live: LiveObjects, name: string): LiveNamespace {
  return live.namespace(name) ?? { name, labels: null };
}

/** A live pod has the labels it has: nothing is added to them later. */
function labelsOf({ labels }: LivePod): LabelReader {
  return (key) => labels.get(key);
}

function collect(
  namespaces: Iterable<LiveNamespace>,
  live: LiveObjects,
  verdictOn: (pod: LivePod, namespace: LiveNamespace) => Verdict,
): Selection<LivePod> {
  const sure: LivePod[] = [];
  const maybe: LivePod[] = [];
  for (const namespace of namespaces)
    for (const pod of live.podsIn(namespace.name)) {
      const verdict = hasEnded(pod) ? false : verdictOn(pod, namespace);
      if (verdict !== false) (verdict ? sure : maybe).push(pod);
    }
  return { sure, maybe };
}

function hasAddressIn(pod: LivePod, addresses: AddressSet): boolean {
  return pod.addresses.some((text) => {
    const address = parseAddress(text);
    return address !== null && !isEmptyAddressSet(intersectAddresses(single(address), addresses));
  });
}

function single({ family, value }: { family: 4 | 6; value: bigint }): AddressSet {
  return family === 4
    ? { v4: [[Number(value), Number(value) + 1]], v6: [] }
    : { v4: [], v6: [[value, value + 1n]] };
}
