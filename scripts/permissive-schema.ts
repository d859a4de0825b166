/**
 * Owns the copies of our schemas that other YAML servers get: they say what a key is for and which values there are, and nothing
 * in them can be wrong. Mistakes are reported once, by our own server.
 */

import { RULES } from '../server/src/rules/index.ts';

type Schema = { readonly [key: string]: Json };
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Keywords that describe. Those that check are left out; an `enum` becomes `examples`, which are offered and never required. */
const DESCRIBES = new Set(['$schema', '$ref', 'title', 'description', 'default', 'examples']);

/** What a NetworkPolicy is told by. Other objects of the same file are described by nothing. */
const IS_POLICY: Json = {
  required: ['apiVersion', 'kind'],
  properties: { apiVersion: { const: 'networking.k8s.io/v1' }, kind: { const: 'NetworkPolicy' } },
};

/** The text of the permissive copy of `schema`, the NetworkPolicy's, for files in which there may be other objects too. */
export function policyHints({ $schema = true, title = true, definitions = {}, ...schema }: Schema): string {
  const hints = Object.fromEntries([
    ...Object.entries({ $schema, title, if: IS_POLICY }),
    ['then', permissive(schema)],
    ['definitions', permissiveValues(definitions)],
  ]);
  return `${JSON.stringify(hints, null, 2)}\n`;
}

/** The text of the permissive copy of `schema`, the config file's, with every rule's id as a key of its own to be completed. */
export function configHints(schema: Schema): string {
  const hints = permissive(schema) as { properties: Record<string, Record<string, Json>> };
  const severities = hints.properties.rules?.additionalProperties ?? true;
  const ids = RULES.map(({ meta }) => [meta.id, { description: meta.title, ...(severities as object) }]);
  hints.properties.rules = { ...hints.properties.rules, properties: Object.fromEntries(ids) };
  return `${JSON.stringify(hints, null, 2)}\n`;
}

/** The text of the permissive copy of `schema`, that of policy tests. */
export function policyTestHints({
  $schema = true,
  title = true,
  definitions = {},
  ...schema
}: Schema): string {
  const hints = {
    $schema,
    title,
    ...(permissive(schema) as object),
    definitions: permissiveValues(definitions),
  };
  return `${JSON.stringify(hints, null, 2)}\n`;
}

/** The schema without anything that a file could fail. */
function permissive(schema: Json): Json {
  if (schema === null || typeof schema !== 'object' || isList(schema)) return true;
  const result: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (DESCRIBES.has(keyword)) result[keyword] = value;
    else if (keyword === 'enum' && isList(value))
      result.examples = value.filter((v) => typeof v === 'string');
    else if (keyword === 'properties' || keyword === 'definitions') result[keyword] = permissiveValues(value);
    // Keys of any name are described as well; `false` would only forbid them.
    else if (keyword === 'items' || (keyword === 'additionalProperties' && value !== false))
      result[keyword] = permissive(value);
  }
  return result;
}

function permissiveValues(properties: Json): Json {
  const entries = Object.entries(properties as { readonly [key: string]: Json });
  return Object.fromEntries(entries.map(([name, schema]) => [name, permissive(schema)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
