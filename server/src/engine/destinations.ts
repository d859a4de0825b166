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

export interface Destinations {
  /** The workloads that are surely meant, by namespace; none is empty. */
  readonly known: readonly WorkloadsOfNamespace[];
  /**
   * Whether the rule may well be about others: addresses, pods whose labels are not known, a peer or a namespace of which the
   * workspace has no workload.
   */
  readonly others: boolean;
  /** Whether a selector demands no label, so that it is about whatever else runs there, too. */
  readonly broad: boolean;
}

/** The destinations of a rule of `policy`, which is in the namespace `own`. */
export function destinationsOf(
  policy: Policy,
  rule: PolicyRule,
  own: NamespaceScope,
  namespaces: NamespaceLookup,
): Destinations {
  if (rule.direction === 'Ingress') return among(policy.podSelector.selector, [own]);
  const { peers } = rule;
  if (peers.kind !== 'some') return UNKNOWN;
  let all = NONE;
  for (const peer of peers.items) {
    const found = peer.kind === 'pods' ? ofPeer(peer, own, namespaces) : UNKNOWN;
    // Once there may be others, it does not matter who the rest are.
    if (found.others) return UNKNOWN;
    all = { known: [...all.known, ...found.known], others: false, broad: all.broad || found.broad };
  }
  return all;
}

const NONE: Destinations = { known: [], others: false, broad: false };

const UNKNOWN: Destinations = { known: [], others: true, broad: false };

function ofPeer(peer: PodsPeer, own: NamespaceScope, namespaces: NamespaceLookup): Destinations {
  const { namespaceSelector, podSelector } = peer;
  if (!namespaceSelector) return among(podSelector ?? EVERYTHING, [own]);
  const matching = namespacesMatching(namespaceSelector, namespaces);
  const found = among(podSelector ?? EVERYTHING, matching.sure);
  return { ...found, others: found.others || hasOthers(namespaceSelector, matching) };
}

/** Whether there may be more namespaces than those found: some that perhaps match, or one that is named and not known. */
function hasOthers({ requirements }: Selector, { sure, maybe }: Selection<NamespaceScope>): boolean {
  if (sure.length === 0 || maybe.length > 0) return true;
  const names = requirements.find((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In');
  return names !== undefined && new Set(names.values).size > sure.length;
}

function among(selector: Selector | null, scopes: readonly NamespaceScope[]): Destinations {
  if (scopes.every(({ workloads }) => workloads.length === 0)) return UNKNOWN;
  const found = scopes.map((scope) => ({ scope, selection: workloadsMatching(selector, scope) }));
  const known = found
    .filter(({ selection }) => selection.sure.length > 0)
    .map(({ scope, selection }) => ({ scope, workloads: selection.sure }));
  return {
    known,
    others:
      known.length === 0 ||
      found.some(({ scope, selection }) => scope.unseen !== null || selection.maybe.length > 0),
    broad: !selector?.requirements.some(({ operator }) => operator === 'In' || operator === 'Exists'),
  };
}
