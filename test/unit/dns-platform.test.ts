// What the config's platform.dns changes: which rules reach DNS, what misses it, and what the fixes write.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DnsPlatform } from '../../server/src/core/platform.ts';
import { defaultDenyText } from '../../server/src/engine/default-deny.ts';
import { dnsReachOf } from '../../server/src/engine/dns.ts';
import { dnsMissOf } from '../../server/src/engine/dns-miss.ts';
import { DNS_DESTINATIONS, dnsRuleOf } from '../../server/src/engine/dns-servers.ts';
import { applyFix, judge } from '../support/example.ts';
import { policyFrom } from '../support/objects.ts';

/** The rules that speak where lookups cannot go through. */
const STARVED = ['egress-without-dns', 'dns-platform-mismatch'];

const PLATFORMS = Object.keys(DNS_DESTINATIONS) as DnsPlatform[];
const configOf = (platform: DnsPlatform) => `platform: { dns: ${platform} }\n`;
const allowing = (rule: unknown) => policyFrom({ podSelector: {}, policyTypes: ['Egress'], egress: [rule] });

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: registry.example/web:1 }] }
`;
const POLICY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
`;

const pods = (namespace: string, podSelector: object, port: number, ...ports: number[]) => ({
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector }],
  ports: [port, ...ports].flatMap((p) => [{ protocol: 'UDP', port: p }, { port: p }]),
});
const app = (name: string) => ({ matchLabels: { 'k8s-app': name } });
const OPENSHIFT = { matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } };

/** For a rule: whether UDP and TCP reach the DNS of each platform, and what misses it where not. */
const MISSES: readonly [
  what: string,
  rule: object,
  Readonly<Record<DnsPlatform, string | true | null | false>>,
][] = [
  [
    'kube-dns',
    pods('kube-system', app('kube-dns'), 53),
    { 'kube-dns': true, coredns: 'label', openshift: 'platform', 'node-local-dns': 'cache' },
  ],
  [
    'coredns',
    pods('kube-system', app('coredns'), 53),
    { 'kube-dns': 'label', coredns: true, openshift: 'platform', 'node-local-dns': 'cache' },
  ],
  [
    'openshift',
    pods('openshift-dns', OPENSHIFT, 5353),
    { 'kube-dns': 'platform', coredns: 'platform', openshift: true, 'node-local-dns': 'platform' },
  ],
  [
    'openshift, port of the Service',
    pods('openshift-dns', OPENSHIFT, 53),
    { 'kube-dns': 'platform', coredns: 'platform', openshift: 'port', 'node-local-dns': 'platform' },
  ],
  [
    'both ports',
    pods('openshift-dns', {}, 53, 5353),
    { 'kube-dns': 'platform', coredns: 'platform', openshift: true, 'node-local-dns': 'platform' },
  ],
  [
    'a slip',
    pods('kube-system', app('kube-dsn'), 53),
    { 'kube-dns': 'label', coredns: 'label', openshift: 'label', 'node-local-dns': 'label' },
  ],
  [
    'all of kube-system',
    pods('kube-system', {}, 53),
    { 'kube-dns': true, coredns: true, openshift: 'platform', 'node-local-dns': 'cache' },
  ],
  [
    'every address',
    { ports: [{ protocol: 'UDP', port: 53 }, { port: 53 }] },
    { 'kube-dns': true, coredns: true, openshift: false, 'node-local-dns': true },
  ],
  [
    'the cache',
    { to: [{ ipBlock: { cidr: '169.254.0.0/16' } }], ports: [{ protocol: 'UDP', port: 53 }, { port: 53 }] },
    { 'kube-dns': null, coredns: null, openshift: null, 'node-local-dns': true },
  ],
];

suite('platform.dns', () => {
  for (const platform of PLATFORMS) {
    test(`${platform}: its own rule reaches it`, () => {
      const policy = allowing(dnsRuleOf(platform));
      assert.deepEqual(dnsReachOf(policy, platform), { UDP: true, TCP: true });
      assert.equal(dnsMissOf(policy, platform), null);
    });

    test(`${platform}: nothing is said of DNS where default deny keeps it`, () => {
      const deny = defaultDenyText({ namespace: 'shop', directions: ['Egress'], dns: true, platform });
      const found = judge(`${WEB}---\n${deny}`, configOf(platform)).map((d) => d.rule.id);
      assert.deepEqual(
        found.filter((id) => id.includes('dns')),
        [],
      );
    });

    test(`${platform}: every fix ends in policies that reach it`, () => {
      const broken = [
        POLICY,
        `${POLICY}  egress:\n    - ports: [{ protocol: UDP, port: 53 }, { port: 53 }]\n`,
        `${POLICY}  egress:\n    - {}\n`,
        ...MISSES.map(([, rule]) => `${POLICY}  egress: [${JSON.stringify(rule)}]\n`),
      ];
      for (const policy of broken) {
        const text = WEB + policy;
        for (const { rule, finding } of judge(text, configOf(platform)))
          for (const fix of rule.family === 'dns' ? (finding.fixes ?? []) : []) {
            const left = judge(applyFix(text, fix), configOf(platform)).filter(
              (d) => d.rule.id === rule.id || STARVED.includes(d.rule.id),
            );
            assert.deepEqual(
              left.map((d) => d.rule.id),
              [],
              `${fix.title}\n${applyFix(text, fix)}`,
            );
          }
      }
    });
  }

  for (const [what, rule, byPlatform] of MISSES)
    for (const platform of PLATFORMS)
      test(`${what}, on ${platform}`, () => {
        const policy = allowing(rule);
        const expected = byPlatform[platform];
        const reaches = typeof expected === 'string' ? false : expected;
        assert.deepEqual(dnsReachOf(policy, platform), { UDP: reaches, TCP: reaches });
        assert.equal(
          dnsMissOf(policy, platform)?.kind ?? null,
          typeof expected === 'string' ? expected : null,
        );
      });

  test('a slip starves every pod it selects, and is reported once', () => {
    const rule = JSON.stringify(pods('kube-system', app('kube-dsn'), 53));
    const database = POLICY.replace('name: web', 'name: database').replace(
      'podSelector: {}',
      'podSelector: { matchLabels: { app: web } }',
    );
    const text = `${POLICY}  egress: [${rule}]\n${database}  egress: [{ to: [{ podSelector: {} }], ports: [{ port: 5432 }] }]\n`;
    for (const yaml of [text.replace('---\n', ''), WEB + text]) {
      const found = judge(yaml).filter((d) => d.rule.family === 'dns');
      assert.deepEqual(
        found.map((d) => d.rule.id),
        ['dns-platform-mismatch'],
      );
    }
  });
});
