// Quick fixes as the editor applies them, and what is on disk after saving.
import assert from 'node:assert/strict';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';
import {
  closeEditors,
  fileUri,
  finding,
  noFinding,
  open,
  quickFixes,
  replaceAll,
  textOnDisk,
} from './support.ts';

suite('fixes', () => {
  teardown(closeEditors);

  test('a quick fix changes what it says, and the file on disk is right', async () => {
    const editor = await open('shop/web.yaml');
    const { document } = editor;
    const before = document.getText();
    const { range } = await finding(document.uri, 'allow-all-ingress');
    const actions = await quickFixes(document.uri, range);
    const fix = actions.find(({ title }) => title === 'Allow only pods of the same namespace');
    assert.ok(fix?.edit, actions.map(({ title }) => title).join(', '));
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await noFinding(document.uri, 'allow-all-ingress');
    await document.save();
    assert.match(textOnDisk('shop/web.yaml'), / {4}- from:\n {8}- podSelector: \{\}/);
    await replaceAll(editor, before);
    await document.save();
  });

  test('the menu offers a suppression and the rule’s page', async () => {
    const { document } = await open('shop/web.yaml');
    const { range } = await finding(document.uri, 'allow-all-ingress');
    const commands = (await quickFixes(document.uri, range)).map(({ command }) => command?.command);
    assert.ok(commands.includes('netpolGuard.suppress'), String(commands));
    assert.ok(commands.includes('netpolGuard.openRule'), String(commands));
  });

  test('safe problems are fixed on save where the settings ask for it', async () => {
    const settings = vscode.workspace.getConfiguration('editor');
    const onSave = { 'source.fixAll.netpolGuard': 'explicit' };
    await settings.update('codeActionsOnSave', onSave, vscode.ConfigurationTarget.Workspace);
    try {
      const { document } = await open('shop/labels.yaml');
      await finding(document.uri, 'wrong-type');
      // A file without changes is not saved, and what does not save does not fix.
      await vscode.window.activeTextEditor?.edit((edit) =>
        edit.insert(new vscode.Position(0, 0), '# Public.\n'),
      );
      const isQuoted = async () => {
        await document.save();
        return textOnDisk('shop/labels.yaml').includes('public: "true"');
      };
      await poll(isQuoted, { what: 'the label to be quoted on disk' });
    } finally {
      await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await noFinding(fileUri('shop/labels.yaml'), 'wrong-type');
  });
});
