/** The examples of rule sensitive-port. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

const NARROW = 'Allow only pods of the same namespace';
const MOVE = 'Allow this port only from pods of the same namespace';

export const SENSITIVE_PORT_EXAMPLES: readonly Example[] = [
  {
    title: 'A database that every source may connect to, in a contractor namespace',
    yaml: webPolicy(
      `
      policyTypes: [Ingress]
      ingress:
        - ports:
            - ⟦protocol: TCP
              port: 5432⟧
    `,
      'name: web\nnamespace: contractor-acme',
    ),
    severity: 'error',
    message: 'Port 5432 is PostgreSQL, and it is open to every source',
    fixes: [
      {
        title: NARROW,
        safe: false,
        fixed: webPolicy(
          `
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - protocol: TCP
                  port: 5432
        `,
          'name: web\nnamespace: contractor-acme',
        ),
      },
    ],
  },
  {
    title: 'Among other ports, to every namespace',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - namespaceSelector: {}
          ports:
            - port: 8080 # the API
            - ⟦port: 6379⟧ # the cache
    `),
    severity: 'warning',
    message: 'open to every pod of the cluster',
    fixes: [
      {
        title: MOVE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector: {}
              ports:
                - port: 8080 # the API
            - from:
                - podSelector: {}
              ports:
                - port: 6379
        `),
      },
    ],
  },
  {
    title: 'In front of other ports, to the world',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
          ports:
            - ⟦port: 22⟧
            - port: 443
    `),
    fixes: [
      {
        title: MOVE,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
              ports:
                - port: 443
            - from:
                - podSelector: {}
              ports:
                - port: 22
        `),
      },
    ],
  },
  {
    title: 'A range with several of them in it, in one line',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress: [{ from: [], ports: [⟦{ port: 2375, endPort: 2380 }⟧] }]
    `),
    message: 'Port 2375 (the Docker API) and 1 more like it are open',
    fixes: [
      {
        title: NARROW,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 2375, endPort: 2380 }] }]
        `),
      },
    ],
  },
  {
    title: 'A name, which may stand for any port',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - ports:
            - ⟦port: mysql⟧
    `),
    severity: 'hint',
    message: 'unknown',
    fixes: [
      {
        title: NARROW,
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - port: mysql
        `),
      },
    ],
  },
  {
    title: 'From the pods that need it',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ podSelector: { matchLabels: { app: api } } }]
          ports: [{ port: 5432 }]
        - from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: backup } } }]
          ports: [{ port: 5432 }]
    `),
  },
  {
    title: 'From one network',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ ipBlock: { cidr: 10.20.0.0/16 } }]
          ports: [{ port: 22 }]
    `),
  },
  {
    title: 'Other ports, other protocols',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - ports: [{ port: 443 }, { protocol: UDP, port: 5432 }, { port: http }]
    `),
  },
  {
    title: 'Connections that the pods open themselves',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - ports: [{ port: 5432 }]
    `),
  },
];
