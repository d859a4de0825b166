/** Owns the HTML of the Reachability panel: a script and a style sheet of ours, and leave to load nothing else. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export function pageOf(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const at = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name));
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reachability</title>
<link rel="stylesheet" href="${at('panel.css')}">
</head>
<body>
<script nonce="${nonce}" src="${at('panel.js')}"></script>
</body>
</html>`;
}
