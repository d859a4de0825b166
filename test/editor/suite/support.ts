// What the suites share: the workspace's files, and waiting for what the server finds in them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';

/** The URI of a file of the workspace that the suite sees. */
export function fileUri(path: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.joinPath(folder.uri, path);
}

export async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(fileUri(path));
}

export function textOnDisk(path: string): string {
  return readFileSync(fileUri(path).fsPath, 'utf8');
}

function ours(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'netpol-guard');
}

function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits for a finding of a rule in a file. */
export function finding(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> {
  const ask = () => ours(uri).find((d) => ruleOf(d) === rule);
  return poll(ask, { what: `${rule} in ${uri.path}` });
}

/** Waits until a rule finds nothing in a file. */
export async function noFinding(uri: vscode.Uri, rule: string): Promise<void> {
  await poll(() => ours(uri).every((d) => ruleOf(d) !== rule), { what: `no ${rule} in ${uri.path}` });
}

/** The quick fixes at a place, asked for until there are some: the server may not know the text yet. */
export function quickFixes(uri: vscode.Uri, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const kind = vscode.CodeActionKind.QuickFix.value;
  return poll(
    async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        range,
        kind,
      );
      return found.length > 0 ? found : undefined;
    },
    { what: `quick fixes in ${uri.path}` },
  );
}

/** Replaces everything in a document, as one edit. */
export async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const all = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
  assert.ok(await editor.edit((edit) => edit.replace(all, text)));
}

/** Puts everything back: unsaved changes are dropped, and every editor is closed. */
export async function closeEditors(): Promise<void> {
  for (let n = vscode.window.tabGroups.all.flatMap((group) => group.tabs).length; n > 0; n--)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
