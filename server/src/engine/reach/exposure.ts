/**
 * Owns what pods are exposed to: the addresses outside, and pods that need not exist yet, known by as much as one wants to say of
 * them. Who is there already is in the list of connections.
 */
import type { Direction } from '../direction.ts';
import { type LabelReader, matchesPods } from '../isolation.ts';
import { type Protocol, portRange } from '../ports.ts';
import { EVERYTHING } from '../selector.ts';
import { allOf, anyOf, type Verdict } from '../verdict.ts';
import type { PeerFacts } from './facts.ts';
import type { Matched } from './matching.ts';
import type { Allowed, Sets } from './partition.ts';
import { NO_PORT, type PortTable } from './port-table.ts';
import type { Group, Reach } from './reach.ts';
import { type PeerSide, rowOf } from './row.ts';

/** A pod that need not exist. What its labels are said to be null for, they may be anything for. */
export interface SomePod {
  /** Null for any. */
  readonly namespace: string | null;
  readonly namespaceLabels: LabelReader;
  readonly labels: LabelReader;
}

/** Any pod of any namespace, whatever their labels. */
export const ANY_POD: SomePod = { namespace: null, namespaceLabels: () => null, labels: () => null };

/** Any pod of one namespace of the world, whatever its labels. */
export function anyPodIn({ classes }: Reach, namespace: string): SomePod {
  const namespaceLabels = classes.namespaceLabels.get(namespace) ?? (() => null);
  return { namespace, namespaceLabels, labels: () => null };
}

/**
 * What a class of pods allows to, or (ingress) from, such a pod, as far as its own policies go. `sure` holds for every pod of
 * that description, `possible` for some.
 */
export function allowedWithSome(
  reach: Reach,
  podClass: number,
  direction: Direction,
  peer: SomePod,
): Allowed {
  const { subject } = reach.groups[direction][podClass] as Group;
  const row = rowOf(subject, sideOf(peer, reach.ports), reach.ports);
  return (row[0] as (typeof row)[number]).allowed;
}

/** Sets of which there is only one thing that may be in them. */
const ONE: Sets<boolean> = {
  everything: true,
  nothing: false,
  intersect: (a, b) => a && b,
  subtract: (a, b) => a && !b,
  union: (a, b) => a || b,
  isEmpty: (set) => !set,
};

function sideOf(pod: SomePod, ports: PortTable): PeerSide<boolean> {
  const matched = (verdict: Verdict): Matched<boolean> => ({
    sure: verdict === true,
    possible: verdict !== false,
  });
  const matchPeer = (peer: PeerFacts, own: string | null): Verdict => {
    if (peer.kind === 'domains') return false;
    if (peer.kind !== 'pods') return null;
    const { podSelector, namespaceSelector } = peer;
    const inNamespace = namespaceSelector
      ? matchesPods(namespaceSelector, pod.namespaceLabels)
      : own === null || (pod.namespace === null ? null : pod.namespace === own);
    return allOf([inNamespace, matchesPods(podSelector ?? EVERYTHING, pod.labels)]);
  };
  return {
    sets: ONE,
    match: ({ peers }, own) => {
      if (peers === 'any') return matched(true);
      return matched(peers === 'unknown' ? null : anyOf(peers.map((peer) => matchPeer(peer, own))));
    },
    named(name) {
      const protocol = name.slice(0, name.indexOf('/')) as Protocol;
      const possible = ports.idOf(portRange(protocol, 1, 65535));
      return [{ sure: true, possible: true, allowed: { sure: NO_PORT, possible } }];
    },
    mayEscape: null,
  };
}
