/**
 * Owns telling pods apart only as far as policies do: workloads that no selector of theirs can tell from each other.
 */
import type { Resource } from '../../core/resource.ts';
import { podLabelReader } from '../../engine/isolation.ts';
import type { Policy } from '../../engine/policy.ts';

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
