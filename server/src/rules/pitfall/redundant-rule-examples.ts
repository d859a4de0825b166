/** Owns the examples of redundant-rule: what repeats or shadows what, and what only looks like it. */
import type { Example } from '../../core/rule.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';

const DENY = policyYaml('podSelector: {}\npolicyTypes: [Ingress]', 'name: default-deny\nnamespace: shop');

const fromGateway = (port: number | string) => `    - from:
        - podSelector:
            matchLabels:
              app: gateway
      ports:
        - port: ${port}
`;
const INGRESS = '  policyTypes:\n    - Ingress\n  ingress:\n';
const METADATA = '  name: web\n  namespace: shop\n';
const SPEC = 'spec:\n  podSelector:\n    matchLabels:\n      app: web\n';
const HEAD = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n`;
const WEB = `${HEAD}${METADATA}${SPEC}${INGRESS}`;

/** Every pod of the shop accepts the gateway. */
const FOR_ALL = `${HEAD}  name: gateway\n  namespace: shop\nspec:\n  podSelector: {}\n${INGRESS}${fromGateway(8080)}`;
const markedName = (policy: string) => policy.replace('name: web', 'name: ⟦web⟧');

export const REDUNDANT_RULE_EXAMPLES: readonly Example[] = [
  {
    title: 'A rule that another rule of the policy includes',
    yaml: `${WEB}    - from:
        - podSelector: {}
    # The gateway.
    - ⟦${fromGateway(8080).slice(6, -1)}⟧
`,
    message: 'another rule of this policy already allows the same or more',
    fixes: [
      {
        title: 'Delete this rule',
        safe: true,
        fixed: `${WEB}    - from:
        - podSelector: {}
    # The gateway.
`,
      },
    ],
  },
  {
    title: 'A policy for some pods that repeats what a policy for all pods says',
    yaml: `${FOR_ALL}---\n${markedName(WEB)}${fromGateway(8080)}`,
    message: 'NetworkPolicy shop/gateway already allows the same pods the same or more',
    fixes: [{ title: 'Delete this policy', safe: false, fixed: FOR_ALL }],
  },
  {
    title: 'One rule of a policy is in another policy, for more pods',
    yaml: `${FOR_ALL}---\n${WEB}    - ⟦${fromGateway(8080).slice(6, -1)}⟧\n${fromGateway(9090)}`,
    message: 'a rule of NetworkPolicy shop/gateway already allows the same pods the same or more',
    fixes: [{ title: 'Delete this rule', safe: true, fixed: `${FOR_ALL}---\n${WEB}${fromGateway(9090)}` }],
  },
  {
    title: 'A policy that denies what another denies for more pods',
    yaml: `${DENY}---\n${markedName(webPolicy('policyTypes: [Ingress]'))}`,
    message: 'already isolates the same pods and allows nothing',
    fixes: [{ title: 'Delete this policy', safe: false, fixed: DENY }],
  },
  {
    title: 'A policy that means to be narrow, and one for everybody that opens the same pods',
    yaml: `${FOR_ALL.replace(/from:.*ports:/s, 'ports:')}---\n${markedName(WEB)}${fromGateway(8080)}`,
    message: 'limits nothing: NetworkPolicy shop/gateway already allows the same pods all that and much more',
  },
  {
    title: 'A block of addresses inside another',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from:
            - ipBlock:
                cidr: 192.0.2.0/24
            - ⟦ipBlock:
                cidr: 192.0.2.128/25⟧
    `),
    message: 'another item of the same `from` already allows it',
    fixes: [
      {
        title: 'Delete this peer',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ipBlock:
                    cidr: 192.0.2.0/24
        `),
      },
    ],
  },
  {
    title: 'A port that a range includes',
    yaml: webPolicy(`
      policyTypes: [Ingress]
      ingress:
        - from: [{ podSelector: {} }]
          ports: [{ port: 8000, endPort: 8999 }, ⟦{ port: 8080, protocol: TCP }⟧]
    `),
    fixes: [
      {
        title: 'Delete this port',
        safe: true,
        fixed: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: [{ podSelector: {} }]
              ports: [{ port: 8000, endPort: 8999 }]
        `),
      },
    ],
  },
  {
    title: 'A narrow rule beside one for everybody, which is reported as that',
    yaml: `${WEB}${fromGateway(8080)}    - ports:\n        - port: 8080\n`,
  },
  {
    title: 'Other ports, and the same port over another protocol',
    yaml: `${WEB}${fromGateway(8080)}${fromGateway(9090)}${fromGateway(8080)}          protocol: UDP\n`,
  },
  {
    title: 'The wider rule is for other pods',
    yaml: `${FOR_ALL.replace('podSelector: {}', 'podSelector:\n    matchLabels:\n      app: api')}---\n${WEB}${fromGateway(8080)}`,
  },
  {
    title: 'A default deny beside policies that isolate the same pods and allow something',
    yaml: `${DENY}---\n${FOR_ALL}`,
  },
  {
    title: 'Labels say that the policies belong to different releases',
    yaml: `${FOR_ALL}---\n${WEB.replace(METADATA, `${METADATA}  labels:\n    app.kubernetes.io/instance: web\n`)}${fromGateway(8080)}`,
  },
  {
    title: 'Pods and addresses are not compared: whether a block matches pods depends on the network plugin',
    yaml: `${WEB}    - from:
        - ipBlock:
            cidr: 10.0.0.0/8
        - podSelector:
            matchLabels:
              app: gateway
`,
  },
  {
    title: 'The same namespace by another label: who has it, is not known here',
    yaml: `${WEB}    - from:
        - namespaceSelector:
            matchLabels:
              team: shop
    - from:
        - podSelector:
            matchLabels:
              app: gateway
          namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: shop
`,
  },
];
