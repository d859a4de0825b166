// Which pods egress-without-dns says starve. The oracle knows what each policy allows, and tries every pod.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createLinter } from '../../server/src/core/lint.ts';
import type { NamespaceScope } from '../../server/src/core/workspace.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import type { Json } from '../../server/src/core/yaml/json.ts';
import { dnsRuleOf } from '../../server/src/engine/dns-servers.ts';
import { egressWithoutDns } from '../../server/src/rules/dns/egress-without-dns.ts';
import { starvedPodsIn } from '../../server/src/rules/dns/starved-pods.ts';
import { applyFix } from '../support/example.ts';
import { runs } from '../support/runs.ts';

type Labels = Readonly<Record<string, string>>;
type Verdict = boolean | null;
interface Allowed {
  readonly egress: readonly Json[];
  readonly udp: Verdict;
  readonly tcp: Verdict;
}

const toDns = (...protocols: string[]): Json => ({
  to: (dnsRuleOf('kube-dns') as { to: Json }).to,
  ports: protocols.map((protocol) => ({ protocol, port: 53 })),
});
const DATABASE: Json = { to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 5432 }] };
const ALLOWED: Readonly<Record<string, Allowed>> = {
  nothing: { egress: [], udp: false, tcp: false },
  database: { egress: [DATABASE], udp: false, tcp: false },
  dns: { egress: [DATABASE, toDns('UDP', 'TCP')], udp: true, tcp: true },
  udp: { egress: [toDns('UDP')], udp: true, tcp: false },
  tcp: { egress: [toDns('TCP')], udp: false, tcp: true },
  resolver: {
    egress: [{ to: [{ ipBlock: { cidr: '192.0.2.53/32' } }], ports: [{ protocol: 'UDP', port: 53 }] }],
    udp: null,
    tcp: false,
  },
};

interface Selector {
  readonly written: Json;
  readonly selects: (pod: Labels) => boolean;
}
const SELECTORS: readonly Selector[] = [
  { written: {}, selects: () => true },
  ...['1', '2'].flatMap((v): Selector[] => [
    { written: { matchLabels: { a: v } }, selects: (pod) => pod.a === v },
    { written: { matchLabels: { b: v } }, selects: (pod) => pod.b === v },
    { written: { matchLabels: { a: v, b: '1' } }, selects: (pod) => pod.a === v && pod.b === '1' },
    {
      written: { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [v] }] },
      selects: (pod) => pod.a !== v,
    },
  ]),
  {
    written: { matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] },
    selects: (p) => p.a === '1' || p.a === '2',
  },
  {
    written: { matchExpressions: [{ key: 'b', operator: 'Exists' }] },
    selects: (pod) => pod.b !== undefined,
  },
];
const PODS: readonly Labels[] = [undefined, '1', '2', '3'].flatMap((a) =>
  [undefined, '1', '2', '3'].map((b) => ({ ...(a && { a }), ...(b && { b }) })),
);

const policies = fc.array(
  fc.record({
    allowed: fc.constantFrom(...Object.values(ALLOWED)),
    selector: fc.constantFrom(...SELECTORS),
    isolates: fc.constantFrom(true, true, true, false),
  }),
  { maxLength: 5 },
);
type PolicyCase = typeof policies extends fc.Arbitrary<(infer P)[]> ? P : never;

function scopeOf(cases: readonly PolicyCase[], pods: readonly Labels[]): NamespaceScope {
  const objects: Json[] = [
    ...cases.map(({ allowed, selector, isolates }, i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `p${i}`, namespace: 'shop' },
      spec: {
        podSelector: selector.written,
        policyTypes: isolates ? ['Ingress', 'Egress'] : ['Ingress'],
        egress: allowed.egress,
      },
    })),
    ...pods.map((labels, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `w${i}`, namespace: 'shop', labels: { ...labels } },
      spec: {},
    })),
  ];
  const workspace = new Workspace();
  workspace.set('file:///w.yaml', objects.map((o) => JSON.stringify(o)).join('\n---\n'));
  const [scope] = workspace.scopes;
  return (
    scope ?? {
      key: '',
      world: '',
      unseen: null,
      rendered: false,
      name: 'shop',
      isCluster: false,
      namespace: null,
      policies: [],
      workloads: [],
      services: [],
      routes: [],
      accessRoles: [],
      accessBindings: [],
      otherPolicies: [],
      members: new Set(),
    }
  );
}

