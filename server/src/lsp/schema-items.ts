/**
 * Owns completion from a schema: the fields and values that fit at a place, and how they are written there. Which file it is, and
 * what the workspace has to offer, is known elsewhere.
 */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type TextEdit,
} from 'vscode-languageserver/node';
import { type Schema, schemaAt } from '../core/schema/schema-path.ts';
import { fieldsAround, readLine } from './block-path.ts';
import { type Spot, takenItems } from './spot.ts';
import type { ClientStyle } from './style.ts';

/** What can be written in a kind of file. */
export interface Vocabulary {
  readonly schema: Schema;
  /** Values by their field that the schema does not list because it leaves them to rules. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Fields that nobody writes by hand. */
  readonly hidden: ReadonlySet<string>;
}

/** What is offered, and the text it stands for: `$1` is where the cursor goes. */
export type Item = Omit<CompletionItem, 'textEdit'> & { readonly insert: string };

/** The fields or values that fit at `spot`. */
export function itemsAt(spot: Spot, vocabulary: Vocabulary, style: ClientStyle): Item[] {
  const { lines, line, place, path } = spot;
  // A label may have the name of a field.
  if (path.at(-1) === 'matchLabels') return [];
  if (place.key !== null) return valueItems([...path, place.key], [], vocabulary);
  const here = schemaAt(vocabulary.schema, path);
  if (path.at(-1) === '[]' && here?.enum) return valueItems(path, takenItems(spot), vocabulary);
  const taken = fieldsAround(lines, { line, column: place.column }, place.startsItem);
  return Object.entries(here?.properties ?? {})
    .filter(([name]) => !taken.some(({ key }) => key === name) && !vocabulary.hidden.has(name))
    .map(([name, field], index) => fieldItem(name, field, index, spot, vocabulary, style));
}

function valueItems(
  path: readonly string[],
  taken: readonly string[],
  { schema, values: others }: Vocabulary,
): Item[] {
  const field = schemaAt(schema, path);
  const values = field?.enum?.filter((v) => typeof v === 'string') ?? others[path.at(-1) as string] ?? [];
  return values
    .filter((value) => !taken.includes(value))
    .map((value) => ({ label: value, kind: CompletionItemKind.EnumMember, insert: value }));
}

function fieldItem(
  name: string,
  field: Schema,
  index: number,
  spot: Spot,
  { schema }: Vocabulary,
  style: ClientStyle,
): Item {
  const resolved = schemaAt(schema, [...spot.path, name]) ?? field;
  const kind = style.markdownDocumentation ? MarkupKind.Markdown : MarkupKind.PlainText;
  const value = style.markdownDocumentation
    ? resolved.description
    : resolved.description?.replaceAll('`', '');
  const hasColon = spot.behind.startsWith(':');
  return {
    label: name,
    kind: CompletionItemKind.Field,
    sortText: String(index).padStart(2, '0'),
    ...(value && { documentation: { kind, value } }),
    insert: hasColon ? name : `${name}:${afterKey(resolved, spot, style)}`,
  };
}

/** What follows a key: a list or mapping starts on the next line, in the indentation of the text around it. */
function afterKey(field: Schema, { lines, line, place }: Spot, style: ClientStyle): string {
  const types = typeof field.type === 'string' ? [field.type] : (field.type ?? []);
  const isList = types.includes('array');
  if (!isList && !types.includes('object')) return ' $1';
  const step = isList && hasCompactLists(lines) ? 0 : 2;
  const own = /^[ \t]*/.exec(lines[line] ?? '')?.[0].length ?? 0;
  // Editors that cannot be told to take a text as it is indent it as deep as the line it goes into.
  const column = style.insertsAsIs ? place.column : place.column - Math.min(own, place.column);
  return `\n${' '.repeat(column + step)}${isList ? '- ' : ''}$1`;
}

/** Whether lists stand at the column of their keys. */
function hasCompactLists(lines: readonly string[]): boolean {
  let above: { key: string | null; column: number; value: string } | null = null;
  for (const text of lines) {
    const line = readLine(text);
    if (!line) continue;
    if (above?.key && above.value === '' && line.dashes[0] === above.column) return true;
    above = line;
  }
  return false;
}

/** The item as the client takes it, in place of `range`. */
export function present(
  { insert, ...item }: Item,
  range: TextEdit['range'],
  style: ClientStyle,
): CompletionItem {
  const newText = style.snippets ? insert : insert.replace('$1', '');
  return {
    ...item,
    textEdit: { range, newText },
    insertTextFormat: style.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(style.insertsAsIs && { insertTextMode: InsertTextMode.asIs }),
  };
}
