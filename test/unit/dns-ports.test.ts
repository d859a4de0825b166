// Which rules are about DNS and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import { isDnsOnly } from '../../server/src/engine/dns-ports.ts';
import { readRule } from '../../server/src/engine/policy-rule.ts';

function dnsOnly(rule: string): boolean {
  const document = new YamlDocument('file:///rule.yaml', rule);
  assert.ok(document.yaml.root);
  return isDnsOnly(readRule(document.yaml.root, 'Egress', rule));
}

const CASES: readonly [rule: string, expected: boolean][] = [
  ['ports: [{ protocol: UDP, port: 53 }]', true],
  ['ports: [{ port: 53 }]', true],
  ['ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }, { protocol: UDP, port: 5353 }]', true],
  ['ports: [{ protocol: UDP, port: 8053 }]', true],
  ['ports: [{ protocol: UDP, port: dns }, { protocol: TCP, port: dns-tcp }]', true],
  ['ports: [{ protocol: UDP, port: 53, endPort: 53 }]', true],
  ['ports: [{ protocol: UDP, port: 53, endPort: 54 }]', false],
  ['ports: [{ protocol: SCTP, port: 53 }]', false],
  ['ports: [{ protocol: UDP, port: 53 }, { port: 443 }]', false],
  ['ports: [{ protocol: UDP }]', false],
  ['ports: [{ protocol: UDP, port: 53 }, { protocol: UDP, port: "{{ .Values.port }}" }]', false],
  ['ports: []', false],
  ['ports:', false],
  ['{}', false],
];

for (const [rule, expected] of CASES)
  test(`${rule} ${expected ? 'is' : 'is not'} DNS only`, () => assert.equal(dnsOnly(rule), expected));