function any(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(true) ? true : verdicts.includes(null) ? null : false;
}

/** What a pod isolated for egress lacks, or null when it is not, or lacks nothing for sure. */
function lacks(cases: readonly PolicyCase[], pod: Labels): string | null {
  const mine = cases.filter((c) => c.isolates && c.selector.selects(pod));
  const [udp, tcp] = [any(mine.map((c) => c.allowed.udp)), any(mine.map((c) => c.allowed.tcp))];
  if (mine.length === 0) return null;
  if (udp === false) return tcp === true ? 'UDP' : 'DNS';
  return udp === true && tcp === false ? 'TCP' : null;
}

suite('starvedPodsIn', () => {
  test('names a starving workload, and no other', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.constantFrom(...PODS), { maxLength: 5 }), (cases, pods) => {
        const found = starvedPodsIn(scopeOf(cases, pods)).filter((s) => s.workloads.length > 0);
        for (const { policy, lacks: what, workloads } of found) {
          const own = cases[Number(policy.resource.name?.slice(1))];
          for (const { name } of workloads) {
            const pod = pods[Number(name?.slice(1))] as Labels;
            assert.equal(lacks(cases, pod), what);
            assert.ok(own?.isolates && own.selector.selects(pod), 'the policy isolates the pod');
          }
        }
        const starving = pods.map((pod) => lacks(cases, pod));
        const named = found.flatMap((s) => s.workloads.map((w) => Number(w.name?.slice(1))));
        assert.equal(named.length, new Set(named).size, 'no workload is named twice');
        for (const [i, what] of starving.entries())
          if (what === null || what === 'DNS') assert.equal(named.includes(i), what === 'DNS');
      }),
      { numRuns: runs(120) },
    );
  });

  test('judges a policy without workloads by every pod that it could select', () => {
    fc.assert(
      fc.property(policies, (cases) => {
        const found = starvedPodsIn(scopeOf(cases, [])).filter((s) => s.unknown === null);
        const named = found.map((s) => Number(s.policy.resource.name?.slice(1)));
        cases.forEach((own, i) => {
          const pods = PODS.filter(own.selector.selects);
          const all = new Set(pods.map((pod) => lacks(cases, pod)));
          const surely = own.isolates && all.size === 1 ? [...all][0] : null;
          const same = cases.findIndex(
            (c) => c.isolates && c.selector === own.selector && c.allowed.egress.length > 0,
          );
          if (named.includes(i)) assert.ok(own.isolates && !all.has(null), `p${i}`);
          if (surely === 'DNS' && own.allowed.egress.length > 0 && same === i)
            assert.ok(named.includes(i), `p${i}`);
        });
      }),
      { numRuns: runs(120) },
    );
  });
});

