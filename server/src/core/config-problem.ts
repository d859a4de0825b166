/**
 * Owns what is said about a wrong config file: what is wrong at which key, and what to write instead.
 */
import schema from '../../../schemas/config.schema.json' with { type: 'json' };
import { readCidr } from './ip-notation.ts';
import { typeNames, type Violation } from './schema/violation.ts';
import type { Span } from './span.ts';
import { nearestName } from './spelling.ts';
import { splitDocuments } from './yaml/split.ts';

export interface ConfigProblem {
  readonly span: Span;
  readonly message: string;
}

/** The violations of the config's schema in words, one for each mistake. */
export function schemaProblems(violations: readonly Violation[]): ConfigProblem[] {
  return violations
    .filter((v) => !isMisspelt(v, violations))
    .map((v) => ({ span: v.span, message: describe(v) }));
}

/** Whether a missing key is there under a misspelt name, which is reported by itself. */
function isMisspelt({ keyword, instancePath, params }: Violation, all: readonly Violation[]): boolean {
  if (keyword !== 'required') return false;
  const unknown = all.filter((v) => v.keyword === 'additionalProperties' && v.instancePath === instancePath);
  return unknown.some((v) => nearestName(unknownKey(v), [String(params.missingProperty)]) !== null);
}

function describe(violation: Violation): string {
  const { keyword, params, instancePath } = violation;
  const where = pathName(instancePath);
  switch (keyword) {
    case 'additionalProperties':
      return unknownKeyMessage(unknownKey(violation), instancePath);
    case 'required':
      return `${where} needs the key "${String(params.missingProperty)}".`;
    case 'type':
      return `${where} must be ${typeNames(params.type)}.${typeRemedy(violation)}`;
    case 'enum':
      return `${where} must be one of ${strings(params.allowedValues).join(', ')}.`;
    case 'minItems':
      return `${where} must not be empty: fill it in, or delete the key.`;
    case 'pattern':
      return patternMessage(where, violation);
    default:
      return `${where} is not valid (${keyword}).`;
  }
}

function patternMessage(where: string, { node }: Violation): string {
  if (where === 'kubernetes') return 'kubernetes must be a minor release in quotes, such as "1.36".';
  return node.kind === 'scalar' && node.text.startsWith('!')
    ? `${where} must not start with "!": ignore only leaves files out. List what is to be left out instead.`
    : `${where} must not be empty.`;
}

function typeRemedy({ params, node }: Violation): string {
  if (node.kind === 'scalar' && node.value === null) return ' It is empty: fill it in, or delete the key.';
  if (params.type === 'string') return ' Put it in quotes.';
  if (params.type === 'array' && node.kind === 'scalar') return ` Write [${JSON.stringify(node.text)}].`;
  return '';
}

function unknownKey({ params }: Violation): string {
  return String(params.additionalProperty);
}

function unknownKeyMessage(key: string, instancePath: string): string {
  const known = keysAt(instancePath);
  const near = nearestName(key, known);
  const where = instancePath === '' ? 'a config' : pathName(instancePath);
  const remedy = near === null ? `It takes ${known.join(', ')}.` : `Did you mean "${near}"?`;
  return `There is no key "${key}" in ${where}. ${remedy}`;
}

/** What is said of a text where a range of addresses belongs; null when it is one. */
export function rangeProblem(where: string, text: string): string | null {
  const range = readCidr(text);
  if (!range) return `${where} must be a range of addresses such as 10.244.0.0/16 or fd00:10:244::/56.`;
  return range.irregularity === null ? null : `${where} must be a whole network: write ${range.canonical}.`;
}

/** What is said of a rule id that no rule has. */
export function unknownRuleMessage(id: string, known: Iterable<string>): string {
  const near = nearestName(id, known);
  return `There is no rule "${id}". ${near === null ? 'List them with: netpol-guard rules' : `Did you mean "${near}"?`}`;
}

/** A problem when more than one document is in the file: the others would be passed over. */
export function surplusDocument(text: string): ConfigProblem[] {
  const second = splitDocuments(text).pieces.find(
    (piece, i) => i > 0 && holdsText(text.slice(piece.start, piece.end)),
  );
  if (!second) return [];
  const span = { start: second.start, end: Math.min(second.start + 3, second.end) };
  return [{ span, message: 'A config is one YAML document. Move what is below this line above it.' }];
}

function holdsText(piece: string): boolean {
  return piece.split(/[\r\n]+/).some((line) => !/^\s*(?:#|$|---\s*(?:#|$)|\.\.\.)/.test(line));
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

/** The keys that the schema has for the object at a JSON Pointer. */
function keysAt(pointer: string): string[] {
  let node: SchemaNode | undefined = schema as SchemaNode;
  for (const step of pointer.split('/').slice(1)) node = node?.properties?.[step] ?? node?.items;
  return Object.keys(node?.properties ?? {});
}

/** `/contractors/0/name` as `contractors[0].name`. */
function pathName(pointer: string): string {
  if (pointer === '') return 'the file';
  return pointer
    .slice(1)
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');
}

function strings(values: unknown): string[] {
  return (values as unknown[]).filter((value) => typeof value === 'string');
}
