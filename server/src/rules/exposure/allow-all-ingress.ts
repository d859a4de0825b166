/** Rule allow-all-ingress: an ingress rule without any peer or port. */
import type { Finding, Rule } from '../../core/rule.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { allowAllFindings } from './allow-all.ts';

export const allowAllIngress: Rule = {
  on: 'policy',
  meta: {
    id: 'allow-all-ingress',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'An ingress rule allows every source on every port.',
    why: `A rule without \`from\` and \`ports\` (\`- {}\`) allows **all** incoming traffic to the selected pods: from every pod in every namespace, from nodes, and from outside the cluster. Policies add up, so no other policy can take it back.

Name who may connect in \`from\`, and the pods' ports in \`ports\`. If nobody should, delete the rule: an empty \`ingress: []\` denies everything.`,
    refs: [
      {
        title: 'Kubernetes: Allow all ingress traffic',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic',
      },
      {
        title: 'MITRE ATT&CK mitigation M1030, Network Segmentation',
        url: 'https://attack.mitre.org/mitigations/M1030/',
      },
    ],
    examples: [
      {
        title: 'An empty rule',
        yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  ingress:
    - ⟦{}⟧
`,
        fixes: [
          {
            title: 'Allow only pods of the same namespace',
            safe: false,
            fixed: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector: {}
`,
          },
        ],
      },
      {
        title: 'A rule with a peer',
        yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: gateway
      ports:
        - protocol: TCP
          port: 8080
`,
      },
    ],
  },
  check: (resource): Iterable<Finding> => {
    const policy = soundPolicyOf(resource);
    return policy ? allowAllFindings(policy, 'Ingress', null) : [];
  },
};
