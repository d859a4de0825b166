/**
 * Owns a small workspace for tests of what reaches what: a shop with a closed database, and a contractor's bot that looks at it.
 */

export function deployment(namespace: string, name: string, labels = `{ app: ${name} }`): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: main, image: main }] }
`;
}

function namespace(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { team: ${name} } }\n`;
}

/** A policy that isolates both directions of `app`; `rules` is the rest of its spec, indented by two. */
export function policy(namespace: string, app: string, rules: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${app}
  namespace: ${namespace}
spec:
  podSelector: { matchLabels: { app: ${app} } }
  policyTypes: [Ingress, Egress]
${rules}`;
}

/** Who may connect to the database: the web pods, and nobody else. */
export const DB_POLICY: string = policy(
  'shop',
  'db',
  `  ingress:
    - from:
        - podSelector: { matchLabels: { app: web } }
      ports: [{ port: 5432 }]
`,
);

export const SHOP: Readonly<Record<string, string>> = {
  '.git/': '',
  'namespaces.yaml': `${namespace('shop')}---\n${namespace('acme')}`,
  'workloads.yaml': [deployment('shop', 'web'), deployment('shop', 'db'), deployment('acme', 'bot')].join(
    '---\n',
  ),
  'db.yaml': DB_POLICY,
  'bot.yaml': policy(
    'acme',
    'bot',
    `  egress:
    - to:
        - ipBlock: { cidr: 203.0.113.0/24 }
      ports: [{ port: 443 }]
`,
  ),
};
