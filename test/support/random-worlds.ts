/**
 * Owns random small worlds for the engine and the naive evaluator, and writing them as the manifests that the engine reads.
 */
import fc from 'fast-check';
import type { LabelSelector, NetworkPolicy, Pod, Protocol, TieredPolicy, World } from './naive-reach.ts';

const NAMESPACES = ['x', 'y', 'z'] as const;
const namespace = fc.constantFrom(...NAMESPACES);
const key = fc.constantFrom('app', 'tier');
const value = fc.constantFrom('a', 'b', '');
const protocol: fc.Arbitrary<Protocol> = fc.constantFrom('TCP', 'TCP', 'UDP', 'SCTP');
const labels = fc.dictionary(key, value, { maxKeys: 2 });

/** A record without the fields that are undefined. */
const some = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: (keyof T)[]) =>
  fc.record(shape, { requiredKeys: required });

const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom('app', 'tier', 'kubernetes.io/metadata.name'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom('a', 'b', '', 'x', 'y'), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ matchLabels: fc.dictionary(key, value, { minKeys: 1, maxKeys: 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 1 }) }),
  },
);
const byName = fc.record({ matchLabels: fc.record({ 'kubernetes.io/metadata.name': namespace }) });
const namespaceSelector: fc.Arbitrary<LabelSelector> = fc.oneof(selector, byName);

/** Blocks, each with blocks inside of it. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  '0.0.0.0/0': ['10.0.0.0/8', '10.0.0.2/32', '192.0.2.0/25'],
  '10.0.0.0/29': ['10.0.0.0/31', '10.0.0.2/32', '10.0.0.4/30'],
  '10.0.0.2/31': ['10.0.0.3/32'],
  '10.0.0.3/32': [],
  '192.0.2.0/24': ['192.0.2.128/25', '192.0.2.7/32'],
  '::/0': ['fd00::/125', '2001:db8::/32'],
  'fd00::/125': ['fd00::2/127', 'fd00::1/128'],
  '2001:db8::/32': ['2001:db8:1::/48'],
};
const ipBlock = fc.constantFrom(...Object.keys(BLOCKS)).chain((cidr) => {
  const inside = BLOCKS[cidr] ?? [];
  return inside.length === 0
    ? fc.constant({ cidr })
    : some({ cidr: fc.constant(cidr), except: fc.subarray([...inside]) }, ['cidr']);
});

/** Addresses to try from and to outside: on both sides of the borders of the blocks. */
export const OUTSIDE = [
  ...['9.255.255.255', '10.0.0.2', '10.0.0.9', '192.0.2.7', '192.0.2.128', '192.0.3.0'],
  ...['2001:db8::1', '2001:db8:1::1', 'fd00::1', 'fd00::9'],
];

const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector: selector, namespaceSelector }),
  fc.record({ ipBlock }),
);

const number = fc.constantFrom(1, 79, 80, 81, 443, 65535);
const policyPort = fc.oneof(
  some({ protocol }, []),
  some({ protocol, port: number }, ['port']),
  some({ protocol, port: fc.constantFrom('web', 'dns') }, ['port']),
  some({ protocol, port: fc.constantFrom(1, 79, 80), endPort: fc.constantFrom(80, 81, 443, 65535) }, [
    'port',
    'endPort',
  ]),
);
const rule = (field: 'from' | 'to') =>
  some({ [field]: fc.array(peer, { maxLength: 2 }), ports: fc.array(policyPort, { maxLength: 2 }) }, []);

const policySpec: fc.Arbitrary<NetworkPolicy['spec']> = some(
  {
    podSelector: selector,
    policyTypes: fc.subarray(['Ingress', 'Egress']),
    ingress: fc.array(rule('from'), { maxLength: 2 }),
    egress: fc.array(rule('to'), { maxLength: 2 }),
  },
  [],
);

/** A NetworkPolicy without a name. */
export const policy: fc.Arbitrary<Omit<NetworkPolicy, 'name'>> = fc.record({ namespace, spec: policySpec });

const namespacedPods = fc.oneof(
  fc.record({ namespaces: namespaceSelector }),
  fc.record({ pods: fc.record({ namespaceSelector, podSelector: selector }) }),
);
const networks = fc.record({
  networks: fc.uniqueArray(fc.constantFrom(...Object.keys(BLOCKS)), { minLength: 1, maxLength: 2 }),
});
const tierPort = fc.oneof(
  fc.record({ protocol, start: fc.constantFrom(79, 80), end: fc.constantFrom(80, 81, 443) }),
  fc.record({ name: fc.constantFrom('web', 'dns') }),
);
const tierRule = (field: 'from' | 'to'): fc.Arbitrary<TieredPolicy['ingress'][number]> =>
  some<Record<string, unknown>>(
    {
      action: fc.constantFrom('Accept', 'Deny', 'Pass'),
      [field]: fc.array(field === 'from' ? namespacedPods : fc.oneof(namespacedPods, networks), {
        minLength: 1,
        maxLength: 2,
      }),
      ports: fc.array(tierPort, { minLength: 1, maxLength: 2 }),
    },
    ['action', field],
  ) as unknown as fc.Arbitrary<TieredPolicy['ingress'][number]>;
