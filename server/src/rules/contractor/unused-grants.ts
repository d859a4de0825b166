/**
 * Owns which grants of a contractor no policy uses, as far as the workspace can tell.
 */
import type { Dependency } from '../../core/grants.ts';
import type { NamespaceContext } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { coverOf, grantsOf } from './cover.ts';
import { contractorIn, crossingsOf } from './crossing.ts';
import { destinationsOf } from './destinations.ts';
import { annotationOf } from './grant-fixes.ts';

/**
 * The grants that no policy in any of the contractor's namespaces touches or names, to be told at `scope`: the first of these namespaces
 * that has a Namespace manifest. None while any of them may hold more than is seen, or a policy cannot be read.
 */
export function unusedGrants(
  contractor: string,
  scope: NamespaceScope,
  context: NamespaceContext,
): readonly Dependency[] {
  const grants = grantsOf(contractor, context);
  if (grants.length === 0 || !scope.namespace) return [];
  const own = [...context.namespaces.all()].filter((other) => contractorIn(other, context) === contractor);
  const first = own.find(({ namespace }) => namespace !== null);
  if (first?.key !== scope.key || own.some((other) => other.unseen !== null || other.rendered)) return [];
  // A contractor without any policy has greater trouble than a grant too many.
  if (own.every(({ policies }) => policies.length === 0)) return [];
  const left = new Set(grants);
  for (const other of own)
    for (const resource of other.policies) {
      const policy = soundPolicyOf(resource);
      if (!policy) return [];
      const named = annotationOf(resource, context.config.annotations.grant) ?? [];
      for (const grant of grants) if (named.includes(grant.ticket)) left.delete(grant);
      for (const crossing of crossingsOf(policy, contractor, context))
        for (const grant of coverOf(crossing, grants, destinationsOf(crossing, other, context)).grants)
          left.delete(grant);
    }
  return [...left];
}
