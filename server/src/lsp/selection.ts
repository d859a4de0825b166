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
  workloadsMatching,
} from '../engine/selected.ts';
import { EVERYTHING, type Selector } from '../engine/selector.ts';
import { allOf, type Verdict } from '../engine/verdict.ts';

/** What is selected of what is known. */
export interface Meant<T> extends Selection<T> {
  /** Whether there may be more, since not all that is applied together with it is here. */
  readonly open: boolean;
}

/** The namespaces that are judged together with `scope`. */
export function lookupBeside(workspace: Workspace, scope: NamespaceScope): NamespaceLookup {
  const source = workspace.namespacesBeside(scope);
  return { named: (name) => source.get(source.keyOf(name)), all: () => source.inOrder() };
}

/** The workloads a policy selects; null when its selector cannot be read, or no workload of its namespace is known. */
export function workloadsOf(workspace: Workspace, policy: Policy): Meant<Resource> | null {
  const scope = workspace.scopeOf(policy.resource);
  const { selector } = policy.podSelector;
  if (!scope || !selector || scope.workloads.length === 0) return null;
  return { ...selectedBy(policy, scope), open: mayHoldMore(workspace, scope, selector) };
}

/** The policies that select a workload; null when no policy of its namespace is known. */
export function policiesOf(workspace: Workspace, workload: Resource): Meant<Policy> | null {
  const scope = workspace.scopeOf(workload);
  if (!scope || scope.policies.length === 0) return null;
  const open =
    scope.unseen !== null ||
    besides(workspace, scope).some(({ policies }) => policies.length > 0) ||
    twins(workspace, scope).some((twin) => holdsAny(policiesSelecting(workload, twin)));
  return { ...policiesSelecting(workload, scope), open };
}

/** Whether there may be more pods of a namespace that match: what is not here, or is applied from elsewhere. */
function mayHoldMore(workspace: Workspace, scope: NamespaceScope, selector: Selector): boolean {
  return (
    scope.unseen !== null ||
    besides(workspace, scope).some(({ workloads }) => workloads.length > 0) ||
    twins(workspace, scope).some((twin) => holdsAny(workloadsMatching(selector, twin)))
  );
}

function besides(workspace: Workspace, scope: NamespaceScope): NamespaceScope[] {
  return [...workspace.namespacesBeside(scope).beside(scope)];
}

/** Scopes that may be the same namespace: objects that name none go to whichever is asked for when they are applied. */
function twins(workspace: Workspace, scope: NamespaceScope): NamespaceScope[] {
  const all = workspace.namespacesBeside(scope).inOrder();
  return all.filter((other) => other !== scope && (scope.name === null || other.name === null));
}

function holdsAny({ sure, maybe }: Selection<unknown>): boolean {
  return sure.length + maybe.length > 0;
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
  const pods = peer.podSelector ?? EVERYTHING;
  if (!peer.namespaceSelector) return { ...selection, open: mayHoldMore(workspace, own, pods) };
  const matched = new Set([...namespaces.sure, ...namespaces.maybe]);
  const nameless = workspace
    .namespacesBeside(own)
    .inOrder()
    .filter((s) => s.name === null && !matched.has(s));
  const open =
    own.unseen !== null ||
    known.some((scope) => besides(workspace, scope).some(({ workloads }) => workloads.length > 0)) ||
    nameless.some((scope) => holdsAny(workloadsMatching(pods, scope)));
  return { ...selection, open };
}

/** The workloads at which the connections of a rule surely end, namespace by namespace; a list is the same array each time. */
export function destinationsOf(
  workspace: Workspace,
  policy: Policy,
  rule: PolicyRule,
): (readonly Resource[])[] {
  const own = workspace.scopeOf(policy.resource);
  if (!own) return [];
  const found = [...destinationsOfRule(policy, rule, own, lookupBeside(workspace, own))];
  // What else the selected pods may be does not matter; where others are allowed besides, these are not all.
  if (rule.direction === 'Egress' && found.includes(null)) return [];
  return found.flatMap((group) => (group ? [group.workloads] : []));
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
