/**
 * Owns made-up manifests for benchmarks: files of NetworkPolicies and whole workspaces, the same for the same seed.
 * They are written as people write them: comments, block scalars, flow lists, and now and then a mistake.
 */

export interface FileOptions {
  /** How many policies, each a document of its own. */
  readonly policies: number;
  readonly seed?: number;
  /** How many namespaces the policies are spread over. */
  readonly namespaces?: number;
  /** The share of policies with a mistake in them, from 0 to 1. */
  readonly mistakes?: number;
}

export interface WorkspaceOptions {
  readonly namespaces: number;
  /** Per namespace. */
  readonly policies: number;
  readonly deployments: number;
  readonly services: number;
  readonly roles: number;
  readonly seed?: number;
}

/** 10,000 manifests, 2,000 of them policies. */
export const LARGE_WORKSPACE: WorkspaceOptions = {
  namespaces: 40,
  policies: 50,
  deployments: 100,
  services: 79,
  roles: 20,
};

/** A number from 0 up to 1, the next of a sequence that its seed decides. */
type Random = () => number;

const APPS = [
  'orders',
  'billing',
  'catalog',
  'search',
  'login',
  'edge',
  'cache',
  'archive',
  'mail',
  'reports',
];
const TIERS = ['web', 'api', 'data', 'jobs'];
const TEAMS = ['north', 'south', 'harbour', 'lighthouse'];
const PORTS = [80, 443, 5432, 6379, 8080, 8443, 9092];
const PORT_NAMES = ['http', 'https', 'grpc'];

/** The text of one file of policies, documents parted by `---`. */
export function policyFile({ policies, seed = 1, namespaces = 20, mistakes = 0.1 }: FileOptions): string {
  const random = randomFrom(seed);
  const documents = Array.from({ length: policies }, (_, i) =>
    policy(random, i, `team-${i % namespaces}`, random() < mistakes),
  );
  return documents.join('---\n');
}

/** The files of a workspace, one manifest each: relative path and text. */
export function* workspaceFiles(options: WorkspaceOptions): Iterable<readonly [path: string, text: string]> {
  const random = randomFrom(options.seed ?? 1);
  for (let n = 0; n < options.namespaces; n++) {
    const namespace = `team-${n}`;
    yield [`${namespace}/namespace.yaml`, namespaceObject(random, namespace)];
    for (let i = 0; i < options.policies; i++)
      yield [`${namespace}/policy-${i}.yaml`, policy(random, i, namespace, random() < 0.1)];
    for (let i = 0; i < options.deployments; i++)
      yield [`${namespace}/deployment-${i}.yaml`, deployment(random, i, namespace)];
    for (let i = 0; i < options.services; i++)
      yield [`${namespace}/service-${i}.yaml`, service(random, i, namespace)];
    for (let i = 0; i < options.roles; i++) yield [`${namespace}/role-${i}.yaml`, role(i, namespace)];
  }
}

/** A linear congruential generator (Numerical Recipes' constants): good enough to vary manifests, and short. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

function policy(random: Random, index: number, namespace: string, mistaken: boolean): string {
  const app = pick(random, APPS);
  const egress = random() < 0.6;
  const lines = [
    ...(random() < 0.3 ? [`# Who may talk to ${app}; reviewed by ${pick(random, TEAMS)}.`] : []),
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    `  name: ${app}-${index}`,
    `  namespace: ${namespace}`,
    '  labels:',
    `    team: ${pick(random, TEAMS)}`,
    ...(random() < 0.2 ? description(app) : []),
    'spec:',
    ...selector(random, 'podSelector', '  ', app),
    '  policyTypes:',
    '    - Ingress',
    ...(egress ? ['    - Egress'] : []),
    '  ingress:',
  ];
  const rules = 1 + Math.floor(random() * 3);
  for (let i = 0; i < rules; i++) lines.push(...rule(random, 'from', mistaken && i === 0));
  if (egress) {
    lines.push('  egress:', ...dnsRule());
    if (random() < 0.7) lines.push(...rule(random, 'to', false));
  }
  return `${lines.join('\n')}\n`;
}

function description(app: string): string[] {
  return [
    '  annotations:',
    '    description: |',
    `      Callers of ${app} only.`,
    '      --- a dashed line in a text is no document marker',
  ];
}

/** A selector under `key`, whose lines start with `lead`. */
function selector(random: Random, key: string, lead: string, app: string): string[] {
  const lines = [`${lead}${key}:`, `${lead}  matchLabels:`, `${lead}    app: ${app}`];
  if (random() < 0.5) lines.push(`${lead}    tier: ${pick(random, TIERS)}`);
  if (random() < 0.15)
    lines.push(
      `${lead}  matchExpressions:`,
      `${lead}    - key: team`,
      `${lead}      operator: ${random() < 0.7 ? 'In' : 'NotIn'}`,
      `${lead}      values: [${pick(random, TEAMS)}, ${pick(random, TEAMS)}]`,
    );
  return lines;
}

