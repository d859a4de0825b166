/**
 * Owns walking a JSON Schema along a path of fields: what a field is for, and which fields and values fit there.
 */

export interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The schema at `path` below `root` (`[]` steps into a list); null when the schema knows no such place. */
export function schemaAt(root: Schema, path: readonly string[]): Schema | null {
  let current: Schema | null = root;
  for (const step of path) {
    const schema: Schema | null = resolve(root, current);
    if (!schema) return null;
    const additional: Schema | null =
      typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
    current = (step === '[]' ? schema.items : (schema.properties?.[step] ?? additional)) ?? null;
  }
  return current && resolve(root, current);
}

/** Follows `$ref`, keeping the description given beside it. */
function resolve(root: Schema, schema: Schema | null): Schema | null {
  if (!schema?.$ref) return schema;
  const name = schema.$ref.replace('#/definitions/', '');
  const target = root.definitions?.[name];
  return target ? { ...target, ...(schema.description && { description: schema.description }) } : null;
}

/** What the field at the end of `path` is for; null when nothing is said. */
export function descriptionAt(root: Schema, path: readonly string[]): string | null {
  return schemaAt(root, path)?.description ?? null;
}
