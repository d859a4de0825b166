/** Owns showing a line that the panel points at, in a column of its own so that the picture stays in view. */
import * as vscode from 'vscode';
import type { WhyPlace } from '../../../server/src/lsp/protocol-reachability.ts';

export async function reveal(
  { uri, start, end }: WhyPlace,
  besides: vscode.ViewColumn | undefined,
): Promise<void> {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const at = new vscode.Selection(range.start, range.start);
  const viewColumn = columnFor(uri, besides);
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(uri), { viewColumn, selection: at });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Where the file is shown already, else the first column that is not the panel's. */
function columnFor(uri: string, besides: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const wanted = vscode.Uri.parse(uri).toString();
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === wanted);
  if (shown?.viewColumn !== undefined && shown.viewColumn !== besides) return shown.viewColumn;
  return besides === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
}
