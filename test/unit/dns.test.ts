// Whether a policy lets pods reach the cluster's DNS. The oracle knows no rules of thumb: it builds every cluster that fits
// what is known of DNS pods and tries a lookup in each.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type DnsProtocol, dnsReachOf } from '../../server/src/engine/dns.ts';
import { needsClusterDns } from '../../server/src/engine/dns-clients.ts';
import { dnsRuleOf } from '../../server/src/engine/dns-servers.ts';
import { deploymentFrom, policyFrom, resourceFrom } from '../support/objects.ts';
import { runs } from '../support/runs.ts';

type Labels = Readonly<Record<string, string>>;
interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}
interface SelectorSpec {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Expression[];
}
interface PeerSpec {
  readonly podSelector?: SelectorSpec;
  readonly namespaceSelector?: SelectorSpec;
}
interface PortSpec {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}
interface RuleSpec {
  readonly to?: readonly PeerSpec[] | null;
  readonly ports?: readonly PortSpec[] | null;
}

/** One way a cluster may answer DNS, with everything that a rule could ask of it. */
interface World {
  readonly platform: string;
  /** Whether this is how the platform comes, rather than how somebody may have set it up. */
  readonly usual: boolean;
  readonly policyNamespace: string;
  readonly namespace: Labels;
  readonly pod: Labels;
  readonly port: number;
  readonly portName: string;
}

const NAME = 'kubernetes.io/metadata.name';
const PLATFORMS = [
  { platform: 'kube-dns', namespace: 'kube-system', label: ['k8s-app', 'kube-dns'], port: 53 },
  {
    platform: 'openshift',
    namespace: 'openshift-dns',
    label: ['dns.operator.openshift.io/daemonset-dns', 'default'],
    port: 5353,
  },
  { platform: 'cache', namespace: 'kube-system', label: ['k8s-app', 'node-local-dns'], port: 53 },
  { platform: 'coredns', namespace: 'kube-system', label: ['k8s-app', 'coredns'], port: 53 },
] as const;
const USUAL = ['kube-dns', 'openshift'];

const WORLDS: readonly World[] = PLATFORMS.flatMap(({ platform, namespace, label: [key, value], port }) => {
  const others = ['k8s-app', 'dns.operator.openshift.io/daemonset-dns', 'app'].filter((k) => k !== key);
  const pods = others.reduce<Labels[]>(
    (all, k) => all.flatMap((pod) => [pod, ...['default', 'kube-dns', 'x'].map((v) => ({ ...pod, [k]: v }))]),
    [{ [key]: value }],
  );
  return pods.flatMap((pod) =>
    [undefined, 'kube-system', 'openshift-dns', 'shop', 'x', 'other'].flatMap((name) =>
      ['shop', 'kube-system', 'openshift-dns'].flatMap((policyNamespace) =>
        [53, 5353, 8053].flatMap((own) =>
          ['dns', 'metrics', 'x'].map((portName) => ({
            platform,
            usual: own === port && USUAL.includes(platform),
            policyNamespace,
            namespace: { ...(name && { name }), [NAME]: namespace },
            pod,
            port: own,
            portName,
          })),
        ),
      ),
    ),
  );
});

function matches({ matchLabels = {}, matchExpressions = [] }: SelectorSpec, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([k, v]) => labels[k] === v) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const own = labels[key];
      if (operator === 'Exists') return own !== undefined;
      if (operator === 'DoesNotExist') return own === undefined;
      return (own !== undefined && values.includes(own)) === (operator === 'In');
    })
  );
}

/** Whether these egress rules let a lookup through in this world. */
function answers(rules: readonly RuleSpec[], protocol: DnsProtocol, world: World): boolean {
  return rules.some(({ to, ports }) => {
    const port =
      !ports?.length ||
      ports.some((p) => {
        if ((p.protocol ?? 'TCP') !== protocol) return false;
        if (p.port === undefined) return true;
        if (typeof p.port === 'string') return p.port === world.portName;
        return p.port <= world.port && world.port <= (p.endPort ?? p.port);
      });
    const peer =
      !to?.length ||
      to.some(({ podSelector = {}, namespaceSelector }) =>
        namespaceSelector
          ? matches(namespaceSelector, world.namespace) && matches(podSelector, world.pod)
          : world.policyNamespace === world.namespace[NAME] && matches(podSelector, world.pod),
      );
    return port && peer;
  });
}

/** True when some platform surely answers, false when nothing ever does. */
function expected(
  rules: readonly RuleSpec[],
  protocol: DnsProtocol,
  namespace: string | null,
): boolean | null {
  const worlds = WORLDS.filter((w) => namespace === null || w.policyNamespace === namespace);
  const usual = worlds.filter((w) => w.usual);
  if (USUAL.some((p) => usual.filter((w) => w.platform === p).every((w) => answers(rules, protocol, w))))
    return true;
  return worlds.some((w) => answers(rules, protocol, w)) ? null : false;
}

