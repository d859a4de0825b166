/** Owns those examples of rule wrong-type where a list or a mapping is expected. */
import type { Example } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

export const WRONG_SHAPE_EXAMPLES: readonly Example[] = [
  {
    title: 'One peer that is not in a list',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            ⟦podSelector:
              matchLabels:
                app: gateway⟧ # the edge
          ports:
            - port: 8080
    `),
    message: '`from` must be a list, and this is a mapping',
    fixes: [
      {
        title: 'Make it a list of one item',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: gateway # the edge
              ports:
                - port: 8080
        `),
      },
    ],
  },
  {
    title: 'Two selectors that are not in a list: one peer or two?',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: ⟦{ podSelector: {}, namespaceSelector: { matchLabels: { team: shop } } }⟧
    `),
    fixes: [
      {
        title: 'Make it a list of one item',
        safe: false,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ podSelector: {}, namespaceSelector: { matchLabels: { team: shop } } }]
        `),
      },
    ],
  },
  {
    title: 'One direction that is not in a list',
    yaml: webPolicy(`
      policyTypes: ⟦Ingress⟧
    `),
    fixes: [
      {
        title: 'Make it a list of one item',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
        `),
      },
    ],
  },
  {
    title: 'A bare port',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
          ports:
            - ⟦8080⟧
    `),
    message: 'An item of `ports` must be a mapping',
    fixes: [
      {
        title: 'Write it as `port`',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - port: 8080
        `),
      },
    ],
  },
  {
    title: 'A bare CIDR as a block',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ipBlock: ⟦203.0.113.0/24⟧
          ports: [{ port: 443 }]
    `),
    fixes: [
      {
        title: 'Write it as `cidr`',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock:
                    cidr: 203.0.113.0/24
              ports: [{ port: 443 }]
        `),
      },
    ],
  },
  {
    title: 'A bare CIDR as a peer',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ⟦203.0.113.0/24⟧
          ports: [{ port: 443 }]
    `),
    fixes: [
      {
        title: 'Write it as `ipBlock`',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock:
                    cidr: 203.0.113.0/24
              ports: [{ port: 443 }]
        `),
      },
    ],
  },
  {
    title: 'No rules, as a mapping: nothing or everything?',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress: ⟦{}⟧
    `),
    message: 'Write `[]` to allow nothing, or `[{}]` to allow everything',
    fixes: [
      {
        title: 'Write `[]`: allow nothing',
        safe: false,
        fixed: webPolicy('policyTypes: [Ingress]\ningress: []'),
      },
      {
        title: 'Write `[{}]`: allow everything',
        safe: false,
        leaves: ['allow-all-ingress'],
        fixed: webPolicy('policyTypes: [Ingress]\ningress:\n  - {}'),
      },
    ],
  },
];
