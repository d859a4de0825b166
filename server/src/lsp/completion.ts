/**
 * Owns completion of NetworkPolicy fields and values from the schema, and of a whole policy in an empty document. It reads the
 * text by indentation, so that it works while the document does not parse.
 */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from 'vscode-languageserver/node';
import schema from '../../../schemas/networkpolicy.schema.json' with { type: 'json' };
import type { YamlDocument } from '../core/document.ts';
import { type Schema, schemaAt } from '../core/schema/schema-path.ts';
import { type BlockPlace, blockPlaceAt } from './block-path.ts';
import type { Session } from './session.ts';
import type { ClientStyle } from './style.ts';

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

const VALUES: Readonly<Record<string, readonly string[]>> = {
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
  apiVersion: ['networking.k8s.io/v1'],
  kind: ['NetworkPolicy'],
};

export function completion(
  session: Session,
  style: ClientStyle,
  clientUri: string,
  position: Position,
): CompletionItem[] {
  const document = session.file(clientUri)?.documentAt(position.line);
  if (
    !document ||
    !/\bkind:\s*NetworkPolicy\b/.test(document.text) ||
    /projectcalico\.org/.test(document.text)
  )
    return [];
  const lineNumber = position.line - document.startLine;
  const place = blockPlaceAt(linesOf(document), lineNumber, position.character);
  if (!place) return [];
  const range = {
    start: { line: position.line, character: place.column },
    end: { line: position.line, character: position.character },
  };
  return itemsAt(place, style).map(({ insert, ...item }) => ({
    ...item,
    textEdit: { range, newText: style.snippets ? insert : insert.replace(/\$\{?\d+(?::([^}]*))?\}?/g, '$1') },
    insertTextFormat: style.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
  }));
}

type Item = Omit<CompletionItem, 'textEdit'> & { readonly insert: string };

function linesOf(document: YamlDocument): string[] {
  return document.text.split(/\r\n|\n|\r/);
}

function itemsAt(place: BlockPlace, style: ClientStyle): Item[] {
  if (place.key !== null) return valueItems([...place.path, place.key]);
  const here = schemaAt(schema as Schema, place.path);
  if (here?.enum) return valueItems(place.path);
  return Object.entries(here?.properties ?? {})
    .filter(([name]) => !place.siblings.has(name) && !SERVER_FIELDS.has(name))
    .map(([name, field], index) => fieldItem(name, field, place, index, style));
}

function valueItems(path: readonly string[]): Item[] {
  const field = schemaAt(schema as Schema, path);
  const values = field?.enum?.filter((v) => typeof v === 'string') ?? VALUES[path.at(-1) as string] ?? [];
  return values.map((value) => ({ label: value, kind: CompletionItemKind.EnumMember, insert: value }));
}

function fieldItem(name: string, field: Schema, place: BlockPlace, index: number, style: ClientStyle): Item {
  const resolved = schemaAt(schema as Schema, [...place.path, name]) ?? field;
  const kind = style.markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  return {
    label: name,
    kind: CompletionItemKind.Field,
    sortText: String(index).padStart(2, '0'),
    ...(resolved.description && { documentation: { kind, value: resolved.description } }),
    insert: `${name}:${afterKey(resolved)}`,
  };
}

/** What follows a key: a list or mapping starts on the next line, one level deeper; the editor keeps the indentation. */
function afterKey(field: Schema): string {
  const types = typeof field.type === 'string' ? [field.type] : (field.type ?? []);
  if (types.includes('array')) return '\n  - $1';
  if (types.includes('object')) return '\n  $1';
  return ' $1';
}
