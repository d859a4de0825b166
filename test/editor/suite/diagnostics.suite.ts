// What the editor shows of a finding: where, how grave, which rule, and where that rule is explained.
import assert from 'node:assert/strict';
import { suite, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import { closeEditors, fileUri, finding, noFinding, open } from './support.ts';

suite('diagnostics', () => {
  suiteTeardown(closeEditors);

  test('a finding has its place, severity, rule and page', async () => {
    const { document } = await open('shop/web.yaml');
    const diagnostic = await finding(document.uri, 'allow-all-ingress');
    assert.equal(document.getText(diagnostic.range), '{}');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(diagnostic.source, 'netpol-guard');
    const { code } = diagnostic;
    assert.ok(typeof code === 'object' && code.value === 'allow-all-ingress');
    const page = `${vscode.env.uriScheme}://netpol-guard.netpol-guard/rules/allow-all-ingress`;
    assert.equal(code.target.toString(), page);
  });

  test('it weighs more in a contractor’s namespace', async () => {
    const diagnostic = await finding(fileUri('vendor-acme/portal.yaml'), 'world-cidr');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
  });

  test('findings come and go while typing', async () => {
    const editor = await open('shop/web.yaml');
    const at = (await finding(editor.document.uri, 'allow-all-ingress')).range;
    await editor.edit((edit) => edit.replace(at, 'from: [{ podSelector: { matchLabels: { app: cart } } }]'));
    await noFinding(editor.document.uri, 'allow-all-ingress');
    await vscode.commands.executeCommand('undo');
    await finding(editor.document.uri, 'allow-all-ingress');
  });

  test('text that was never saved is checked, too', async () => {
    const content = (await open('shop/web.yaml')).document.getText();
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
    await vscode.window.showTextDocument(document);
    await finding(document.uri, 'allow-all-ingress');
  });

  test('JSON manifests are checked', async () => {
    const content = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'json', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] },
    });
    const document = await vscode.workspace.openTextDocument({ language: 'json', content });
    await vscode.window.showTextDocument(document);
    await finding(document.uri, 'allow-all-ingress');
  });

  test('the sample of the walkthrough has findings to look at', async () => {
    await vscode.commands.executeCommand('netpolGuard.openSample');
    const uri = vscode.window.activeTextEditor?.document.uri;
    assert.ok(uri?.scheme === 'untitled');
    for (const rule of ['peer-and-or', 'port-protocol', 'world-cidr']) await finding(uri, rule);
  });
});
