/**
 * Owns what is said about a file of ours that its JSON Schema refuses: what is wrong at which key, and what to write instead.
 * Which file it is, and what its patterns are for, comes from whoever owns the file's meaning.
 */
import type { Span } from '../span.ts';
import { nearestName } from '../spelling.ts';
import { splitDocuments } from '../yaml/split.ts';
import { typeNames, type Violation } from './violation.ts';

/** Something wrong in a file of ours. */
export interface FileProblem {
  readonly span: Span;
  readonly message: string;
}

/** The parts of a schema that say which keys there are. */
export interface KeySchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly items?: KeySchema;
  readonly definitions?: Readonly<Record<string, KeySchema>>;
}

export interface FileWords {
  readonly schema: KeySchema;
  /** The file as a whole, with its article: "a config". */
  readonly whole: string;
  /** What to say of a text that does not fit the pattern at `where`, as `contractors[0].name`. */
  readonly pattern: (where: string, violation: Violation) => string;
}

/** The violations of a file's schema in words, one for each mistake. */
export function schemaProblems(violations: readonly Violation[], words: FileWords): FileProblem[] {
  return violations
    .filter((v) => !isMisspelt(v, violations))
    .map((v) => ({ span: v.span, message: describe(v, words) }));
}

/** Whether a missing key is there under a misspelt name, which is reported by itself. */
function isMisspelt({ keyword, instancePath, params }: Violation, all: readonly Violation[]): boolean {
  if (keyword !== 'required') return false;
  const unknown = all.filter((v) => v.keyword === 'additionalProperties' && v.instancePath === instancePath);
  return unknown.some((v) => nearestName(unknownKey(v), [String(params.missingProperty)]) !== null);
}

function describe(violation: Violation, words: FileWords): string {
  const { keyword, params, instancePath } = violation;
  const where = pathName(instancePath);
  switch (keyword) {
    case 'additionalProperties':
      return unknownKeyMessage(unknownKey(violation), instancePath, words);
    case 'required':
      return `${where} needs the key "${String(params.missingProperty)}".`;
    case 'type':
      return `${where} must be ${typeNames(params.type)}.${typeRemedy(violation)}`;
    case 'enum':
      return `${where} must be one of ${strings(params.allowedValues).join(', ')}.`;
    case 'minItems':
    case 'minProperties':
      return `${where} must not be empty: fill it in, or delete the key.`;
    case 'pattern':
      return words.pattern(where, violation);
    default:
      return `${where} is not valid (${keyword}).`;
  }
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

function unknownKeyMessage(key: string, instancePath: string, { schema, whole }: FileWords): string {
  const known = keysAt(schema, instancePath);
  const near = nearestName(key, known);
  const where = instancePath === '' ? whole : pathName(instancePath);
  const remedy = near === null ? `It takes ${known.join(', ')}.` : `Did you mean "${near}"?`;
  return `There is no key "${key}" in ${where}. ${remedy}`;
}

/** The keys that the schema has for the object at a JSON Pointer. */
function keysAt(schema: KeySchema, pointer: string): string[] {
  let node: KeySchema | undefined = schema;
  for (const step of pointer.split('/').slice(1))
    node = follow(schema, node?.properties?.[step] ?? node?.items);
  return Object.keys(node?.properties ?? {});
}

function follow(schema: KeySchema, node: KeySchema | undefined): KeySchema | undefined {
  return node?.$ref === undefined ? node : schema.definitions?.[node.$ref.replace('#/definitions/', '')];
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

/** A problem when more than one document is in the file: the others would be passed over. `what` is "A config". */
export function surplusDocument(text: string, what: string): FileProblem[] {
  const second = splitDocuments(text).pieces.find(
    (piece, i) => i > 0 && holdsText(text.slice(piece.start, piece.end)),
  );
  if (!second) return [];
  const span = { start: second.start, end: Math.min(second.start + 3, second.end) };
  return [{ span, message: `${what} is one YAML document. Move what is below this line above it.` }];
}

function holdsText(piece: string): boolean {
  return piece.split(/[\r\n]+/).some((line) => !/^\s*(?:#|$|---\s*(?:#|$)|\.\.\.)/.test(line));
}
