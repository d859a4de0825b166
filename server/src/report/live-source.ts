/**
 * Owns looking for the pods of a policy in a running cluster, and saying what of it may not be read.
 */
import {
  type LiveObjects,
  type LivePod,
  livePodsMatchedBy,
  livePodsSelectedBy,
  livePodsWithin,
} from '../engine/live-pods.ts';
import type { Policy } from '../engine/policy.ts';
import type { Peer } from '../engine/policy-rule.ts';
import type { Selection } from '../engine/selected.ts';
import type { Answer, Found, PodSource } from './affected-pods.ts';

/** What is known of the view one has of the cluster. */
export interface LiveView {
  /** Where objects that name no namespace would go. */
  readonly namespace: string;
  /** The one namespace whose pods may be read; null for all of them. */
  readonly only: string | null;
  /** Whether the pods there may not be read either. */
  readonly blind: boolean;
}

export function liveSource(live: LiveObjects, view: LiveView): PodSource {
  const namespaceOf: PodSource['namespaceOf'] = ({ namespace, namespaceUnknown }) =>
    namespace ?? (namespaceUnknown ? null : view.namespace);
  const within = (policy: Policy, find: (namespace: string) => Answer): Answer => {
    const namespace = namespaceOf(policy.resource);
    return namespace === null ? NO_NAMESPACE : find(namespace);
  };
  return {
    noun: 'pod',
    namespaceOf,
    selectedBy: (policy) =>
      within(policy, (namespace) => {
        if (!mayRead(view, namespace)) return unreadable(namespace);
        const notes = policy.resource.namespace === null ? [assumed(namespace)] : [];
        return { found: foundOf(livePodsSelectedBy(policy, namespace, live)), notes };
      }),
    matchedBy: (policy, peer) => within(policy, (namespace) => matched(peer, namespace, live, view)),
  };
}

function matched(
  peer: Exclude<Peer, { kind: 'unknown' }>,
  namespace: string,
  live: LiveObjects,
  view: LiveView,
): Answer {
  const elsewhere =
    view.only === null ? [] : [`Pods outside of ${view.only} may not be read, and are not shown.`];
  if (peer.kind === 'cidr') {
    if (!peer.addresses) return { found: null, notes: [] };
    const found = livePodsWithin(peer, live);
    const depends =
      'Pods by their addresses: whether an `ipBlock` applies to pods depends on the network plugin.';
    return { found: foundOf(found), notes: [...(found.maybe.length > 0 ? [depends] : []), ...elsewhere] };
  }
  const isOwn = peer.namespaceSelector === null;
  if (view.blind || (isOwn && !mayRead(view, namespace))) return unreadable(view.blind ? null : namespace);
  const found = livePodsMatchedBy(peer, namespace, live);
  const unsure =
    found.maybe.length > 0
      ? ['The labels of some namespaces may not be read, so it is not known whether their pods are meant.']
      : [];
  return { found: foundOf(found), notes: [...unsure, ...(isOwn ? [] : elsewhere)] };
}

function mayRead({ only, blind }: LiveView, namespace: string): boolean {
  return !blind && (only === null || only === namespace);
}

function unreadable(namespace: string | null): Answer {
  const where = namespace === null ? '' : ` of ${namespace}`;
  return { found: null, notes: [`The pods${where} may not be read with this context.`] };
}

function assumed(namespace: string): string {
  return `The policy names no namespace: ${namespace} is that of the context, to which kubectl would apply it.`;
}

const NO_NAMESPACE: Answer = {
  found: null,
  notes: ['The namespace of the policy is template text, so it is not known where it would be applied.'],
};

function foundOf({ sure, maybe }: Selection<LivePod>): Selection<Found> {
  return { sure: sure.map(foundPod), maybe: maybe.map(foundPod) };
}

function foundPod({ namespace, name, labels, owner, phase, node, hostNetwork, addresses }: LivePod): Found {
  const pod = { name, phase, node, hostNetwork, addresses, labels: Object.fromEntries(labels) };
  return { namespace, kind: owner.kind, name: owner.name, hostNetwork, pod, at: null };
}
