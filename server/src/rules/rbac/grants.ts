/**
 * Owns what contractors are granted: by which binding, in which namespace, through which rules of which roles. How grave that is,
 * and what to say of it, is decided elsewhere.
 */
import type { Resource } from '../../core/resource.ts';
import type { NamespaceContext } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { AccessRule } from '../../engine/rbac/access-rule.ts';
import { type AccessBinding, type AccessSubject, bindingOf } from '../../engine/rbac/binding.ts';
import { clusterRoleRules, isNamed, ownRules } from '../../engine/rbac/cluster-roles.ts';
import {
  accountNamespaceOf,
  contractorOfSubject,
  type Ownership,
} from '../../engine/rbac/contractor-subjects.ts';

/** Where a grant counts: in a namespace of the contractor's own, in another, or in the whole cluster. */
type Reach = 'own' | 'other' | 'cluster';

/** A binding that gives a role to contractors. */
export interface ContractorGrant {
  readonly binding: AccessBinding;
  /** The contractors' subjects among its subjects; never empty. */
  readonly subjects: readonly AccessSubject[];
  readonly reach: Reach;
  /** The namespace it counts in; null for the whole cluster, and for a binding that names none. */
  readonly namespace: string | null;
  /** The role's rules; null when nothing here says what they are. */
  readonly rules: readonly AccessRule[] | null;
  /** Whether the namespace enforces a Pod Security Standard. */
  readonly podSecurity: boolean;
}

/** What the bindings of `scope` give to contractors. */
export function* grantsIn(scope: NamespaceScope, context: NamespaceContext): Iterable<ContractorGrant> {
  if (scope.accessBindings.length === 0) return;
  const ownership = ownershipIn(scope, context);
  for (const resource of scope.accessBindings) {
    const binding = bindingOf(resource);
    if (!binding) continue;
    const subjects = binding.subjects.filter(
      (s) => contractorOfSubject(s, context.config, ownership) !== null,
    );
    if (subjects.length === 0) continue;
    yield {
      binding,
      subjects,
      reach: reachOf(subjects, scope, context, ownership),
      namespace: scope.name,
      rules: rulesOf(binding, scope, context),
      podSecurity: enforcesPodSecurity(scope.namespace),
    };
  }
}

/** What may lead to the roles of `scope`: its own bindings and, to ClusterRoles, those of all namespaces. */
export function* grantsOfRolesIn(
  scope: NamespaceScope,
  context: NamespaceContext,
): Iterable<ContractorGrant> {
  if (scope.accessRoles.length === 0) return;
  yield* grantsIn(scope, context);
  if (scope.isCluster) for (const other of context.namespaces.all()) yield* grantsIn(other, context);
}

/** Who of the namespaces is a contractor's, as far as the world of `scope` has them. */
function ownershipIn(
  scope: NamespaceScope,
  { contractors, namespaces, config }: NamespaceContext,
): Ownership {
  const of = (each: NamespaceScope) => contractors.ofNamespace(each.name, each.namespace);
  return {
    contractorOf: (name) =>
      name === scope.name
        ? of(scope)
        : contractors.ofNamespace(name, namespaces.named(name)?.namespace ?? null),
    hasContractors: () =>
      (config.contractors?.length ?? 0) > 0 || Array.from(namespaces.all()).some((each) => of(each) !== null),
  };
}

function reachOf(
  subjects: readonly AccessSubject[],
  scope: NamespaceScope,
  { config, contractors }: NamespaceContext,
  ownership: Ownership,
): Reach {
  if (scope.isCluster) return 'cluster';
  const owner = contractors.ofNamespace(scope.name, scope.namespace);
  const isOwn = (subject: AccessSubject): boolean => {
    const contractor = contractorOfSubject(subject, config, ownership);
    // Of contractors without a name, one is told from the other by the namespace alone.
    return contractor === '' ? accountNamespaceOf(subject) === scope.name : contractor === owner;
  };
  return owner !== null && subjects.every(isOwn) ? 'own' : 'other';
}

function rulesOf(
  { role }: AccessBinding,
  scope: NamespaceScope,
  { namespaces, config }: NamespaceContext,
): readonly AccessRule[] | null {
  if (role.kind === 'ClusterRole') {
    const cluster = scope.isCluster ? scope : namespaces.cluster();
    return clusterRoleRules(role.name, cluster?.accessRoles ?? [], config.kubernetesMinor);
  }
  const found = scope.accessRoles.filter((each) => isNamed(each, role.name));
  const rules = found.map(ownRules);
  return rules.length === 0 || rules.includes(null) ? null : rules.flatMap((own) => own ?? []);
}

/** The standards that forbid the node's network and privileged containers. */
const SAFE_LEVELS: ReadonlySet<string | undefined> = new Set(['baseline', 'restricted']);

function enforcesPodSecurity(namespace: Resource | null): boolean {
  return SAFE_LEVELS.has(namespace?.labels.get('pod-security.kubernetes.io/enforce'));
}
