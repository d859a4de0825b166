/**
 * Owns completion in NetworkPolicies and in config files: fields and values from the schema, and where it has none, words of the
 * workspace. It reads the text by indentation, so that it works while the document does not parse.
 */
import {
  type CancellationToken,
  type CompletionItem,
  CompletionItemKind,
  type Position,
} from 'vscode-languageserver/node';
import { CONFIG_FILE } from '../core/config.ts';
import { renderScalar } from '../core/yaml/render.ts';
import { type Asking, asking } from './asking.ts';
import { type BlockPlace, blockPlaceAt, fieldsAround, readLine } from './block-path.ts';
import { CONFIG_WORDS, namespacesFor } from './config-words.ts';
import { POLICY_WORDS } from './policy-words.ts';
import { type Item, itemsAt, present } from './schema-items.ts';
import type { Session } from './session.ts';
import type { Spot } from './spot.ts';
import type { ClientStyle } from './style.ts';
import { canonicalUri } from './uri.ts';
import { type Offer, offersAt } from './workspace-completion.ts';
import { isConfig } from './world.ts';

/** Answers textDocument/completion: nothing outside NetworkPolicy objects and config files. */
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
  const inConfig = isConfig(canonicalUri(clientUri));
  const path = place && (inConfig ? place.path : pathInPolicy(lines, line, place));
  if (!place || !path) return [];
  const after = (lines[line] ?? '').slice(position.character);
  const word = /^[\w./-]*/.exec(after)?.[0] ?? '';
  const spot: Spot = { document, lines, line, place, path, behind: after.slice(word.length) };
  const end = { line: position.line, character: position.character + word.length };
  const range = { start: { line: position.line, character: place.column }, end };
  const ask = () => asking(session, clientUri, token);
  const items = inConfig ? itemsInConfig(spot, await ask(), style) : await itemsInPolicy(spot, ask, style);
  return items.map((item) => present(item, range, style));
}

async function itemsInPolicy(
  spot: Spot,
  ask: () => Promise<Asking>,
  style: ClientStyle,
): Promise<readonly Item[]> {
  const known = style.completes === 'everything' ? itemsAt(spot, POLICY_WORDS, style) : [];
  return known.length > 0 ? known : wordsAt(await ask(), spot);
}

function itemsInConfig(spot: Spot, asked: Asking, style: ClientStyle): readonly Item[] {
  const known = style.completes === 'everything' ? itemsAt(spot, CONFIG_WORDS[placeOf(asked)], style) : [];
  return [...namespaceItems(asked, spot), ...known];
}

/** Whether a config is that of the root or of a folder below it. */
function placeOf({ uri, world }: Asking): keyof typeof CONFIG_WORDS {
  return uri === world.root + CONFIG_FILE ? 'root' : 'subfolder';
}

function namespaceItems({ world }: Asking, { place, path }: Spot): Item[] {
  const names = namespacesFor(place.key === null ? path : [...path, place.key], world.workspace);
  return names.map((name) => ({
    label: name,
    kind: CompletionItemKind.Value,
    detail: 'Namespace',
    insert: renderScalar(name),
  }));
}

async function wordsAt({ world, check }: Asking, spot: Spot): Promise<Item[]> {
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
