/** The examples of rule all-namespaces-peer. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

const OWN = 'Allow only the own namespace';
const ONE = 'Allow only one namespace, whose name is to be filled in';

export const ALL_NAMESPACES_PEER_EXAMPLES: readonly Example[] = [
  {
    title: 'Every pod of the cluster as source',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ⟦namespaceSelector: {}⟧
          ports:
            - port: 8080
    `),
    message: 'every pod of the cluster, whoever runs it, may connect',
    fixes: [
      {
        title: OWN,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - port: 8080
        `),
      },
      {
        title: ONE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: my-namespace
              ports:
                - port: 8080
        `),
      },
    ],
  },
  {
    title: 'The same with `podSelector: {}`, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Egress]
      egress:
        - to: [{ podSelector: {}, ⟦namespaceSelector: { matchLabels: {} }⟧ }]
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'error',
    fixes: [
      {
        title: OWN,
        safe: false,
        leaves: ['egress-without-dns'],
        fixed: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to: [{ podSelector: {} }]
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
      {
        title: ONE,
        safe: false,
        leaves: ['egress-without-dns'],
        fixed: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to: [{ podSelector: {}, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: my-namespace } } }]
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'Some pods of every namespace, on some ports',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ⟦namespaceSelector: {}⟧
              podSelector:
                matchLabels:
                  app: prometheus
          ports:
            - port: metrics
    `),
    severity: 'info',
    message: 'app=prometheus',
    fixes: [
      {
        title: OWN,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: prometheus
              ports:
                - port: metrics
        `),
      },
      {
        title: ONE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: my-namespace
                  podSelector:
                    matchLabels:
                      app: prometheus
              ports:
                - port: metrics
        `),
      },
    ],
  },
  {
    title: 'Two selectors that leave nothing out together',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ⟦namespaceSelector:
                matchExpressions: [{ key: team, operator: In, values: [shop, search] }]⟧
            - namespaceSelector:
                matchExpressions: [{ key: team, operator: NotIn, values: [shop] }]
          ports:
            - port: 8080
    `),
    message: 'Together with another, this `namespaceSelector` matches every namespace',
    fixes: [
      {
        title: OWN,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - port: 8080
        `),
      },
      {
        title: ONE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: my-namespace
              ports:
                - port: 8080
        `),
      },
    ],
  },
  {
    title: 'The same over two rules, with and without a label',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to: [{ ⟦namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] }⟧ }]
          ports: [{ port: 443 }]
        - to: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] } }]
    `),
    severity: 'warning',
    fixes: [
      {
        title: OWN,
        safe: false,
        leaves: ['egress-without-dns'],
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to: [{ podSelector: {} }]
              ports: [{ port: 443 }]
        `),
      },
      {
        title: ONE,
        safe: false,
        leaves: ['egress-without-dns'],
        fixed: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: my-namespace } } }]
              ports: [{ port: 443 }]
        `),
      },
    ],
  },
  {
    title: 'Selectors that leave nothing out, but for different pods or ports',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector: { matchExpressions: [{ key: team, operator: In, values: [shop] }] }
              podSelector: { matchLabels: { app: gateway } }
        - from:
            - namespaceSelector: { matchExpressions: [{ key: team, operator: In, values: [shop] }] }
          ports: [{ port: 80 }]
    `),
  },
  {
    title: 'Namespaces named by a label',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector:
                matchLabels:
                  kubernetes.io/metadata.name: gateway
    `),
  },
  {
    title: 'DNS servers, in whichever namespace they run',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - namespaceSelector: {}
              podSelector:
                matchLabels:
                  k8s-app: kube-dns
          ports:
            - protocol: UDP
              port: 53
    `),
  },
  {
    title: 'A null namespaceSelector is none: the peer is in the own namespace',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector:
              podSelector: {}
    `),
  },
];
