/**
 * Owns at which workloads the connections of a rule end: those the policy selects for ingress, those its peers match for
 * egress. It is there that ports are ports of a container. Whether they are open is not its business.
 */
import type { Resource } from '../core/resource.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { NAMESPACE_NAME_LABEL } from './dns-servers.ts';
import type { Policy } from './policy.ts';
import type { PodsPeer, PolicyRule } from './policy-rule.ts';
import { type NamespaceLookup, namespacesMatching, type Selection, workloadsMatching } from './selected.ts';
import { EVERYTHING, type Selector } from './selector.ts';

/** Workloads of one namespace. */
export interface WorkloadsOfNamespace {
  readonly scope: NamespaceScope;
  readonly workloads: readonly Resource[];
}

/**
 * The workloads at which connections of a rule of `policy`, which is in the namespace `own`, surely end, by namespace; none is
 * empty. Null comes where the rule may well be about others: addresses, pods whose labels are not known, a peer or a namespace of
 * which the workspace has no workload. They are found one after the other: whoever has seen enough need not look at the rest.
 */
export function* destinationsOf(
  policy: Policy,
  rule: PolicyRule,
  own: NamespaceScope,
  namespaces: NamespaceLookup,
): Iterable<WorkloadsOfNamespace | null> {
  if (rule.direction === 'Ingress') yield* among(policy.podSelector.selector, [own]);
  else if (rule.peers.kind !== 'some') yield null;
  else
    for (const peer of rule.peers.items) {
      if (peer.kind === 'pods') yield* ofPeer(peer, own, namespaces);
      else yield null;
    }
}

/** Whether a selector for the destinations demands no label, so that the rule is about whatever else runs there, too. */
export function isBroad(policy: Policy, { direction, peers }: PolicyRule): boolean {
  if (direction === 'Ingress') return demandsNothing(policy.podSelector.selector);
  return (
    peers.kind === 'some' &&
    peers.items.some((peer) => peer.kind === 'pods' && demandsNothing(peer.podSelector))
  );
}

function demandsNothing(selector: Selector | null): boolean {
  return !selector?.requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
}

function* ofPeer(
  { namespaceSelector, podSelector }: PodsPeer,
  own: NamespaceScope,
  namespaces: NamespaceLookup,
): Iterable<WorkloadsOfNamespace | null> {
  const pods = podSelector ?? EVERYTHING;
  if (!namespaceSelector) return yield* among(pods, [own]);
  const matching = namespacesMatching(namespaceSelector, namespaces);
  if (hasOthers(namespaceSelector, matching)) yield null;
  yield* among(pods, matching.sure);
}

/** Whether there may be more namespaces than those found: some that perhaps match, or one that is named and not known. */
function hasOthers({ requirements }: Selector, { sure, maybe }: Selection<NamespaceScope>): boolean {
  if (sure.length === 0 || maybe.length > 0) return true;
  const names = requirements.find((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In');
  return names !== undefined && new Set(names.values).size > sure.length;
}

function* among(
  selector: Selector | null,
  scopes: readonly NamespaceScope[],
): Iterable<WorkloadsOfNamespace | null> {
  let isNone = true;
  for (const scope of scopes) {
    const { sure, maybe } = workloadsMatching(selector, scope);
    if (scope.unseen !== null || maybe.length > 0) yield null;
    if (sure.length === 0) continue;
    isNone = false;
    yield { scope, workloads: sure };
  }
  if (isNone) yield null;
}
