// Which ports are taken for UDP where no protocol is written, and how gravely.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../support/example.ts';

/** What is said of an ingress rule for `port`; null when nothing is. */
function said(port: number): string | null {
  const found = judge(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: {} }], ports: [{ port: ${port} }] }]
`).find(({ rule }) => rule.id === 'protocol-defaulted');
  const service = found && /[;.] ([\w ]+) runs over UDP/.exec(found.message)?.[1];
  return found ? `${found.severity}: ${service}` : null;
}

const SAID: Readonly<Record<number, string>> = {
  53: 'hint: DNS',
  67: 'info: DHCP',
  69: 'info: TFTP',
  123: 'info: NTP',
  161: 'info: SNMP',
  162: 'info: SNMP traps',
  500: 'info: IKE',
  514: 'hint: Syslog',
  1194: 'hint: OpenVPN',
  1812: 'info: RADIUS',
  1813: 'info: RADIUS accounting',
  3478: 'hint: STUN',
  4500: 'info: IPsec',
  4789: 'info: VXLAN',
  5060: 'hint: SIP',
  5353: 'hint: DNS',
  6081: 'info: Geneve',
  8125: 'hint: StatsD',
  51820: 'info: WireGuard',
};

for (const [port, expected] of Object.entries(SAID))
  test(`port ${port}: ${expected}`, () => assert.equal(said(Number(port)), expected));

test('ports of TCP protocols are left alone', () => {
  for (const port of [22, 54, 80, 443, 5432, 8080]) assert.equal(said(port), null, String(port));
});
