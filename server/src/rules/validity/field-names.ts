/**
 * Owns what an unknown field was probably meant to be: a field of the same object with a similar name, or a field of another
 * object. It knows the shape of a NetworkPolicy from the schema and judges nothing.
 */

import schema from '../../../../schemas/networkpolicy.schema.json' with { type: 'json' };
import { type Schema, schemaAt } from '../../core/schema/schema-path.ts';
import { distanceWithin } from '../../core/spelling.ts';
import { deref, type YamlNode } from '../../core/yaml/nodes.ts';

/** The fields of the object at `path`, by name. */
export function fieldsAt(path: readonly string[]): Readonly<Record<string, Schema>> {
  return schemaAt(schema as Schema, path)?.properties ?? {};
}

/** The field at `path` whose name is like `name`, whose value could be `value`; null when there is none or more than one. */
export function nearestField(path: readonly string[], name: string, value: YamlNode): string | null {
  const fields = Object.keys(fieldsAt(path));
  const other = OTHER_WORDS[path.at(-1) === '[]' ? `${path.at(-2)}[]` : (path.at(-1) ?? '')]?.[name];
  if (other && couldHold([...path, other], value)) return other;
  const sameLetters = fields.find((field) => letters(field) === letters(name));
  if (sameLetters) return sameLetters;
  const limit = name.length <= 4 ? 1 : name.length <= 8 ? 2 : 3;
  const near = fields
    .flatMap((field) => {
      const distance = distanceWithin(field.toLowerCase(), name.toLowerCase(), limit);
      return distance !== null && couldHold([...path, field], value) ? { field, distance } : [];
    })
    .sort((a, b) => a.distance - b.distance);
  const [best, next] = near;
  return best && best.distance !== next?.distance ? best.field : null;
}

/** What other APIs, and people, call the fields of an object. */
const OTHER_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  spec: { selector: 'podSelector', types: 'policyTypes' },
  'from[]': { pods: 'podSelector', namespaces: 'namespaceSelector' },
  'to[]': { pods: 'podSelector', namespaces: 'namespaceSelector' },
  'ports[]': { number: 'port', name: 'port', targetPort: 'port', containerPort: 'port', portRange: 'port' },
  podSelector: { labels: 'matchLabels', expressions: 'matchExpressions' },
  namespaceSelector: { labels: 'matchLabels', expressions: 'matchExpressions' },
};

function letters(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

function couldHold(path: readonly string[], value: YamlNode): boolean {
  const types = schemaAt(schema as Schema, path)?.type ?? [];
  const node = deref(value);
  const kind =
    node?.kind === 'map'
      ? 'object'
      : node?.kind === 'seq'
        ? 'array'
        : node?.value === null
          ? 'null'
          : 'scalar';
  const scalar = ['string', 'integer', 'number', 'boolean'].some((type) => types.includes(type));
  return kind === 'scalar' ? scalar : types.includes(kind);
}

/** What the object at `path` is called. */
export function objectName(path: readonly string[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'a NetworkPolicy';
  if (last !== '[]') return `\`${last}\``;
  const list = path.at(-2) as string;
  return ITEM_NAMES[list] ?? `an item of \`${list}\``;
}

const ITEM_NAMES: Readonly<Record<string, string>> = {
  ingress: 'an ingress rule',
  egress: 'an egress rule',
  from: 'a peer in `from`',
  to: 'a peer in `to`',
  ports: 'an item of `ports`',
};

/** Where the field `name`, unknown at `path`, belongs; null when no object of a NetworkPolicy has it. */
export function homeOf(path: readonly string[], name: string): string | null {
  const peers = path[1] === 'ingress' ? '`from`' : path[1] === 'egress' ? '`to`' : '`from` or `to`';
  switch (name) {
    case 'podSelector':
      return path.length < 2 ? 'in `spec`' : `in an item of ${peers}`;
    case 'namespaceSelector':
    case 'ipBlock':
      return `in an item of ${peers}`;
    case 'ports':
      return path.length > 3
        ? `in the rule, beside ${peers}`
        : 'in a rule, that is, an item of `ingress` or `egress`';
    case 'name':
    case 'namespace':
      return path.length < 2 ? 'in `metadata`' : null;
    default:
      return HOMES[name] ?? null;
  }
}

const HOMES: Readonly<Record<string, string>> = {
  apiVersion: 'at the top of the object',
  kind: 'at the top of the object',
  metadata: 'at the top of the object',
  spec: 'at the top of the object',
  generateName: 'in `metadata`',
  labels: 'in `metadata`',
  annotations: 'in `metadata`',
  policyTypes: 'in `spec`',
  ingress: 'in `spec`',
  egress: 'in `spec`',
  from: 'in an ingress rule, that is, an item of `ingress`',
  to: 'in an egress rule, that is, an item of `egress`',
  protocol: 'in an item of `ports`',
  port: 'in an item of `ports`',
  endPort: 'in an item of `ports`',
  cidr: 'in `ipBlock`',
  except: 'in `ipBlock`',
  matchLabels: 'in `podSelector` or `namespaceSelector`',
  matchExpressions: 'in `podSelector` or `namespaceSelector`',
  key: 'in an item of `matchExpressions`',
  operator: 'in an item of `matchExpressions`',
  values: 'in an item of `matchExpressions`',
};
