/**
 * Owns telling pods apart only as far as policies do: workloads that no selector can tell from each other, and the policies that
 * select them, each tried once. What they allow is not its business.
 */
import type { Resource } from '../../core/resource.ts';
import { type LabelReader, matchesPods, podLabelReader } from '../../engine/isolation.ts';
import type { Policy } from '../../engine/policy.ts';
import { selectorKey } from '../../engine/selector.ts';
import type { SelectorIndex } from '../../engine/selector-index.ts';
import type { Verdict } from '../../engine/verdict.ts';

/** Workloads whose pods are the same to the selectors of `policies`; most of a thousand are like many others. */
export function alikeFor(
  policies: readonly Policy[],
  workloads: readonly Resource[],
): Iterable<readonly [Resource, ...Resource[]]> {
  const keys = new Set(
    policies.flatMap((p) => p.podSelector.selector?.requirements ?? []).map(({ key }) => key),
  );
  const groups = new Map<string, [Resource, ...Resource[]]>();
  for (const workload of workloads) {
    if (workload.partial) continue;
    const labelOf = podLabelReader(workload);
    // A label that is not there is not one that is not known.
    const id = JSON.stringify(Array.from(keys, (key) => labelOf(key) ?? labelOf(key) === null));
    const group = groups.get(id);
    if (group) group.push(workload);
    else groups.set(id, [workload]);
  }
  return groups.values();
}

export interface Selecting {
  readonly policy: Policy;
  /** Never false. */
  readonly selects: Verdict;
}

/** The policies that select pods, or may, and which of the two. Many of them have the same selector. */
export function selectingPods(index: SelectorIndex<Policy>, labelOf: LabelReader): Selecting[] {
  const verdicts = new Map<string, Verdict>();
  return index.matching(labelOf).flatMap((policy) => {
    const { selector } = policy.podSelector;
    const key = selector ? selectorKey(selector) : '';
    let selects = verdicts.get(key);
    if (selects === undefined) {
      selects = matchesPods(selector, labelOf);
      verdicts.set(key, selects);
    }
    return selects === false ? [] : [{ policy, selects }];
  });
}
