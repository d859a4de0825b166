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

test('a denial of egress, be it to some destinations', () => {
  for (const name of ['deny-egress', 'deny-external-egress', 'no-outbound', 'egress-isolation'])
    assert.equal(mentionsEgressDenial(name), true, name);
  for (const name of ['deny-all', 'egress', 'deny-egress-allow-dns', 'egress-gateway-deny-ingress'])
    assert.equal(mentionsEgressDenial(name), false, name);
});
