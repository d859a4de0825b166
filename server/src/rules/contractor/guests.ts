/**
 * Owns whose the workloads of a namespace are: the namespace's own contractor's or nobody's, unless the pods or the workload carry
 * the label of a contractor.
 */
import { CONTRACTOR_LABEL } from '../../core/contractor.ts';
import { podLabels, type Resource } from '../../core/resource.ts';
import type { NamespaceContext } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { podsOf } from '../../engine/pods.ts';

/** A workload that is not of those whose namespace it is. */
export interface Guest {
  readonly workload: Resource;
  readonly contractor: string;
}

/** The workloads that the label gives to another contractor than the namespace. Patches and pods that are done are none. */
export function guestsOf(scope: NamespaceScope, { contractors }: NamespaceContext): readonly Guest[] {
  const found: Guest[] = [];
  for (const workload of residents(scope)) {
    const label = labelOf(workload);
    if (label === undefined) continue;
    const host = contractors.ofNamespace(scope.name, scope.namespace);
    if (host === null || (host !== '' && host !== label)) found.push({ workload, contractor: label });
  }
  return found;
}

/** The workloads of a namespace that run there. */
export function residents({ workloads }: NamespaceScope): readonly Resource[] {
  return workloads.filter((workload) => !workload.partial && !podsOf(workload).isDone);
}

function labelOf(workload: Resource): string | undefined {
  return podLabels(workload)?.get(CONTRACTOR_LABEL) ?? workload.labels.get(CONTRACTOR_LABEL);
}

/** The contractor a workload belongs to: a name, or an empty string when only the fact is known; null when none. */
export function contractorOf(
  workload: Resource,
  scope: NamespaceScope,
  { contractors }: NamespaceContext,
): string | null {
  return labelOf(workload) ?? contractors.ofNamespace(scope.name, scope.namespace);
}
