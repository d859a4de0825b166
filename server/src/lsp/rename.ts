/**
 * Owns renaming a label through the protocol: what stands under the cursor, the edits in every file of its world, and saying in
 * how many files they are.
 */
import {
  type CancellationToken,
  LSPErrorCodes,
  type PrepareRenameParams,
  type PrepareRenameResult,
  type RenameParams,
  ResponseError,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { offsetAt } from '../core/lines.ts';
import type { Edit } from '../core/rule.ts';
import type { YamlNode } from '../core/yaml/nodes.ts';
import { labelPlacesIn } from '../refactor/label-places.ts';
import {
  type LabelTarget,
  labelAt,
  type Refusal,
  type Renaming,
  renameLabel,
} from '../refactor/rename-label.ts';
import { count } from '../report/report.ts';
import { rangeOf } from './convert.ts';
import type { Session } from './session.ts';
import { contentModified, mapInSlices, throwIfCancelled } from './slices.ts';
import { canonicalUri, pathOf } from './uri.ts';
import { type EditStyle, toWorkspaceEdit } from './workspace-edit.ts';

/** Tells a person something that is no error. */
export type Say = (message: string) => void;

/** Answers textDocument/prepareRename: the text that is to be renamed; null where there is no label. */
export function prepareRename(session: Session, params: PrepareRenameParams): PrepareRenameResult | null {
  const target = targetAt(session, params);
  if (!target) return null;
  const { document, node, key, value } = target;
  return { range: document.rangeOf(contentOf(node)), placeholder: value ?? key };
}

/** Answers textDocument/rename. Throws, with a message for people, where the renaming is refused. */
export async function rename(
  session: Session,
  style: EditStyle,
  params: RenameParams,
  token: CancellationToken,
  say: Say,
): Promise<WorkspaceEdit | null> {
  const uri = canonicalUri(params.textDocument.uri);
  const world = session.worldFor(uri);
  const revision = session.revisions.latest;
  const check = () => {
    throwIfCancelled(token);
    if (session.revisions.latest !== revision) throw contentModified();
  };
  await world.index(check);
  // Where files are of another kind than those on disk, the open ones are all there is.
  if (!world.workspace.complete && pathOf(world.root) !== null)
    throw failed('The files of the workspace are still being read. Try again in a moment.');
  const documents = [...world.workspace.files.values()].flatMap((file) => file.documents);
  await mapInSlices(documents, labelPlacesIn, check);
  const target = targetAt(session, params);
  if (!target) throw failed('There is no label of pods or namespaces to rename here.');
  const renaming = renameLabel(documents, target, params.newName.trim());
  if ('refused' in renaming) throw refused(session, renaming);
  const edit = toWorkspaceEdit(session, style, renaming);
  if (renaming.edits.length > 0) say(summary(target, params.newName.trim(), renaming));
  return edit;
}

function targetAt(
  session: Session,
  { textDocument, position }: TextDocumentPositionParams,
): LabelTarget | null {
  const document = session.file(textDocument.uri)?.documentAt(position.line);
  if (!document) return null;
  const relative = { line: position.line - document.startLine, character: position.character };
  const target = labelAt(document, offsetAt(document.lineStarts, document.text, relative));
  if (target && 'refused' in target) throw refused(session, target);
  return target;
}

/** The text of a scalar without its quotes. */
function contentOf(node: YamlNode): { start: number; end: number } {
  const { start, end } = node.span;
  const isQuoted = node.kind === 'scalar' && (node.style === 'single' || node.style === 'double');
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}

function failed(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

function refused(session: Session, { refused: reason, because }: Refusal): ResponseError<void> {
  if (!because) return failed(reason);
  const { line } = rangeOf(because).start;
  return failed(`${reason} See ${nameOf(session, because.document)}, line ${line + 1}.`);
}

/** A file as a person knows it: by its path in the world it belongs to. */
function nameOf(session: Session, { uri }: YamlDocument): string {
  const { root } = session.worldFor(uri);
  const path = uri.startsWith(root) ? uri.slice(root.length) : uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function summary({ key, value }: LabelTarget, newText: string, { edits, left }: Renaming): string {
  const [from, to] = value === null ? [key, newText] : [`${key}=${value}`, `${key}=${newText}`];
  const done = `Renamed label ${from} to ${to}: ${count(edits.length, 'place')} in ${count(filesOf(edits), 'file')}.`;
  const others = new Set(left.map(({ uri }) => uri)).size;
  if (others === 0) return done;
  return `${done} ${count(others, 'file')} with template text, YAML errors or policies of other kinds may name it too, and ${others === 1 ? 'is' : 'are'} left as ${others === 1 ? 'it is' : 'they are'}.`;
}

function filesOf(edits: readonly Edit[]): number {
  return new Set(edits.map(({ at }) => at.document.uri)).size;
}
