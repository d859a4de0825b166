/**
 * Owns carrying out what the server proposes: a workspace edit on texts by URI, as an editor would.
 */
import assert from 'node:assert/strict';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** The texts after the edit. Edits must not overlap, and created files must not exist. */
export function applyEdit(
  edit: WorkspaceEdit | undefined,
  texts: Readonly<Record<string, string>>,
): Record<string, string> {
  assert.ok(edit, 'there is an edit');
  const result = { ...texts };
  const replace = (uri: string, edits: readonly TextEdit[]) => {
    assert.ok(uri in result, `there is a file ${uri}`);
    result[uri] = applyTextEdits(result[uri] ?? '', edits);
  };
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) replace(uri, edits);
  for (const change of edit.documentChanges ?? []) {
    if ('textDocument' in change) replace(change.textDocument.uri, change.edits as TextEdit[]);
    else {
      assert.equal(change.kind, 'create');
      const { uri } = change as { uri: string };
      assert.ok(!(uri in result), `${uri} is new`);
      result[uri] = '';
    }
  }
  return result;
}

/** The text after edits, which must not overlap. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  // Throws where edits overlap.
  return TextDocument.applyEdits(TextDocument.create('untitled:x', 'yaml', 0, text), [...edits]);
}
