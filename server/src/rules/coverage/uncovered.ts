/**
 * Owns which workloads of a namespace no policy isolates, though policies would apply to them.
 */
import type { Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { Direction } from '../../engine/direction.ts';
import { isolatesPods, podLabelReader } from '../../engine/isolation.ts';
import { podsOf } from '../../engine/pods.ts';
import { policiesSelecting } from '../../engine/selected.ts';

/** The workloads whose pods surely no policy of `scope`, or of those that may be applied beside it, isolates for `direction`. */
export function* uncoveredIn(
  scope: NamespaceScope,
  direction: Direction,
  beside: readonly NamespaceScope[],
): Iterable<Resource> {
  const scopes = [scope, ...beside];
  for (const workload of scope.workloads)
    if (scopes.every((each) => isUncovered(workload, direction, each))) yield workload;
}

function isUncovered(workload: Resource, direction: Direction, scope: NamespaceScope): boolean {
  const { hostNetwork, isDone } = podsOf(workload);
  if (workload.partial || isDone || hostNetwork !== false) return false;
  const labelOf = podLabelReader(workload);
  const { sure, maybe } = policiesSelecting(workload, scope);
  return [...sure, ...maybe].every((policy) => isolatesPods(policy, direction, labelOf) === false);
}
