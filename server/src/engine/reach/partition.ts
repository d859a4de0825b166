/**
 * Owns functions from peers (classes of pods, or addresses) to the ports that are allowed with them, kept as the few pieces on
 * which they are constant, and combining such functions. What the ports mean is decided by whoever combines.
 */
import {
  type AddressSet,
  intersectAddresses,
  isEmptyAddressSet,
  subtractAddresses,
  unionAddresses,
} from '../cidr.ts';
import { ALL_BITS, andBits, andNotBits, type Bits, isEmptyBits, NO_BITS, orBits } from './bits.ts';
import type { PortsId } from './port-table.ts';

/** The ports that are surely allowed and those that may be; the first are among the second. */
export interface Allowed {
  readonly sure: PortsId;
  readonly possible: PortsId;
}

export interface Piece<S> {
  readonly where: S;
  readonly allowed: Allowed;
}

/** Pieces that have nothing in common and together are everything, no two of them with the same ports. */
export type Partition<S> = readonly Piece<S>[];

/** The operations on sets of peers. */
export interface Sets<S> {
  readonly everything: S;
  readonly nothing: S;
  intersect(a: S, b: S): S;
  subtract(a: S, b: S): S;
  union(a: S, b: S): S;
  isEmpty(set: S): boolean;
}

export const BIT_SETS: Sets<Bits> = {
  everything: ALL_BITS,
  nothing: NO_BITS,
  intersect: andBits,
  subtract: andNotBits,
  union: orBits,
  isEmpty: isEmptyBits,
};

export function addressSets(everything: AddressSet): Sets<AddressSet> {
  return {
    everything,
    nothing: { v4: [], v6: [] },
    intersect: intersectAddresses,
    subtract: subtractAddresses,
    union: unionAddresses,
    isEmpty: isEmptyAddressSet,
  };
}

/** The same ports with every peer. */
export function constant<S>({ everything }: Sets<S>, allowed: Allowed): Partition<S> {
  return [{ where: everything, allowed }];
}

/** Ids stay far below this. */
const MOST_IDS = 2 ** 26;

function keyOf({ sure, possible }: Allowed): number {
  return sure * MOST_IDS + possible;
}

/** Puts pieces with the same ports together. */
function joined<S>(sets: Sets<S>, pieces: readonly Piece<S>[]): Partition<S> {
  if (pieces.length < 2) return pieces;
  const byPorts = new Map<number, Piece<S>>();
  for (const { where, allowed } of pieces) {
    const key = keyOf(allowed);
    const known = byPorts.get(key);
    byPorts.set(key, known ? { where: sets.union(known.where, where), allowed } : { where, allowed });
  }
  return byPorts.size === pieces.length ? pieces : [...byPorts.values()];
}

/** Changes the ports within `where` only. */
export function changedWithin<S>(
  sets: Sets<S>,
  partition: Partition<S>,
  where: S,
  change: (allowed: Allowed) => Allowed,
): Partition<S> {
  const pieces: Piece<S>[] = [];
  for (const piece of partition) {
    const fresh = change(piece.allowed);
    if (keyOf(fresh) === keyOf(piece.allowed)) {
      pieces.push(piece);
      continue;
    }
    const inside = sets.intersect(piece.where, where);
    if (sets.isEmpty(inside)) {
      pieces.push(piece);
      continue;
    }
    const outside = sets.subtract(piece.where, where);
    if (!sets.isEmpty(outside)) pieces.push({ where: outside, allowed: piece.allowed });
    pieces.push({ where: inside, allowed: fresh });
  }
  return joined(sets, pieces);
}

/** For every peer, what `combine` makes of what both say. */
export function combined<S>(
  sets: Sets<S>,
  a: Partition<S>,
  b: Partition<S>,
  combine: (a: Allowed, b: Allowed) => Allowed,
): Partition<S> {
  const pieces: Piece<S>[] = [];
  for (const left of a)
    for (const right of b) {
      const where =
        a.length === 1 ? right.where : b.length === 1 ? left.where : sets.intersect(left.where, right.where);
      if (!sets.isEmpty(where)) pieces.push({ where, allowed: combine(left.allowed, right.allowed) });
    }
  return joined(sets, pieces);
}

/** For every peer, what `combine` makes of what all three say. */
export function combined3<S>(
  sets: Sets<S>,
  [a, b, c]: readonly [Partition<S>, Partition<S>, Partition<S>],
  combine: (a: Allowed, b: Allowed, c: Allowed) => Allowed,
): Partition<S> {
  const pieces: Piece<S>[] = [];
  for (const first of a)
    for (const second of b) {
      const both = sets.intersect(first.where, second.where);
      if (sets.isEmpty(both)) continue;
      for (const third of c) {
        const where = sets.intersect(both, third.where);
        if (sets.isEmpty(where)) continue;
        pieces.push({ where, allowed: combine(first.allowed, second.allowed, third.allowed) });
      }
    }
  return joined(sets, pieces);
}
