/**
 * Owns the graph of who may connect to whom before and after a change: workloads that are alike and ranges of addresses as its
 * ends, and for each pair what is allowed. How it is drawn, folded or filtered is decided elsewhere.
 */
import type { AddressSet } from '../cidr.ts';
import { cidrsOf } from '../cidr-list.ts';
import type { Direction } from '../direction.ts';
import { type Allowed, combined, type Partition, type Sets } from '../reach/partition.ts';
import { NO_PORT, PortTable } from '../reach/port-table.ts';
import type { Reach } from '../reach/reach.ts';
import { type Alike, alikeIn } from './alike.ts';
import { answer, plainAnswer, type Row, type Rows, rowsOf } from './rows.ts';

/** Addresses outside of the cluster that pods accept connections from, or that they may open connections to. */
export interface Addresses {
  readonly addresses: AddressSet;
  readonly role: 'source' | 'destination';
}

export type GraphEnd = Alike | Addresses;

/** What is allowed from one end to another; with workloads that are alike, from each of them to each. */
export interface GraphEdge {
  /** Places among the ends. The same twice stands for connections among workloads that are alike. */
  readonly from: number;
  readonly to: number;
  /** Sets of ports in the graph's table. */
  readonly before: Allowed;
  readonly after: Allowed;
  /** Whether some of it is allowed only where the network plugin lets an ipBlock match pods. */
  readonly dependsOnPlugin: boolean;
}

export interface Graph {
  readonly ends: readonly GraphEnd[];
  readonly edges: readonly GraphEdge[];
  readonly ports: PortTable;
}

const NOTHING: Allowed = { sure: NO_PORT, possible: NO_PORT };

/** Compares two worlds, which may be the same. Yields often, so that it can be done in slices and given up. */
export function* graphOf(before: Reach, after: Reach): Generator<void, Graph> {
  const ports = new PortTable();
  const old = yield* rowsOf(before, ports);
  const fresh = after === before ? old : yield* rowsOf(after, ports);
  const alike = alikeIn(old, fresh);
  yield;
  const ends: GraphEnd[] = [...alike];
  const edges: GraphEdge[] = [];
  for (const [from, sender] of alike.entries()) {
    for (const [to, receiver] of alike.entries()) {
      if (from === to && sender.workloads.length === 1) continue;
      const was = between(old, sender.before, receiver.before, ports);
      const is = fresh === old ? was : between(fresh, sender.after, receiver.after, ports);
      if (was.possible === NO_PORT && is.possible === NO_PORT) continue;
      const dependsOnPlugin = was.dependsOnPlugin || is.dependsOnPlugin;
      edges.push({ from, to, before: was, after: is, dependsOnPlugin });
    }
    yield;
  }
  yield* withOutside({ old, fresh, ports, alike }, ends, edges);
  return { ends, edges, ports };
}

interface Answer extends Allowed {
  readonly dependsOnPlugin: boolean;
}

const NO_ANSWER: Answer = { ...NOTHING, dependsOnPlugin: false };

/** What some pod of one workload is allowed with some pod of another. */
function between(
  rows: Rows,
  from: readonly number[] | null,
  to: readonly number[] | null,
  ports: PortTable,
): Answer {
  if (!from || !to) return NO_ANSWER;
  let [sure, possible, plain] = [NO_PORT, NO_PORT, NO_PORT];
  for (const source of from)
    for (const target of to) {
      const sending = answer(rows, 'Egress', source, target);
      const receiving = answer(rows, 'Ingress', target, source);
      sure = ports.union(sure, ports.intersect(sending.sure, receiving.sure));
      possible = ports.union(possible, ports.intersect(sending.possible, receiving.possible));
      const alone = plainAnswer(rows, 'Egress', source, target);
      plain = ports.union(plain, ports.intersect(alone, plainAnswer(rows, 'Ingress', target, source)));
    }
  return possible === NO_PORT ? NO_ANSWER : { sure, possible, dependsOnPlugin: plain !== sure };
}

interface Compared {
  readonly old: Rows;
  readonly fresh: Rows;
  readonly ports: PortTable;
  readonly alike: readonly Alike[];
}

/** What both worlds allow with the same addresses. */
interface Both {
  readonly where: AddressSet;
  readonly before: Allowed;
  readonly after: Allowed;
}

/** Adds the ranges of addresses outside, and the edges from and to them. */
function* withOutside(compared: Compared, ends: GraphEnd[], edges: GraphEdge[]): Generator<void, void> {
  const { old, fresh, alike } = compared;
  const places = new Map<string, number>();
  const placeOf = (addresses: AddressSet, role: Addresses['role']) => {
    const key = `${role} ${cidrsOf(addresses).join()}`;
    const place = places.get(key) ?? ends.push({ addresses, role }) - 1;
    places.set(key, place);
    return place;
  };
  const known = new Map<string, readonly Both[]>();
  for (const direction of ['Egress', 'Ingress'] as const)
    for (const [own, { before, after }] of alike.entries()) {
      const [was, is] = [rowsOfClasses(old, before, direction), rowsOfClasses(fresh, after, direction)];
      const key = `${was}/${is}`;
      const pieces = known.get(key) ?? outside(compared, was, is);
      known.set(key, pieces);
      for (const { where, ...allowed } of pieces) {
        if (allowed.before.possible === NO_PORT && allowed.after.possible === NO_PORT) continue;
        const place = placeOf(where, direction === 'Egress' ? 'destination' : 'source');
        const between = direction === 'Egress' ? { from: own, to: place } : { from: place, to: own };
        edges.push({ ...between, ...allowed, dependsOnPlugin: false });
      }
      yield;
    }
}

/** The indexes of the rows of some classes; empty for a workload that is not there. */
function rowsOfClasses(rows: Rows, classes: readonly number[] | null, direction: Direction): number[] {
  return [...new Set((classes ?? []).map((index) => rows.rowOf[direction][index] as number))].sort();
}

/** Pieces with the same answers before and after are one. */
function outside(
  { old, fresh, ports }: Compared,
  was: readonly number[],
  is: readonly number[],
): readonly Both[] {
  const { sets } = fresh.reach.base.sides.outside;
  const joined = new Map<string, Both>();
  for (const { where: before, allowed: b } of united(old, was, sets, ports))
    for (const { where: after, allowed: a } of united(fresh, is, sets, ports)) {
      const both = sets.intersect(before, after);
      if (sets.isEmpty(both)) continue;
      const key = [b.sure, b.possible, a.sure, a.possible].join();
      const known = joined.get(key);
      joined.set(key, { where: known ? sets.union(known.where, both) : both, before: b, after: a });
    }
  return [...joined.values()];
}

/** What some pod of a workload is allowed with addresses outside, when its pods are in several classes. */
function united(
  { list }: Rows,
  rows: readonly number[],
  sets: Sets<AddressSet>,
  ports: PortTable,
): Partition<AddressSet> {
  const none: Partition<AddressSet> = [{ where: sets.everything, allowed: NOTHING }];
  return rows
    .map((index) => (list[index] as Row).outside)
    .reduce(
      (a, b) =>
        combined(sets, a, b, (x, y) => ({
          sure: ports.union(x.sure, y.sure),
          possible: ports.union(x.possible, y.possible),
        })),
      none,
    );
}
