/** Rule missing-default-deny-egress: a namespace in which pods may connect to anything until a policy selects them. */
import type { Finding, Rule } from '../../core/rule.ts';
import { WEB_DEPLOYMENT } from '../example-workloads.ts';
import { documents, namespaceYaml, webPolicy } from '../example-yaml.ts';
import { missingDefaultDeny } from './default-deny.ts';
import { defaultDenyYaml } from './default-deny-examples.ts';

const DENY_INGRESS = defaultDenyYaml(['Ingress']);
const DENY_EGRESS = defaultDenyYaml(['Egress']);
const DENY_EGRESS_AND_DNS = defaultDenyYaml(['Egress'], false);
const DENY_BOTH = defaultDenyYaml(['Ingress', 'Egress']);
const WITH_DNS = 'Add a policy that denies egress by default, except DNS';
const WITHOUT_DNS = 'Add a policy that denies egress by default, DNS included';
const ADD_BOTH = 'Add a policy that denies ingress and egress by default, except DNS';

const WEB_ONLY = webPolicy(`
  policyTypes:
    - Egress
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: api
`);

/** Looks like a denial of egress; without \`policyTypes\` an empty list of rules isolates nothing. */
const NO_POLICY_TYPES = DENY_EGRESS_AND_DNS.replace('policyTypes:\n    - Egress', 'egress: []');

export const missingDefaultDenyEgress: Rule = {
  on: 'namespace',
  meta: {
    id: 'missing-default-deny-egress',
    family: 'coverage',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'workspace',
    title: 'A namespace does not deny egress by default.',
    why: `A pod that no policy selects for egress may connect to **anything**: every pod of the cluster, the API server, the cloud's metadata service and the whole internet. That is the way by which data leaves, and by which an intruder moves on. Policies that select some pods by label bind those alone; a pod that comes tomorrow with another label is free.

A policy with an empty \`podSelector\` and \`Egress\` in \`policyTypes\` turns that round: every pod of the namespace, the ones to come included, reaches only what another policy allows. Keep DNS in it, UDP and TCP port 53 to the cluster's DNS pods, since without lookups hardly anything works.`,
    refs: [
      {
        title: 'Kubernetes: Default deny all egress traffic',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic',
      },
      { title: 'CIS Kubernetes Benchmark 5.3.2: all namespaces have NetworkPolicies' },
      { title: 'NSA/CISA Kubernetes Hardening Guide: network policies' },
      { title: 'NIST SP 800-53 SC-7(5): deny by default, allow by exception' },
    ],
    examples: [
      {
        title: 'Only ingress is denied',
        yaml: documents(namespaceYaml('⟦shop⟧'), WEB_DEPLOYMENT, DENY_INGRESS),
        message: 'Namespace shop has no default deny for egress',
        fixes: [
          {
            title: WITH_DNS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT, DENY_INGRESS, DENY_EGRESS),
          },
          {
            title: WITHOUT_DNS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT, DENY_INGRESS, DENY_EGRESS_AND_DNS),
            leaves: ['egress-without-dns'],
          },
        ],
      },
      {
        title: 'Workloads without any policy',
        yaml: documents(namespaceYaml('⟦shop⟧'), WEB_DEPLOYMENT),
        fixes: [
          {
            title: WITH_DNS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT),
            creates: { 'shop-default-deny-egress.yaml': DENY_EGRESS },
          },
          {
            title: WITHOUT_DNS,
            safe: false,
            fixed: documents(namespaceYaml('shop'), WEB_DEPLOYMENT),
            creates: { 'shop-default-deny-egress.yaml': DENY_EGRESS_AND_DNS },
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
        title: 'A denial that is none: without `policyTypes`, an empty `egress` isolates nothing',
        yaml: documents(namespaceYaml('⟦shop⟧'), NO_POLICY_TYPES),
        fixes: [
          {
            title: WITH_DNS,
            safe: false,
            fixed: documents(
              namespaceYaml('shop'),
              NO_POLICY_TYPES,
              DENY_EGRESS.replace('name: default-deny-egress', 'name: default-deny-egress-2'),
            ),
          },
          {
            title: WITHOUT_DNS,
            safe: false,
            fixed: documents(
              namespaceYaml('shop'),
              NO_POLICY_TYPES,
              DENY_EGRESS_AND_DNS.replace('name: default-deny-egress', 'name: default-deny-egress-2'),
            ),
          },
        ],
      },
      {
        title: 'Egress is denied by default, except DNS',
        yaml: documents(namespaceYaml('shop'), WEB_DEPLOYMENT, DENY_BOTH, WEB_ONLY),
      },
    ],
  },
  check: (scope, context): Iterable<Finding> => missingDefaultDeny(scope, 'Egress', context),
};
