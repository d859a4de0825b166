// What is said of rules with each kind of peer on each kind of port, of what they let in and of what they let out.
import { judge } from '../support/example.ts';
import { checkRecord, madeBy } from '../support/recorded.ts';

const NAME = 'kubernetes.io/metadata.name';

const PEERS: Readonly<Record<string, string | null>> = {
  'no list of peers': null,
  'an empty list of peers': '[]',
  'every pod of the namespace': '[{ podSelector: {} }]',
  'some pods': '[{ podSelector: { matchLabels: { app: db } } }]',
  'every namespace': '[{ namespaceSelector: {} }]',
  'every pod of every namespace': '[{ namespaceSelector: {}, podSelector: {} }]',
  'some pods of every namespace': '[{ namespaceSelector: {}, podSelector: { matchLabels: { app: db } } }]',
  'a namespace by name': `[{ namespaceSelector: { matchLabels: { ${NAME}: db } } }]`,
  'the own namespace by name': `[{ namespaceSelector: { matchLabels: { ${NAME}: shop } } }]`,
  'a namespace by label': '[{ namespaceSelector: { matchLabels: { team: sre } } }]',
  'namespaces by labels they have': `[{ namespaceSelector: { matchExpressions: [{ key: ${NAME}, operator: Exists }] } }]`,
  'namespaces but for some': `[{ namespaceSelector: { matchExpressions: [{ key: ${NAME}, operator: NotIn, values: [kube-system] } ] } }]`,
  'pods without a label': '[{ podSelector: { matchExpressions: [{ key: app, operator: DoesNotExist }] } }]',
  'pods with and pods without a label':
    '[{ podSelector: { matchExpressions: [{ key: app, operator: DoesNotExist }] } }, { podSelector: { matchExpressions: [{ key: app, operator: Exists }] } }]',
  'every namespace beside addresses': '[{ namespaceSelector: {} }, { ipBlock: { cidr: 0.0.0.0/0 } }]',
  'every IPv4 address': '[{ ipBlock: { cidr: 0.0.0.0/0 } }]',
  'every IPv6 address': '[{ ipBlock: { cidr: "::/0" } }]',
  'every address': '[{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: "::/0" } }]',
  'the internet':
    '[{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16] } }]',
  'the internet and the metadata service':
    '[{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10] } }]',
  'every address in two halves': '[{ ipBlock: { cidr: 0.0.0.0/1 } }, { ipBlock: { cidr: 128.0.0.0/1 } }]',
  'half of the addresses': '[{ ipBlock: { cidr: 128.0.0.0/1 } }]',
  'a wide block': '[{ ipBlock: { cidr: 8.0.0.0/5 } }]',
  'private addresses': '[{ ipBlock: { cidr: 10.0.0.0/8 } }]',
  'a public block': '[{ ipBlock: { cidr: 203.0.113.0/24 } }]',
  'the metadata address': '[{ ipBlock: { cidr: 169.254.169.254/32 } }]',
  'link-local addresses': '[{ ipBlock: { cidr: 169.254.0.0/16 } }]',
  'a metadata address of IPv6': '[{ ipBlock: { cidr: "fd00:ec2::254/128" } }]',
};

const PORTS: Readonly<Record<string, string | null>> = {
  'every port': null,
  'an empty list of ports': '[]',
  'port 443': '[{ port: 443 }]',
  'ports 80 and 443': '[{ port: 80 }, { port: 443 }]',
  'port 8080': '[{ port: 8080 }]',
  'SSH and 8080': '[{ port: 22 }, { port: 8080 }]',
  'a database by name': '[{ port: postgres }]',
  'DNS over UDP': '[{ port: 53, protocol: UDP }]',
  DNS: '[{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]',
  'every port of TCP': '[{ protocol: TCP }]',
  'every port of every protocol': '[{ protocol: TCP }, { protocol: UDP }, { protocol: SCTP }]',
  'nearly every port': '[{ port: 1, endPort: 65535 }]',
  'high ports': '[{ port: 1024, endPort: 65535 }]',
  'a short range': '[{ port: 8000, endPort: 8010 }]',
  'a range of UDP': '[{ port: 10000, endPort: 20000, protocol: UDP }]',
};

function policyWith(direction: string, peers: string | null, ports: string | null): string {
  const [rules, field] = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  const items = [peers && `${field}: ${peers}`, ports && `ports: ${ports}`].filter((item) => item !== null);
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [${direction}]
  ${rules}:
    - { ${items.join(', ')} }
`;
}

const FAMILIES = ['validity', 'pitfall', 'exposure'];

function saidOf(yaml: string): string {
  const found = judge(yaml).filter(({ rule }) => FAMILIES.includes(rule.family));
  return found
    .flatMap(({ rule, severity, message, finding }) => [
      `  ${rule.id} (${severity}): ${message}`,
      ...(finding.fixes ?? [])
        .flatMap((fix) => madeBy(fix, yaml))
        .filter((line) => !line.startsWith('    -')),
    ])
    .join('\n');
}

checkRecord(
  'peers-on-ports.txt',
  ['Ingress', 'Egress'].flatMap((direction) => Object.keys(PEERS).map((peers) => `${direction}: ${peers}`)),
  (title) => {
    const [direction = '', peers = ''] = title.split(': ');
    const said = Object.entries(PORTS).map(([name, ports]) => ({
      name,
      text: saidOf(policyWith(direction, PEERS[peers] ?? null, ports)).replaceAll(
        `ports: ${ports}`,
        'ports: …',
      ),
    }));
    // What is the same for several kinds of ports is written once.
    return [...Map.groupBy(said, ({ text }) => text)]
      .map(([text, alike]) => `on ${alike.map(({ name }) => name).join(', ')}:\n${text}`.trimEnd())
      .join('\n');
  },
);
