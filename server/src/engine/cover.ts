/**
 * Owns which of many selectors it takes to match everything. Whether selectors do so at all is decided in isolation.ts.
 */
import { coverEverything } from './isolation.ts';
import type { Selector } from './selector.ts';

/**
 * As few of `items`, from the first on, as it takes to match every object by one selector or another; none of them can be
 * left out. Null when all of them together do not, or when that takes too long to find out.
 */
export function leastCover<T>(items: readonly T[], selectorOf: (item: T) => Selector): readonly T[] | null {
  const covers = (some: readonly T[]) => coverEverything(some.map(selectorOf)) === true;
  if (!covers(items)) return null;
  let kept = items;
  for (const item of items.toReversed()) {
    const fewer = kept.filter((other) => other !== item);
    if (covers(fewer)) kept = fewer;
  }
  return kept;
}
