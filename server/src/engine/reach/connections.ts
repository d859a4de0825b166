/**
 * Owns the list of connections: from workload to workload, and between workloads and addresses outside of the cluster.
 * Traffic of a pod to itself is always allowed and never listed; so is, and is not listed either, traffic between a pod and
 * the node it runs on. Replies need no rule.
 */
import type { AddressSet } from '../cidr.ts';
import type { Direction } from '../direction.ts';
import type { PortSet } from '../ports.ts';
import { type Allowed, combined, type Partition } from './partition.ts';
import { NO_PORT, type PortsId } from './port-table.ts';
import { allowedWith, type Group, type Reach } from './reach.ts';

/** A workload by its name, `namespace/name[Kind]`, or addresses outside of the cluster. */
export type End = string | AddressSet;

export interface Connection {
  readonly from: End;
  readonly to: End;
  /** The ports that are surely allowed; numbers only. */
  readonly ports: PortSet;
  /** The ports that may be allowed as well. */
  readonly unknown: PortSet;
  /** Whether some of the ports are allowed only where the network plugin lets an ipBlock match pods. */
  readonly dependsOnPlugin: boolean;
}

/** A workload and the classes that its pods are in. */
export interface Workload {
  readonly id: string;
  readonly classes: readonly number[];
}

const workloads = new WeakMap<Reach['classes'], readonly Workload[]>();

/** The workloads of the world in the order of their names. */
export function workloadsOf({ facts, classes }: Reach): readonly Workload[] {
  const known = workloads.get(classes);
  if (known) return known;
  const found = new Map<string, Set<number>>();
  facts.pods.forEach(({ workload }, place) => {
    const of = found.get(workload) ?? new Set();
    found.set(workload, of.add(classes.ofPod[place] as number));
  });
  const list = [...found]
    .map(([id, of]) => ({ id, classes: [...of] }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  workloads.set(classes, list);
  return list;
}

/** Every connection that is allowed or may be, in the order of the names of both ends; addresses come last. */
export function* connectionsOf(reach: Reach): Iterable<Connection> {
  const all = workloadsOf(reach);
  for (const from of all) {
    for (const to of all) if (to !== from) yield* connection(reach, from, to);
    yield* withOutside(reach, from, 'Egress');
  }
  for (const to of all) yield* withOutside(reach, to, 'Ingress');
}

/** The connections of one workload to and from others and outside. */
export function* connectionsWith(reach: Reach, workload: Workload): Iterable<Connection> {
  for (const other of workloadsOf(reach))
    if (other !== workload) {
      yield* connection(reach, workload, other);
      yield* connection(reach, other, workload);
    }
  yield* withOutside(reach, workload, 'Egress');
  yield* withOutside(reach, workload, 'Ingress');
}

function* connection(reach: Reach, from: Workload, to: Workload): Iterable<Connection> {
  const { ports } = reach;
  const { sure, possible, plain } = betweenWorkloads(reach, from, to);
  if (possible === NO_PORT) return;
  const [certain, unknown] = [ports.setOf(sure), ports.setOf(ports.subtract(possible, sure))];
  yield { from: from.id, to: to.id, ports: certain, unknown, dependsOnPlugin: plain !== sure };
}

/** What is allowed, and of that what is sure where ipBlocks match no pod. */
export type AllowedAndPlain = Allowed & { readonly plain: PortsId };

/** What some pod of one workload is allowed with some pod of the other. */
export function betweenWorkloads(reach: Reach, from: Workload, to: Workload): AllowedAndPlain {
  const { ports } = reach;
  let [sure, possible, plain] = [NO_PORT, NO_PORT, NO_PORT];
  for (const source of from.classes)
    for (const target of to.classes) {
      const allowed = betweenClasses(reach, source, target);
      sure = ports.union(sure, allowed.sure);
      possible = ports.union(possible, allowed.possible);
      plain = ports.union(plain, allowed.plain);
    }
  return { sure, possible, plain };
}

/** What pods of one class are allowed with pods of another: both ends have to allow it. */
export function betweenClasses({ groups, ports }: Reach, from: number, to: number): AllowedAndPlain {
  const [out, into] = [groups.Egress[from] as Group, groups.Ingress[to] as Group];
  const [sending, receiving] = [allowedWith(out.pods, to), allowedWith(into.pods, from)];
  const sure = ports.intersect(sending.sure, receiving.sure);
  const possible = ports.intersect(sending.possible, receiving.possible);
  if (out.pods === out.podsWithoutBlocks && into.pods === into.podsWithoutBlocks)
    return { sure, possible, plain: sure };
  const plain = ports.intersect(
    allowedWith(out.podsWithoutBlocks, to).sure,
    allowedWith(into.podsWithoutBlocks, from).sure,
  );
  return { sure, possible, plain };
}

function* withOutside(reach: Reach, workload: Workload, direction: Direction): Iterable<Connection> {
  const { ports } = reach;
  for (const { where, allowed } of outsideOf(reach, workload, direction)) {
    if (allowed.possible === NO_PORT) continue;
    const sure = ports.setOf(allowed.sure);
    const unknown = ports.setOf(ports.subtract(allowed.possible, allowed.sure));
    const ends = direction === 'Egress' ? { from: workload.id, to: where } : { from: where, to: workload.id };
    yield { ...ends, ports: sure, unknown, dependsOnPlugin: false };
  }
}

/** What some pod of a workload is allowed with addresses outside. */
export function outsideOf(
  { ports, base, groups }: Reach,
  { classes }: Workload,
  direction: Direction,
): Partition<AddressSet> {
  const { sets } = base.sides.outside;
  const rows = [...new Set(classes.map((index) => (groups[direction][index] as Group).outside))];
  return rows.reduce((a, b) =>
    combined(sets, a, b, (x, y) => ({
      sure: ports.union(x.sure, y.sure),
      possible: ports.union(x.possible, y.possible),
    })),
  );
}
