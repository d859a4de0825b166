/** Rule port-protocol: a protocol other than TCP, UDP and SCTP. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import type { Violation } from '../../core/schema/violation.ts';
import { nearestName } from '../../core/spelling.ts';
import { appendItem } from '../../core/yaml/edit.ts';
import { toJson } from '../../core/yaml/json.ts';
import { asString, get, type YamlNode } from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { PROTOCOLS } from '../../engine/ports.ts';
import { webPolicy } from '../example-yaml.ts';
import { portsOf } from './places.ts';
import { fixes, REFUSED, spanOf, violationsFor } from './violations.ts';

/** A policy that allows port 8080 of this protocol. */
function withProtocol(protocol: string): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector: {}
        ports:
          - protocol: ${protocol}
            port: 8080
  `);
}

export const portProtocol: Rule = {
  on: 'policy',
  meta: {
    id: 'port-protocol',
    family: 'validity',
    severity: 'error',
    sees: 'document',
    title: 'A protocol that a NetworkPolicy does not know.',
    why: `\`protocol\` is \`TCP\`, \`UDP\` or \`SCTP\`, in capitals. The API server refuses a policy with anything else, and nothing of it takes effect.

Protocols above these, such as HTTP, gRPC or SMTP, run over TCP. ICMP cannot be named: what happens to it in a policy is up to the network plugin. Without \`protocol\`, TCP is meant. To allow every protocol, leave out the rule's \`ports\`.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicyPort',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: [
      {
        title: 'Lower case',
        yaml: withProtocol('⟦tcp⟧ # web'),
        message: 'in capitals: `TCP`',
        fixes: [{ title: 'Write TCP', safe: true, fixed: withProtocol('TCP # web') }],
      },
      {
        title: 'Lower case in quotes',
        yaml: withProtocol('⟦"Udp"⟧'),
        fixes: [{ title: 'Write UDP', safe: true, fixed: withProtocol('"UDP"') }],
      },
      {
        title: 'A protocol above TCP',
        yaml: withProtocol('⟦HTTPS⟧'),
        message: 'HTTPS runs over TCP',
        fixes: [{ title: 'Write TCP', safe: false, fixed: withProtocol('TCP') }],
      },
      {
        title: 'Two letters swapped',
        yaml: withProtocol('⟦TPC⟧'),
        fixes: [{ title: 'Write TCP', safe: false, fixed: withProtocol('TCP') }],
      },
      { title: 'ICMP', yaml: withProtocol('⟦ICMP⟧'), message: 'up to the network plugin' },
      {
        title: 'All at once',
        yaml: withProtocol('⟦ANY⟧'),
        message: 'leave out `ports`',
        fixes: [
          {
            title: 'Write TCP, UDP and SCTP as an item each',
            safe: false,
            fixed: withProtocol(
              ['TCP', 'UDP', 'SCTP'].join('\n            port: 8080\n          - protocol: '),
            ),
          },
        ],
      },
      { title: 'The three there are', yaml: withProtocol('SCTP') },
      {
        title: "Cilium's policies know more",
        yaml: `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  endpointSelector: {}
  ingress:
    - toPorts:
        - ports:
            - port: "8080"
              protocol: ANY
`,
      },
    ],
  },
  *check(policy): Iterable<Finding> {
    for (const violation of violationsFor(policy, 'port-protocol')) {
      const at = { document: policy.document, span: spanOf(policy, violation) };
      const text = asString(violation.node) ?? '';
      yield { at, message: `${messageOf(text)} ${REFUSED}`, fixes: fixesFor(policy, violation, text) };
    }
  },
};

const OVER_TCP = new Set([
  'HTTP',
  'HTTPS',
  'HTTP2',
  'GRPC',
  'TLS',
  'SSL',
  'SMTP',
  'SSH',
  'FTP',
  'LDAP',
  'LDAPS',
]);
const OVER_UDP = new Set(['QUIC', 'HTTP3', 'NTP', 'SNMP', 'SYSLOG', 'DTLS']);

const EVERY = /^(?:ANY|ALL|\*)$/;

function messageOf(text: string): string {
  const upper = text.toUpperCase();
  if (isProtocol(upper)) return `A protocol is written in capitals: \`${upper}\`, not \`${text}\`.`;
  if (/^ICMP/.test(upper))
    return `A NetworkPolicy cannot name ${text}: its protocols are TCP, UDP and SCTP, and what becomes of others is up to the network plugin.`;
  if (EVERY.test(upper))
    return `There is no word for every protocol: give TCP, UDP and SCTP an item each, or leave out \`ports\` to allow every port of all of them.`;
  const over = carrierOf(upper);
  if (over) return `The protocols of a NetworkPolicy are TCP, UDP and SCTP; ${text} runs over ${over}.`;
  if (text === '') return 'The protocol is empty: write TCP, UDP or SCTP.';
  return `"${text}" is no protocol that a NetworkPolicy knows: write TCP, UDP or SCTP.`;
}

function fixesFor(policy: Resource, { node }: Violation, text: string): Fix[] {
  const { document } = policy;
  const upper = text.toUpperCase();
  if (EVERY.test(upper)) return anItemEach(policy, node);
  const wanted = isProtocol(upper) ? upper : (carrierOf(upper) ?? nearestName(upper, PROTOCOLS));
  if (!wanted) return [];
  return fixes(`Write ${wanted}`, wanted === upper, replaceString(document, node, wanted));
}

/** Repeats the item with the protocol at `node` for each of the three. */
function anItemEach(policy: Resource, node: YamlNode): Fix[] {
  const { document } = policy;
  const place = [...portsOf(policy)].find(({ map }) => get(map, 'protocol') === node);
  const item = place && toJson(place.node);
  if (!place || item === undefined) return [];
  const [udp, sctp] = ['UDP', 'SCTP'].map((protocol) =>
    appendItem(document, place.list, { ...(item as object), protocol }, place.node),
  );
  // Both go to the same place, so that they are one edit.
  const others = udp && sctp ? { ...udp, text: udp.text + sctp.text } : null;
  const title = 'Write TCP, UDP and SCTP as an item each';
  return fixes(title, false, replaceString(document, node, 'TCP'), others);
}

function isProtocol(text: string): boolean {
  return PROTOCOLS.some((protocol) => protocol === text);
}

function carrierOf(upper: string): string | null {
  if (OVER_TCP.has(upper)) return 'TCP';
  return OVER_UDP.has(upper) ? 'UDP' : null;
}
