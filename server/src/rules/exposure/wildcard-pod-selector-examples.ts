/** The examples of rule wildcard-pod-selector. */
import type { Example } from '../../core/rule.ts';
import { policyYaml } from '../example-yaml.ts';

const FIX = 'Select pods by a label, to be filled in';

const SELECTED = policyYaml(`
  podSelector:
    matchLabels:
      app: my-app
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`);

const INTERNAL = `
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`;

function apart(selector: string, name: string, rules = INTERNAL): string {
  return policyYaml(
    `podSelector:\n  matchExpressions:\n    - ${selector}${rules.replaceAll('\n  ', '\n')}`,
    `name: ${name}\nnamespace: shop`,
  );
}

export const WILDCARD_POD_SELECTOR_EXAMPLES: readonly Example[] = [
  {
    title: 'Every pod may be reached from every other one',
    yaml: policyYaml(`
      podSelector: ⟦{}⟧
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
    `),
    message: 'accepts the connections that the ingress rules allow',
    severity: 'info',
    fixes: [{ title: FIX, safe: false, fixed: SELECTED }],
  },
  {
    title: 'Every pod may be reached from another namespace',
    yaml: policyYaml(`
      podSelector: ⟦{}⟧
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
            - namespaceSelector:
                matchLabels:
                  kubernetes.io/metadata.name: ingress
    `),
    severity: 'info',
    fixes: [
      {
        title: FIX,
        safe: false,
        fixed: policyYaml(`
          podSelector:
            matchLabels:
              app: my-app
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: ingress
        `),
      },
    ],
  },
  {
    title: 'Every pod of a contractor may be reached from another namespace',
    yaml: policyYaml(
      `
      podSelector: ⟦{}⟧
      policyTypes: [Ingress]
      ingress:
        - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }]
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'error',
    fixes: [
      {
        title: FIX,
        safe: false,
        fixed: policyYaml(
          `
          podSelector:
            matchLabels:
              app: my-app
          policyTypes: [Ingress]
          ingress:
            - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }]
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'Without a value',
    yaml: policyYaml(`
      ⟦podSelector⟧:
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
    `),
    fixes: [{ title: FIX, safe: false, fixed: SELECTED }],
  },
  {
    title: 'An empty selector in other words',
    yaml: policyYaml(`
      podSelector:
        ⟦matchLabels: {}
        matchExpressions: []⟧
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
    `),
    fixes: [{ title: FIX, safe: false, fixed: SELECTED }],
  },
  {
    title: 'No podSelector, and more than DNS, in a contractor namespace',
    yaml: policyYaml(
      `
      policyTypes: [Egress]
      egress:
        - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
          ports: [{ port: 443 }, { protocol: UDP, port: 53 }]
    `,
      'name: web\nnamespace: contractor-acme',
    ).replace('spec:', '⟦spec⟧:'),
    severity: 'error',
    message: 'may open the connections that the egress rules allow',
    fixes: [
      {
        title: FIX,
        safe: false,
        fixed: policyYaml(
          `
          podSelector:
            matchLabels:
              app: my-app
          policyTypes: [Egress]
          egress:
            - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
              ports: [{ port: 443 }, { protocol: UDP, port: 53 }]
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'Default deny',
    yaml: policyYaml(`
      podSelector: {}
      policyTypes: [Ingress, Egress]
      ingress: []
    `),
  },
  {
    title: 'DNS for everybody',
    yaml: policyYaml(`
      podSelector: {}
      policyTypes: [Ingress, Egress]
      egress:
        - to:
            - namespaceSelector:
                matchLabels:
                  kubernetes.io/metadata.name: kube-system
              podSelector:
                matchLabels:
                  k8s-app: kube-dns
            - ipBlock:
                cidr: 169.254.20.10/32
          ports:
            - protocol: UDP
              port: 53
            - protocol: TCP
              port: 53
    `),
  },
  {
    title: 'Rules that are not in effect, because policyTypes does not list Egress',
    yaml: policyYaml(`
      podSelector: {}
      policyTypes: [Ingress]
      egress:
        - to:
            - podSelector: {}
    `),
  },
  {
    title: 'A misspelt podSelector, which unknown-field reports',
    yaml: policyYaml(`
      podselector: {}
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
    `),
  },
  {
    title: 'Some pods',
    yaml: policyYaml(`
      podSelector:
        matchExpressions:
          - { key: app, operator: Exists }
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
    `),
  },
  {
    title: 'Two policies that allow the same and leave no pod out',
    yaml: `${apart('{ key: app, operator: In, values: [web] }', 'web').replace('matchExpressions:', '⟦matchExpressions:').replace('[web] }', '[web] }⟧')}---\n${apart('{ key: app, operator: NotIn, values: [web] }', 'others')}`,
    message: 'leave no pod of the namespace out',
    fixes: [],
  },
  {
    title: 'Two policies that leave no pod out, but do not allow the same',
    yaml: `${apart('{ key: app, operator: Exists }', 'labelled')}---\n${apart('{ key: app, operator: DoesNotExist }', 'others', INTERNAL.replace('{}', '{ matchLabels: { app: web } }'))}`,
  },
];
