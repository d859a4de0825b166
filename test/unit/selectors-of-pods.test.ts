// What is said of each kind of selector, of the policy itself and of a peer, among pods and namespaces with various labels.
import { judge } from '../support/example.ts';
import { checkRecord, madeBy, textAt } from '../support/recorded.ts';

const SELECTORS: readonly string[] = [
  '{}',
  '{ matchLabels: {} }',
  '{ matchLabels: { app: web } }',
  '{ matchLabels: { app: wbe } }',
  '{ matchLabels: { app: Web } }',
  '{ matchLabels: { app: web-server } }',
  '{ matchLabels: { ap: web } }',
  '{ matchLabels: { application: web } }',
  '{ matchLabels: { app.kubernetes.io/name: web } }',
  '{ matchLabels: { app: web, tier: front } }',
  '{ matchLabels: { app: web, tier: fornt } }',
  '{ matchLabels: { app: db, tier: front } }',
  '{ matchLabels: { team: shop } }',
  '{ matchLabels: { kubernetes.io/metadata.name: shop } }',
  '{ matchLabels: { app: gateway } }',
  '{ matchLabels: { app: nothing-of-the-kind } }',
  '{ matchExpressions: [{ key: app, operator: In, values: [web, db] }] }',
  '{ matchExpressions: [{ key: app, operator: In, values: [wbe] }] }',
  '{ matchExpressions: [{ key: app, operator: In, values: [wbe, dv] }] }',
  '{ matchExpressions: [{ key: app, operator: NotIn, values: [db] }] }',
  '{ matchExpressions: [{ key: app, operator: NotIn, values: [wbe] }] }',
  '{ matchExpressions: [{ key: app, operator: Exists }] }',
  '{ matchExpressions: [{ key: ap, operator: Exists }] }',
  '{ matchExpressions: [{ key: app, operator: DoesNotExist }] }',
  '{ matchLabels: { app: web }, matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }',
  '{ matchLabels: { pod-template-hash: 5d4f9c } }',
];

const NAMESPACE_SELECTORS: readonly string[] = [
  '{}',
  '{ matchLabels: { kubernetes.io/metadata.name: edge } }',
  '{ matchLabels: { kubernetes.io/metadata.name: egde } }',
  '{ matchLabels: { kubernetes.io/metadata.name: Edge } }',
  '{ matchLabels: { kubernetes.io/metadata.name: nowhere } }',
  '{ matchLabels: { kubernetes.io/metadata-name: edge } }',
  '{ matchLabels: { name: edge } }',
  '{ matchLabels: { team: edge } }',
  '{ matchLabels: { team: egde } }',
  '{ matchLabels: { taem: edge } }',
  '{ matchLabels: { app: gateway } }',
  '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [edge, shop] }] }',
  '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [egde, shop] }] }',
  '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [edge] }] }',
  '{ matchExpressions: [{ key: team, operator: Exists }] }',
  '{ matchExpressions: [{ key: team, operator: DoesNotExist }] }',
  '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: DoesNotExist }] }',
];

const object = (kind: string, name: string, namespace: string, labels: string, own = '{}') => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace}, labels: ${own} }
spec: { template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: ${name}, image: ${name} }] } } }
`;
const SHOP =
  '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: shop } }\n' +
  object('Deployment', 'web', 'shop', '{ app: web, tier: front }', '{ app.kubernetes.io/name: web }') +
  object('StatefulSet', 'db', 'shop', '{ app: db }');
const EDGE =
  '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: edge, labels: { team: edge } }\n' +
  object('Deployment', 'gateway', 'edge', '{ app: gateway }');

const policy = (selector: string, rules: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: ${selector}
${rules}`;

const INGRESS = '  policyTypes: [Ingress]\n  ingress:\n    - from:\n        - ';
const EGRESS = '  policyTypes: [Egress]\n  egress:\n    - to:\n        - ';
const WEB = '{ matchLabels: { app: web } }';

/** Policies with a selector in one place, among some objects. */
const PLACES: Readonly<Record<string, (selector: string) => string>> = {
  'the pods of a policy': (s) => policy(s, `${INGRESS}podSelector: {}\n`) + SHOP + EDGE,
  'the pods of a policy, without workloads': (s) => policy(s, `${INGRESS}podSelector: {}\n`),
  'pods that may connect': (s) => policy(WEB, `${INGRESS}podSelector: ${s}\n`) + SHOP + EDGE,
  'pods to connect to': (s) => policy(WEB, `${EGRESS}podSelector: ${s}\n`) + SHOP + EDGE,
  'pods of another namespace': (s) =>
    policy(
      WEB,
      `${INGRESS}namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }\n          podSelector: ${s}\n`,
    ) +
    SHOP +
    EDGE,
  'namespaces that may connect': (s) => policy(WEB, `${INGRESS}namespaceSelector: ${s}\n`) + SHOP + EDGE,
  'namespaces to connect to': (s) =>
    policy(WEB, `${EGRESS}namespaceSelector: ${s}\n          podSelector: ${WEB}\n`) + SHOP + EDGE,
};

function saidOf(yaml: string): string[] {
  return judge(yaml)
    .filter(({ rule }) => rule.family === 'pitfall' || rule.id === 'wildcard-pod-selector')
    .flatMap((diagnosis) => [
      `  ${diagnosis.rule.id} (${diagnosis.severity}) at ${JSON.stringify(textAt(diagnosis))}: ${diagnosis.message}`,
      ...(diagnosis.finding.related ?? []).map(({ message }) => `  → ${message}`),
      ...(diagnosis.finding.fixes ?? [])
        .flatMap((fix) => madeBy(fix, yaml))
        .filter((line) => !line.startsWith('    -')),
    ]);
}

checkRecord('selectors-of-pods.txt', Object.keys(PLACES), (place) =>
  (place.startsWith('namespaces') ? NAMESPACE_SELECTORS : SELECTORS)
    .map((selector) => [selector, ...saidOf(PLACES[place]?.(selector) ?? '')])
    .filter((lines) => lines.length > 1)
    .map((lines) => lines.join('\n'))
    .join('\n'),
);
