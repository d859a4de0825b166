/**
 * Owns how findings name the workloads that a policy selects.
 */
import { nameNode, type Resource } from '../../core/resource.ts';
import type { Related } from '../../core/rule.ts';

/** The subject of a sentence: up to two workloads by name, or whatever pods the policy selects. */
export function subject(workloads: readonly Resource[]): string {
  const names = [...new Set(workloads.map(({ kind, name }) => `${kind} ${name ?? '(no name)'}`))];
  const [first = 'The pods that this policy selects', second] = names;
  if (names.length < 2) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${names.length - 2} more`;
}

/** The first few workloads, as places to look at. */
export function selectedWorkloads(workloads: readonly Resource[]): Related[] {
  return workloads.slice(0, 5).map((workload) => ({
    at: { document: workload.document, span: nameNode(workload).span },
    message: `${workload.kind} ${workload.name ?? ''} is selected.`,
  }));
}
