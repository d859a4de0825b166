/**
 * Owns finding, among many selectors, those that may match some labels or overlap another selector, without trying each.
 * It sorts them by one label value they demand; whoever asks still has to try what comes back.
 */
import type { LabelReader } from './isolation.ts';
import type { Selector } from './selector.ts';

export interface SelectorIndex<T> {
  /** The items whose selector may match these labels, in their original order. */
  matching(labelOf: LabelReader): readonly T[];
  /** The items whose selector may match an object that `selector` matches, in no order; one may come more than once. */
  overlapping(selector: Selector): Iterable<T>;
}

/** Indexes `items` by their selectors; an item whose selector is null is always among the answers. */
export function indexBySelector<T>(
  items: readonly T[],
  selectorOf: (item: T) => Selector | null,
): SelectorIndex<T> {
  const anywhere: number[] = [];
  const byKey = new Map<string, Map<string, number[]>>();
  items.forEach((item, i) => {
    const demand = selectorOf(item)?.requirements.find((r) => r.operator === 'In');
    if (!demand) anywhere.push(i);
    else for (const value of new Set(demand.values)) bucket(byKey, demand.key, value).push(i);
  });
  function* candidates(valuesOf: (key: string) => readonly string[] | null): Iterable<number> {
    yield* anywhere;
    for (const [key, byValue] of byKey)
      for (const value of valuesOf(key) ?? byValue.keys()) yield* byValue.get(value) ?? [];
  }
  return {
    matching(labelOf) {
      const found = candidates((key) => {
        const value = labelOf(key);
        return value === null ? null : value === undefined ? [] : [value];
      });
      return [...new Set(found)].sort((a, b) => a - b).map((i) => items[i] as T);
    },
    *overlapping({ requirements }) {
      const demanded = (key: string) =>
        requirements.find((r) => r.operator === 'In' && r.key === key)?.values ?? null;
      for (const i of candidates(demanded)) yield items[i] as T;
    },
  };
}

function bucket(byKey: Map<string, Map<string, number[]>>, key: string, value: string): number[] {
  const byValue = byKey.get(key) ?? new Map<string, number[]>();
  byKey.set(key, byValue);
  const list = byValue.get(value) ?? [];
  byValue.set(value, list);
  return list;
}
