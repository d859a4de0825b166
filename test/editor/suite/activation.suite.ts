// The extension starts in a real extension host and brings its server up.
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';

suite('activation', () => {
  test('opening a YAML file activates the extension', async () => {
    const extension = vscode.extensions.getExtension('netpol-guard.netpol-guard');
    assert.ok(extension, 'the extension is installed');
    const [file] = await vscode.workspace.findFiles('policy.yaml');
    assert.ok(file, 'the workspace holds policy.yaml');
    await vscode.window.showTextDocument(file);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test('every contributed command is registered', async () => {
    const extension = vscode.extensions.getExtension('netpol-guard.netpol-guard');
    const contributed: Array<{ command: string }> = extension?.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });

  test('the restart command brings the server back', async () => {
    await vscode.commands.executeCommand('netpolGuard.restart');
  });
});
