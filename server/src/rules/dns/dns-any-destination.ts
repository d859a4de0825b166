/** Rule dns-any-destination: an egress rule that opens the ports of DNS to every address. */
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import type { Span } from '../../core/span.ts';
import { prependPair, replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asMap } from '../../core/yaml/nodes.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { KUBE_DNS_PEER, OPENSHIFT_DNS_PEER, selectsDnsServers } from '../../engine/dns-servers.ts';
import { includes } from '../../engine/intervals.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { type Block, type World, worldsIn } from '../../engine/world.ts';
import { policyYaml } from '../example-yaml.ts';
import { replaceBlocks } from '../replace-blocks.ts';

const TO_KUBE_DNS = 'Allow DNS to the cluster DNS only (kube-dns in kube-system)';
const TO_OPENSHIFT = 'Allow DNS to the DNS of OpenShift only (openshift-dns)';

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
  check: (resource): Iterable<Finding> => {
    const policy = soundPolicyOf(resource);
    if (!policy || policy.isolates.Egress === false) return [];
    if (selectsDnsServers(resource.namespace, policy.podSelector.selector)) return [];
    const rules = policy.egress.rules.filter(isDnsOnly);
    return [
      ...rules.filter((rule) => rule.peers.kind === 'any').map((rule) => finding(policy, rule)),
      ...worldsIn(rules).map((world) => worldFinding(policy, world)),
    ];
  },
};

function finding({ resource: { document } }: Policy, rule: PolicyRule): Finding {
  return {
    at: { document, span: spanOf(rule) },
    message:
      "This rule opens the ports of DNS to every destination, so data can leave in queries to anybody's server (DNS tunnelling). Name the cluster's DNS pods in `to`.",
    fixes: PLACES.flatMap(({ title, peer, has }) => (has(rule) ? narrowed(document, rule, title, peer) : [])),
  };
}

/** For blocks of addresses that are the world; what they except is beside the point, since public servers remain. */
function worldFinding({ resource: { document } }: Policy, world: World): Finding {
  const [first, ...others] = world.blocks as readonly [Block, ...Block[]];
  return {
    at: { document, span: cidrSpan(first) },
    message: `This opens the ports of DNS to ${world.extent === 'wide' ? 'far more addresses than any one organisation has' : 'every address'}, so data can leave in queries to anybody's server (DNS tunnelling). Name the cluster's DNS pods in \`to\` instead.`,
    related: others.map((block) => ({
      at: { document, span: cidrSpan(block) },
      message: 'Together with this block.',
    })),
    fixes: PLACES.flatMap(({ title, peer, has }) => {
      const edits = has(first.rule) ? replaceBlocks(document, world, peer) : null;
      return edits ? [{ title, safe: false, edits }] : [];
    }),
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

const PLACES: readonly { title: string; peer: Json; has: (rule: PolicyRule) => boolean }[] = [
  { title: TO_KUBE_DNS, peer: KUBE_DNS_PEER, has: (rule) => names(rule, 53) || !names(rule, 5353) },
  { title: TO_OPENSHIFT, peer: OPENSHIFT_DNS_PEER, has: (rule) => names(rule, 5353) },
];

function names({ ports }: PolicyRule, port: number): boolean {
  return ports.kind === 'some' && (['UDP', 'TCP'] as const).some((p) => includes(ports.set.numbers[p], port));
}

function narrowed(
  document: Policy['resource']['document'],
  rule: PolicyRule,
  title: string,
  peer: Json,
): Fix[] {
  const { node, peers } = rule;
  const map = node.kind === 'map' ? asMap(node) : null;
  if (!map || (peers.pair && !map.pairs.includes(peers.pair))) return [];
  const edit = peers.pair
    ? replaceValue(document, peers.pair.value, [peer])
    : prependPair(document, map, 'to', [peer]);
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}
