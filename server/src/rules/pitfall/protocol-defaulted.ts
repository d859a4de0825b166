/** Rule protocol-defaulted: a port without a protocol, which is a TCP port, where a UDP port was probably meant. */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { appendItem, prependPair, replaceValue } from '../../core/yaml/edit.ts';
import { asMap, asScalar, asSeq, get, isNull, pairOf, type YamlMap } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { DNS_POD_PORTS } from '../../engine/dns-servers.ts';
import { includes } from '../../engine/intervals.ts';
import { rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { UDP_SERVICES, type UdpService } from '../../engine/udp-ports.ts';
import { webPolicy } from '../example-yaml.ts';
import { fixes } from '../validity/violations.ts';

const MAKE_UDP = 'Make it UDP';
const ADD_UDP = 'Allow UDP as well';
const KEEP_TCP = 'Keep TCP, and write it out';

/** A policy with one ingress rule for these ports. */
function withPorts(ports: string): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - podSelector: {}
        ports:
          ${ports}
  `);
}

export const protocolDefaulted: Rule = {
  on: 'policy',
  meta: {
    id: 'protocol-defaulted',
    family: 'pitfall',
    severity: 'hint',
    sees: 'document',
    title: 'A port of a UDP protocol has no protocol, and so is a TCP port.',
    why: `Without \`protocol\`, an item of \`ports\` is about **TCP** alone. NTP on 123, SNMP on 161 or WireGuard on 51820 run over UDP: the rule opens a TCP port at which nobody listens, and the packets it was meant for are dropped. That is reported as information. DNS, syslog and a few others run over both, which is a hint.

Write the protocol. Lookups at the cluster's DNS that are allowed over TCP only are reported by \`egress-without-dns\`. ICMP cannot be named at all: what happens to it is up to the network plugin.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicyPort, `protocol`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      {
        title: 'IANA: Service Name and Transport Protocol Port Number Registry',
        url: 'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml',
      },
    ],
    examples: [
      {
        title: 'A protocol that runs over UDP alone',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - ipBlock:
                    cidr: 192.0.2.123/32
              ports:
                - ⟦port: 123⟧ # time
        `),
        severity: 'info',
        message: 'Port 123 has no `protocol`, so it is TCP; NTP runs over UDP',
        fixes: [
          {
            title: MAKE_UDP,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to:
                    - ipBlock:
                        cidr: 192.0.2.123/32
                  ports:
                    - protocol: UDP
                      port: 123 # time
            `),
          },
          {
            title: KEEP_TCP,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to:
                    - ipBlock:
                        cidr: 192.0.2.123/32
                  ports:
                    - protocol: TCP
                      port: 123 # time
            `),
          },
        ],
      },
      {
        title: 'A protocol that runs over both',
        yaml: withPorts('- ⟦port: 514⟧'),
        severity: 'hint',
        message: 'Syslog runs over UDP, too',
        fixes: [
          {
            title: ADD_UDP,
            safe: false,
            fixed: withPorts('- port: 514\n          - protocol: UDP\n            port: 514'),
          },
          { title: KEEP_TCP, safe: false, fixed: withPorts('- protocol: TCP\n            port: 514') },
        ],
      },
      {
        title: 'A protocol without a value, in flow style',
        yaml: withPorts('- { port: 8080 }\n          - ⟦{ protocol: , port: 51820 }⟧'),
        severity: 'info',
        fixes: [
          {
            title: MAKE_UDP,
            safe: false,
            fixed: withPorts('- { port: 8080 }\n          - { protocol: UDP, port: 51820 }'),
          },
          {
            title: KEEP_TCP,
            safe: false,
            fixed: withPorts('- { port: 8080 }\n          - { protocol: TCP, port: 51820 }'),
          },
        ],
      },
      { title: 'TCP on purpose', yaml: withPorts('- protocol: TCP\n            port: 514') },
      {
        title: 'UDP is allowed beside it',
        yaml: withPorts('- port: 514\n          - protocol: UDP\n            port: 514'),
      },
      {
        title: 'UDP is allowed by another rule',
        yaml: withPorts('- port: 53').concat('    - ports:\n        - protocol: UDP\n'),
      },
      { title: 'A port of a TCP protocol', yaml: withPorts('- port: 8080') },
      {
        title: 'A range that happens to start at such a port',
        yaml: withPorts('- port: 123\n            endPort: 200'),
      },
      {
        title: 'DNS lookups, which egress-without-dns judges',
        yaml: webPolicy(
          'policyTypes: [Egress]\negress:\n  - to: [{ podSelector: {} }]\n    ports: [{ port: 53 }]',
        ),
      },
      { title: 'Template text', yaml: withPorts('- port: 514\n          - {{ .Values.port }}') },
      {
        title: 'Template text in another rule, which may allow it over UDP',
        yaml: withPorts('- port: 514').concat('    - ports: {{ .Values.ports }}\n'),
      },
      {
        title: 'A rule that is not in effect',
        yaml: webPolicy(
          'policyTypes: [Ingress]\negress:\n  - to: [{ podSelector: {} }]\n    ports: [{ port: 123 }]',
        ),
      },
    ],
  },
  *check(resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS) {
      const { rules } = rulesOf(policy, direction);
      if (policy.isolates[direction] === false || !rules.every(({ ports }) => ports.kind !== 'unknown'))
        continue;
      for (const rule of rules) yield* defaultedPorts(resource.document, direction, rule, rules);
    }
  },
};

