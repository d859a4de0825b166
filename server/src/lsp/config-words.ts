/**
 * Owns the words of a config file: its schema with the rules by their ids, what may stand in a subfolder's, and the places where
 * a namespace is named.
 */

import schema from '../../../schemas/config.schema.json' with { type: 'json' };
import hints from '../../../schemas/config-hints.generated.json' with { type: 'json' };
import type { Schema } from '../core/schema/schema-path.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Vocabulary } from './schema-items.ts';

const severities = (schema as Schema).properties?.rules?.additionalProperties as Schema;
const ruleIds = Object.keys(hints.properties.rules.properties);
const rules = Object.fromEntries(
  Object.entries(hints.properties.rules.properties).map(([id, { description }]) => [
    id,
    { description, enum: severities.enum ?? [] },
  ]),
);

/** The schema of config files, in which rules have names. */
export const CONFIG_SCHEMA: Schema = {
  ...(schema as Schema),
  properties: {
    ...(schema as Schema).properties,
    rules: { ...schema.properties.rules, properties: rules },
    suppressions: {
      ...schema.properties.suppressions,
      properties: {
        allow: { ...schema.properties.suppressions.properties.allow, items: { enum: ruleIds } },
      },
    },
  },
};

/** A config in a subfolder may say nothing but the severity of rules. */
const BESIDE_RULES = new Set(Object.keys(schema.properties).filter((name) => name !== 'rules'));

export const CONFIG_WORDS: Readonly<Record<'root' | 'subfolder', Vocabulary>> = {
  root: { schema: CONFIG_SCHEMA, values: {}, hidden: new Set() },
  subfolder: { schema: CONFIG_SCHEMA, values: {}, hidden: BESIDE_RULES },
};

/** The namespaces of the workspace, sorted, where `path` is a place for the name of one; none elsewhere. */
export function namespacesFor(path: readonly string[], { scopes }: Workspace): readonly string[] {
  const [field, before] = [path.at(-1), path.at(-2)];
  const isPlace = field === 'namespace' || (field === '[]' && before === 'namespaces');
  if (!isPlace) return [];
  const names = new Set<string>();
  for (const { name } of scopes) if (name !== null) names.add(name);
  return [...names].sort();
}
