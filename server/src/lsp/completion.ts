/**
 * Owns completion in NetworkPolicies: fields and values from the schema, and where it has none, words of the workspace. It reads the text by indentation, so that it works while
 * the document does not parse.
 */
import {
  type CancellationToken,
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type Position,
  type TextEdit,
} from 'vscode-languageserver/node';
import schema from '../../../schemas/networkpolicy.schema.json' with { type: 'json' };
import { type Schema, schemaAt } from '../core/schema/schema-path.ts';
import { renderScalar } from '../core/yaml/render.ts';
import { asking } from './asking.ts';
import { type BlockPlace, blockPlaceAt, fieldsAround, readLine } from './block-path.ts';
import type { Session } from './session.ts';
import { type Spot, takenItems } from './spot.ts';
import type { ClientStyle } from './style.ts';
import { type Offer, offersAt } from './workspace-completion.ts';

/** Fields of metadata that the server fills in; nobody writes them by hand. */
const SERVER_FIELDS = new Set([
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'ownerReferences',
  'finalizers',
  'status',
]);

/** Values that the schema does not list because it leaves them to rules. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
  apiVersion: ['networking.k8s.io/v1'],
};

type Item = Omit<CompletionItem, 'textEdit'> & { readonly insert: string };

/** Answers textDocument/completion: nothing outside NetworkPolicy objects. */
export async function completion(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  position: Position,
  token: CancellationToken,
): Promise<CompletionItem[]> {
  const document = session.file(clientUri)?.documentAt(position.line);
  if (!document) return [];
  const lines = document.text.split(/\r\n|\n|\r/);
  const line = position.line - document.startLine;
  // An editor may be ahead of the text that it has sent.
  if (line >= lines.length) return [];
  const place = blockPlaceAt(lines, line, position.character);
  const path = place && pathInPolicy(lines, line, place);
  if (!place || !path) return [];
  const after = (lines[line] ?? '').slice(position.character);
  const word = /^[\w./-]*/.exec(after)?.[0] ?? '';
  const spot: Spot = { document, lines, line, place, path, behind: after.slice(word.length) };
  const end = { line: position.line, character: position.character + word.length };
  const range = { start: { line: position.line, character: place.column }, end };
  const known = style.completes === 'everything' ? itemsAt(spot, style) : [];
  const items = known.length > 0 ? known : await wordsAt(session, clientUri, spot, token);
  return items.map((item) => present(item, range, style));
}

async function wordsAt(
  session: Session,
  clientUri: string,
  spot: Spot,
  token: CancellationToken,
): Promise<Item[]> {
  const { world, check } = await asking(session, clientUri, token);
  const { kind, words } = await offersAt(world.workspace, spot, check);
  return words.map(({ text, from }, index) => ({
    label: text,
    kind: kind === 'key' ? CompletionItemKind.Property : CompletionItemKind.Value,
    detail: from.length === 1 ? (from[0] as string) : `${from.length} objects`,
    sortText: String(index).padStart(4, '0'),
    insert: insertOf(kind, text, spot),
  }));
}

function insertOf(kind: Offer['kind'], text: string, spot: Spot): string {
  // A port's number stays one; a label's value is always a string.
  const written = spot.place.key === 'port' ? text : renderScalar(text);
  return kind === 'key' && !spot.behind.startsWith(':') ? `${written}: $1` : written;
}

/** The way from the policy around a place to that place; null when it is in no NetworkPolicy of networking.k8s.io. */
function pathInPolicy(lines: readonly string[], line: number, place: BlockPlace): readonly string[] | null {
  const inList = place.path[0] === 'items' && place.path[1] === '[]';
  const object = inList ? place.items[0] : rootOf(lines);
  if (!object) return null;
  const fields = fieldsAround(lines, object, inList);
  const first = readLine(lines[object.line] ?? '');
  if (first?.key) fields.push({ key: first.key, value: first.value, line: object.line });
  const said = (key: string) =>
    fields.find((f) => f.key === key && f.line !== line)?.value.replace(/^(["'])(.*)\1$/, '$2');
  const group = said('apiVersion') ?? 'networking.k8s.io/v1';
  if (said('kind') !== 'NetworkPolicy' || !group.startsWith('networking.k8s.io')) return null;
  return inList ? place.path.slice(2) : place.path;
}

function rootOf(lines: readonly string[]): { line: number; column: number } | null {
  const line = lines.findIndex((text) => readLine(text) !== null);
  return line < 0 ? null : { line, column: readLine(lines[line] as string)?.column ?? 0 };
}

function itemsAt(spot: Spot, style: ClientStyle): Item[] {
  const { lines, line, place, path } = spot;
  // A label may have the name of a field.
  if (path.at(-1) === 'matchLabels') return [];
  if (place.key !== null) return valueItems([...path, place.key], []);
  const here = schemaAt(schema as Schema, path);
  if (path.at(-1) === '[]' && here?.enum) return valueItems(path, takenItems(spot));
  const taken = fieldsAround(lines, { line, column: place.column }, place.startsItem);
  return Object.entries(here?.properties ?? {})
    .filter(([name]) => !taken.some(({ key }) => key === name) && !SERVER_FIELDS.has(name))
    .map(([name, field], index) => fieldItem(name, field, index, spot, style));
}

function valueItems(path: readonly string[], taken: readonly string[]): Item[] {
  const field = schemaAt(schema as Schema, path);
  const values = field?.enum?.filter((v) => typeof v === 'string') ?? VALUES[path.at(-1) as string] ?? [];
  return values
    .filter((value) => !taken.includes(value))
    .map((value) => ({ label: value, kind: CompletionItemKind.EnumMember, insert: value }));
}

function fieldItem(name: string, field: Schema, index: number, spot: Spot, style: ClientStyle): Item {
  const resolved = schemaAt(schema as Schema, [...spot.path, name]) ?? field;
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

function present({ insert, ...item }: Item, range: TextEdit['range'], style: ClientStyle): CompletionItem {
  const newText = style.snippets ? insert : insert.replace('$1', '');
  return {
    ...item,
    textEdit: { range, newText },
    insertTextFormat: style.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(style.insertsAsIs && { insertTextMode: InsertTextMode.asIs }),
  };
}
