// What is said of a field that holds a value of the wrong kind, for every field of a NetworkPolicy and many kinds of values.
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { judge } from '../support/example.ts';
import { checkRecord, madeBy, textAt } from '../support/recorded.ts';

const policy = (metadata: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${metadata}\nspec: ${spec}\n`;
const METADATA = '{ name: web, namespace: shop }';
const SPEC = '{ podSelector: {}, policyTypes: [Ingress] }';
const specWith = (more: string) => policy(METADATA, `{ policyTypes: [Ingress], ${more} }`);
const ruleWith = (more: string) => specWith(`podSelector: {}, ingress: [{ ${more} }]`);
const peerWith = (more: string) => ruleWith(`from: [{ ${more} }], ports: [{ port: 80 }]`);
const portWith = (more: string) => ruleWith(`from: [{ podSelector: {} }], ports: [{ ${more} }]`);
const expressionWith = (more: string) => specWith(`podSelector: { matchExpressions: [{ ${more} }] }`);

/** A policy with `value` in the field, by the field's path. */
const FIELDS: Readonly<Record<string, (value: string) => string>> = {
  metadata: (value) => policy(value, SPEC),
  'metadata.name': (value) => policy(`{ name: ${value}, namespace: shop }`, SPEC),
  'metadata.namespace': (value) => policy(`{ name: web, namespace: ${value} }`, SPEC),
  'metadata.labels': (value) => policy(`{ name: web, labels: ${value} }`, SPEC),
  'metadata.labels.team': (value) => policy(`{ name: web, labels: { team: ${value} } }`, SPEC),
  'metadata.annotations': (value) => policy(`{ name: web, annotations: ${value} }`, SPEC),
  'metadata.annotations.note': (value) => policy(`{ name: web, annotations: { note: ${value} } }`, SPEC),
  'metadata.generation': (value) => policy(`{ name: web, generation: ${value} }`, SPEC),
  'metadata.finalizers': (value) => policy(`{ name: web, finalizers: ${value} }`, SPEC),
  spec: (value) => policy(METADATA, value),
  'spec.podSelector': (value) => specWith(`podSelector: ${value}`),
  'spec.podSelector.matchLabels': (value) => specWith(`podSelector: { matchLabels: ${value} }`),
  'spec.podSelector.matchLabels.app': (value) => specWith(`podSelector: { matchLabels: { app: ${value} } }`),
  'spec.podSelector.matchExpressions': (value) => specWith(`podSelector: { matchExpressions: ${value} }`),
  'spec.podSelector.matchExpressions[0]': (value) =>
    specWith(`podSelector: { matchExpressions: [${value}] }`),
  "an expression's key": (value) => expressionWith(`key: ${value}, operator: Exists`),
  "an expression's operator": (value) => expressionWith(`key: app, operator: ${value}`),
  "an expression's values": (value) => expressionWith(`key: app, operator: In, values: ${value}`),
  "one of an expression's values": (value) => expressionWith(`key: app, operator: In, values: [a, ${value}]`),
  'spec.policyTypes': (value) => policy(METADATA, `{ podSelector: {}, policyTypes: ${value} }`),
  'spec.policyTypes[0]': (value) => policy(METADATA, `{ podSelector: {}, policyTypes: [${value}] }`),
  'spec.ingress': (value) => specWith(`podSelector: {}, ingress: ${value}`),
  'spec.ingress[0]': (value) => specWith(`podSelector: {}, ingress: [${value}]`),
  from: (value) => ruleWith(`from: ${value}, ports: [{ port: 80 }]`),
  'from[0]': (value) => ruleWith(`from: [${value}], ports: [{ port: 80 }]`),
  'from[0].podSelector': (value) => peerWith(`podSelector: ${value}`),
  'from[0].namespaceSelector': (value) => peerWith(`namespaceSelector: ${value}`),
  'from[0].ipBlock': (value) => peerWith(`ipBlock: ${value}`),
  'from[0].ipBlock.cidr': (value) => peerWith(`ipBlock: { cidr: ${value} }`),
  'from[0].ipBlock.except': (value) => peerWith(`ipBlock: { cidr: 10.0.0.0/8, except: ${value} }`),
  'from[0].ipBlock.except[0]': (value) => peerWith(`ipBlock: { cidr: 10.0.0.0/8, except: [${value}] }`),
  ports: (value) => ruleWith(`from: [{ podSelector: {} }], ports: ${value}`),
  'ports[0]': (value) => ruleWith(`from: [{ podSelector: {} }], ports: [${value}]`),
  'ports[0].port': (value) => portWith(`port: ${value}`),
  'ports[0].protocol': (value) => portWith(`port: 80, protocol: ${value}`),
  'ports[0].endPort': (value) => portWith(`port: 80, endPort: ${value}`),
};

const VALUES = [
  'null',
  'true',
  '8',
  '1.5',
  '-1',
  'text',
  '"8"',
  '10.1.0.0/16',
  '2026-01-31',
  '[]',
  '{}',
  '[text]',
  '[8]',
  '{ app: web }',
  '{ app: 8 }',
  '[{ app: web }]',
  '{ port: 80 }',
  '{ podSelector: {} }',
  '{ podSelector: {}, namespaceSelector: {} }',
  '[[]]',
];

function said(diagnosis: Diagnosis, yaml: string): string[] {
  const { rule, severity, message, finding } = diagnosis;
  const fixes = (finding.fixes ?? []).flatMap((fix) => madeBy(fix, yaml));
  // The lines taken away are the same for all.
  const made = fixes.filter((line) => !line.startsWith('    -'));
  return [`  ${rule.id} (${severity}) at ${JSON.stringify(textAt(diagnosis))}: ${message}`, ...made];
}

checkRecord('wrong-values.txt', Object.keys(FIELDS), (field) =>
  VALUES.flatMap((value) => {
    const yaml = FIELDS[field]?.(value) ?? '';
    const found = judge(yaml).filter(({ rule }) => rule.family === 'validity');
    return found.length === 0 ? [] : [value, ...found.flatMap((d) => said(d, yaml))];
  }).join('\n'),
);
