/**
 * Owns the protocol's form of edits, as far as a client can take them.
 */
import type { WorkspaceEdit } from 'vscode-languageserver/node';
import type { Edit, Fix } from '../core/rule.ts';
import { rangeOf } from './convert.ts';
import type { Session } from './session.ts';

export interface EditStyle {
  /** Whether edits may name versions. */
  readonly documentChanges: boolean;
  /** Whether files may be created. */
  readonly createFiles: boolean;
}

/** The protocol's form of a fix; null when the client cannot carry it out. */
export function toWorkspaceEdit(
  session: Session,
  style: EditStyle,
  fix: Pick<Fix, 'edits' | 'creates'>,
): WorkspaceEdit | null {
  if (fix.creates && !style.createFiles) return null;
  const byUri = new Map<string, Edit[]>();
  for (const edit of fix.edits)
    byUri.set(edit.at.document.uri, [...(byUri.get(edit.at.document.uri) ?? []), edit]);
  const textEdits = (edits: readonly Edit[]) => edits.map((e) => ({ range: rangeOf(e.at), newText: e.text }));
  if (!style.documentChanges) {
    const changes = Object.fromEntries(
      [...byUri].map(([uri, edits]) => [session.clientUri(uri), textEdits(edits)]),
    );
    return { changes };
  }
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = [...byUri].map(([uri, edits]) => ({
    textDocument: { uri: session.clientUri(uri), version: session.versionOf(uri) },
    edits: textEdits(edits),
  }));
  if (fix.creates) {
    const { uri, text } = fix.creates;
    const start = { line: 0, character: 0 };
    documentChanges.push({ kind: 'create', uri, options: { overwrite: false, ignoreIfExists: false } });
    documentChanges.push({
      textDocument: { uri, version: null },
      edits: [{ range: { start, end: start }, newText: text }],
    });
  }
  return { documentChanges };
}
