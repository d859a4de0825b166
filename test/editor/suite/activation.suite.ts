// A folder with YAML in it is enough: the extension starts, and the findings of files nobody has opened are listed.
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';
import { closeEditors, fileUri, finding, noFinding, open, replaceAll } from './support.ts';

const ID = 'netpol-guard.netpol-guard';

suite('activation', () => {
  test('a folder with YAML activates the extension before a file is open', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, 'the extension is installed');
    await poll(() => extension.isActive, { what: 'the extension to be active' });
    assert.deepEqual(vscode.window.visibleTextEditors, []);
  });

  test('findings of unopened files are listed', async () => {
    const { range } = await finding(fileUri('vendor-acme/portal.yaml'), 'world-cidr');
    assert.equal(range.start.line, 14);
    assert.equal(
      vscode.workspace.textDocuments.some(({ uri }) => uri.path.endsWith('portal.yaml')),
      false,
    );
  });

  test('findings stay when a file is opened and closed again', async () => {
    await open('vendor-acme/portal.yaml');
    await finding(fileUri('vendor-acme/portal.yaml'), 'world-cidr');
    await closeEditors();
    await finding(fileUri('vendor-acme/portal.yaml'), 'world-cidr');
  });

  test('findings of text that is thrown away go with it', async () => {
    const editor = await open('shop/namespace.yaml');
    const policy = await vscode.workspace.fs.readFile(fileUri('shop/web.yaml'));
    await replaceAll(editor, new TextDecoder().decode(policy));
    await finding(fileUri('shop/namespace.yaml'), 'allow-all-ingress');
    await closeEditors();
    await noFinding(fileUri('shop/namespace.yaml'), 'allow-all-ingress');
  });

  test('every contributed command is registered', async () => {
    const contributed: Array<{ command: string }> =
      vscode.extensions.getExtension(ID)?.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 5);
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });
});
