/**
 * Owns what is different between two worlds: connections gained and lost, and pods that are newly isolated or newly open. Of
 * two worlds that share their pods, it looks only where a policy has changed something.
 */
import type { AddressSet } from '../cidr.ts';
import { DIRECTIONS, type Direction } from '../direction.ts';
import type { PortSet } from '../ports.ts';
import type { Verdict } from '../verdict.ts';
import { andBits, type Bits, listBits, NO_BITS, orBits } from './bits.ts';
import { betweenWorkloads, type End, outsideOf, type Workload, workloadsOf } from './connections.ts';
import type { Allowed, Partition } from './partition.ts';
import { NO_PORT, PortTable } from './port-table.ts';
import type { Group, Reach } from './reach.ts';

/** Between two ends, the ports that are allowed now and were not, and the other way round. */
export interface Change {
  readonly from: End;
  readonly to: End;
  readonly gained: PortSet;
  readonly lost: PortSet;
  /** Ports of which it is not known, before or after, whether they are allowed. */
  readonly maybeGained: PortSet;
  readonly maybeLost: PortSet;
}

export interface IsolationChange {
  readonly workload: string;
  readonly direction: Direction;
  /** Whether a NetworkPolicy isolates its pods. */
  readonly before: Verdict;
  readonly after: Verdict;
}

