/**
 * Owns asking the engine about one workspace: which workloads and namespaces the parts of a policy mean, as far as there is
 * anything to tell. Where nothing is known of a namespace, the answer is null and never "none".
 */
import type { Resource } from '../core/resource.ts';
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import { destinationsOf as destinationsOfRule } from '../engine/destinations.ts';
import { matchesPods, podLabelReader } from '../engine/isolation.ts';
import type { Policy } from '../engine/policy.ts';
import type { PodsPeer, PolicyRule } from '../engine/policy-rule.ts';
import {
  matchedBy,
  matchesNamespace,
  type NamespaceLookup,
  namespacesMatching,
  policiesSelecting,
  type Selection,
  selectedBy,
} from '../engine/selected.ts';
import { EVERYTHING } from '../engine/selector.ts';
import { allOf, type Verdict } from '../engine/verdict.ts';

/** What is selected of what is known. */
export interface Meant<T> extends Selection<T> {
  /** Whether there may be more, since not all that is applied together with it is here. */
  readonly open: boolean;
}

/** The namespaces that are judged together with `scope`. */
export function lookupBeside(workspace: Workspace, scope: NamespaceScope): NamespaceLookup {
  const source = workspace.namespacesBeside(scope);
  return { named: (name) => source.get(source.keyOf(name)), all: () => source.scopes };
}

/** The workloads a policy selects; null when its selector cannot be read, or no workload of its namespace is known. */
export function workloadsOf(workspace: Workspace, policy: Policy): Meant<Resource> | null {
  const scope = workspace.scopeOf(policy.resource);
  if (!scope || !policy.podSelector.selector || scope.workloads.length === 0) return null;
  return { ...selectedBy(policy, scope), open: isOpen(workspace, scope, 'workloads') };
}

/** The policies that select a workload; null when no policy of its namespace is known. */
export function policiesOf(workspace: Workspace, workload: Resource): Meant<Policy> | null {
  const scope = workspace.scopeOf(workload);
  if (!scope || scope.policies.length === 0) return null;
  return { ...policiesSelecting(workload, scope), open: isOpen(workspace, scope, 'policies') };
}

/** Whether a namespace may hold more of something: what is not here, or what is applied from elsewhere in the workspace. */
function isOpen(workspace: Workspace, scope: NamespaceScope, what: 'workloads' | 'policies'): boolean {
  if (scope.unseen !== null) return true;
  const others = workspace.namespacesBeside(scope).beside(scope);
  return [...others].some((other) => other[what].length > 0);
}

/** The namespaces a peer means: those its namespaceSelector matches, else its policy's own; null when that is not known. */
export function namespacesOf(
  workspace: Workspace,
  policy: Policy,
  { namespaceSelector }: PodsPeer,
): Meant<NamespaceScope> | null {
  const own = workspace.scopeOf(policy.resource);
  if (!own) return null;
  if (!namespaceSelector) return { sure: [own], maybe: [], open: false };
  const selection = namespacesMatching(namespaceSelector, lookupBeside(workspace, own));
  return { ...selection, open: own.unseen !== null };
}

/** The workloads a peer matches; null when no workload is known in the namespaces it may mean. */
export function workloadsOfPeer(
  workspace: Workspace,
  policy: Policy,
  peer: PodsPeer,
): Meant<Resource> | null {
  const own = workspace.scopeOf(policy.resource);
  const namespaces = namespacesOf(workspace, policy, peer);
  if (!own || !namespaces) return null;
  const known = [...namespaces.sure, ...namespaces.maybe].filter(({ workloads }) => workloads.length > 0);
  if (known.length === 0) return null;
  const selection = matchedBy(peer, own, lookupBeside(workspace, own));
  const isNone = selection.sure.length + selection.maybe.length === 0;
  // Which namespaces are meant is not known, and so neither is that none of their pods are.
  if (isNone && namespaces.maybe.length > 0) return null;
  return { ...selection, open: known.some((scope) => isOpen(workspace, scope, 'workloads')) };
}

/** The workloads at which the connections of a rule surely end, namespace by namespace; a list is the same array each time. */
export function destinationsOf(
  workspace: Workspace,
  policy: Policy,
  rule: PolicyRule,
): (readonly Resource[])[] {
  const own = workspace.scopeOf(policy.resource);
  if (!own) return [];
  const { known } = destinationsOfRule(policy, rule, own, lookupBeside(workspace, own));
  return known.map(({ workloads }) => workloads);
}

/** Whether a peer matches the pods of a workload that is applied together with its policy. */
export function meansWorkload(
  workspace: Workspace,
  policy: Policy,
  peer: PodsPeer,
  workload: Resource,
): Verdict {
  const [own, scope] = [policy.resource, workload].map((resource) => workspace.scopeOf(resource));
  if (!own || !scope || own.world !== scope.world) return false;
  return allOf([
    peer.namespaceSelector ? matchesNamespace(peer.namespaceSelector, scope) : own === scope,
    matchesPods(peer.podSelector ?? EVERYTHING, podLabelReader(workload)),
  ]);
}
