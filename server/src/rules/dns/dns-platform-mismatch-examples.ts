/** Owns the examples of dns-platform-mismatch: for each platform, what misses its DNS and what does not. */
import type { Example } from '../../core/rule.ts';
import { policyYaml } from '../example-yaml.ts';

const peer = (namespace: string, labels: string) => `namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ${namespace}
          podSelector:
            ${labels}`;
const labelled = (label: string) => `matchLabels:\n              ${label}`;
const KUBE_DNS = peer('kube-system', labelled('k8s-app: kube-dns'));
const OPENSHIFT = peer('openshift-dns', labelled('dns.operator.openshift.io/daemonset-dns: default'));
const CACHE = 'ipBlock:\n            cidr: 169.254.20.10/32';

/** Every pod may reach these peers on this port, and nothing else. */
const allow = (peers: readonly string[], port = 53, ports = 'ports') =>
  `${policyYaml('podSelector: {}\npolicyTypes:\n  - Egress', 'name: allow-dns\nnamespace: shop')}  egress:
    - to:
${peers.map((text) => `        - ${text}\n`).join('')}      ${ports}:
        - protocol: UDP
          port: ${port}
        - protocol: TCP
          port: ${port}
`;
const platform = (dns: string) => `platform: { dns: ${dns} }\n`;

export const DNS_PLATFORM_MISMATCH_EXAMPLES: readonly Example[] = [
  {
    title: 'A slip in the label',
    yaml: allow([peer('kube-system', `⟦${labelled('k8s-app: kubedns')}⟧`)]),
    message: 'No pod that answers DNS has k8s-app=kubedns',
    fixes: [
      {
        title: 'Allow DNS to the cluster DNS (kube-dns in kube-system) instead',
        safe: false,
        fixed: allow([KUBE_DNS]),
      },
    ],
  },
  {
    title: 'On OpenShift, a rule for other clusters',
    config: platform('openshift'),
    yaml: allow([`⟦${KUBE_DNS}⟧`]),
    message: 'not the DNS of the platform that the config names',
    fixes: [
      {
        title: 'Allow DNS to the DNS of OpenShift (openshift-dns, port 5353) instead',
        safe: false,
        fixed: allow([OPENSHIFT], 5353),
      },
    ],
  },
  {
    title: 'On OpenShift, the port of the Service',
    config: platform('openshift'),
    yaml: allow([OPENSHIFT], 53, '⟦ports⟧'),
    message: 'listen on port 5353',
    fixes: [{ title: 'Allow port 5353 instead', safe: false, fixed: allow([OPENSHIFT], 5353) }],
  },
  {
    title: 'With NodeLocal DNSCache, only the pods behind it',
    config: platform('node-local-dns'),
    yaml: allow([`⟦${KUBE_DNS}⟧`]),
    message: 'no selector matches',
    fixes: [
      {
        title: 'Allow DNS to NodeLocal DNSCache (169.254.20.10) as well',
        safe: false,
        fixed: allow([KUBE_DNS, CACHE]),
      },
    ],
  },
  {
    title: 'CoreDNS by a label that it has elsewhere',
    config: platform('kube-dns'),
    yaml: allow([peer('kube-system', `⟦${labelled('k8s-app: coredns')}⟧`)]),
    fixes: [
      {
        title: 'Allow DNS to the cluster DNS (kube-dns in kube-system) instead',
        safe: false,
        fixed: allow([KUBE_DNS]),
      },
    ],
  },
  { title: 'Which platform it is, nobody says', yaml: allow([OPENSHIFT], 5353) },
  { title: 'OpenShift', config: platform('openshift'), yaml: allow([OPENSHIFT], 5353) },
  { title: 'NodeLocal DNSCache', config: platform('node-local-dns'), yaml: allow([CACHE, KUBE_DNS]) },
  {
    title: 'One policy for every platform',
    config: platform('openshift'),
    yaml: `${allow([KUBE_DNS])}---\n${allow([OPENSHIFT], 5353).replace('allow-dns', 'allow-openshift-dns')}`,
  },
  {
    title: "A resolver of one's own, in a namespace of its own",
    config: platform('kube-dns'),
    yaml: allow([peer('resolvers', labelled('app: unbound'))]),
  },
];
