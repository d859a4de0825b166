// Interval sets against sets of single numbers.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  canonical,
  equals,
  type Interval,
  type Intervals,
  includes,
  intersect,
  isSubset,
  subtract,
  union,
} from '../../server/src/engine/intervals.ts';
import { runs } from '../support/runs.ts';

const SIZE = 20;
const UNIVERSE = Array.from({ length: SIZE }, (_, i) => i);
const loose = fc.array(
  fc.tuple(fc.integer({ min: 0, max: SIZE }), fc.integer({ min: 0, max: SIZE })) as fc.Arbitrary<
    Interval<number>
  >,
  { maxLength: 6 },
);
const sets = loose.map((list) => canonical(list));

function members(list: readonly Interval<number>[]): Set<number> {
  return new Set(UNIVERSE.filter((n) => list.some(([from, to]) => from <= n && n < to)));
}

/** The one canonical list for a set of numbers, by another way than the code's. */
function listOf(numbers: ReadonlySet<number>): Intervals<number> {
  const result: [number, number][] = [];
  for (const n of UNIVERSE) {
    if (!numbers.has(n)) continue;
    if (numbers.has(n - 1)) (result.at(-1) as [number, number])[1] = n + 1;
    else result.push([n, n + 1]);
  }
  return result;
}

function check(property: (a: Intervals<number>, b: Intervals<number>) => void): void {
  fc.assert(fc.property(sets, sets, property), { numRuns: runs(1000) });
}

suite('against sets of numbers', () => {
  test('canonical', () => {
    fc.assert(
      fc.property(loose, (list) => assert.deepEqual(canonical(list), listOf(members(list)))),
      { numRuns: runs(1000) },
    );
  });
  test('union', () =>
    check((a, b) => assert.deepEqual(union(a, b), listOf(new Set([...members(a), ...members(b)])))));
  test('intersect', () =>
    check((a, b) => {
      const other = members(b);
      assert.deepEqual(intersect(a, b), listOf(new Set([...members(a)].filter((n) => other.has(n)))));
    }));
  test('subtract', () =>
    check((a, b) => {
      const other = members(b);
      assert.deepEqual(subtract(a, b), listOf(new Set([...members(a)].filter((n) => !other.has(n)))));
    }));
  test('includes', () =>
    check((a) => {
      for (const n of [-1, ...UNIVERSE, SIZE]) assert.equal(includes(a, n), members(a).has(n));
    }));
  test('isSubset', () =>
    check((a, b) => {
      const other = members(b);
      assert.equal(
        isSubset(a, b),
        [...members(a)].every((n) => other.has(n)),
      );
    }));
  test('equals', () =>
    check((a, b) => {
      assert.ok(equals(a, listOf(members(a))));
      assert.equal(equals(a, b), [...members(a)].join() === [...members(b)].join());
    }));
  test('big integers behave as numbers do', () =>
    check((a, b) => {
      const big = (set: Intervals<number>) => set.map(([from, to]) => [BigInt(from), BigInt(to)] as const);
      assert.deepEqual(subtract(big(a), big(b)), big(subtract(a, b)));
      assert.deepEqual(union(big(a), big(b)), big(union(a, b)));
      assert.deepEqual(intersect(big(a), big(b)), big(intersect(a, b)));
    }));
});
