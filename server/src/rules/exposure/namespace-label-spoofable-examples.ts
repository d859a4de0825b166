/** The examples of rule namespace-label-spoofable. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

function namespace(name: string, team: string): string {
  return `---
apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels:
    team: ${team}
`;
}

const BY_TEAM = webPolicy(`
  policyTypes: [Ingress]
  ingress:
    - from:
        - ⟦namespaceSelector:
            matchLabels:
              team: payments⟧
          podSelector:
            matchLabels:
              app: gateway
`);
const named = (name: string) =>
  BY_TEAM.replace('team: payments', `kubernetes.io/metadata.name: ${name}`).replaceAll(/[⟦⟧]/g, '');
const BOTH = BY_TEAM.replace(
  'matchLabels:\n              team: payments⟧',
  'matchExpressions:\n              - key: kubernetes.io/metadata.name\n                operator: In\n                values:\n                  - billing\n                  - payments',
).replace('⟦', '');

const CONTRACTORS = 'contractors: [{ name: acme, namespaces: [acme-*] }]';
const TWO = namespace('billing', 'payments') + namespace('payments', 'payments') + namespace('search', 'web');

export const NAMESPACE_LABEL_SPOOFABLE_EXAMPLES: readonly Example[] = [
  {
    title: 'A label that two namespaces have',
    yaml: BY_TEAM + TWO,
    config: CONTRACTORS,
    severity: 'hint',
    message: 'In this workspace, it matches billing and payments.',
    fixes: [
      { title: 'Name those that have it now: billing and payments', safe: false, fixed: BOTH + TWO },
      { title: 'Allow only namespace billing', safe: false, fixed: named('billing') + TWO },
      { title: 'Allow only namespace payments', safe: false, fixed: named('payments') + TWO },
    ],
  },
  {
    title: 'In a contractor namespace; which namespaces have the label is not known',
    yaml: BY_TEAM.replace('namespace: shop', 'namespace: contractor-acme'),
    severity: 'warning',
    message: 'can give it `team=payments` and connect to the selected pods',
    fixes: [
      {
        title: 'Allow only one namespace, whose name is to be filled in',
        safe: false,
        fixed: named('my-namespace').replace('namespace: shop', 'namespace: contractor-acme'),
      },
    ],
  },
  {
    title: 'As destination, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Egress]
      egress:
        - to: [{ ⟦namespaceSelector: { matchLabels: { team: payments } }⟧ }]
          ports: [{ port: 443 }]
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'warning',
    message: 'have the selected pods connect there',
    fixes: [
      {
        title: 'Allow only one namespace, whose name is to be filled in',
        safe: false,
        fixed: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: my-namespace } } }]
              ports: [{ port: 443 }]
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'By name, with or without another label',
    config: CONTRACTORS,
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector:
                matchLabels: { kubernetes.io/metadata.name: payments }
            - namespaceSelector:
                matchLabels: { kubernetes.io/metadata.name: search, team: web }
    `),
  },
  {
    title: 'As destination, elsewhere',
    config: CONTRACTORS,
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ namespaceSelector: { matchLabels: { team: payments } } }]
    `),
  },
  {
    title: 'Nobody here is a contractor',
    yaml: BY_TEAM.replaceAll(/[⟦⟧]/g, ''),
  },
  {
    title: "OpenShift's routers, as its documentation has it",
    config: CONTRACTORS,
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector:
                matchLabels: { network.openshift.io/policy-group: ingress }
    `),
  },
  {
    title: 'Every namespace, and all but some, which other rules report',
    config: CONTRACTORS,
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector: {}
            - namespaceSelector:
                matchExpressions: [{ key: team, operator: NotIn, values: [payments] }]
    `),
  },
];
