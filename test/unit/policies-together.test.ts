// What is said of two policies of one namespace, for each two of many kinds, with workloads and without: policies add up.
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { judge } from '../support/example.ts';
import { checkRecord } from '../support/recorded.ts';

const WEB = '{ matchLabels: { app: web } }';
const DNS_PEER =
  'namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } }';
const dns = (...protocols: string[]) =>
  `{ to: [{ ${DNS_PEER} }], ports: [${protocols.map((protocol) => `{ port: 53, protocol: ${protocol} }`).join(', ')}] }`;
const DB = '{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }] }';

/** The spec of a policy, by what it is for. */
const KINDS: Readonly<Record<string, string>> = {
  'denies all': 'podSelector: {}, policyTypes: [Ingress, Egress]',
  'denies all ingress': 'podSelector: {}, policyTypes: [Ingress]',
  'denies all egress': 'podSelector: {}, policyTypes: [Egress]',
  'denies all to some': `podSelector: ${WEB}, policyTypes: [Ingress, Egress]`,
  'denies some of ingress': `podSelector: ${WEB}, policyTypes: [Ingress, Egress], egress: [${DB}]`,
  'allows DNS to all': `podSelector: {}, policyTypes: [Egress], egress: [${dns('UDP', 'TCP')}]`,
  'allows DNS over UDP': `podSelector: {}, policyTypes: [Egress], egress: [${dns('UDP')}]`,
  'allows DNS over TCP to some': `podSelector: ${WEB}, policyTypes: [Egress], egress: [${dns('TCP')}]`,
  'misses DNS':
    'podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { app: dns } } }], ports: [{ port: 53, protocol: UDP }] }]',
  'lets some out': `podSelector: ${WEB}, policyTypes: [Egress], egress: [${DB}]`,
  'lets all out': 'podSelector: {}, policyTypes: [Egress], egress: [{}]',
  'lets others out': `podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }, policyTypes: [Egress], egress: [${DB}]`,
  'lets some in': `podSelector: ${WEB}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]`,
  'lets all in': 'podSelector: {}, policyTypes: [Ingress], ingress: [{}]',
  'lets some in but for some addresses': `podSelector: ${WEB}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }]`,
  'lets addresses in':
    'podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.1.2.0/24 } }] }]',
  'is template text': `podSelector: ${WEB}, policyTypes: [Egress], egress: ["{{ .Values.rule }}"]`,
};

const policy = (name: string, spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
`;

const WORKLOADS = `---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web, env: [{ name: DB, value: db.shop.svc }] }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db, namespace: shop }
spec: { template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: db }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;

const FAMILIES = ['dns', 'coverage', 'pitfall'];

/** The beginning of what is said, as far as it tells one finding from another: the rest is in other records. */
function said({ rule, severity, message, finding }: Diagnosis): string {
  const { document, span } = finding.at;
  const line = document.rangeOf(span).start.line;
  const titles = (finding.fixes ?? []).map(({ title, safe }) => (safe ? `${title} (safe)` : title));
  return `${rule.id} (${severity}) on line ${line + 1}: ${message.split(/[.:](?= |$)/, 1)[0]} ${titles.map((title) => `[${title}]`).join(' ')}`.trimEnd();
}

checkRecord('policies-together.txt', Object.keys(KINDS), (first) =>
  Object.entries(KINDS)
    .slice(Object.keys(KINDS).indexOf(first))
    .flatMap(([second, spec]) => {
      const two = `${policy('one', KINDS[first] ?? '')}---\n${policy('two', spec)}`;
      const among = (text: string) =>
        judge(text)
          .filter(({ rule }) => FAMILIES.includes(rule.family))
          .map(said);
      const bare = among(two).map((line) => `  ${line}`);
      const full = among(two + WORKLOADS).map((line) => `  with workloads: ${line}`);
      return [`and one that ${second}`, ...bare, ...full];
    })
    .join('\n'),
);