const POLICY = (spec: string, name = 'web') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n${spec}`;
const TO_DATABASE =
  '  egress:\n    - to:\n        - podSelector:\n            matchLabels:\n              app: db\n      ports:\n        - port: 5432\n';
const WEB = `  podSelector:\n    matchLabels:\n      app: web\n  policyTypes: [Egress]\n${TO_DATABASE}`;

function diagnose(text: string) {
  const workspace = new Workspace();
  const linter = createLinter(() => workspace, { rules: [egressWithoutDns] });
  const file = workspace.set('file:///w.yaml', text);
  return file.documents.flatMap((d) => [...linter.diagnose(d)]);
}

suite('egress-without-dns', () => {
  const silent: readonly [name: string, text: string][] = [
    ['a policy in a template', POLICY(WEB.replace('app: web', 'app: "{{ .x }}"'))],
    [
      'a policy beside template text',
      POLICY(`${WEB}    - to: [{ ipBlock: { cidr: "{{ .Values.cidr }}" } }]\n      ports: [{ port: 443 }]\n`),
    ],
    ['a policy that is not sound YAML yet', POLICY(`${WEB}  ingress: [\n`)],
    [
      'another policy that is not sound YAML yet',
      `${POLICY(WEB)}---\n${POLICY('  podSelector: {}\n  policyTypes: [Egress]\n  egress: [', 'dns')}`,
    ],
    [
      'a narrow policy that denies everything, as a quarantine does',
      POLICY('  podSelector:\n    matchLabels:\n      quarantine: "true"\n  policyTypes: [Egress]\n'),
    ],
    [
      "the cluster's DNS pods",
      POLICY(WEB.replace('app: web', 'k8s-app: kube-dns')).replace(
        'namespace: shop',
        'namespace: kube-system',
      ),
    ],
  ];
  for (const [name, text] of silent) test(`is silent on ${name}`, () => assert.deepEqual(diagnose(text), []));

  test('is uncertain beside a policy of another API', () => {
    const cilium = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: dns\n  namespace: shop\nspec: {}\n`;
    const [found] = diagnose(`${POLICY(WEB)}---\n${cilium}`);
    assert.equal(found?.severity, 'hint');
    assert.ok(
      found.message.endsWith('CiliumNetworkPolicy shop/dns may allow DNS in its own way.'),
      found.message,
    );
  });

  test('names a policy once for a selector that several share', () => {
    const found = diagnose(`${POLICY(WEB)}---\n${POLICY(WEB, 'web-2')}`);
    assert.deepEqual(
      found.map((d) => d.resource?.name),
      ['web'],
    );
  });

  test('names up to five workloads, and counts the rest', () => {
    const pod = (n: number) =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: w${n}\n  namespace: shop\n  labels:\n    app: web\nspec: {}\n`;
    const [found] = diagnose([POLICY(WEB), ...[1, 2, 3, 4, 5, 6, 7].map(pod)].join('---\n'));
    assert.ok(found?.message.startsWith('Pod w1, Pod w2 and 5 more cannot look up names'), found?.message);
    assert.equal(found?.finding.related?.length, 5);
  });

  /** The spec of the policy that lacks DNS, which a fix must complete without touching the rest. */
  const fixable: readonly [name: string, spec: string][] = [
    ['block style', WEB],
    ['a comment behind', WEB.replace('port: 5432', 'port: 5432 # PostgreSQL')],
    [
      'flow style',
      '  { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }] }\n',
    ],
    ['CRLF', WEB.replaceAll('\n', '\r\n')],
    [
      'lists at the column of their key',
      '  podSelector:\n    matchLabels:\n      app: web\n  policyTypes:\n  - Egress\n  egress:\n  - to:\n    - podSelector: {}\n',
    ],
    ['no final newline', WEB.trimEnd()],
  ];
  for (const [name, spec] of fixable)
    test(`is fixed in ${name}`, () => {
      const text = spec.includes('\r') ? POLICY(spec).replaceAll(/\r?\n/g, '\r\n') : POLICY(spec);
      const [found] = diagnose(text);
      assert.equal(found?.finding.fixes?.length, 3);
      for (const fix of found?.finding.fixes ?? []) {
        const fixed = applyFix(text, fix);
        assert.deepEqual(diagnose(fixed), []);
        assert.ok(fixed.includes('53'));
      }
    });

  test('is fixed in JSON', () => {
    const spec = {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [DATABASE],
    };
    const metadata = { name: 'web', namespace: 'shop' };
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
    for (const text of [JSON.stringify(object), JSON.stringify(object, null, 2)]) {
      const [fix] = diagnose(text)[0]?.finding.fixes ?? [];
      assert.ok(fix);
      const egress: readonly Json[] = [DATABASE, dnsRuleOf('kube-dns')];
      assert.deepEqual(JSON.parse(applyFix(text, fix)), { ...object, spec: { ...spec, egress } });
    }
  });

  test('is not fixed where the egress rules are written for others too', () => {
    const shared = POLICY(WEB.replace('egress:\n', 'egress: &rules\n'));
    assert.deepEqual(diagnose(shared)[0]?.finding.fixes, []);
  });
});
