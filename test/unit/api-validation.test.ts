// What the API server's validation accepts and refuses once a policy is decoded: our validity rules answer the same. The cases
// follow the rules of the API, field by field; policies that pass give no finding of these rules at all.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  dnsLabelProblem,
  labelKeyProblem,
  labelValueProblem,
  portNameProblems,
  subdomainProblem,
} from '../../server/src/core/names.ts';
import { policyYaml } from '../../server/src/rules/example-yaml.ts';
import { judge } from '../support/example.ts';

function reports(spec: string): string[] {
  return judge(policyYaml(spec))
    .filter((d) => d.rule.family === 'validity')
    .map((d) => d.rule.id);
}

const from = (peer: string) => `podSelector: {}\ningress:\n  - from: [${peer}]`;
const to = (peer: string) => `podSelector: {}\npolicyTypes: [Egress]\negress:\n  - to: [${peer}]`;
const ports = (items: string) => `podSelector: {}\ningress:\n  - ports: [${items}]`;

suite('accepted', () => {
  const cases: readonly [name: string, spec: string][] = [
    ['an empty rule', 'podSelector: { matchLabels: { a: b } }\ningress:\n  - {}'],
    ['empty lists', 'podSelector: {}\ningress:\n  - from: []\n    ports: []'],
    [
      'ports of every kind',
      ports(
        '{ port: 80 }, { protocol: TCP }, { port: 443, protocol: TCP }, { port: dns, protocol: UDP }, { protocol: SCTP, port: 7777 }',
      ),
    ],
    ['pods', from('{ podSelector: { matchLabels: { c: d } } }')],
    ['namespaces', from('{ namespaceSelector: { matchLabels: { c: d } } }')],
    ['pods in namespaces', from('{ podSelector: {}, namespaceSelector: { matchLabels: { c: d } } }')],
    [
      'an IPv4 block with an exception',
      from('{ ipBlock: { cidr: 192.168.0.0/16, except: [192.168.3.0/24, 192.168.4.0/24] } }'),
    ],
    [
      'an IPv6 block with an exception',
      from('{ ipBlock: { cidr: "fd00:192:168::/48", except: ["fd00:192:168:3::/64"] } }'),
    ],
    ['a block as a destination', to('{ ipBlock: { cidr: 192.168.0.0/16 } }')],
    ['both directions', `${to('{ podSelector: {} }').replace('[Egress]', '[Ingress, Egress]')}`],
    [
      'overlapping ranges of ports',
      ports('{ port: 30000, endPort: 32768 }, { port: 32000, endPort: 32768, protocol: UDP }'),
    ],
    ['a range of one port', ports('{ port: 32768, endPort: 32768 }')],
    ['rules for a direction that is not listed', 'podSelector: {}\npolicyTypes: [Egress]\ningress:\n  - {}'],
    ['the same peer twice', from('{ podSelector: {} }, { podSelector: {} }')],
    ['no selector', 'policyTypes: [Ingress]'],
  ];
  for (const [name, spec] of cases) test(name, () => assert.deepEqual(reports(spec), []));
});

