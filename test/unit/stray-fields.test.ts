// What is said of fields that stand where they are not known: each field of a NetworkPolicy in every other object of it, and
// each spelt wrong in its own place.
import { judge } from '../support/example.ts';
import { checkRecord, madeBy, textAt } from '../support/recorded.ts';

const policy = (spec: string, more = '', metadata = '') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop${metadata} }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress]${spec} }\n${more}`;

/** A policy with a field in an object of it, as `name: value`. */
const OBJECTS: Readonly<Record<string, (field: string) => string>> = {
  'the policy': (field) => policy('', `${field}\n`),
  metadata: (field) => policy('', '', `, ${field}`),
  spec: (field) => policy(`, ${field}`),
  'a rule for ingress': (field) => policy(`, ingress: [{ ports: [{ port: 80 }], ${field} }]`),
  'a rule for egress': (field) => policy(`, egress: [{ ports: [{ port: 80 }], ${field} }]`),
  'a peer': (field) => policy(`, ingress: [{ from: [{ podSelector: {}, ${field} }] }]`),
  'a block': (field) => policy(`, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, ${field} } }] }]`),
  'a selector': (field) =>
    policy(`, ingress: [{ from: [{ podSelector: { matchLabels: { app: db }, ${field} } }] }]`),
  'an expression': (field) =>
    policy(
      `, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: Exists, ${field} }] } }] }]`,
    ),
  'a port': (field) =>
    policy(`, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80, ${field} }] }]`),
};

const STRAYS = [
  'labels: { team: sre }',
  'spec: { podSelector: {} }',
  'policyTypes: [Egress]',
  'ingress: [{}]',
  'from: [{ podSelector: {} }]',
  'to: [{ podSelector: {} }]',
  'ports: [{ port: 443 }]',
  'ipBlock: { cidr: 192.0.2.0/24 }',
  'cidr: 192.0.2.0/24',
  'except: [10.1.0.0/16]',
  'port: 443',
  'protocol: UDP',
  'endPort: 90',
  'podSelector: { matchLabels: { app: web } }',
  'namespaceSelector: {}',
  'matchLabels: { app: web }',
  'matchExpressions: [{ key: tier, operator: Exists }]',
  'key: app',
  'operator: Exists',
  'values: [web]',
  'app: web',
  'targetPort: 8080',
  'description: nothing',
];

/** Ways of spelling a field wrong. */
const SLIPS: readonly ((name: string) => string)[] = [
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  (name) => (name.endsWith('s') ? name.slice(0, -1) : `${name}s`),
  (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
  (name) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
  (name) => name.slice(0, -1),
  (name) => `${name.slice(0, 1)}${name.charAt(2)}${name.charAt(1)}${name.slice(3)}`,
];

const BARE = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { ${spec} }\n`;
const PEER = (peer: string) =>
  BARE(`podSelector: {}, ingress: [{ from: [{ ${peer} }], ports: [{ port: 80 }] }]`);

/** Policies with a field under another name, by its right one. */
const SPELT: Readonly<Record<string, (name: string) => string>> = {
  policyTypes: (name) => BARE(`podSelector: {}, ${name}: [Ingress]`),
  egress: (name) => BARE(`podSelector: {}, policyTypes: [Egress], ${name}: [{}]`),
  from: (name) =>
    BARE(`podSelector: {}, ingress: [{ ${name}: [{ podSelector: {} }], ports: [{ port: 80 }] }]`),
  ports: (name) =>
    BARE(`podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ${name}: [{ port: 80 }] }]`),
  endPort: (name) => BARE(`podSelector: {}, ingress: [{ ports: [{ port: 80, ${name}: 90 }] }]`),
  protocol: (name) => BARE(`podSelector: {}, ingress: [{ ports: [{ port: 80, ${name}: UDP }] }]`),
  podSelector: (name) => PEER(`${name}: { matchLabels: { app: db } }`),
  namespaceSelector: (name) => PEER(`podSelector: {}, ${name}: { matchLabels: { team: sre } }`),
  ipBlock: (name) => PEER(`${name}: { cidr: 192.0.2.0/24 }`),
  except: (name) => PEER(`ipBlock: { cidr: 192.0.2.0/24, ${name}: [192.0.2.0/28] }`),
  matchLabels: (name) => PEER(`podSelector: { ${name}: { app: db } }`),
  matchExpressions: (name) => PEER(`podSelector: { ${name}: [{ key: app, operator: Exists }] }`),
  operator: (name) => PEER(`podSelector: { matchExpressions: [{ key: app, ${name}: Exists }] }`),
  values: (name) => PEER(`podSelector: { matchExpressions: [{ key: app, operator: In, ${name}: [db] }] }`),
};

/** What rules of the family validity say of a policy, each line with what a fix puts there. */
function saidOf(yaml: string): string[] {
  const found = judge(yaml).filter(({ rule }) => rule.family === 'validity');
  return found.flatMap((diagnosis) => [
    `  ${diagnosis.rule.id} at ${JSON.stringify(textAt(diagnosis))}: ${diagnosis.message}`,
    ...(diagnosis.finding.fixes ?? [])
      .flatMap((fix) => madeBy(fix, yaml))
      .filter((l) => !l.startsWith('    -')),
  ]);
}

/** Policies by what is special about them: those with nothing to say about are left out. */
function record(policies: readonly (readonly [string, string])[]): string {
  return policies
    .map(([name, yaml]) => [name, ...saidOf(yaml)])
    .filter((lines) => lines.length > 1)
    .map((lines) => lines.join('\n'))
    .join('\n');
}

const IN = 'fields that stray into ';
const AS = 'spellings of ';

checkRecord(
  'stray-fields.txt',
  [...Object.keys(OBJECTS).map((object) => IN + object), ...Object.keys(SPELT).map((field) => AS + field)],
  (title) => {
    const put = OBJECTS[title.replace(IN, '')];
    if (put) return record(STRAYS.map((field) => [field, put(field)]));
    const right = title.replace(AS, '');
    const names = [...new Set(SLIPS.map((slip) => slip(right)))].filter((name) => name !== right);
    return record(names.map((name) => [name, SPELT[right]?.(name) ?? '']));
  },
);
