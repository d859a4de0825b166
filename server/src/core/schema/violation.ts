/**
 * Owns the step from Ajv's errors to nodes of a YAML tree. Ajv says what is wrong with the JSON value; this finds where that
 * stands in the text. The validators themselves are generated from schemas/ at build time.
 */
import type { Span } from '../span.ts';
import { followPointer, type Json } from '../yaml/json.ts';
import type { YamlNode, YamlPair } from '../yaml/nodes.ts';

/** The part of Ajv's error object that is used; see https://ajv.js.org/api.html#error-objects. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A compiled schema: true for valid data, otherwise `errors` is set until the next call. */
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

export interface Violation extends SchemaError {
  /** The offending value, or for an unknown property the object that has it. */
  readonly node: YamlNode;
  /** The pair whose value offends, or the unknown property's own pair; null for items of a list. */
  readonly pair: YamlPair | null;
  /** What to underline: an unknown key itself, else the value, else (for an absent value) the key. */
  readonly span: Span;
}

/** Validates `value`, the JSON of `root`, and locates every error in the tree. */
export function violationsOf(validator: unknown, value: Json, root: YamlNode): Violation[] {
  const validate = validator as Validator;
  if (validate(value)) return [];
  return (validate.errors ?? []).flatMap((error) => locate(error, root) ?? []);
}

function locate(error: SchemaError, root: YamlNode): Violation | null {
  const { keyword, instancePath, params } = error;
  const unknown = params.additionalProperty;
  const at = followPointer(root, instancePath);
  if (!at) return null;
  if (keyword === 'additionalProperties' && typeof unknown === 'string') {
    const escaped = unknown.replaceAll('~', '~0').replaceAll('/', '~1');
    const property = followPointer(root, `${instancePath}/${escaped}`);
    if (!property?.pair) return null;
    return {
      keyword,
      instancePath,
      params,
      node: at.node,
      pair: property.pair,
      span: property.pair.key.span,
    };
  }
  const empty = at.node.span.start === at.node.span.end;
  const span = empty && at.pair ? at.pair.key.span : at.node.span;
  return { keyword, instancePath, params, node: at.node, pair: at.pair, span };
}

/** `a list`, `a string or nothing`: JSON Schema types in the words of people who write YAML. */
export function typeNames(type: unknown): string {
  const types = Array.isArray(type) ? type.map(String) : String(type).split(',');
  const words = types.filter((t) => t !== 'null').map((t) => TYPE_WORDS[t] ?? t);
  return words.join(' or ');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};
