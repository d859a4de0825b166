// What is said of each kind of rule for lookups, on each kind of port, on every platform that the config may name.
import { judge } from '../support/example.ts';
import { checkRecord } from '../support/recorded.ts';

const NAME = 'kubernetes.io/metadata.name';
const systemPods = (labels: string) =>
  `[{ namespaceSelector: { matchLabels: { ${NAME}: kube-system } }, podSelector: { matchLabels: { ${labels} } } }]`;

const PEERS: Readonly<Record<string, string | null>> = {
  anywhere: null,
  'every namespace': '[{ namespaceSelector: {} }]',
  'pods of its own namespace': '[{ podSelector: {} }]',
  'kube-system': `[{ namespaceSelector: { matchLabels: { ${NAME}: kube-system } } }]`,
  'kube-system by another label': '[{ namespaceSelector: { matchLabels: { name: kube-system } } }]',
  'pods labelled kube-dns': systemPods('k8s-app: kube-dns'),
  'pods labelled coredns': systemPods('k8s-app: coredns'),
  'pods of the cache of the node': systemPods('k8s-app: node-local-dns'),
  'pods labelled kube-dns in every namespace':
    '[{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }]',
  'pods labelled kube-dns in its own namespace': '[{ podSelector: { matchLabels: { k8s-app: kube-dns } } }]',
  openshift: `[{ namespaceSelector: { matchLabels: { ${NAME}: openshift-dns } }, podSelector: { matchLabels: { dns.operator.openshift.io/daemonset-dns: default } } }]`,
  'the address of the cache': '[{ ipBlock: { cidr: 169.254.20.10/32 } }]',
  'the address of the Service': '[{ ipBlock: { cidr: 10.96.0.10/32 } }]',
  'every address': '[{ ipBlock: { cidr: 0.0.0.0/0 } }]',
  'a public resolver': '[{ ipBlock: { cidr: 8.8.8.8/32 } }]',
};

const PORTS: Readonly<Record<string, string | null>> = {
  'every port': null,
  'UDP and TCP': '[{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]',
  UDP: '[{ port: 53, protocol: UDP }]',
  TCP: '[{ port: 53 }]',
  'the port of OpenShift': '[{ port: 5353, protocol: UDP }, { port: 5353, protocol: TCP }]',
  'by name': '[{ port: dns, protocol: UDP }, { port: dns-tcp, protocol: TCP }]',
  'a range': '[{ port: 50, endPort: 60, protocol: UDP }, { port: 50, endPort: 60 }]',
  'another port': '[{ port: 443 }]',
};

const PLATFORMS: Readonly<Record<string, string | undefined>> = {
  unknown: undefined,
  ...Object.fromEntries(
    ['kube-dns', 'coredns', 'node-local-dns', 'openshift'].map((dns) => [
      dns,
      `platform: { dns: ${dns}, serviceCidrs: [10.96.0.0/12] }\n`,
    ]),
  ),
};

const policyWith = (peers: string | null, ports: string | null) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
    - to: [{ podSelector: { matchLabels: { app: db } } }]
    - { ${[peers && `to: ${peers}`, ports && `ports: ${ports}`].filter((item) => item !== null).join(', ')} }
`;

function saidOf(yaml: string, config: string | undefined): string {
  return judge(yaml, config)
    .filter(({ rule }) => rule.family === 'dns')
    .flatMap(({ rule, severity, message, finding }) => [
      `  ${rule.id} (${severity}): ${message}`,
      ...(finding.fixes ?? []).map(({ title, safe }) => `  fix${safe ? ' (safe)' : ''}: ${title}`),
    ])
    .join('\n');
}

checkRecord(
  'dns-rules.txt',
  Object.keys(PLATFORMS).flatMap((platform) => Object.keys(PEERS).map((peers) => `${platform}: ${peers}`)),
  (title) => {
    const [platform = '', peers = ''] = title.split(': ');
    const said = Object.entries(PORTS).map(([name, ports]) => ({
      name,
      text: saidOf(policyWith(PEERS[peers] ?? null, ports), PLATFORMS[platform]),
    }));
    return [...Map.groupBy(said, ({ text }) => text)]
      .map(([text, alike]) => `on ${alike.map(({ name }) => name).join(', ')}:\n${text}`.trimEnd())
      .join('\n');
  },
);