const labelOf = fc.constantFrom('default', 'kube-dns', 'x');
const podKey = fc.constantFrom('k8s-app', 'dns.operator.openshift.io/daemonset-dns', 'app');
const expressionOf = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<string>) =>
  fc.record({
    key: keys,
    operator: fc.constantFrom<Expression['operator']>('In', 'NotIn'),
    values: fc.array(values, { minLength: 1, maxLength: 2 }),
  });
const podSelector: fc.Arbitrary<SelectorSpec> = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: fc.dictionary(podKey, labelOf, { maxKeys: 2 }) }),
  fc.record({ matchExpressions: fc.array(expressionOf(podKey, labelOf), { maxLength: 2 }) }),
  fc.constantFrom<SelectorSpec>(
    { matchLabels: { 'k8s-app': 'kube-dns' } },
    { matchExpressions: [{ key: 'k8s-app', operator: 'Exists' }] },
    { matchExpressions: [{ key: 'k8s-app', operator: 'DoesNotExist' }] },
    {
      matchExpressions: [
        { key: 'app', operator: 'Exists' },
        { key: 'app', operator: 'DoesNotExist' },
      ],
    },
  ),
);
const namespaceSelector: fc.Arbitrary<SelectorSpec> = fc.oneof(
  fc.constant({}),
  fc.record({
    matchLabels: fc.dictionary(
      fc.constantFrom(NAME, 'name'),
      fc.constantFrom('kube-system', 'openshift-dns', 'x'),
    ),
  }),
  fc.record({
    matchExpressions: fc.array(
      expressionOf(fc.constantFrom(NAME, 'name'), fc.constantFrom('kube-system', 'openshift-dns', 'shop')),
      { maxLength: 2 },
    ),
  }),
);
const peer: fc.Arbitrary<PeerSpec> = fc.oneof(
  fc.record({ podSelector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector, namespaceSelector }),
);
const port: fc.Arbitrary<PortSpec> = fc.oneof(
  fc.record(
    {
      protocol: fc.constantFrom('UDP', 'TCP', 'SCTP'),
      port: fc.constantFrom<(number | string)[]>(1, 53, 443, 5353, 8053, 'dns', 'metrics'),
    },
    { requiredKeys: [] },
  ),
  fc.record({
    protocol: fc.constantFrom('UDP', 'TCP'),
    port: fc.constant(50),
    endPort: fc.constantFrom(52, 53, 9_000),
  }),
);
const ports = fc.option(fc.array(port, { maxLength: 3 }));
const namespaceName = fc.constantFrom('shop', 'kube-system', 'openshift-dns', null);

function verdictOf(
  rules: readonly object[],
  namespace: string | null,
  protocol: DnsProtocol,
): boolean | null {
  const metadata = { name: 'web', ...(namespace !== null && { namespace }) };
  const policy = policyFrom({ podSelector: {}, policyTypes: ['Egress'], egress: rules }, metadata);
  return dnsReachOf(policy, null)[protocol];
}

suite('dnsReachOf', () => {
  test('agrees with every cluster, for a rule with one peer or none', () => {
    fc.assert(
      fc.property(
        fc.option(fc.array(peer, { maxLength: 1 })),
        ports,
        namespaceName,
        (to, listed, namespace) => {
          const rules = [{ to, ports: listed }];
          for (const protocol of ['UDP', 'TCP'] as const)
            assert.equal(
              verdictOf(rules, namespace, protocol),
              expected(rules, protocol, namespace),
              protocol,
            );
        },
      ),
      { numRuns: runs(225) },
    );
  });

  test('is never surer than every cluster, for several rules and peers', () => {
    const rule = fc.record({ to: fc.option(fc.array(peer, { maxLength: 3 })), ports }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), namespaceName, (rules, namespace) => {
        for (const protocol of ['UDP', 'TCP'] as const) {
          const verdict = verdictOf(rules, namespace, protocol);
          const truth = expected(rules, protocol, namespace);
          if (verdict !== null) assert.equal(verdict, truth, protocol);
          if (truth === false) assert.equal(verdict, false, protocol);
        }
      }),
      { numRuns: runs(45) },
    );
  });
});

