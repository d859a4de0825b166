// The commands that write files. Where one asks, the first choice is taken.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';
import { closeEditors, fileUri, textOnDisk } from './support.ts';

const CONFIG = '.netpol-guard.yaml';

/** Runs a command and accepts the first choice of every list it shows, until it is done. */
async function acceptAll(command: string): Promise<void> {
  let done = false;
  const running = Promise.resolve(vscode.commands.executeCommand(command)).finally(() => {
    done = true;
  });
  const accept = async () => {
    if (!done) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return done;
  };
  await Promise.all([running, poll(accept, { what: `${command} to end` })]);
}

suite('commands', () => {
  teardown(closeEditors);

  test('create config writes a starter file and shows it', async () => {
    await vscode.commands.executeCommand('netpolGuard.createConfig');
    assert.match(textOnDisk(CONFIG), /# contractors:/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), fileUri(CONFIG).toString());
    rmSync(fileUri(CONFIG).fsPath);
  });

  test('create config leaves a file that is there as it is', async () => {
    writeFileSync(fileUri(CONFIG).fsPath, 'rules: {}\n');
    // The message that says so stays until somebody closes it; the command does not wait for that.
    await vscode.commands.executeCommand('netpolGuard.createConfig');
    assert.equal(textOnDisk(CONFIG), 'rules: {}\n');
    rmSync(fileUri(CONFIG).fsPath);
  });

  test('insert default deny gives the namespace that lacks it a policy', async () => {
    await acceptAll('netpolGuard.insertDefaultDeny');
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document, 'the result is shown');
    const text = document.getText();
    // The contractor's namespace comes first in the list, both directions with DNS in the next.
    assert.match(text, /namespace: vendor-acme\nspec:\n {2}podSelector: \{\}/);
    assert.match(text, /k8s-app: kube-dns/);
    if (document.uri.path.endsWith('portal.yaml')) assert.ok(document.isDirty, 'a change is left for review');
    else {
      assert.ok(existsSync(document.uri.fsPath), 'a new file is saved');
      rmSync(document.uri.fsPath);
    }
  });

  test('a rule’s page opens as a preview', async () => {
    await vscode.commands.executeCommand('netpolGuard.openRule', 'world-cidr');
    await poll(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('world-cidr.md'), {
      what: 'the preview of world-cidr.md',
    });
  });
});