export interface Difference {
  readonly changes: readonly Change[];
  readonly isolation: readonly IsolationChange[];
  /** Workloads that are in one of the worlds only. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function differenceOf(before: Reach, after: Reach): Difference {
  const [old, fresh] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  const table = new PortTable();
  const changes: Change[] = [];
  const touched = before.classes === after.classes ? touchedPairs(before, after) : null;
  for (const from of ids) {
    for (const to of touched ? (touched.get(from) ?? []) : ids) {
      if (from === to) continue;
      const [a, b] = [
        between(before, old.get(from), old.get(to), table),
        between(after, fresh.get(from), fresh.get(to), table),
      ];
      changes.push(...changeOf({ from, to }, a, b, table));
    }
  }
  for (const id of ids)
    for (const direction of DIRECTIONS)
      changes.push(
        ...outsideChanges(id, direction, { reach: before, by: old }, { reach: after, by: fresh }, table),
      );
  return {
    changes,
    isolation: ids.flatMap((id) => isolationChanges(before, after, old.get(id), fresh.get(id))),
    added: ids.filter((id) => !old.has(id)),
    removed: ids.filter((id) => !fresh.has(id)),
  };
}

function byId(reach: Reach): ReadonlyMap<string, Workload> {
  return new Map(workloadsOf(reach).map((workload) => [workload.id, workload]));
}

/** By the workload that connections come from: those they go to, for the classes whose rows are not what they were. */
function touchedPairs(before: Reach, after: Reach): Map<string, readonly string[]> {
  const workloads = workloadsOf(before);
  const byClass: Workload[][] = before.classes.list.map(() => []);
  for (const workload of workloads) for (const index of workload.classes) byClass[index]?.push(workload);
  const pairs = new Map<string, Set<string>>();
  const touch = (from: number, to: number) => {
    for (const source of byClass[from] ?? []) {
      const found = pairs.get(source.id) ?? new Set();
      pairs.set(source.id, found);
      for (const target of byClass[to] ?? []) found.add(target.id);
    }
  };
  for (const direction of DIRECTIONS)
    for (const [own, peers] of changedPeers(before, after, direction))
      for (const peer of peers) direction === 'Egress' ? touch(own, peer) : touch(peer, own);
  return new Map([...pairs].map(([from, to]) => [from, [...to].sort()]));
}

/** By a class, the classes with which its row says something else than before. */
function* changedPeers(
  before: Reach,
  after: Reach,
  direction: Direction,
): Iterable<readonly [own: number, peers: readonly number[]]> {
  const known = new Map<Group, Map<Group, readonly number[]>>();
  for (const { index } of before.classes.list) {
    const [old, fresh] = [before.groups[direction][index] as Group, after.groups[direction][index] as Group];
    if (old === fresh) continue;
    const byFresh = known.get(old) ?? new Map<Group, readonly number[]>();
    known.set(old, byFresh);
    const peers =
      byFresh.get(fresh) ?? listBits(changedBits(old.pods, fresh.pods), before.classes.list.length);
    byFresh.set(fresh, peers);
    if (peers.length > 0) yield [index, peers];
  }
}

function changedBits(old: Partition<Bits>, fresh: Partition<Bits>): Bits {
  let result = NO_BITS;
  for (const a of old)
    for (const b of fresh)
      if (a.allowed.sure !== b.allowed.sure || a.allowed.possible !== b.allowed.possible)
        result = orBits(result, andBits(a.where, b.where));
  return result;
}

const NOTHING: Allowed = { sure: NO_PORT, possible: NO_PORT };

/** What is allowed between two workloads, with the ids of `table`. */
function between(
  reach: Reach,
  from: Workload | undefined,
  to: Workload | undefined,
  table: PortTable,
): Allowed {
  if (!from || !to) return NOTHING;
  return translated(betweenWorkloads(reach, from, to), reach, table);
}

function translated({ sure, possible }: Allowed, { ports }: Reach, table: PortTable): Allowed {
  return { sure: table.idOf(ports.setOf(sure)), possible: table.idOf(ports.setOf(possible)) };
}

function changeOf(
  ends: Pick<Change, 'from' | 'to'>,
  before: Allowed,
  after: Allowed,
  table: PortTable,
): Change[] {
  if (before.sure === after.sure && before.possible === after.possible) return [];
  const change = {
    ...ends,
    gained: table.setOf(table.subtract(after.sure, before.possible)),
    lost: table.setOf(table.subtract(before.sure, after.possible)),
    maybeGained: table.setOf(maybeMore(before, after, table)),
    maybeLost: table.setOf(maybeMore(after, before, table)),
  };
  return [change];
}

/** Ports that were denied and may be allowed now, and those that may have been and surely are now. */
function maybeMore(before: Allowed, after: Allowed, table: PortTable): number {
  const fromDenied = table.subtract(table.subtract(after.possible, after.sure), before.possible);
  const toAllowed = table.intersect(after.sure, table.subtract(before.possible, before.sure));
  return table.union(fromDenied, toAllowed);
}

interface Side {
  readonly reach: Reach;
  readonly by: ReadonlyMap<string, Workload>;
}

function outsideChanges(
  id: string,
  direction: Direction,
  before: Side,
  after: Side,
  table: PortTable,
): Change[] {
  const [a, b] = [before.by.get(id), after.by.get(id)];
  if (
    a &&
    b &&
    before.reach.classes === after.reach.classes &&
    !isTouched(a, direction, before.reach, after.reach)
  )
    return [];
  const { sets } = after.reach.base.sides.outside;
  const row = ({ reach, by }: Side): Partition<AddressSet> => {
    const workload = by.get(id);
    const pieces = workload
      ? outsideOf(reach, workload, direction)
      : [{ where: sets.everything, allowed: NOTHING }];
    return pieces.map(({ where, allowed }) => ({ where, allowed: translated(allowed, reach, table) }));
  };
  const [old, fresh] = [row(before), row(after)];
  const changes: Change[] = [];
  for (const { where, allowed } of old)
    for (const other of fresh) {
      const both = sets.intersect(where, other.where);
      if (sets.isEmpty(both)) continue;
      const ends = direction === 'Egress' ? { from: id, to: both } : { from: both, to: id };
      changes.push(...changeOf(ends, allowed, other.allowed, table));
    }
  return changes;
}

function isTouched({ classes }: Workload, direction: Direction, before: Reach, after: Reach): boolean {
  return classes.some((index) => before.groups[direction][index] !== after.groups[direction][index]);
}

/** Whether NetworkPolicies isolate a class of pods. */
export function isolationOf(reach: Reach, podClass: number, direction: Direction): Verdict {
  const { policies } = (reach.groups[direction][podClass] as Group).subject;
  return policies.some(({ isSure }) => isSure) ? true : policies.length > 0 ? null : false;
}

function isolationChanges(
  before: Reach,
  after: Reach,
  old: Workload | undefined,
  fresh: Workload | undefined,
): IsolationChange[] {
  if (!old || !fresh) return [];
  return DIRECTIONS.flatMap((direction) => {
    const [a, b] = [isolationOfAll(before, old, direction), isolationOfAll(after, fresh, direction)];
    return a === b ? [] : [{ workload: old.id, direction, before: a, after: b }];
  });
}

/** Null where some pods of the workload are isolated and some are not, too. */
function isolationOfAll(reach: Reach, { classes }: Workload, direction: Direction): Verdict {
  const verdicts = new Set(classes.map((index) => isolationOf(reach, index, direction)));
  return verdicts.size === 1 ? ([...verdicts][0] as Verdict) : null;
}
