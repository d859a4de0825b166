/** Rule dns-any-destination: an egress rule that opens the ports of DNS to every address. */

import type { YamlDocument } from '../../core/document.ts';
import type { DnsPlatform } from '../../core/platform.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import type { Span } from '../../core/span.ts';
import { prependPair, replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asMap } from '../../core/yaml/nodes.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { DNS_DESTINATIONS, selectsDnsServers } from '../../engine/dns-servers.ts';
import { includes } from '../../engine/intervals.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { type Block, type World, worldsIn } from '../../engine/world.ts';
import { policyYaml } from '../example-yaml.ts';
import { replaceBlocks } from '../replace-blocks.ts';
import { portEdits } from './dns-port-edits.ts';

const TO_KUBE_DNS = 'Allow DNS to the cluster DNS only (kube-dns in kube-system)';
const TO_OPENSHIFT = 'Allow DNS to the DNS of OpenShift only (openshift-dns)';
const TITLES: Readonly<Record<DnsPlatform, string>> = {
  'kube-dns': TO_KUBE_DNS,
  coredns: 'Allow DNS to the cluster DNS only (coredns in kube-system)',
  openshift: TO_OPENSHIFT,
  'node-local-dns': 'Allow DNS to NodeLocal DNSCache only (169.254.20.10)',
};

const FIXED = policyYaml(
  `
  podSelector: {}
  policyTypes:
    - Egress
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
  `,
  'name: allow-dns\nnamespace: shop',
);
const TO = FIXED.slice(FIXED.indexOf('to:\n'), FIXED.indexOf('ports:\n'));

export const dnsAnyDestination: Rule = {
  on: 'policy',
  meta: {
    id: 'dns-any-destination',
    family: 'dns',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'An egress rule opens port 53 to every destination.',
    why: `A rule that names the ports of DNS and no \`to\`, or every address (\`0.0.0.0/0\`), lets the selected pods send queries to **any** server, inside the cluster and outside. A query can carry data out, and its answer commands in (DNS tunnelling), past every other egress rule and past what the cluster's DNS would log or block.

Pods need no other server than the cluster's own. Name it in \`to\`, with \`namespaceSelector\` and \`podSelector\` in **one** peer.`,
    refs: [
      {
        title: 'MITRE ATT&CK T1071.004, Application Layer Protocol: DNS',
        url: 'https://attack.mitre.org/techniques/T1071/004/',
      },
      {
        title: 'MITRE ATT&CK T1048, Exfiltration Over Alternative Protocol',
        url: 'https://attack.mitre.org/techniques/T1048/',
      },
    ],
    examples: [
      {
        title: 'Ports of DNS without `to`',
        yaml: FIXED.replace(TO, '').replace('ports', '⟦ports⟧'),
        message: 'to every destination',
        fixes: [{ title: TO_KUBE_DNS, safe: false, fixed: FIXED }],
      },
      {
        title: 'An empty `to`, which looks like nothing and means everything',
        yaml: FIXED.replace(TO, '⟦to⟧: []\n      '),
        fixes: [{ title: TO_KUBE_DNS, safe: false, fixed: FIXED }],
      },
      {
        title: "Port 5353, on which OpenShift's DNS pods listen, in a contractor's namespace",
        yaml: FIXED.replace(TO, '')
          .replace('ports', '⟦ports⟧')
          .replaceAll('53\n', '5353\n')
          .replace('namespace: shop', 'namespace: contractor-shop'),
        severity: 'error',
        fixes: [
          {
            title: TO_OPENSHIFT,
            safe: false,
            fixed: FIXED.replaceAll('53\n', '5353\n')
              .replace('namespace: shop', 'namespace: contractor-shop')
              .replace('kube-system', 'openshift-dns')
              .replace('k8s-app: kube-dns', 'dns.operator.openshift.io/daemonset-dns: default'),
          },
        ],
      },
      {
        title: 'Every address, private ones excepted',
        yaml: FIXED.replace(
          TO,
          'to:\n        - ipBlock:\n            cidr: ⟦0.0.0.0/0⟧\n            except: [10.0.0.0/8]\n      ',
        ),
        message: 'to every address',
        fixes: [{ title: TO_KUBE_DNS, safe: false, fixed: FIXED }],
      },
      {
        title: 'On OpenShift, whose DNS pods listen on another port',
        config: 'platform: { dns: openshift }\n',
        yaml: FIXED.replace(TO, '').replace('ports', '⟦ports⟧'),
        fixes: [
          {
            title: TO_OPENSHIFT,
            safe: false,
            fixed: FIXED.replaceAll('53\n', '5353\n')
              .replace('kube-system', 'openshift-dns')
              .replace('k8s-app: kube-dns', 'dns.operator.openshift.io/daemonset-dns: default'),
          },
        ],
      },
      {
        title: 'With NodeLocal DNSCache, which pods ask at its address',
        config: 'platform: { dns: node-local-dns }\n',
        yaml: FIXED.replace(TO, '').replace('ports', '⟦ports⟧'),
        fixes: [
          {
            title: 'Allow DNS to NodeLocal DNSCache only (169.254.20.10)',
            safe: false,
            fixed: FIXED.replace(TO, 'to:\n        - ipBlock:\n            cidr: 169.254.20.10/32\n      '),
          },
        ],
      },
      { title: "The cluster's DNS pods", yaml: FIXED },
      {
        title: 'One resolver by its address',
        yaml: FIXED.replace(TO, 'to:\n        - ipBlock:\n            cidr: 169.254.20.10/32\n      '),
      },
      {
        title: 'The DNS servers themselves, which ask servers outside',
        yaml: FIXED.replace(TO, '')
          .replace('podSelector: {}', 'podSelector:\n    matchLabels:\n      k8s-app: kube-dns')
          .replace('namespace: shop', 'namespace: kube-system'),
      },
    ],
  },
  check: (resource, { config }): Iterable<Finding> => {
    const policy = soundPolicyOf(resource);
    if (!policy || policy.isolates.Egress === false) return [];
    if (selectsDnsServers(resource.namespace, policy.podSelector.selector)) return [];
    const rules = policy.egress.rules.filter(isDnsOnly);
    const { dns } = config.platform;
    return [
      ...rules.filter((rule) => rule.peers.kind === 'any').map((rule) => finding(policy, rule, dns)),
      ...worldsIn(rules).map((world) => worldFinding(policy, world, dns)),
    ];
  },
};

