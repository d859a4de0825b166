/** Rule missing-default-deny-ingress: a namespace in which pods accept connections until a policy selects them. */
import type { Finding, Rule } from '../../core/rule.ts';
import { WEB_DEPLOYMENT } from '../example-workloads.ts';
import { documents, namespaceYaml, policyYaml, webPolicy } from '../example-yaml.ts';
import { missingDefaultDeny } from './default-deny.ts';
import { defaultDenyYaml } from './default-deny-examples.ts';

const DENY_INGRESS = defaultDenyYaml(['Ingress']);
const DENY_EGRESS = defaultDenyYaml(['Egress']);
const DENY_BOTH = defaultDenyYaml(['Ingress', 'Egress']);
const ADD_INGRESS = 'Add a policy that denies ingress by default';
const ADD_BOTH = 'Add a policy that denies ingress and egress by default, except DNS';

const WEB_ONLY = webPolicy(`
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: gateway
`);

const ALLOW_EVERYTHING = policyYaml(
  `
  podSelector: {}
  policyTypes:
    - Ingress
  ingress:
    - {}
  `,
  'name: allow-all\nnamespace: shop',
);

export const missingDefaultDenyIngress: Rule = {
  on: 'namespace',
  meta: {
    id: 'missing-default-deny-ingress',
    family: 'coverage',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'workspace',
    title: 'A namespace does not deny ingress by default.',
    why: `A pod that no policy selects for ingress accepts **every** connection: from any pod of any namespace, and from outside the cluster where it can be reached. Policies that select some pods by label protect those alone; a pod that comes tomorrow with another label is open.

A policy with an empty \`podSelector\`, \`Ingress\` in \`policyTypes\` and no ingress rules turns that round: every pod of the namespace, the ones to come included, accepts only what another policy allows. What is in use must be allowed by then, or it stops.`,
    refs: [
      {
        title: 'Kubernetes: Default deny all ingress traffic',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic',
      },
      { title: 'CIS Kubernetes Benchmark 5.3.2: all namespaces have NetworkPolicies' },
      { title: 'NSA/CISA Kubernetes Hardening Guide: network policies' },
      { title: 'NIST SP 800-53 SC-7(5): deny by default, allow by exception' },
    ],
    examples: [
      {
        title: 'Policies that select some pods only',
        yaml: documents(namespaceYaml('⟦shop⟧'), DENY_EGRESS, WEB_ONLY),
        message: 'Namespace shop has no default deny for ingress',
        fixes: [
          {
            title: ADD_INGRESS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), DENY_EGRESS, WEB_ONLY, DENY_INGRESS),
          },
        ],
      },
      {
        title: 'Workloads without any policy',
        yaml: documents(namespaceYaml('⟦shop⟧'), WEB_DEPLOYMENT),
        fixes: [
          {
            title: ADD_INGRESS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT),
            creates: { 'shop-default-deny-ingress.yaml': DENY_INGRESS },
          },
          {
            title: ADD_BOTH,
            safe: false,
            fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT),
            creates: { 'shop-default-deny.yaml': DENY_BOTH },
          },
        ],
      },
      {
        title: 'A policy for every pod that allows everything',
        yaml: documents(namespaceYaml('⟦shop⟧'), DENY_EGRESS, ALLOW_EVERYTHING),
        fixes: [
          {
            title: ADD_INGRESS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), DENY_EGRESS, ALLOW_EVERYTHING, DENY_INGRESS),
          },
        ],
      },
      {
        title: "A contractor's namespace, even an empty one",
        yaml: namespaceYaml('⟦shop⟧', '  labels:\n    netpol-guard/contractor: acme\n'),
        severity: 'error',
        fixes: [
          {
            title: ADD_INGRESS,
            safe: false,
            fixed: namespaceYaml('shop', '  labels:\n    netpol-guard/contractor: acme\n'),
            creates: { 'shop-default-deny-ingress.yaml': DENY_INGRESS },
          },
          {
            title: ADD_BOTH,
            safe: false,
            fixed: namespaceYaml('shop', '  labels:\n    netpol-guard/contractor: acme\n'),
            creates: { 'shop-default-deny.yaml': DENY_BOTH },
          },
        ],
      },
      {
        title: 'No Namespace manifest: whether there are other policies is unknown',
        yaml: documents(DENY_EGRESS.replace('default-deny-egress', '⟦default-deny-egress⟧'), WEB_ONLY),
        severity: 'hint',
        message: 'no Namespace manifest of shop',
        fixes: [{ title: ADD_INGRESS, safe: false, fixed: documents(DENY_EGRESS, WEB_ONLY, DENY_INGRESS) }],
      },
      {
        title: 'A policy for every pod without ingress rules',
        yaml: documents(namespaceYaml('shop'), DENY_INGRESS, DENY_EGRESS, WEB_ONLY),
      },
      {
        title: 'Two policies that together select every pod',
        yaml: documents(
          namespaceYaml('shop'),
          DENY_EGRESS,
          WEB_ONLY,
          policyYaml(
            `
            podSelector:
              matchExpressions:
                - key: app
                  operator: NotIn
                  values:
                    - web
            policyTypes:
              - Ingress
            `,
            'name: others\nnamespace: shop',
          ),
        ),
      },
    ],
  },
  check: (scope, context): Iterable<Finding> => missingDefaultDeny(scope, 'Ingress', context),
};
