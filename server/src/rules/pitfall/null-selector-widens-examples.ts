/** Owns the examples of rule null-selector-widens, and the titles of its fixes. */
import type { Example, FixExample } from '../../core/rule.ts';
import { webPolicy } from '../example-yaml.ts';

export const TITLES = {
  somePods: 'Select pods by a label, to be filled in',
  everyPod: 'Write `{}`: every pod',
  oneNamespace: 'Name one namespace, to be filled in',
  ownNamespace: 'Remove it: the own namespace',
  everyPort: 'Write it out: every port of the protocol',
  anyPort: 'Remove it: every port of every protocol',
  noExcept: 'Remove it: nothing is left out',
} as const;

/** A policy with this text as the peer and the rest of its one rule. */
function withPeer(peer: string, rest = ''): string {
  return webPolicy(`
    policyTypes:
      - Ingress
    ingress:
      - from:
          - ${peer}${rest === '' ? '' : `\n        ${rest}`}
  `);
}

function withPorts(ports: string): string {
  return withPeer('podSelector: {}', ports);
}

function fix(title: string, fixed: string, ...leaves: string[]): FixExample {
  return { title, safe: false, fixed, ...(leaves.length > 0 && { leaves }) };
}

const TEAM = 'namespaceSelector:\n              matchLabels:\n                team: shop\n            ';
const MY_APP = 'podSelector:\n              matchLabels:\n                app: my-app';

export const NULL_SELECTOR_WIDENS_EXAMPLES: readonly Example[] = [
  {
    title: 'A podSelector beside a namespaceSelector',
    yaml: withPeer(`${TEAM}⟦podSelector⟧: # TODO`),
    severity: 'warning',
    message: 'this peer is every pod of the namespaces it names: all of them may connect',
    fixes: [
      fix(
        TITLES.somePods,
        withPeer(`${TEAM}podSelector: # TODO\n              matchLabels:\n                app: my-app`),
      ),
      fix(TITLES.everyPod, withPeer(`${TEAM}podSelector: {} # TODO`)),
    ],
  },
  {
    title: 'Labels that have been commented out, in an egress rule',
    yaml: webPolicy(`
      policyTypes: [Egress]
      egress:
        - to:
            - podSelector:
                ⟦matchLabels⟧:
                # app: db
          ports:
            - port: 5432
    `),
    message: "every pod of the policy's own namespace: the selected pods may connect to all of them",
    fixes: [
      fix(
        TITLES.somePods,
        webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - podSelector:
                    matchLabels:
                      app: my-app
                    # app: db
              ports:
                - port: 5432
        `),
      ),
      fix(
        TITLES.everyPod,
        webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - podSelector: {}
                    # app: db
              ports:
                - port: 5432
        `),
      ),
    ],
  },
  {
    title: 'A namespaceSelector beside a podSelector',
    yaml: withPeer(`⟦namespaceSelector⟧: ~\n            ${MY_APP}`),
    severity: 'info',
    message: "this peer is in the policy's own namespace only",
    fixes: [
      fix(
        TITLES.oneNamespace,
        withPeer(
          `namespaceSelector:\n              matchLabels:\n                kubernetes.io/metadata.name: my-namespace\n            ${MY_APP}`,
        ),
      ),
      fix(TITLES.ownNamespace, withPeer(MY_APP)),
    ],
  },
  {
    title: 'Ports',
    yaml: withPorts('⟦ports⟧:'),
    message: 'the rule allows every port of every protocol',
    fixes: [fix(TITLES.anyPort, withPeer('podSelector: {}'))],
  },
  {
    title: 'The number of a port',
    yaml: withPorts('ports:\n          - protocol: UDP\n            ⟦port⟧:'),
    message: 'this item is every UDP port',
    fixes: [fix(TITLES.everyPort, withPorts('ports:\n          - protocol: UDP'))],
  },
  {
    title: 'The number of a port, and nothing else in the item',
    yaml: withPorts('ports: [{ port: 8080, protocol: UDP }, { ⟦port⟧: null }]'),
    message: 'this item is every TCP port',
    fixes: [fix(TITLES.everyPort, withPorts('ports: [{ port: 8080, protocol: UDP }, { protocol: TCP }]'))],
  },
  {
    title: 'A dash with nothing behind it',
    yaml: withPorts('ports:\n          - port: 8080\n          ⟦-⟧'),
    message: 'the item is every TCP port',
    fixes: [fix(TITLES.everyPort, withPorts('ports:\n          - port: 8080\n          - protocol: TCP'))],
  },
  {
    title: 'Exceptions',
    yaml: withPeer('ipBlock:\n              cidr: 203.0.113.0/24\n              ⟦except⟧:'),
    message: 'nothing is taken out of 203.0.113.0/24',
    fixes: [fix(TITLES.noExcept, withPeer('ipBlock:\n              cidr: 203.0.113.0/24'))],
  },
  {
    title: 'Expressions',
    yaml: withPeer('podSelector: { matchLabels: {}, ⟦matchExpressions⟧: }'),
    message: '`matchExpressions` has no value',
    fixes: [fix(TITLES.somePods, withPeer(MY_APP)), fix(TITLES.everyPod, withPeer('podSelector: {}'))],
  },
  { title: 'An empty selector', yaml: withPeer(`${TEAM}podSelector: {}`) },
  {
    title: 'A key that is left over beside one that selects',
    yaml: withPeer(`${MY_APP}\n              matchExpressions:`),
  },
  {
    title: "A policy's own podSelector, which wildcard-pod-selector reports",
    yaml: withPeer('podSelector: {}').replace(
      'podSelector:\n    matchLabels:\n      app: web',
      'podSelector:',
    ),
  },
  {
    title: 'A namespaceSelector with nothing in it, which all-namespaces-peer reports',
    yaml: withPeer('namespaceSelector:\n              matchLabels:'),
  },
  { title: 'A peer with nothing in it, which peer-empty reports', yaml: withPeer('podSelector:') },
  {
    title: 'A `from` without a value, which empty-from-allows-all reports',
    yaml: webPolicy('policyTypes: [Ingress]\ningress:\n  - from:\n    ports:\n      - port: 8080'),
  },
  {
    title: 'Neither peers nor ports, which allow-all-ingress reports',
    yaml: webPolicy('policyTypes: [Ingress]\ningress:\n  - from:\n    ports:'),
  },
  {
    title: 'No rules at all deny everything',
    yaml: webPolicy('policyTypes: [Ingress, Egress]\ningress:\negress:'),
  },
  { title: 'Template text', yaml: withPorts('ports: {{ .Values.ports }}') },
];
