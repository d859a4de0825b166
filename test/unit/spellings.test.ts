// Ways to write a hole that a reader, or a linter, may overlook: each must be found all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../support/example.ts';

const HEAD = 'apiVersion: networking.k8s.io/v1\nmetadata: { name: p, namespace: contractor-acme }\n';
const HOLE = 'spec: { podSelector: { matchLabels: { a: b } }, policyTypes: [Ingress], ingress: [{}] }\n';

function idsOf(text: string): string[] {
  return judge(text)
    .filter((d) => d.severity === 'error' || d.severity === 'warning')
    .map((d) => d.rule.id);
}

for (const [name, kind] of [
  ['a block scalar', 'kind: |-\n  NetworkPolicy\n'],
  ['a folded scalar', 'kind: >-\n  NetworkPolicy\n'],
  ['an escape', 'kind: "Network\\x50olicy"\n'],
  ['a continued line', 'kind: "Network\\\n  Policy"\n'],
  ['a value on the next line', 'kind:\n  NetworkPolicy\n'],
  ['an alias', 'x: &k NetworkPolicy\nkind: *k\n'],
  ['a repeated key', 'kind: Ingress\nkind: NetworkPolicy\n'],
] as const)
  test(`a kind written as ${name}`, () => {
    assert.ok(idsOf(HEAD + kind + HOLE).includes('allow-all-ingress'));
  });

test('template text beside the point does not silence missing default deny', () => {
  const named = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: contractor-acme\n';
  const both = ['missing-default-deny-egress', 'missing-default-deny-ingress'];
  assert.deepEqual(idsOf(named).sort(), both);
  assert.deepEqual(idsOf(`${named}  annotations: { note: costs $USD }\n`).sort(), both);
  assert.deepEqual(idsOf(`${named}  # owner {{ team }}\n  labels: { a: b }\n`).sort(), both);
});

test('a comment with template text does not make a selector unknown', () => {
  const spec =
    'spec:\n  podSelector:\n    matchLabels: # ask $TEAM\n      {}\n  policyTypes: [Ingress]\n  ingress: [{ from: [{ podSelector: { matchLabels: { a: b } } }] }]\n';
  assert.deepEqual(idsOf(`${HEAD}kind: NetworkPolicy\n${spec}`), ['wildcard-pod-selector']);
});

test('asking for the label that every namespace has is asking for nothing', () => {
  const peer =
    '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: Exists }] } }';
  const spec = `spec: { podSelector: { matchLabels: { a: b } }, policyTypes: [Ingress], ingress: [{ from: [${peer}] }] }\n`;
  assert.deepEqual(idsOf(`${HEAD}kind: NetworkPolicy\n${spec}`), ['all-namespaces-peer']);
});

test('exceptions that the next block puts back are none', () => {
  const ranges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'];
  const peers = [`{ ipBlock: { cidr: 0.0.0.0/0, except: [${ranges}] } }`];
  const policy = () =>
    `${HEAD}kind: NetworkPolicy\nspec: { podSelector: { matchLabels: { a: b } }, policyTypes: [Egress], egress: [{ to: [${peers}] }] }\n`;
  const severity = () => judge(policy()).find((d) => d.rule.id === 'world-cidr')?.severity;
  assert.equal(severity(), 'warning');
  peers.push(...ranges.map((cidr) => `{ ipBlock: { cidr: ${cidr} } }`));
  assert.equal(severity(), 'error');
});