function finding(
  { resource: { document } }: Policy,
  rule: PolicyRule,
  platform: DnsPlatform | null,
): Finding {
  return {
    at: { document, span: spanOf(rule) },
    message:
      "This rule opens the ports of DNS to every destination, so data can leave in queries to anybody's server (DNS tunnelling). Name the cluster's DNS pods in `to`.",
    fixes: choicesFor(rule, platform).flatMap((choice) =>
      fix(document, rule, choice, (peer) => narrowed(document, rule, peer)),
    ),
  };
}

/** For blocks of addresses that are the world; what they except is beside the point, since public servers remain. */
function worldFinding(
  { resource: { document } }: Policy,
  world: World,
  platform: DnsPlatform | null,
): Finding {
  const [first, ...others] = world.blocks as readonly [Block, ...Block[]];
  return {
    at: { document, span: cidrSpan(first) },
    message: `This opens the ports of DNS to ${world.extent === 'wide' ? 'far more addresses than any one organisation has' : 'every address'}, so data can leave in queries to anybody's server (DNS tunnelling). Name the cluster's DNS pods in \`to\` instead.`,
    related: others.map((block) => ({
      at: { document, span: cidrSpan(block) },
      message: 'Together with this block.',
    })),
    fixes: choicesFor(first.rule, platform).flatMap((choice) =>
      fix(document, first.rule, choice, (peer) => replaceBlocks(document, world, peer)),
    ),
  };
}

function cidrSpan({ peer }: Block): Span {
  return peer.cidr?.node.span ?? peer.node.span;
}

/** The key that leaves the destination open: an empty \`to\`, else \`ports\`. */
function spanOf({ node, peers, ports }: PolicyRule): Span {
  const pair = peers.pair ?? ports.pair;
  const isHere = node.kind === 'map' && pair && node.pairs.includes(pair);
  return isHere ? pair.key.span : node.span;
}

/** The platforms whose DNS the rule may be narrowed to: the one the config names, else those whose port the rule has. */
function choicesFor(rule: PolicyRule, platform: DnsPlatform | null): DnsPlatform[] {
  if (platform) return [platform];
  const openshift = names(rule, DNS_DESTINATIONS.openshift.port);
  return [
    ...(names(rule, 53) || !openshift ? ['kube-dns' as const] : []),
    ...(openshift ? ['openshift' as const] : []),
  ];
}

function names({ ports }: PolicyRule, port: number): boolean {
  return ports.kind === 'some' && (['UDP', 'TCP'] as const).some((p) => includes(ports.set.numbers[p], port));
}

function fix(
  document: YamlDocument,
  rule: PolicyRule,
  platform: DnsPlatform,
  narrow: (peer: Json) => readonly Edit[] | null,
): Fix[] {
  const { peers, port } = DNS_DESTINATIONS[platform];
  const [peer] = peers;
  const edits = peer === undefined ? null : narrow(peer);
  // A name stands for whatever port the DNS pods give it.
  const ports = hasName(rule) ? [] : portEdits(document, rule, port);
  return edits && ports ? [{ title: TITLES[platform], safe: false, edits: [...edits, ...ports] }] : [];
}

function hasName({ ports }: PolicyRule): boolean {
  return ports.kind === 'some' && ports.set.names.size > 0;
}

function narrowed(document: YamlDocument, { node, peers }: PolicyRule, peer: Json): Edit[] | null {
  const map = node.kind === 'map' ? asMap(node) : null;
  if (!map || (peers.pair && !map.pairs.includes(peers.pair))) return null;
  const edit = peers.pair
    ? replaceValue(document, peers.pair.value, [peer])
    : prependPair(document, map, 'to', [peer]);
  return edit && [edit];
}