function* defaultedPorts(
  document: YamlDocument,
  direction: Direction,
  rule: PolicyRule,
  rules: readonly PolicyRule[],
): Iterable<Finding> {
  if (rule.ports.kind !== 'some') return;
  for (const { node } of rule.ports.items) {
    const map = asMap(node);
    if (!map || !isNull(get(map, 'protocol')) || !isNull(get(map, 'endPort'))) continue;
    const port = asScalar(get(map, 'port'))?.value;
    const service = typeof port === 'number' ? UDP_SERVICES.get(port) : undefined;
    if (typeof port !== 'number' || !service || isLookup(direction, port)) continue;
    if (rules.some(({ ports }) => ports.kind !== 'unknown' && includes(ports.set.numbers.UDP, port)))
      continue;
    yield {
      at: { document, span: node.span },
      message: messageFor(port, service),
      ...(!service.overTcp && { severity: 'info' as const }),
      fixes: fixesFor(document, rule, map, port, service),
    };
  }
}

function isLookup(direction: Direction, port: number): boolean {
  return direction === 'Egress' && DNS_POD_PORTS.includes(port);
}

function messageFor(port: number, { name, overTcp }: UdpService): string {
  const subject = `Port ${port} has no \`protocol\`, so it is TCP`;
  return overTcp
    ? `${subject} alone. ${name} runs over UDP, too, which stays blocked. Add UDP, or write \`protocol: TCP\`.`
    : `${subject}; ${name} runs over UDP, which stays blocked. Write \`protocol: UDP\`.`;
}

function fixesFor(
  document: YamlDocument,
  { ports }: PolicyRule,
  map: YamlMap,
  port: number,
  { overTcp }: UdpService,
): Fix[] {
  const list = asSeq(ports.pair?.value);
  if (!list?.items.includes(map)) return [];
  const udp = overTcp
    ? appendItem(document, list, { protocol: 'UDP', port }, map)
    : written(document, map, 'UDP');
  return [
    ...fixes(overTcp ? ADD_UDP : MAKE_UDP, false, udp),
    ...fixes(KEEP_TCP, false, written(document, map, 'TCP')),
  ];
}

function written(document: YamlDocument, map: YamlMap, protocol: string): Edit | null {
  const pair = pairOf(map, 'protocol');
  if (!pair) return prependPair(document, map, 'protocol', protocol);
  return map.pairs.includes(pair) ? replaceValue(document, pair.value, protocol) : null;
}
