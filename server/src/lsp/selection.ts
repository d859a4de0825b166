/**
 * Owns asking the engine about one workspace: which workloads and namespaces the parts of a policy mean, as far as there is
 * anything to tell. Where nothing is known of a namespace, the answer is null and never "none".
 */
import type { Resource } from '../core/resource.ts';
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import { matchesPods, podLabelReader } from '../engine/isolation.ts';
import type { Policy } from '../engine/policy.ts';
import type { PodsPeer, PolicyRule } from '../engine/policy-rule.ts';
import {
  matchedBy,
  matchesNamespace,
  type NamespaceLookup,
  namespacesMatching,
  type Selection,
  selectedBy,
} from '../engine/selected.ts';
import { EVERYTHING } from '../engine/selector.ts';
import { allOf, type Verdict } from '../engine/verdict.ts';

/** The namespaces that are judged together with `scope`. */
export function lookupBeside(workspace: Workspace, scope: NamespaceScope): NamespaceLookup {
  const source = workspace.namespacesBeside(scope);
  return { named: (name) => source.get(source.keyOf(name)), all: () => source.scopes };
}

/** The workloads a policy selects; null when its selector cannot be read, or no workload of its namespace is known. */
export function workloadsOf(workspace: Workspace, policy: Policy): Selection<Resource> | null {
  const scope = workspace.scopeOf(policy.resource);
  if (!scope || !policy.podSelector.selector || scope.workloads.length === 0) return null;
  return selectedBy(policy, scope);
}

/** The namespaces a peer means: those its namespaceSelector matches, else its policy's own; null when that is not known. */
export function namespacesOf(
  workspace: Workspace,
  policy: Policy,
  { namespaceSelector }: PodsPeer,
): Selection<NamespaceScope> | null {
  const own = workspace.scopeOf(policy.resource);
  if (!own) return null;
  if (!namespaceSelector) return { sure: [own], maybe: [] };
  return namespacesMatching(namespaceSelector, lookupBeside(workspace, own));
}

/** The workloads a peer matches; null when no workload is known in the namespaces it may mean. */
export function workloadsOfPeer(
  workspace: Workspace,
  policy: Policy,
  peer: PodsPeer,
): Selection<Resource> | null {
  const own = workspace.scopeOf(policy.resource);
  const namespaces = namespacesOf(workspace, policy, peer);
  if (!own || !namespaces) return null;
  const known = [...namespaces.sure, ...namespaces.maybe].some(({ workloads }) => workloads.length > 0);
  return known ? matchedBy(peer, own, lookupBeside(workspace, own)) : null;
}

/** The workloads at which the connections of a rule end; null when nothing is known of them. */
export function destinationsOf(
  workspace: Workspace,
  policy: Policy,
  rule: PolicyRule,
): Selection<Resource> | null {
  if (rule.direction === 'Ingress') return workloadsOf(workspace, policy);
  const peers = rule.peers.kind === 'some' ? rule.peers.items : [];
  const found = peers
    .map((peer) => (peer.kind === 'pods' ? workloadsOfPeer(workspace, policy, peer) : null))
    .filter((selection) => selection !== null);
  if (found.length === 0) return null;
  const sure = new Set(found.flatMap((selection) => selection.sure));
  const maybe = new Set(found.flatMap((selection) => selection.maybe));
  return { sure: [...sure], maybe: [...maybe].filter((workload) => !sure.has(workload)) };
}

/** Whether a peer means a namespace. */
export function meansNamespace(
  workspace: Workspace,
  policy: Policy,
  peer: PodsPeer,
  scope: NamespaceScope,
): Verdict {
  const own = workspace.scopeOf(policy.resource);
  if (!own) return null;
  if (!peer.namespaceSelector) return own === scope;
  const source = workspace.namespacesBeside(own);
  return source.get(scope.key) === scope && matchesNamespace(peer.namespaceSelector, scope);
}

/** Whether a peer matches the pods of a workload. */
export function meansWorkload(
  workspace: Workspace,
  policy: Policy,
  peer: PodsPeer,
  workload: Resource,
): Verdict {
  const scope = workspace.scopeOf(workload);
  if (!scope) return null;
  return allOf([
    meansNamespace(workspace, policy, peer, scope),
    matchesPods(peer.podSelector ?? EVERYTHING, podLabelReader(workload)),
  ]);
}
