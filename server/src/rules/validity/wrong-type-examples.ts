/** Owns the examples of rule wrong-type. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';
import { WRONG_SHAPE_EXAMPLES } from './wrong-type-shape-examples.ts';

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
  ...WRONG_SHAPE_EXAMPLES,
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
