/**
 * Owns sets of numbers as canonical lists of half-open intervals: sorted, disjoint, not touching. Half-open means that only
 * comparisons are needed, so the same code serves ports and IPv4 addresses (number) and IPv6 addresses (bigint).
 */

/** `[from, to)`; `from < to`. */
export type Interval<T> = readonly [from: T, to: T];
/** A canonical set: ascending, with a gap between neighbours. Two sets are equal exactly when their lists are. */
export type Intervals<T> = readonly Interval<T>[];

/** The canonical set of the given intervals, which may overlap, touch, be empty or be in any order. */
export function canonical<T extends number | bigint>(intervals: Iterable<Interval<T>>): Intervals<T> {
  const sorted = [...intervals]
    .filter(([from, to]) => from < to)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const result: [T, T][] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (!last || last[1] < from) result.push([from, to]);
    else if (last[1] < to) last[1] = to;
  }
  return result;
}

export function union<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  if (a.length === 0) return b;
  return b.length === 0 ? a : canonical([...a, ...b]);
}

export function intersect<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  const result: Interval<T>[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left: Interval<T> = a[i] as Interval<T>;
    const right: Interval<T> = b[j] as Interval<T>;
    // biome-ignore lint/complexity/useMathMinMax: T may be bigint, which Math.max does not take.
    const from: T = left[0] > right[0] ? left[0] : right[0];
    // biome-ignore lint/complexity/useMathMinMax: T may be bigint, which Math.min does not take.
    const to: T = left[1] < right[1] ? left[1] : right[1];
    if (from < to) result.push([from, to]);
    if (left[1] < right[1]) i++;
    else j++;
  }
  return result;
}

/** What is in `a` and not in `b`. */
export function subtract<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  const result: Interval<T>[] = [];
  let j = 0;
  for (const [start, end] of a) {
    let from = start;
    while (j < b.length && (b[j] as Interval<T>)[1] <= from) j++;
    for (let k = j; k < b.length && (b[k] as Interval<T>)[0] < end; k++) {
      const [cutFrom, cutTo] = b[k] as Interval<T>;
      if (from < cutFrom) result.push([from, cutFrom]);
      if (cutTo > from) from = cutTo;
    }
    if (from < end) result.push([from, end]);
  }
  return result;
}

export function includes<T extends number | bigint>(set: Intervals<T>, value: T): boolean {
  return set.some(([from, to]) => from <= value && value < to);
}

/** Whether all of `inner` is in `outer`. */
export function isSubset<T extends number | bigint>(inner: Intervals<T>, outer: Intervals<T>): boolean {
  const [first, last] = [inner[0], inner.at(-1)];
  const [low, high] = [outer[0], outer.at(-1)];
  if (!first || !last) return true;
  if (!low || !high || first[0] < low[0] || last[1] > high[1]) return false;
  return subtract(inner, outer).length === 0;
}

export function equals<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  return a.length === b.length && a.every(([from, to], i) => from === b[i]?.[0] && to === b[i]?.[1]);
}
