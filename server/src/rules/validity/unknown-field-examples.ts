/** Owns the examples of rule unknown-field. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';
import { MISPLACED_FIELD_EXAMPLES } from './unknown-field-misplaced-examples.ts';

export const UNKNOWN_FIELD_EXAMPLES: readonly Example[] = [
  {
    title: '`from` in an egress rule',
    yaml: webPolicy(`
      policyTypes:
        - Egress
      egress:
        - ⟦from⟧:
            - podSelector:
                matchLabels:
                  app: db
          ports:
            - port: 5432
    `),
    message: 'there the peers are in `to`',
    fixes: [
      {
        title: 'Rename to `to`',
        safe: false,
        fixed: webPolicy(`
          policyTypes:
            - Egress
          egress:
            - to:
                - podSelector:
                    matchLabels:
                      app: db
              ports:
                - port: 5432
        `),
      },
    ],
  },
  {
    title: 'A plural',
    yaml: webPolicy(`
      policyTypes:
        - Ingress
      ingress:
        - from:
            - ⟦podSelectors⟧:
                matchLabels:
                  app: gateway
    `),
    message: 'did you mean `podSelector`?',
    fixes: [
      {
        title: 'Rename to `podSelector`',
        safe: false,
        fixed: webPolicy(`
          policyTypes:
            - Ingress
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: gateway
        `),
      },
    ],
  },
  {
    title: 'Lower case, in quotes',
    yaml: policyYaml(`
      ⟦'podselector'⟧: # the web
        matchLabels:
          app: web
      policyTypes: [Ingress]
    `),
    message: 'applies to every pod of its namespace',
    fixes: [
      {
        title: 'Rename to `podSelector`',
        safe: false,
        fixed: policyYaml(`
          'podSelector': # the web
            matchLabels:
              app: web
          policyTypes: [Ingress]
        `),
      },
    ],
  },
  {
    title: 'A second spelling of a field that is there',
    yaml: webPolicy(`
      PodSelector: {}
      policyTypes: [Ingress]
    `).replace('PodSelector', '⟦PodSelector⟧'),
    message: '`podSelector` is already there',
    fixes: [{ title: 'Remove `PodSelector`', safe: false, fixed: webPolicy('policyTypes: [Ingress]') }],
  },
  ...MISPLACED_FIELD_EXAMPLES,
  {
    title: "A Service's word for a port",
    yaml: webPolicy(`
      policyTypes:
        - Ingress
      ingress:
        - from:
            - podSelector: {}
          ports:
            - ⟦targetPort⟧: 8080
    `),
    message: 'did you mean `port`?',
    fixes: [
      {
        title: 'Rename to `port`',
        safe: false,
        fixed: webPolicy(`
          policyTypes:
            - Ingress
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
    title: 'A word from another API',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ⟦order⟧: 100
    `),
    message: 'which has `podSelector`, `policyTypes`, `ingress`, `egress`',
    fixes: [{ title: 'Remove `order`', safe: false, fixed: webPolicy('policyTypes: [Ingress]') }],
  },
  {
    title: '`status`, without a Kubernetes version in the config',
    yaml: `${webPolicy('policyTypes: [Ingress]')}⟦status⟧: {}\n`,
    message: 'From Kubernetes 1.28 on',
    severity: 'warning',
    fixes: [{ title: 'Remove `status`', safe: true, fixed: webPolicy('policyTypes: [Ingress]') }],
  },
  {
    title: '`status`, for a server that no longer has it',
    yaml: `${webPolicy('policyTypes: [Ingress]')}⟦status⟧: {}\n`,
    config: 'kubernetes: "1.36"\n',
    message: 'For Kubernetes 1.36',
    severity: 'error',
    fixes: [{ title: 'Remove `status`', safe: true, fixed: webPolicy('policyTypes: [Ingress]') }],
  },
  {
    title: '`status`, for a server that has it',
    yaml: `${webPolicy('policyTypes: [Ingress]')}status: {}\n`,
    config: 'kubernetes: "1.26"\n',
  },
  {
    title: 'Every field there is',
    yaml: webPolicy(`
      policyTypes:
        - Ingress
        - Egress
      ingress:
        - from:
            - podSelector:
                matchExpressions:
                  - key: app
                    operator: In
                    values: [gateway]
              namespaceSelector:
                matchLabels:
                  kubernetes.io/metadata.name: edge
            - ipBlock:
                cidr: 203.0.113.0/24
                except: [203.0.113.16/28]
          ports:
            - protocol: TCP
              port: 8080
              endPort: 8090
      egress:
        - to:
            - podSelector:
                matchLabels:
                  app: db
          ports:
            - port: postgres
    `),
  },
  {
    title: 'A patch',
    yaml: policyYaml(`
      $retainKeys: [podSelector]
      podSelector:
        $patch: replace
        matchLabels:
          app: web
    `),
  },
  {
    title: 'What the server writes, as kubectl shows it',
    yaml: webPolicy(
      'policyTypes: [Ingress]',
      `
      creationTimestamp: "2026-01-31T12:00:00Z"
      generation: 1
      managedFields:
        - apiVersion: networking.k8s.io/v1
          fieldsType: FieldsV1
          fieldsV1:
            f:spec:
              f:podSelector: {}
          manager: kubectl-client-side-apply
          operation: Update
          time: "2026-01-31T12:00:00Z"
      name: web
      namespace: shop
      ownerReferences:
        - apiVersion: apps/v1
          kind: Deployment
          name: web
          uid: 7b1d9d3e-1111-4222-8333-444455556666
      resourceVersion: "123456"
      uid: 0e6cf6c1-2222-4333-8444-555566667777
    `,
    ),
  },
  {
    title: 'Template text',
    yaml: policyYaml(`
      podSelector: {{ .Values.selector }}
      policyTypes: [Ingress]
      ingress:
        - {{ .Values.rule }}
    `),
  },
  {
    title: "Calico's NetworkPolicy",
    yaml: `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  order: 100
  selector: app == 'web'
  types: [Ingress]
`,
  },
];
