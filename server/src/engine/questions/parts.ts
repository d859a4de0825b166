/**
 * Owns what an end of a connection, as people write it, means in one world: pods by their workloads and classes, and addresses
 * outside of the cluster; and what is allowed between two such parts.
 */
import type { End, PodsEnd } from '../../core/connection-end.ts';
import { matchesGlob } from '../../core/glob.ts';
import {
  type AddressSet,
  ALL_IPV4,
  ALL_IPV6,
  intersectAddresses,
  isEmptyAddressSet,
  parseCidr,
} from '../cidr.ts';
import type { Direction } from '../direction.ts';
import { matchesPods } from '../isolation.ts';
import { betweenClasses, type End as Connected, type Workload, workloadsOf } from '../reach/connections.ts';
import type { Point } from '../reach/explain.ts';
import type { PodFacts } from '../reach/facts.ts';
import type { Allowed } from '../reach/partition.ts';
import { labelReader } from '../reach/pod-classes.ts';
import type { Group, Reach } from '../reach/reach.ts';
import { allOf, type Verdict } from '../verdict.ts';

/** Pods of one workload that no policy tells apart, or addresses that no policy tells apart. */
export type Part = PodsPart | { readonly kind: 'addresses'; readonly addresses: AddressSet };

export interface PodsPart {
  readonly kind: 'pods';
  readonly workload: string;
  readonly podClass: number;
  /** Whether the end surely means these pods; otherwise that depends on labels which are not known. */
  readonly isSure: boolean;
}

const EVERYWHERE: Part = { kind: 'addresses', addresses: { v4: ALL_IPV4, v6: ALL_IPV6 } };

/** What an end means; nothing where the world has no such pods. */
export function partsOf(reach: Reach, end: End): Part[] {
  switch (end.kind) {
    case 'any':
      return [...podsWhere(reach, () => true), EVERYWHERE];
    case 'addresses': {
      const addresses = parseCidr(end.range.canonical)?.set;
      return addresses ? [{ kind: 'addresses', addresses }] : [];
    }
    case 'workload': {
      const id = `${end.namespace}/${end.name}[`;
      const isMeant = (of: string) => (end.of === null ? of.startsWith(id) : of === `${id}${end.of}]`);
      return podsWhere(reach, ({ workload }) => isMeant(workload));
    }
    case 'pods':
      return podsWhere(reach, (pod) => meansPod(reach, end, pod));
  }
}

function podsWhere({ facts, classes }: Reach, isMeant: (pod: PodFacts) => Verdict): PodsPart[] {
  const found = new Map<string, PodsPart>();
  facts.pods.forEach((pod, place) => {
    const verdict = isMeant(pod);
    if (verdict === false) return;
    const podClass = classes.ofPod[place] as number;
    const key = `${podClass} ${pod.workload}`;
    const isSure = verdict === true || found.get(key)?.isSure === true;
    found.set(key, { kind: 'pods', workload: pod.workload, podClass, isSure });
  });
  return [...found.values()].sort((a, b) => (a.workload < b.workload ? -1 : a.workload > b.workload ? 1 : 0));
}

function meansPod({ classes }: Reach, { namespace, ...selectors }: PodsEnd, pod: PodFacts): Verdict {
  if (namespace !== null && !matchesGlob(namespace, pod.namespace)) return false;
  const namespaceLabel = classes.namespaceLabels.get(pod.namespace) ?? (() => null);
  return allOf([
    selectors.namespaceSelector ? matchesPods(selectors.namespaceSelector, namespaceLabel) : true,
    selectors.podSelector ? matchesPods(selectors.podSelector, labelReader(pod)) : true,
  ]);
}

/** A connection between two parts. */
export interface Cell {
  readonly from: Part;
  readonly to: Part;
  readonly allowed: Allowed;
}

/**
 * What is allowed between parts. Pods of one workload among themselves are left out, and so are addresses among themselves,
 * which no policy is about. Where only some of the addresses of a part are allowed something, it is split.
 */
export function* cellsBetween(reach: Reach, froms: readonly Part[], tos: readonly Part[]): Iterable<Cell> {
  for (const from of froms)
    for (const to of tos) {
      if (from.kind === 'pods' && to.kind === 'pods') {
        if (from.workload === to.workload) continue;
        yield { from, to, allowed: betweenClasses(reach, from.podClass, to.podClass) };
      } else if (from.kind === 'pods' && to.kind === 'addresses') {
        for (const { part, allowed } of outside(reach, from, 'Egress', to.addresses))
          yield { from, to: part, allowed };
      } else if (from.kind === 'addresses' && to.kind === 'pods') {
        for (const { part, allowed } of outside(reach, to, 'Ingress', from.addresses))
          yield { from: part, to, allowed };
      }
    }
}

function outside(
  { groups }: Reach,
  { podClass }: PodsPart,
  direction: Direction,
  addresses: AddressSet,
): { readonly part: Part; readonly allowed: Allowed }[] {
  const { outside } = groups[direction][podClass] as Group;
  return outside.flatMap(({ where, allowed }) => {
    const inside = intersectAddresses(where, addresses);
    return isEmptyAddressSet(inside)
      ? []
      : [{ part: { kind: 'addresses' as const, addresses: inside }, allowed }];
  });
}

/** Something of a part to ask about: its pods, or the first of its addresses. */
export function pointIn(part: Part): Point {
  return part.kind === 'pods' ? { podClass: part.podClass } : { address: firstOf(part.addresses) };
}

function firstOf({ v4, v6 }: AddressSet): number | bigint {
  return v4[0]?.[0] ?? v6[0]?.[0] ?? 0;
}

const byName = new WeakMap<Reach, ReadonlyMap<string, Workload>>();

/** The classes of a workload's pods; none when it is not in the world. */
export function classesNamed(reach: Reach, workload: string): readonly number[] {
  const known = byName.get(reach) ?? new Map(workloadsOf(reach).map((found) => [found.id, found]));
  byName.set(reach, known);
  return known.get(workload)?.classes ?? [];
}

/** What there is to ask about at an end of a listed connection: each class of its pods, or the first of its addresses. */
export function pointsAt(reach: Reach, end: Connected): Point[] {
  if (typeof end !== 'string') return [{ address: firstOf(end) }];
  return classesNamed(reach, end).map((podClass) => ({ podClass }));
}

/** The names of all workloads of the world, in order. */
export function workloadNames(reach: Reach): string[] {
  return workloadsOf(reach).map(({ id }) => id);
}
