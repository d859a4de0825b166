/**
 * Owns which labels something in a namespace relies on: its pods, its Services, its policies. A label in use is spelt as it is
 * meant to be, even if no workload of the workspace has it.
 */
import { podLabels, type Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { type Policy, policyOf, rulesOf } from '../../engine/policy.ts';
import type { Requirement, Selector } from '../../engine/selector.ts';
import { serviceOf } from '../../engine/services.ts';

export interface LabelsInUse {
  /** Whether a pod has the label that is demanded, or a Service selects by it. */
  byObjects(requirement: Requirement): boolean;
  /** How many policies have the same demand, in whatever selector. */
  byPolicies(requirement: Requirement): number;
}

/** What relies on labels in `scope`. */
export function labelsInUse({ workloads, services, policies }: NamespaceScope): LabelsInUse {
  return {
    byObjects: ({ key, values }) =>
      values.some((value) => {
        const label = labelText(key, value);
        return (
          countsOf(workloads, labelsOfWorkload).has(label) || countsOf(services, labelsOfService).has(label)
        );
      }),
    byPolicies: ({ key, values }) =>
      Math.max(
        0,
        ...values.map((value) => countsOf(policies, labelsOfPolicy).get(labelText(key, value)) ?? 0),
      ),
  };
}

const cache = new WeakMap<readonly Resource[], ReadonlyMap<string, number>>();

/** How many of the objects of a list have a label; remembered by the list. */
function countsOf(
  list: readonly Resource[],
  labelsOf: (resource: Resource) => Iterable<string>,
): ReadonlyMap<string, number> {
  const known = cache.get(list);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const resource of list)
    for (const label of new Set(labelsOf(resource))) counts.set(label, (counts.get(label) ?? 0) + 1);
  cache.set(list, counts);
  return counts;
}

/** A label as one text, to look it up by. */
export function labelText(key: string, value: string): string {
  return `${key}=${value}`;
}

/** Whether a pod in `scope` has this label. */
export function hasPodLabel({ workloads }: NamespaceScope, label: string): boolean {
  return countsOf(workloads, labelsOfWorkload).has(label);
}

function labelsOfWorkload(workload: Resource): string[] {
  return [...(podLabels(workload) ?? [])].map(([key, value]) => labelText(key, value));
}

function labelsOfService(resource: Resource): string[] {
  return demandsOf(serviceOf(resource)?.selector ?? null);
}

const demands = new WeakMap<Policy, readonly string[]>();

function labelsOfPolicy(resource: Resource): readonly string[] {
  const policy = policyOf(resource);
  if (!policy) return [];
  const labels = demands.get(policy) ?? selectorsOf(policy).flatMap(demandsOf);
  demands.set(policy, labels);
  return labels;
}

function selectorsOf(policy: Policy): (Selector | null)[] {
  const peers = DIRECTIONS.flatMap((direction) => rulesOf(policy, direction).rules).flatMap((rule) =>
    rule.peers.kind === 'some' ? rule.peers.items : [],
  );
  return [
    policy.podSelector.selector,
    ...peers.flatMap((peer) => (peer.kind === 'pods' ? [peer.podSelector, peer.namespaceSelector] : [])),
  ];
}

function demandsOf(selector: Selector | null): string[] {
  return (selector?.requirements ?? []).flatMap(({ key, operator, values }) =>
    operator === 'In' ? values.map((value) => labelText(key, value)) : [],
  );
}