const tiered: fc.Arbitrary<Omit<TieredPolicy, 'name'>> = fc.record({
  tier: fc.constantFrom('Admin', 'Baseline'),
  priority: fc.constantFrom(1, 5, 5, 9),
  subject: namespacedPods,
  ingress: fc.array(tierRule('from'), { maxLength: 3 }),
  egress: fc.array(tierRule('to'), { maxLength: 3 }),
});

const containerPort = some({ name: fc.constantFrom('web', 'dns'), protocol, containerPort: number }, [
  'protocol',
  'containerPort',
]);
const pod = fc.record({
  ...{ namespace, labels },
  hostNetwork: fc.constantFrom(false, false, false, false, true),
  done: fc.constantFrom(false, false, false, false, false, false, true),
  family: fc.constantFrom('4', '4', '6', '46'),
  ports: fc.array(containerPort, { maxLength: 2 }),
});

/** Everything in it is known; what the documentation leaves open (the node's network, equal priorities) is in it, too. */
export const world: fc.Arbitrary<World> = fc
  .record({
    labelled: fc.tuple(labels, labels, labels),
    pods: fc.array(pod, { minLength: 2, maxLength: 6 }),
    policies: fc.array(policy, { maxLength: 5 }),
    tiered: fc.oneof(fc.array(tiered, { maxLength: 0 }), fc.array(tiered, { maxLength: 3 })),
  })
  .map(({ labelled, pods, policies, tiered: tiers }) => ({
    namespaces: Object.fromEntries(NAMESPACES.map((name, i) => [name, labelled[i] ?? {}])),
    pods: pods.map(({ family, ...facts }, i): Pod => {
      const ips = [...family].map((version) => (version === '4' ? `10.0.0.${i + 1}` : `fd00::${i + 1}`));
      return { name: `p${i}`, ips, ...facts } as Pod;
    }),
    policies: policies.map((found, i) => ({ name: `n${i}`, ...found })),
    tiered: tiers.map((found, i) => ({ name: `t${i}`, ...found })),
  }));

/** The world as one file of manifests. */
export function manifestsOf({ namespaces, pods, policies, tiered: tiers }: World): string {
  const items = [
    ...Object.entries(namespaces).map(([name, own]) => ({
      ...{ apiVersion: 'v1', kind: 'Namespace' },
      metadata: { name, labels: own },
    })),
    ...pods.map(podManifest),
    ...policies.map(policyManifest),
    ...tiers.map((found, i) => tieredManifest(found, i % 2 === 1)),
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function podManifest({ name, namespace: own, labels: of, ips, hostNetwork, done, ports }: Pod): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name, namespace: own, labels: of, uid: name },
    spec: { hostNetwork, containers: [{ name: 'c', ports }] },
    status: { phase: done ? 'Succeeded' : 'Running', podIPs: ips.map((ip) => ({ ip })) },
  };
}

function policyManifest({ name, namespace: own, spec }: NetworkPolicy): object {
  const apiVersion = 'networking.k8s.io/v1';
  return { apiVersion, kind: 'NetworkPolicy', metadata: { name, namespace: own }, spec };
}

/** In the older form (AdminNetworkPolicy, BaselineAdminNetworkPolicy) or in that of ClusterNetworkPolicy. */
function tieredManifest(
  { name, tier, priority, subject, ingress, egress }: TieredPolicy,
  old: boolean,
): object {
  const version = old ? 'v1alpha1' : 'v1alpha2';
  const kind = old ? `${tier === 'Baseline' ? 'Baseline' : ''}AdminNetworkPolicy` : 'ClusterNetworkPolicy';
  const write = old ? oldRule : newRule;
  return {
    ...{ apiVersion: `policy.networking.k8s.io/${version}`, kind, metadata: { name } },
    spec: {
      ...(old ? {} : { tier }),
      ...{ priority, subject, ingress: ingress.map(write), egress: egress.map(write) },
    },
  };
}

type Rule = TieredPolicy['ingress'][number];

function oldRule({ ports, action, ...rest }: Rule): object {
  const written = ports?.map((item) => {
    if ('name' in item) return { namedPort: item.name };
    const { protocol: of, start, end } = item;
    return start === end
      ? { portNumber: { protocol: of, port: start } }
      : { portRange: { protocol: of, start, end } };
  });
  return { ...rest, action: action === 'Accept' ? 'Allow' : action, ...(written && { ports: written }) };
}

function newRule({ ports, ...rest }: Rule): object {
  const written = ports?.map((item) => {
    if ('name' in item) return { destinationNamedPort: item.name };
    const { protocol: of, start, end } = item;
    const destinationPort = start === end ? { number: start } : { range: { start, end } };
    return { [of.toLowerCase()]: { destinationPort } };
  });
  return { ...rest, ...(written && { protocols: written }) };
}
