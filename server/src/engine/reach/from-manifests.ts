/**
 * Owns making facts of manifests: the namespaces of one world of a workspace. Where they come from is decided elsewhere.
 */

import { parseAddress } from '../../core/ip-notation.ts';
import { describe, podLabels, type Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/scope.ts';
import { asMap, asScalar, asSeq, asString, get } from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import type { AddressSet } from '../cidr.ts';
import { podsOf } from '../pods.ts';
import { type Policy, soundPolicyOf } from '../policy.ts';
import type { Peer, PolicyRule } from '../policy-rule.ts';
import type {
  Facts,
  NamedPort,
  NamespaceFacts,
  PeerFacts,
  PodFacts,
  PolicyFacts,
  RuleFacts,
} from './facts.ts';
import { tieredPolicyOf } from './tiered-policy.ts';

export interface FactOptions {
  /** See Facts. */
  readonly podAddresses?: AddressSet | null;
  /** The namespace of what names none: where kubectl puts it if its context says nothing. */
  readonly unnamedNamespace?: string;
}

/** The facts of the namespaces of one world. */
export function factsOf(
  scopes: Iterable<NamespaceScope>,
  { podAddresses = null, unnamedNamespace = 'default' }: FactOptions = {},
): Facts {
  const namespaces = new Map<string, NamespaceFacts>();
  const pods: PodFacts[] = [];
  const policies: PolicyFacts[] = [];
  const others = new Set<Resource>();
  const notes = new Set<string>();
  for (const scope of scopes) {
    const name = scope.name ?? unnamedNamespace;
    const facts = namespaceFacts(name, scope.namespace);
    if (scope.namespace || !namespaces.has(name)) namespaces.set(name, facts);
    if (scope.unseen !== null) notes.add(`There may be more than was looked at: ${scope.unseen}.`);
    for (const workload of scope.workloads) {
      const found = podFacts(workload, name);
      if (found) pods.push(found);
    }
    for (const resource of scope.policies) if (!resource.partial) policies.push(policyFacts(resource, name));
    for (const resource of scope.otherPolicies) others.add(resource);
  }
  const tieredPolicies = [...others].flatMap((resource) => tieredPolicyOf(resource) ?? []);
  for (const resource of others)
    if (!tieredPolicies.some(({ origin }) => origin === resource))
      notes.add(`What ${describe(resource)} allows or denies is not taken into account.`);
  return {
    ...{ pods, policies, tieredPolicies, podAddresses },
    namespaces: [...namespaces.values()],
    notes: [...notes],
  };
}

function namespaceFacts(name: string, resource: Resource | null): NamespaceFacts {
  const labels = get(resource?.metadata, 'labels');
  const readable = resource && !(labels && isTemplated(labels, resource.document.text));
  return { name, labels: readable ? resource.labels : null, complete: false };
}

/** Null for a patch, and for pods that have ended. */
function podFacts(workload: Resource, namespace: string): PodFacts | null {
  const { hostNetwork, isDone, ports, portsKnown } = podsOf(workload);
  if (isDone || (workload.partial && !workload.derived)) return null;
  const namedPorts = ports.flatMap(({ name, protocol, number }): NamedPort[] =>
    name === null ? [] : [{ name, protocol, number }],
  );
  return {
    ...{ namespace, namedPorts, portsKnown, hostNetwork },
    workload: workloadId(workload, namespace),
    labels: podLabels(workload),
    // A live pod that was written to a file has all of its labels.
    complete: workload.kind === 'Pod' && asString(get(workload.metadata, 'uid')) !== null,
    addresses: addressesOf(workload),
    origin: workload,
  };
}

/** `namespace/name[Kind]`: of a pod that a controller made, the controller's. */
function workloadId(workload: Resource, namespace: string): string {
  const owners =
    workload.kind === 'Pod' ? (asSeq(get(workload.metadata, 'ownerReferences'))?.items ?? []) : [];
  const owner = owners.find((item) => asScalar(get(item, 'controller'))?.value === true) ?? owners[0];
  const generated = asString(get(workload.metadata, 'generateName'));
  const name = asString(get(owner, 'name')) ?? workload.name ?? generated ?? '(no name)';
  return `${namespace}/${name}[${asString(get(owner, 'kind')) ?? workload.kind}]`;
}

/** The addresses of a live pod; null for everything that has none yet. */
function addressesOf(workload: Resource): readonly (number | bigint)[] | null {
  const status = workload.kind === 'Pod' ? asMap(get(workload.root, 'status')) : null;
  const texts = (asSeq(get(status, 'podIPs'))?.items ?? []).map((item) => asString(get(item, 'ip')));
  const all = texts.length > 0 ? texts : [asScalar(get(status, 'podIP'))?.text ?? null];
  const addresses = all.flatMap((text) => {
    const address = text === null ? null : parseAddress(text);
    return address ? [address.family === 4 ? Number(address.value) : address.value] : [];
  });
  return addresses.length > 0 ? addresses : null;
}

/** A policy that cannot be read is among the facts all the same, as one that may select any pods and allow anything. */
export function policyFacts(resource: Resource, namespace: string): PolicyFacts {
  const policy = soundPolicyOf(resource);
  const name = resource.name ?? '(no name)';
  if (!policy)
    return {
      ...{ name, namespace, podSelector: null, origin: null },
      isolates: { Ingress: null, Egress: null },
      rules: { Ingress: [], Egress: [] },
      maybeMore: { Ingress: true, Egress: true },
    };
  return { ...factsOfPolicy(policy), name, namespace };
}

/** What a NetworkPolicy says, as facts. */
export function factsOfPolicy(policy: Policy): PolicyFacts {
  const { resource, podSelector, isolates, ingress, egress } = policy;
  return {
    ...{ isolates, origin: policy },
    name: resource.name ?? '(no name)',
    namespace: resource.namespace ?? '',
    podSelector: podSelector.selector,
    rules: { Ingress: ingress.rules.map(ruleFacts), Egress: egress.rules.map(ruleFacts) },
    maybeMore: { Ingress: ingress.unknown, Egress: egress.unknown },
  };
}

function ruleFacts({ peers, ports }: PolicyRule): RuleFacts {
  return {
    peers: peers.kind === 'some' ? peers.items.map(peerFacts) : peers.kind,
    ports: ports.kind === 'unknown' ? null : ports.set,
  };
}

function peerFacts(peer: Peer): PeerFacts {
  if (peer.kind === 'cidr') return { kind: 'addresses', addresses: peer.addresses };
  if (peer.kind === 'unknown') return { kind: 'unknown' };
  return { kind: 'pods', podSelector: peer.podSelector, namespaceSelector: peer.namespaceSelector };
}
