/** Owns the examples of rule wrong-type. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

export const WRONG_TYPE_EXAMPLES: readonly Example[] = [
  {
    title: 'A label value that YAML takes for a boolean',
    yaml: policyYaml(`
      podSelector:
        matchLabels:
          public: ⟦yes⟧ # not a string
      policyTypes: [Ingress]
    `),
    message: 'yes without quotes is a boolean',
    fixes: [
      {
        title: 'Put it in quotes',
        safe: true,
        fixed: policyYaml(`
          podSelector:
            matchLabels:
              public: "yes" # not a string
          policyTypes: [Ingress]
        `),
      },
    ],
  },
  {
    title: 'A label value that YAML takes for a number',
    yaml: policyYaml(`
      podSelector:
        matchExpressions:
          - key: version
            operator: In
            values:
              - "1.1"
              - ⟦1.10⟧
      policyTypes: [Ingress]
    `),
    message: '1.10 without quotes is a number',
    fixes: [
      {
        title: 'Put it in quotes',
        safe: true,
        fixed: policyYaml(`
          podSelector:
            matchExpressions:
              - key: version
                operator: In
                values:
                  - "1.1"
                  - "1.10"
          policyTypes: [Ingress]
        `),
      },
    ],
  },
  {
    title: 'A number that no quotes make a label value',
    yaml: policyYaml(`
      podSelector:
        matchLabels:
          offset: ⟦-1⟧
      policyTypes: [Ingress]
    `),
    message: '-1 without quotes is a number',
  },
  {
    title: 'Half an address',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ipBlock:
                cidr: ⟦10.0⟧
    `),
    message: 'Write a range such as 203.0.113.0/24',
  },
  {
    title: 'A number in quotes',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
          ports:
            - port: 8080
              endPort: ⟦'8090'⟧
    `),
    message: '`endPort` must be a whole number',
    fixes: [
      {
        title: 'Write the number without quotes',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - port: 8080
                  endPort: 8090
        `),
      },
    ],
  },
  {
    title: 'A port with a fraction',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
          ports:
            - port: ⟦80.5⟧
    `),
    message: '`port` must be a whole number or the name of a port',
  },
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
  {
    title: 'A time that is none',
    yaml: webPolicy('policyTypes: [Ingress]', 'name: web\ncreationTimestamp: ⟦2026-01-31⟧'),
    message: 'must be a time',
  },
  {
    title: 'JSON',
    yaml: `{
  "apiVersion": "networking.k8s.io/v1",
  "kind": "NetworkPolicy",
  "metadata": { "name": "web", "labels": { "public": ⟦true⟧ } },
  "spec": { "podSelector": { "matchLabels": { "app": "web" } }, "policyTypes": ["Ingress"] }
}
`,
    fixes: [
      {
        title: 'Put it in quotes',
        safe: true,
        fixed: `{
  "apiVersion": "networking.k8s.io/v1",
  "kind": "NetworkPolicy",
  "metadata": { "name": "web", "labels": { "public": "true" } },
  "spec": { "podSelector": { "matchLabels": { "app": "web" } }, "policyTypes": ["Ingress"] }
}
`,
      },
    ],
  },
  {
    title: 'Nulls, which are the same as leaving the field out, and numbers in every spelling',
    yaml: webPolicy(
      `
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {}
          ports:
            - port: 8080
              endPort: 0x1F9A
            - port: 1e4
              protocol: null
      egress:
    `,
      'name: web\nlabels:\ncreationTimestamp: null',
    ),
  },
  {
    title: 'Strings that only look like something else',
    yaml: webPolicy(
      'policyTypes: [Ingress]',
      `
      name: web
      annotations:
        version: "1.0"
        released: 2026-01-31
        range: 22:30
        on: "on"
    `,
    ),
  },
  {
    title: 'Template text',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - podSelector: {{ .Values.selector }}
          ports:
            - port: {{ .Values.port }}
    `),
  },
];
