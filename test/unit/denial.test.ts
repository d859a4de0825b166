// What names of policies promise to deny, and which of them promise nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denialIn, mentionsEgressDenial } from '../../server/src/rules/denial.ts';

/** `Ingress+Egress all`, or null. */
function denial(name: string): string | null {
  const found = denialIn(name);
  return found && `${found.directions.join('+')} ${found.says}`;
}

const NAMES: Readonly<Record<string, string | null>> = {
  'deny-all': 'Ingress+Egress all',
  'default-deny-all-traffic': 'Ingress+Egress all',
  'web-deny-all': 'Ingress+Egress all',
  'deny.all': 'Ingress+Egress all',
  'default-deny-all-egress': 'Egress direction',
  'all-egress-deny': 'Egress direction',
  'deny-ingress-and-egress': 'Ingress+Egress direction',
  'block-inbound': 'Ingress direction',
  'no-outgoing-traffic': 'Egress direction',
  'nginx-ingress-deny-egress': 'Egress direction',
  'nginx-ingress-deny-all': 'Ingress+Egress all',
  'default-deny': 'Ingress+Egress something',
  'web-deny': 'Ingress+Egress something',
  isolate: 'Ingress+Egress something',
  'isolate-all-pods': 'Ingress+Egress something',
  'namespace-isolation': 'Ingress+Egress something',
  'isolate-egress': 'Egress direction',
  'deny-from-other-namespaces': null,
  'deny-all-for-label': null,
  'deny-external-egress': null,
  'web-ip-block': null,
  'say-no': null,
  denydb: null,
  'allow-all': null,
};

for (const [name, expected] of Object.entries(NAMES))
  test(`${name}: ${expected ?? 'nothing'}`, () => assert.equal(denial(name), expected));

test('with any word that is not known behind the denial, nothing is promised', () => {
  const words = [
    'ingress',
    'inbound',
    'incoming',
    'egress',
    'outbound',
    'outgoing',
    'all',
    'any',
    'both',
    'everything',
  ];
  const fillers = [
    'default',
    'and',
    'traffic',
    'network',
    'policies',
    'netpol',
    'ns',
    'pod',
    'baseline',
    '2',
    'isolate',
    'block',
  ];
  for (const word of [...words, ...fillers]) {
    assert.notEqual(denialIn(`deny-${word}`), null, word);
    for (const other of [`q${word}`, `${word}q`]) assert.equal(denialIn(`deny-${other}`), null, other);
  }
});

test('without a denial, nothing is promised, whatever is named', () => {
  for (const name of [
    'default',
    'all-traffic',
    'ingress',
    'default-egress-policy',
    '',
    'undeny',
    'noq-egress',
    'isolatedq',
  ])
    assert.equal(denialIn(name), null, name);
});

test('a denial of egress, be it to some destinations', () => {
  for (const name of [
    'deny-egress',
    'deny-external-egress',
    'no-outbound',
    'egress-isolation',
    'deny-egress-proxying',
  ])
    assert.equal(mentionsEgressDenial(name), true, name);
  for (const name of [
    'deny-all',
    'egress',
    'deny-egress-allow-dns',
    'egress-gateway-deny-ingress',
    'deny-regress',
    'egress-proxy-deny',
  ])
    assert.equal(mentionsEgressDenial(name), false, name);
});