suite('refused', () => {
  const cases: readonly [name: string, spec: string, rule: string][] = [
    [
      'namespaces and a block',
      from('{ namespaceSelector: {}, ipBlock: { cidr: 192.168.0.0/16 } }'),
      'peer-ipblock-mixed',
    ],
    ['pods and a block', to('{ podSelector: {}, ipBlock: { cidr: 192.168.0.0/16 } }'), 'peer-ipblock-mixed'],
    ['an empty peer', to('{}'), 'peer-empty'],
    ['null for a peer', from('null'), 'peer-empty'],
    ['a bad label for the pods', 'podSelector: { matchLabels: { "invalid key": b } }', 'invalid-label'],
    ['a protocol', ports('{ protocol: ICMP, port: 80 }'), 'port-protocol'],
    ['a number for a port', ports('{ port: 123456789 }'), 'port-value'],
    ['a name for a port', ports('{ port: "!@#$" }'), 'port-value'],
    ['a bad label for a source', from('{ podSelector: { matchLabels: { "a b": c } } }'), 'invalid-label'],
    ['a bad label for a destination', to('{ podSelector: { matchLabels: { a: "b c" } } }'), 'invalid-label'],
    [
      'a bad label for namespaces',
      from('{ namespaceSelector: { matchLabels: { -a: c } } }'),
      'invalid-label',
    ],
    ['a block without a range', from('{ ipBlock: { except: [192.168.8.0/24] } }'), 'cidr-invalid'],
    ['a range without a length', from('{ ipBlock: { cidr: 192.168.5.6 } }'), 'cidr-invalid'],
    ['an IPv6 range without a length', from('{ ipBlock: { cidr: "fd00:192:168::" } }'), 'cidr-invalid'],
    ['an empty exception', from('{ ipBlock: { cidr: 192.168.8.0/24, except: [""] } }'), 'cidr-invalid'],
    ['a blank exception', from('{ ipBlock: { cidr: 192.168.8.0/24, except: [" "] } }'), 'cidr-invalid'],
    [
      'an impossible exception',
      from('{ ipBlock: { cidr: 192.168.8.0/24, except: [300.300.300.300] } }'),
      'cidr-invalid',
    ],
    [
      'an exception outside',
      from('{ ipBlock: { cidr: 192.168.8.0/24, except: [192.168.9.1/32] } }'),
      'except-outside',
    ],
    [
      'an exception as large',
      from('{ ipBlock: { cidr: 192.168.0.0/16, except: [192.168.0.0/16] } }'),
      'except-outside',
    ],
    [
      'an IPv6 exception outside',
      from('{ ipBlock: { cidr: "fd00:192:168:1::/64", except: ["fd00:192:168:2::/96"] } }'),
      'except-outside',
    ],
    [
      'an exception of the other family',
      from('{ ipBlock: { cidr: "::/0", except: [10.0.0.0/8] } }'),
      'except-outside',
    ],
    ['a direction', 'podSelector: {}\npolicyTypes: [foo]', 'policy-types'],
    ['three directions', 'podSelector: {}\npolicyTypes: [Ingress, Egress, Egress]', 'policy-types'],
    ['a range that ends before it begins', ports('{ port: 35000, endPort: 32768 }'), 'end-port'],
    ['a range from a name', ports('{ port: dns, endPort: 32768 }'), 'end-port'],
    ['a range from nowhere', ports('{ endPort: 32768 }'), 'end-port'],
    ['a range beyond the last port', ports('{ port: 35000, endPort: 65537 }'), 'end-port'],
    [
      'an operator',
      'podSelector: { matchExpressions: [{ key: a, operator: in, values: [b] }] }',
      'selector-operator',
    ],
    ['no values', 'podSelector: { matchExpressions: [{ key: a, operator: In }] }', 'selector-values'],
    [
      'values',
      'podSelector: { matchExpressions: [{ key: a, operator: Exists, values: [b] }] }',
      'selector-values',
    ],
    ['no key', 'podSelector: { matchExpressions: [{ operator: Exists }] }', 'invalid-label'],
  ];
  for (const [name, spec, rule] of cases) test(name, () => assert.deepEqual(reports(spec), [rule]));
});

suite('forms', () => {
  const long = (n: number) => 'a'.repeat(n);
  test('names of objects', () => {
    for (const name of ['a', '0', 'a.b-c.d', `${long(253)}`])
      assert.equal(subdomainProblem(name), null, name);
    for (const name of ['', 'A', '-a', 'a-', 'a..b', 'a.-b', 'a_b', 'ü', long(254)])
      assert.ok(subdomainProblem(name), name);
  });
  test('names of namespaces', () => {
    for (const name of ['a', '0-a', long(63)]) assert.equal(dnsLabelProblem(name), null, name);
    for (const name of ['', 'a.b', 'A', long(64)]) assert.ok(dnsLabelProblem(name), name);
  });
  test('names of ports', () => {
    for (const name of ['http', '8080-tcp', 'a', long(15)])
      assert.deepEqual(portNameProblems(name), [], name);
    for (const name of ['', '80', 'HTTP', 'a--b', '-a', 'a-', 'a.b', long(16)])
      assert.ok(portNameProblems(name).length > 0, name);
  });
  test('keys of labels', () => {
    for (const key of ['a', 'A_b.c', 'x/Y', 'a.b/c', `${long(253)}/${long(63)}`])
      assert.equal(labelKeyProblem(key), null, key);
    for (const key of ['', 'a/', '/a', 'a/b/c', 'A/b', '-a', 'a.', 'a b', `${long(254)}/a`, long(64)])
      assert.ok(labelKeyProblem(key), key);
  });
  test('values of labels', () => {
    for (const value of ['', 'a', 'A_b.c-d', long(63)]) assert.equal(labelValueProblem(value), null, value);
    for (const value of [' ', '-a', 'a_', 'a/b', 'ä', long(64)]) assert.ok(labelValueProblem(value), value);
  });
});
