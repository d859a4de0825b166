/**
 * Owns looking for the pods of a policy in a running cluster, and saying what of it may not be read.
 */
import { NAMESPACE_NAME_LABEL } from '../engine/dns-servers.ts';
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
import type { Selector } from '../engine/selector.ts';
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
        return { found: foundOf(livePodsSelectedBy(policy, namespace, live)), open: false, notes };
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
  if (peer.kind === 'cidr') {
    if (!peer.addresses) return { found: null, open: false, notes: [] };
    const found = livePodsWithin(peer, live);
    const notes = found.maybe.length > 0 ? [BY_ADDRESS] : [];
    return { found: foundOf(found), open: view.only !== null, notes: [...notes, ...hiddenBy(view)] };
  }
  const { namespaceSelector } = peer;
  if (view.blind || (!namespaceSelector && !mayRead(view, namespace)))
    return unreadable(view.blind ? null : namespace);
  const found = livePodsMatchedBy(peer, namespace, live);
  const open = namespaceSelector !== null && view.only !== null && !meansOnly(namespaceSelector, view.only);
  const notes = [...(found.maybe.length > 0 ? [UNREADABLE_LABELS] : []), ...(open ? hiddenBy(view) : [])];
  return { found: foundOf(found), open, notes };
}

const BY_ADDRESS =
  'Pods by their addresses: whether an `ipBlock` applies to pods depends on the network plugin.';
const UNREADABLE_LABELS =
  'The labels of some namespaces may not be read, so it is not known whether their pods are meant.';

function hiddenBy({ only }: LiveView): string[] {
  return only === null ? [] : [`Pods outside of ${only} may not be read, and are not shown.`];
}

/** Whether a namespaceSelector asks for this namespace by its name, and for no other. */
function meansOnly({ requirements }: Selector, name: string): boolean {
  return requirements.some(
    ({ key, operator, values }) =>
      key === NAMESPACE_NAME_LABEL && operator === 'In' && values.every((value) => value === name),
  );
}

function mayRead({ only, blind }: LiveView, namespace: string): boolean {
  return !blind && (only === null || only === namespace);
}

function unreadable(namespace: string | null): Answer {
  const where = namespace === null ? '' : ` of ${namespace}`;
  return { found: null, open: false, notes: [`The pods${where} may not be read with this context.`] };
}

function assumed(namespace: string): string {
  return `The policy names no namespace: ${namespace} is that of the context, to which kubectl would apply it.`;
}

const NO_NAMESPACE: Answer = {
  found: null,
  open: false,
  notes: ['The namespace of the policy is template text, so it is not known where it would be applied.'],
};

function foundOf({ sure, maybe }: Selection<LivePod>): Selection<Found> {
  return { sure: sure.map(foundPod), maybe: maybe.map(foundPod) };
}

function foundPod({ namespace, name, labels, owner, phase, node, hostNetwork, addresses }: LivePod): Found {
  const pod = { name, phase, node, hostNetwork, addresses, labels: Object.fromEntries(labels) };
  return { namespace, kind: owner.kind, name: owner.name, hostNetwork, pod, at: null };
}
