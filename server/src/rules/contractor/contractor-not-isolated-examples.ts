/** Owns the examples of contractor-not-isolated. */
import type { Example } from '../../core/rule.ts';
import { defaultDenyYaml } from '../coverage/default-deny-examples.ts';
import { deploymentYaml, WEB_DEPLOYMENT } from '../example-workloads.ts';
import { documents, namespaceYaml, policyYaml, webPolicy } from '../example-yaml.ts';
import { ACME } from './example-acme.ts';

const SET_ASIDE = `${ACME}rules:
  missing-default-deny-ingress: off
`;
const job = (name = 'job', namespace = 'shop') =>
  deploymentYaml('job', [], { namespace, labels: ['app: job', 'netpol-guard/contractor: acme'] }).replace(
    'name: job',
    `name: ${name}`,
  );
const WEB_ONLY = webPolicy('policyTypes: [Ingress, Egress]');
const JOB_DENY = policyYaml(
  `
  podSelector:
    matchLabels:
      app: job
      netpol-guard/contractor: acme
  policyTypes:
    - Ingress
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
  'name: job-deny\nnamespace: shop',
);
const DENY_EGRESS = defaultDenyYaml(['Egress']).replaceAll('namespace: shop', 'namespace: acme-web');
const INGRESS_DENY = policyYaml(
  `
  podSelector:
    matchLabels:
      app: job
      netpol-guard/contractor: acme
  policyTypes:
    - Ingress
  `,
  'name: job-deny-ingress\nnamespace: acme-web',
);

export const NOT_ISOLATED_EXAMPLES: readonly Example[] = [
  {
    title: "A contractor's job in a namespace of somebody else, without a policy",
    yaml: documents(namespaceYaml('shop'), WEB_DEPLOYMENT, job('⟦job⟧'), WEB_ONLY),
    message: "Deployment job, contractor acme's, for ingress and egress",
    fixes: [
      {
        title: 'Add a policy that denies their ingress and egress by default, except DNS',
        safe: false,
        fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT, job(), WEB_ONLY, JOB_DENY),
      },
    ],
  },
  {
    title: "A contractor's namespace, where the rule about default deny has been switched off",
    config: SET_ASIDE,
    yaml: documents(namespaceYaml('acme-web'), job('⟦job⟧', 'acme-web'), DENY_EGRESS),
    message: 'for ingress: they accept connections from everywhere',
    fixes: [
      {
        title: 'Add a policy that denies their ingress by default',
        safe: false,
        fixed: documents(namespaceYaml('acme-web'), job('job', 'acme-web'), DENY_EGRESS, INGRESS_DENY),
      },
    ],
  },
  {
    title: 'A policy of its own',
    yaml: documents(namespaceYaml('shop'), WEB_DEPLOYMENT, job(), WEB_ONLY, JOB_DENY),
  },
  {
    title: 'A namespace whose default deny is missing, which is reported as that',
    config: ACME,
    yaml: documents(namespaceYaml('acme-web'), job('job', 'acme-web')),
  },
];
