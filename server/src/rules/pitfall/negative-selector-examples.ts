/** The examples of rule negative-selector. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

const ONE_NAMESPACE = 'Allow only one namespace, whose name is to be filled in';
const BY_LABEL = 'Select pods by a label, to be filled in';

export const NEGATIVE_SELECTOR_EXAMPLES: readonly Example[] = [
  {
    title: 'All namespaces but those of a label, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Ingress]
      ingress:
        - from:
            - ⟦namespaceSelector:
                matchExpressions:
                  - key: stage
                    operator: NotIn
                    values: [test]⟧
          ports:
            - port: 8080
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'error',
    message: '`stage!=test` only rules namespaces out, so namespaces without the label',
    fixes: [
      {
        title: ONE_NAMESPACE,
        safe: false,
        fixed: webPolicy(
          `
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: my-namespace
              ports:
                - port: 8080
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'All namespaces but one by its name, and some of their pods',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ⟦namespaceSelector:
                matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [test] }]⟧
              podSelector: { matchLabels: { app: prometheus } }
          ports: [{ port: metrics }]
    `),
    severity: 'info',
    message: 'all others, also those that are created later, match, and pods with the labels',
    fixes: [
      {
        title: ONE_NAMESPACE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: my-namespace
                  podSelector: { matchLabels: { app: prometheus } }
              ports: [{ port: metrics }]
        `),
      },
    ],
  },
  {
    title: 'All pods but those of a label',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ⟦podSelector: { matchExpressions: [{ key: debug, operator: DoesNotExist }] }⟧ }]
    `),
    severity: 'info',
    message: '`debug absent` only rules pods out',
    fixes: [
      {
        title: BY_LABEL,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ podSelector: { matchLabels: { app: my-app } } }]
        `),
      },
    ],
  },
  {
    title: 'A policy that allows something to all pods but some',
    yaml: policyYaml(`
      ⟦podSelector:
        matchExpressions:
          - { key: app, operator: NotIn, values: [db] }⟧
      policyTypes: [Ingress]
      ingress:
        - from: [{ podSelector: { matchLabels: { app: gateway } } }]
    `),
    severity: 'info',
    message: 'allows its connections to all other pods',
    fixes: [
      {
        title: BY_LABEL,
        safe: false,
        fixed: policyYaml(`
          podSelector:
            matchLabels:
              app: my-app
          policyTypes: [Ingress]
          ingress:
            - from: [{ podSelector: { matchLabels: { app: gateway } } }]
        `),
      },
    ],
  },
  {
    title: 'A label is asked for as well',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector:
                matchLabels: { team: shop }
                matchExpressions: [{ key: stage, operator: NotIn, values: [test] }]
    `),
  },
  {
    title: 'To deny to all pods but some',
    yaml: policyYaml(`
      podSelector:
        matchExpressions:
          - { key: app, operator: NotIn, values: [gateway] }
      policyTypes: [Ingress]
    `),
  },
  {
    title: 'With another peer every namespace is matched, which all-namespaces-peer reports',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector: { matchExpressions: [{ key: stage, operator: NotIn, values: [test] }] }
            - namespaceSelector: { matchExpressions: [{ key: stage, operator: In, values: [test] }] }
    `),
  },
  {
    title: 'No namespace is without its name',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector:
                matchExpressions: [{ key: kubernetes.io/metadata.name, operator: DoesNotExist }]
    `),
  },
];
