/** Rule hostnetwork-selected: a policy or a peer selects pods in the node's network, to which it mostly does not apply. */
import { nameNode, podLabels, type Resource } from '../../core/resource.ts';
import type { Finding, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { get } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction, PEERS_FIELD } from '../../engine/direction.ts';
import { isDnsServer } from '../../engine/dns-servers.ts';
import { podsOf } from '../../engine/pods.ts';
import { type Policy, rulesOf, soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import type { PodsPeer } from '../../engine/policy-rule.ts';
import {
  type NamespaceLookup,
  namespacesMatching,
  type Selection,
  selectedBy,
  workloadsMatching,
} from '../../engine/selected.ts';
import type { Selector } from '../../engine/selector.ts';
import { HOSTNETWORK_EXAMPLES } from './hostnetwork-selected-examples.ts';

export const hostnetworkSelected: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'hostnetwork-selected',
    family: 'pitfall',
    severity: 'warning',
    sees: 'workspace',
    title: "A selector is for pods in the node's network, to which most network plugins apply no policy.",
    why: `A pod with \`hostNetwork: true\` has the address of its node. Kubernetes leaves open what policies mean for it, and most network plugins cannot tell its packets from the node's own: a policy that selects it **isolates nothing**, and a peer that names it **matches nothing**, in \`from\` as in \`to\`.

To let such pods in or to reach them, name the addresses of the nodes in an \`ipBlock\`. To protect them, take \`hostNetwork\` away, or use the host policies of the network plugin or a firewall on the node.`,
    refs: [
      {
        title: 'Kubernetes: NetworkPolicy and hostNetwork pods',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods',
      },
      {
        title:
          'CIS Kubernetes Benchmark 5.2.5: minimize the admission of containers that share the host network',
      },
    ],
    examples: HOSTNETWORK_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    const isolating = DIRECTIONS.filter((direction) => policy?.isolates[direction] === true);
    if (!policy || isolating.length === 0) return;
    yield* selectedFindings(policy, scope);
    for (const direction of isolating) yield* peerFindings(policy, direction, scope, context);
  },
};

/** A default deny is for whatever runs in the namespace; only a policy that picks pods has these in mind. */
function* selectedFindings(policy: Policy, scope: NamespaceScope): Iterable<Finding> {
  const { pair, selector } = policy.podSelector;
  if (!pair || !isPicking(selector)) return;
  const selection = selectedBy(policy, scope);
  const inHost = inHostNetwork(selection);
  const [first] = inHost;
  if (!first) return;
  const isAll = inHost.length === selection.sure.length;
  const { resource } = policy;
  yield {
    at: { document: resource.document, span: visibleSpan(pair.value, pair.key.span) },
    resource,
    message: isAll
      ? `${named(inHost)} in the node's network, where most network plugins apply no policy: this one protects nothing. Take \`hostNetwork\` away, or protect the node itself.`
      : `${named(inHost)} in the node's network, where most network plugins apply no policy: of the pods selected here, these stay open.`,
    ...(!isAll && { severity: 'info' as const }),
    related: relatedTo(inHost),
  };
}

function* peerFindings(
  policy: Policy,
  direction: Direction,
  scope: NamespaceScope,
  { namespaces, config }: NamespaceContext,
): Iterable<Finding> {
  const { resource } = policy;
  const { document } = resource;
  for (const { peers } of rulesOf(policy, direction).rules)
    for (const peer of peers.kind === 'some' ? peers.items : []) {
      if (peer.kind !== 'pods' || !isPicking(peer.podSelector)) continue;
      const inHost = allInHostNetwork(peer, scope, namespaces);
      if (inHost.length === 0) continue;
      // Where the config says who answers DNS, the rules about DNS say what misses it.
      if (config.platform.dns && inHost.every((w) => isDnsServer(w.namespace, podLabels(w)))) continue;
      yield {
        at: { document, span: visibleSpan(peer.node, resource.root.span) },
        resource,
        message: peerMessage(direction, inHost),
        related: relatedTo(inHost),
      };
    }
}

/** Whether a selector picks pods by a label, so that those it matches are those it is for. */
function isPicking(selector: Selector | null): boolean {
  return selector?.requirements.some(({ operator }) => operator === 'In') ?? false;
}

const cache = new WeakMap<readonly Resource[], readonly Resource[]>();

/** The workloads surely selected and surely in the node's network; none when there may be others beside them. */
function inHostNetwork({ sure, maybe }: Selection<Resource>): readonly Resource[] {
  if (maybe.length > 0) return [];
  // Many policies select the same.
  const known = cache.get(sure) ?? sure.filter((workload) => podsOf(workload).hostNetwork === true);
  cache.set(sure, known);
  return known;
}

/** The workloads that a peer matches if all of them are in the node's network; none as soon as one is not, or may not be. */
function allInHostNetwork(
  { podSelector, namespaceSelector }: PodsPeer,
  own: NamespaceScope,
  namespaces: NamespaceLookup,
): readonly Resource[] {
  const { sure, maybe } = namespaceSelector
    ? namespacesMatching(namespaceSelector, namespaces)
    : { sure: [own], maybe: [] };
  const all: Resource[] = [];
  for (const [i, scope] of [...sure, ...maybe].entries()) {
    const selection = workloadsMatching(podSelector, scope);
    if (selection.sure.length === 0 && selection.maybe.length === 0) continue;
    const inHost = inHostNetwork(selection);
    if (i >= sure.length || inHost.length === 0 || inHost.length < selection.sure.length) return [];
    all.push(...inHost);
  }
  return all;
}

function named(workloads: readonly Resource[]): string {
  const [first, second] = workloads;
  const name = (resource: Resource) => `${resource.kind} ${resource.name ?? '(no name)'}`;
  if (!first) return '';
  if (!second) return `${name(first)} runs`;
  return workloads.length === 2
    ? `${name(first)} and ${name(second)} run`
    : `${name(first)}, ${name(second)} and ${workloads.length - 2} more run`;
}

function peerMessage(direction: Direction, workloads: readonly Resource[]): string {
  const effect =
    direction === 'Ingress'
      ? "what comes from there has the node's address, and most network plugins do not match it with this peer"
      : "what goes there goes to the node's address, which most network plugins do not match with this peer";
  return `${named(workloads)} in the node's network: ${effect}, so nothing is allowed. Name the addresses of the nodes with an \`ipBlock\` in \`${PEERS_FIELD[direction]}\`.`;
}

function relatedTo(workloads: readonly Resource[]) {
  return workloads.slice(0, 5).map((workload) => {
    const field = get(get(workload.pod, 'spec'), 'hostNetwork') ?? nameNode(workload);
    return {
      at: { document: workload.document, span: field.span },
      message: `${workload.kind} ${workload.name ?? '(no name)'} runs in the node's network.`,
    };
  });
}
