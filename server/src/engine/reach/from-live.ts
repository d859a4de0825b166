/**
 * Owns making facts of the state of a cluster, and laying manifests over them as applying these would. Policies are read by the
 * one reader there is, from their JSON. What could not be read is among the facts as something that may do anything.
 */
import { YamlDocument } from '../../core/document.ts';
import { parseAddress } from '../../core/ip-notation.ts';
import { describe, type Resource, resourcesOf } from '../../core/resource.ts';
import { hasEnded, type LivePod } from '../live-pods.ts';
import { type LivePolicy, liveObjectsOf, type Snapshot } from '../snapshot.ts';
import type { Facts, NamespaceFacts, PodFacts, PolicyFacts, TieredPolicyFacts } from './facts.ts';
import { policyFacts } from './from-manifests.ts';
import { tieredPolicyOf } from './tiered-policy.ts';

/** The facts of a cluster. `origin` names it in the URIs of policies: `context:staging`. */
export function factsOfSnapshot(snapshot: Snapshot, origin: string): Facts {
  const live = liveObjectsOf(snapshot);
  const namespaces = [...live.namespaces()];
  const policies: PolicyFacts[] = [];
  const tieredPolicies: TieredPolicyFacts[] = [];
  const notes: string[] = [];
  for (const policy of snapshot.policies) {
    const resource = resourceOf(policy, origin);
    if (resource?.role === 'policy') policies.push(policyFacts(resource, policy.metadata.namespace ?? ''));
    const tiered = resource?.role === 'other-policy' ? tieredPolicyOf(resource) : null;
    if (tiered) tieredPolicies.push(tiered);
    else if (resource?.role !== 'policy')
      notes.push(
        `What ${resource ? describe(resource) : `${policy.kind} ${policy.metadata.name}`} allows or denies is not taken into account.`,
      );
  }
  const names = namespaces.map(({ name }) => name);
  return {
    namespaces: namespaces.map(({ name, labels }) => ({ name, labels, complete: true })),
    pods: names.flatMap((name) => [...live.podsIn(name)].filter((pod) => !hasEnded(pod)).map(podFacts)),
    policies: [...policies, ...hiddenPolicies(snapshot, names)],
    tieredPolicies: [...tieredPolicies, ...hiddenTiers(snapshot)],
    podAddresses: null,
    notes,
  };
}

function resourceOf(policy: LivePolicy, origin: string): Resource | null {
  const { namespace, name } = policy.metadata;
  const place = [policy.kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
  const document = new YamlDocument(`${origin}/${place}`, JSON.stringify(policy, null, 2));
  return resourcesOf(document)[0] ?? null;
}

function podFacts(pod: LivePod): PodFacts {
  const { namespace, owner, labels, namedPorts, hostNetwork } = pod;
  const addresses = pod.addresses.flatMap((text) => {
    const address = parseAddress(text);
    return address ? [address.family === 4 ? Number(address.value) : address.value] : [];
  });
  return {
    ...{ namespace, labels, namedPorts, hostNetwork },
    workload: `${namespace}/${owner.name}[${owner.kind}]`,
    complete: true,
    portsKnown: true,
    addresses: addresses.length > 0 ? addresses : null,
    origin: null,
  };
}

/** The namespaces whose policies were not read each have one that may select any pods and allow anything. */
function hiddenPolicies({ forbidden, namespace: own }: Snapshot, names: readonly string[]): PolicyFacts[] {
  const refused = forbidden.filter(({ verb, resource }) => verb === 'list' && resource === 'networkpolicies');
  if (refused.length === 0) return [];
  const mayReadOwn = refused.every(({ namespace }) => namespace !== own);
  return names
    .filter((name) => !(mayReadOwn && name === own))
    .map((namespace) => ({
      ...{ namespace, name: '(policies that may not be read)', podSelector: null, origin: null },
      isolates: { Ingress: null, Egress: null },
      rules: { Ingress: [], Egress: [] },
      maybeMore: { Ingress: true, Egress: true },
    }));
}

const TIERED = /^(?:clusternetworkpolicies|adminnetworkpolicies|policy\.networking\.k8s\.io)$/;
const BASELINE = /^(?:clusternetworkpolicies|baselineadminnetworkpolicies|policy\.networking\.k8s\.io)$/;

/** A policy of a whole cluster that may not be read may be about any pods, and do anything, before and behind all others. */
function hiddenTiers({ forbidden }: Snapshot): TieredPolicyFacts[] {
  const refused = forbidden.filter(({ verb }) => verb !== 'watch').map(({ resource }) => resource);
  const anything = { name: null, action: null, peers: 'unknown', ports: null } as const;
  return (['Admin', 'Baseline'] as const)
    .filter((tier) => refused.some((resource) => (tier === 'Admin' ? TIERED : BASELINE).test(resource)))
    .map((tier) => ({
      ...{ tier, subject: null, origin: null, priority: 0 },
      kind: 'ClusterNetworkPolicy',
      name: '(those that may not be read)',
      rules: { Ingress: [anything], Egress: [anything] },
    }));
}

/**
 * What a cluster would be with manifests applied to it: policies in place of those of the same name, labels of namespaces added,
 * nothing deleted. The pods stay those that run. `unnamed` is the namespace of what names none.
 */
export function overlaid(live: Facts, manifests: Facts, unnamed: string): Facts {
  const applied = manifests.policies.map((policy) => {
    const resource = policy.origin?.resource;
    return resource?.namespace === null && !resource.namespaceUnknown
      ? { ...policy, namespace: unnamed }
      : policy;
  });
  const tieredPolicies = byKey(
    [...live.tieredPolicies, ...manifests.tieredPolicies],
    ({ kind, name }) => `${kind} ${name}`,
  );
  return {
    ...live,
    tieredPolicies,
    namespaces: byKey([...live.namespaces, ...namespacesOver(live, manifests)], ({ name }) => name),
    policies: byKey([...live.policies, ...applied], ({ namespace, name }) => `${namespace} ${name}`),
    notes: [...live.notes, ...manifests.notes],
  };
}

function namespacesOver(live: Facts, manifests: Facts): NamespaceFacts[] {
  const known = new Map(live.namespaces.map((namespace) => [namespace.name, namespace]));
  return manifests.namespaces.flatMap((namespace) => {
    const current = known.get(namespace.name);
    if (!current || !namespace.labels) return current ? [] : [namespace];
    const labels = new Map([...(current.labels ?? []), ...namespace.labels]);
    return [{ name: namespace.name, labels, complete: current.labels !== null && current.complete }];
  });
}

/** The last of each key, where the first of it stood. */
function byKey<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