function rule(random: Random, peersField: 'from' | 'to', mistaken: boolean): string[] {
  const lines = [`    - ${peersField}:`];
  if (mistaken) lines.push('        - namespaceSelector: {}');
  const peers = 1 + Math.floor(random() * 2);
  for (let i = 0; i < peers; i++) lines.push(...peer(random));
  lines.push('      ports:');
  const ports = 1 + Math.floor(random() * 2);
  for (let i = 0; i < ports; i++) lines.push(...port(random));
  return lines;
}

function peer(random: Random): string[] {
  const kind = random();
  const pods = selector(random, 'podSelector', '          ', pick(random, APPS));
  if (kind < 0.5) return pods.map((line, i) => (i === 0 ? line.replace('          ', '        - ') : line));
  if (kind < 0.85)
    return [
      '        - namespaceSelector:',
      '            matchLabels:',
      `              kubernetes.io/metadata.name: team-${Math.floor(random() * 20)}`,
      ...pods,
    ];
  const net = Math.floor(random() * 200);
  return [
    '        - ipBlock:',
    `            cidr: 10.${net}.0.0/16`,
    '            except:',
    `              - 10.${net}.${Math.floor(random() * 200)}.0/24`,
  ];
}

function port(random: Random): string[] {
  const protocol = `        - protocol: ${random() < 0.9 ? 'TCP' : 'UDP'}`;
  if (random() < 0.05) return [protocol, '          port: 32000', '          endPort: 32099'];
  return [protocol, `          port: ${random() < 0.8 ? pick(random, PORTS) : pick(random, PORT_NAMES)}`];
}

function dnsRule(): string[] {
  return [
    '    - to:',
    '        - namespaceSelector:',
    '            matchLabels:',
    '              kubernetes.io/metadata.name: kube-system',
    '          podSelector:',
    '            matchLabels:',
    '              k8s-app: kube-dns',
    '      ports:',
    '        - protocol: UDP',
    '          port: 53',
    '        - protocol: TCP',
    '          port: 53',
  ];
}

function namespaceObject(random: Random, name: string): string {
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels:
    team: ${pick(random, TEAMS)}
`;
}

function deployment(random: Random, index: number, namespace: string): string {
  const app = pick(random, APPS);
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}-${index}
  namespace: ${namespace}
spec:
  replicas: ${1 + Math.floor(random() * 4)}
  selector:
    matchLabels:
      app: ${app}
      instance: '${index}'
  template:
    metadata:
      labels:
        app: ${app}
        instance: '${index}'
        tier: ${pick(random, TIERS)}
    spec:
      serviceAccountName: ${app}
      containers:
        - name: main
          image: registry.example.com/${app}:1.${Math.floor(random() * 40)}.0
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
`;
}

function service(random: Random, index: number, namespace: string): string {
  const app = pick(random, APPS);
  return `apiVersion: v1
kind: Service
metadata:
  name: ${app}-${index}
  namespace: ${namespace}
spec:
  selector:
    app: ${app}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

function role(index: number, namespace: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader-${index}
  namespace: ${namespace}
rules:
  - apiGroups: ['']
    resources: [configmaps, services]
    verbs: [get, list, watch]
`;
}
