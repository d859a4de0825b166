/**
 * Owns the command that ignores a finding: it asks for the reason, without which nothing is ignored. How that is written into the
 * file is the server's to say.
 */
import * as vscode from 'vscode';
import { SUPPRESS_REQUEST, type SuppressParams } from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';

/** The finding, as the server's quick fix names it. */
type Arguments = readonly [uri: string, position: SuppressParams['position'], ruleId: string];

/** Ignores the finding of the arguments, or without any the one under the cursor. */
export async function suppress(server: Server, ...args: unknown[]): Promise<void> {
  const [uri, position, ruleId] = areArguments(args) ? args : ((await findingAtCursor()) ?? []);
  if (uri === undefined || position === undefined || ruleId === undefined) return;
  const reason = await vscode.window.showInputBox({
    title: `Ignore ${ruleId} here`,
    prompt: 'It is written beside the finding, for the next reader and the reviewer.',
    placeHolder: 'Why is this right here? For example: load balancer, see SEC-1412',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'A finding can only be ignored with a reason.' : null),
  });
  if (reason === undefined || reason.trim() === '') return;
  const params: SuppressParams = { uri, position, ruleId, reason: reason.trim() };
  const edit = await server.requestEdit(SUPPRESS_REQUEST, params);
  if (edit === undefined || !(await vscode.workspace.applyEdit(edit)))
    void vscode.window.showWarningMessage(
      `${ruleId} could not be ignored here: the file has changed. Try again.`,
    );
}

function areArguments(args: readonly unknown[]): args is Arguments {
  return typeof args[0] === 'string' && typeof args[1] === 'object' && typeof args[2] === 'string';
}

async function findingAtCursor(): Promise<Arguments | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { selection, document } = editor;
  const ours = vscode.languages.getDiagnostics(document.uri).filter((d) => d.source === 'netpol-guard');
  const touched = ours.filter((d) => d.range.intersection(selection) !== undefined);
  const found =
    touched.length > 0 ? touched : ours.filter((d) => d.range.start.line === selection.active.line);
  if (found.length === 0) {
    void vscode.window.showInformationMessage('There is no finding of NetworkPolicy Guard at the cursor.');
    return undefined;
  }
  const items = found.map((d) => ({ label: idOf(d), detail: d.message, diagnostic: d }));
  const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items);
  if (!picked) return undefined;
  const { line, character } = picked.diagnostic.range.start;
  return [document.uri.toString(), { line, character }, picked.label];
}

function idOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}