/** For an egress rule, in namespace shop: the verdicts over UDP and TCP. */
const CASES: readonly [what: string, rule: object, udp: boolean | null, tcp: boolean | null][] = [
  ['kube-dns', dnsRuleOf('kube-dns') as object, true, true],
  ["OpenShift's DNS", dnsRuleOf('openshift') as object, true, true],
  ['the node-local cache, and what stands behind it', dnsRuleOf('node-local-dns') as object, true, true],
  ["the node's cache alone", { to: [block('169.254.20.10/32')], ports: [udp(53)] }, null, false],
  ["an author's own resolver", { to: [block('192.0.2.53/32')], ports: [udp(53), { port: 53 }] }, null, null],
  ['a block for another port', { to: [block('10.0.0.0/8')], ports: [{ port: 443 }] }, false, false],
  ['a public block on all ports', { to: [block('203.0.113.0/24')] }, false, false],
  ['a private block on all ports', { to: [block('10.96.0.0/12')] }, null, null],
  ['everything on all ports', { to: [block('0.0.0.0/0')] }, null, null],
  [
    'the internet without private ranges',
    {
      to: [
        block(
          '0.0.0.0/0',
          '10.0.0.0/8',
          '172.16.0.0/12',
          '192.168.0.0/16',
          '100.64.0.0/10',
          '169.254.0.0/16',
          '127.0.0.0/8',
        ),
      ],
    },
    false,
    false,
  ],
  ['public IPv6 addresses, which pods may have', { to: [block('2001:db8::/32')] }, null, null],
  [
    'a public block on a range of ports',
    { to: [block('203.0.113.0/24')], ports: [{ port: 1, endPort: 1024 }] },
    false,
    false,
  ],
  [
    'a private block on a range of ports',
    { to: [block('10.0.0.0/8')], ports: [{ port: 1, endPort: 1024 }] },
    false,
    null,
  ],
  ['a block that is no CIDR', { to: [block('10.0.0.0')] }, null, null],
  [
    'a block that its exception uses up',
    { to: [block('10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9')], ports: [udp(53)] },
    false,
    false,
  ],
  [
    'a public block on ports that cannot be read',
    { to: [block('203.0.113.0/24')], ports: [{ protocol: 'udp', port: 53 }] },
    null,
    null,
  ],
  ['a block of template text', { to: [block('{{ .Values.cidr }}')], ports: [udp(53)] }, null, false],
  [
    'ports that cannot be read',
    { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'udp', port: 53 }] },
    null,
    null,
  ],
  ['a peer that cannot be read, another port', { to: [{}], ports: [{ port: 443 }] }, false, false],
  ['a misspelt field, no ports', { form: [] }, null, null],
];

function block(cidr: string, ...except: string[]): object {
  return { ipBlock: { cidr, except } };
}

function udp(number: number): PortSpec {
  return { protocol: 'UDP', port: number };
}

suite('dnsReachOf by example', () => {
  for (const [what, rule, overUdp, overTcp] of CASES)
    test(what, () => {
      assert.equal(verdictOf([rule], 'shop', 'UDP'), overUdp, 'UDP');
      assert.equal(verdictOf([rule], 'shop', 'TCP'), overTcp, 'TCP');
    });

  test('rules of a policy that does not isolate egress allow nothing', () => {
    const policy = policyFrom({ policyTypes: ['Ingress'], egress: [{}] });
    assert.deepEqual(dnsReachOf(policy, null), { UDP: false, TCP: false });
  });

  test('rules of a policy that may not isolate egress allow nothing surely', () => {
    const policy = policyFrom({ policyTypes: '{{ .Values.types }}', egress: [{}] });
    assert.deepEqual(dnsReachOf(policy, null), { UDP: null, TCP: null });
  });

  test('rules that cannot be read may allow anything', () => {
    const policy = policyFrom({ policyTypes: ['Egress'], egress: '{{ .Values.egress }}' });
    assert.deepEqual(dnsReachOf(policy, null), { UDP: null, TCP: null });
  });
});

suite('needsClusterDns', () => {
  const cases: readonly [what: string, podSpec: object, expected: boolean | null][] = [
    ['a plain pod', {}, true],
    ['a pod that says it', { hostNetwork: false, dnsPolicy: 'ClusterFirst' }, true],
    ["a pod in the node's network", { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, false],
    ["a pod with the node's resolvers", { dnsPolicy: 'Default' }, false],
    ['a pod with resolvers of its own', { dnsPolicy: 'None' }, false],
    ['a templated network', { hostNetwork: '{{ .Values.hostNetwork }}' }, null],
    ['a templated network and another policy', { hostNetwork: '{{ .Values.x }}', dnsPolicy: 'None' }, false],
    ['a templated policy', { dnsPolicy: '{{ .Values.dnsPolicy }}' }, null],
  ];
  for (const [what, podSpec, needs] of cases)
    test(what, () => {
      const workload = deploymentFrom({ app: 'web' }, podSpec);
      assert.equal(needsClusterDns(workload), needs);
      assert.equal(needsClusterDns(workload), needs, 'and when asked again');
    });

  test('the DNS pods themselves do not', () => {
    assert.equal(needsClusterDns(deploymentFrom({ 'k8s-app': 'kube-dns' }, {}, 'kube-system')), false);
    assert.equal(needsClusterDns(deploymentFrom({ app: 'dns' }, {}, 'openshift-dns')), false);
    assert.equal(needsClusterDns(deploymentFrom({ 'k8s-app': 'kube-dns' }, {}, 'shop')), true);
  });

  test('pods that have ended do not', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: {} };
    assert.equal(needsClusterDns(resourceFrom({ ...pod, status: { phase: 'Running' } })), true);
    assert.equal(needsClusterDns(resourceFrom({ ...pod, status: { phase: 'Succeeded' } })), false);
    const template = { template: { spec: {} } };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: template };
    assert.equal(needsClusterDns(resourceFrom(job)), true);
    const ended = { ...job, status: { completionTime: '2026-11-02T08:00:00Z' } };
    assert.equal(needsClusterDns(resourceFrom(ended)), false);
  });

  test('of a workload without a pod template nothing is known', () => {
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'a' },
      spec: {},
    };
    assert.equal(needsClusterDns(resourceFrom(rollout)), null);
  });
});
