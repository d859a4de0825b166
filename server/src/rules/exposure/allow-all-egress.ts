/** Rule allow-all-egress: an egress rule without any peer or port. */
import type { Finding, FixExample, Rule } from '../../core/rule.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { webPolicy } from '../example-yaml.ts';
import { allowAllFindings } from './allow-all.ts';

const NARROWED = webPolicy(`
  policyTypes:
    - Egress
  egress:
    - to:
        - podSelector: {}
`);
const DNS = `    - to:
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
`;
const WITH_DNS = 'Allow only pods of the same namespace, and DNS';
const WITHOUT_DNS = 'Allow only pods of the same namespace';

function choices(narrowed: string): FixExample[] {
  return [
    { title: WITH_DNS, safe: false, fixed: narrowed + DNS },
    { title: WITHOUT_DNS, safe: false, fixed: narrowed, leaves: ['egress-without-dns'] },
  ];
}

export const allowAllEgress: Rule = {
  on: 'policy',
  meta: {
    id: 'allow-all-egress',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'An egress rule allows every destination on every port.',
    why: `A rule without \`to\` and \`ports\` (\`- {}\`, \`- to: []\`) lets the selected pods connect to **anything**: every pod of every namespace, the nodes, the API server, the cloud's metadata service, and the whole internet. Stolen data leaves the same way. Policies add up, so no other policy can take it back.

Name the destinations in \`to\` and their ports in \`ports\`. If the pods should reach nothing, delete the rule: an empty \`egress: []\`, with \`Egress\` in \`policyTypes\`, denies everything.`,
    refs: [
      {
        title: 'Kubernetes: Allow all egress traffic',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-egress-traffic',
      },
      { title: 'NSA/CISA Kubernetes Hardening Guide: network policies' },
      {
        title: 'MITRE ATT&CK mitigation M1037, Filter Network Traffic',
        url: 'https://attack.mitre.org/mitigations/M1037/',
      },
    ],
    examples: [
      {
        title: 'An empty rule',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - ⟦{}⟧
        `),
        message: 'every destination on every port',
        fixes: choices(NARROWED),
      },
      {
        title: 'An empty list, which reads like "to nothing"',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - ⟦to: []⟧
        `),
        fixes: choices(NARROWED),
      },
      {
        title: 'Nulls',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - ⟦to:
              ports:⟧
        `),
        fixes: choices(NARROWED),
      },
      {
        title: 'Nothing behind the dash',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            ⟦-⟧
        `),
        fixes: choices(NARROWED),
      },
      {
        title: 'Ports that together are every port of every protocol, in a contractor namespace',
        yaml: webPolicy(
          `
          policyTypes:
            - Egress
          egress:
            - ⟦ports:
                - protocol: TCP
                - protocol: UDP
                  port: 1
                  endPort: 65535
                - protocol: SCTP⟧
        `,
          'name: web\nnamespace: contractor-acme',
        ),
        severity: 'error',
        fixes: choices(NARROWED.replace('namespace: shop', 'namespace: contractor-acme')),
      },
      {
        title: 'Without policyTypes, an egress rule isolates egress and then allows all of it',
        yaml: webPolicy(`
          egress:
            - ⟦{}⟧
        `),
        fixes: choices(NARROWED.replace('  policyTypes:\n    - Egress\n', '')),
      },
      {
        title: 'DNS is allowed already',
        yaml: NARROWED.replace(/to:\n.*/, '⟦{}⟧') + DNS,
        fixes: [{ title: WITHOUT_DNS, safe: false, fixed: NARROWED + DNS }],
      },
      {
        title: 'A rule that names its destination',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - to:
                - podSelector:
                    matchLabels:
                      app: cache
        `),
      },
      {
        title: 'No rule: everything is denied',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress: []
        `),
      },
      {
        title: 'Not all protocols: the rule names ports, if many',
        yaml: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - ports:
                - protocol: TCP
                - protocol: UDP
        `),
      },
      {
        title: 'A rule that is not in effect, because policyTypes does not list Egress',
        yaml: webPolicy(`
          policyTypes:
            - Ingress
          egress:
            - {}
        `),
      },
    ],
  },
  check: (resource, { config }): Iterable<Finding> => {
    const policy = soundPolicyOf(resource);
    return policy ? allowAllFindings(policy, 'Egress', config.platform.dns) : [];
  },
};
