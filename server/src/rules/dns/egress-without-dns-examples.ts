/** Owns the examples of egress-without-dns: what starves, what does not, and what nobody can tell. */
import type { Example } from '../../core/rule.ts';
import { WEB_DEPLOYMENT } from '../example-workloads.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

const TO_KUBE_DNS = 'Allow DNS to the cluster DNS (kube-dns in kube-system)';
const TO_OPENSHIFT = 'Allow DNS to the DNS of OpenShift (openshift-dns, port 5353)';
const TO_NODE_LOCAL = 'Allow DNS to NodeLocal DNSCache (169.254.20.10) and kube-dns';

const TO_DB = webPolicy(`
  policyTypes:
    - Ingress
    - Egress
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: db
      ports:
        - port: 5432
`);

const podPeer = (namespace: string, label: string) => `        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ${namespace}
          podSelector:
            matchLabels:
              ${label}
`;
const KUBE_DNS = podPeer('kube-system', 'k8s-app: kube-dns');
const OPENSHIFT_DNS = podPeer('openshift-dns', 'dns.operator.openshift.io/daemonset-dns: default');
const NODE_LOCAL = '        - ipBlock:\n            cidr: 169.254.20.10/32\n';

const rule = (peers: string, port: number, ...protocols: readonly string[]) =>
  `    - to:\n${peers}      ports:\n${protocols.map((p) => `        - protocol: ${p}\n          port: ${port}\n`).join('')}`;

const DNS_RULE = rule(KUBE_DNS, 53, 'UDP', 'TCP');

/** The three rules that the fixes offer, put behind \`text\`. */
const fixesBehind = (text: string, lead = '') =>
  [
    [TO_KUBE_DNS, DNS_RULE] as const,
    [TO_OPENSHIFT, rule(OPENSHIFT_DNS, 5353, 'UDP', 'TCP')] as const,
    [TO_NODE_LOCAL, rule(NODE_LOCAL + KUBE_DNS, 53, 'UDP', 'TCP')] as const,
  ].map(([title, added]) => ({ title, safe: false, fixed: text + lead + added }));

const allPods = (egress: string, name: string) =>
  `${policyYaml('podSelector: {}\npolicyTypes:\n  - Egress', `name: ${name}\nnamespace: shop`)}${egress}`;

const DEFAULT_DENY = allPods('', 'default-deny');
const ALLOW_DNS = allPods(`  egress:\n${DNS_RULE}`, 'allow-dns');
const marked = (policy: string) => policy.replace('- Egress', '- ⟦Egress⟧');

export const EGRESS_WITHOUT_DNS_EXAMPLES: readonly Example[] = [
  {
    title: 'A policy that allows the database and forgets DNS',
    yaml: `${WEB_DEPLOYMENT}---\n${marked(TO_DB)}`,
    message: 'Deployment web cannot look up names',
    fixes: fixesBehind(`${WEB_DEPLOYMENT}---\n${TO_DB}`),
  },
  {
    title: 'A default deny with nothing beside it',
    yaml: `${WEB_DEPLOYMENT}---\n${marked(DEFAULT_DENY)}`,
    fixes: fixesBehind(`${WEB_DEPLOYMENT}---\n${DEFAULT_DENY}`, '  egress:\n'),
  },
  {
    title: 'Whatever pods the policy selects: nothing else could allow DNS for them',
    yaml: TO_DB.replace('  policyTypes:\n    - Ingress\n    - Egress\n', '').replace('egress', '⟦egress⟧'),
    message: 'The pods that this policy selects cannot look up names',
    fixes: fixesBehind(TO_DB.replace('  policyTypes:\n    - Ingress\n    - Egress\n', '')),
  },
  {
    title: 'Only UDP',
    yaml: `${WEB_DEPLOYMENT}---\n${marked(allPods(`  egress:\n${rule(KUBE_DNS, 53, 'UDP')}`, 'allow-dns'))}`,
    severity: 'info',
    message: 'over UDP only',
    fixes: [
      { title: 'Allow DNS over TCP as well', safe: false, fixed: `${WEB_DEPLOYMENT}---\n${ALLOW_DNS}` },
    ],
  },
  {
    title: 'Only TCP, which a port without `protocol` is',
    yaml: `${WEB_DEPLOYMENT}---\n${marked(
      allPods(`  egress:\n    - to:\n${KUBE_DNS}      ports:\n        - port: 53\n`, 'allow-dns'),
    )}`,
    message: 'over TCP only',
    fixes: [
      {
        title: 'Allow DNS over UDP as well',
        safe: false,
        fixed: `${WEB_DEPLOYMENT}---\n${allPods(
          `  egress:\n    - to:\n${KUBE_DNS}      ports:\n        - port: 53\n        - protocol: UDP\n          port: 53\n`,
          'allow-dns',
        )}`,
      },
    ],
  },
  {
    title: 'A default deny and no workloads: whether DNS is needed is unknown',
    yaml: marked(DEFAULT_DENY),
    severity: 'hint',
    message: 'the workspace has no workloads of this namespace',
    fixes: fixesBehind(DEFAULT_DENY, '  egress:\n'),
  },
  {
    title: 'One policy allows DNS for every pod',
    yaml: `${WEB_DEPLOYMENT}---\n${TO_DB}---\n${DEFAULT_DENY}---\n${ALLOW_DNS}`,
  },
  {
    title: 'Pods that use the resolvers of their node',
    yaml: `${WEB_DEPLOYMENT.replace('    spec:\n', '    spec:\n      dnsPolicy: Default\n')}---\n${TO_DB}`,
  },
  {
    title: 'Pods in the network of their node, to which most plugins apply no policy',
    yaml: `${WEB_DEPLOYMENT.replace('    spec:\n', '    spec:\n      hostNetwork: true\n')}---\n${TO_DB}`,
  },
  {
    title: 'A resolver of their own',
    yaml: `${WEB_DEPLOYMENT}---\n${allPods(
      '  egress:\n    - to:\n        - ipBlock:\n            cidr: 192.0.2.53/32\n      ports:\n        - protocol: UDP\n          port: 53\n        - protocol: TCP\n          port: 53\n',
      'resolver',
    )}`,
  },
];
