// Reading and writing help: hover, completion and outline, as the editor gets them.
import assert from 'node:assert/strict';
import { suite, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';
import { closeEditors, open } from './support.ts';

/** The position of the first occurrence of `text`, and `offset` characters into it. */
function positionOf(document: vscode.TextDocument, text: string, offset = 0): vscode.Position {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `the document holds ${text}`);
  return document.positionAt(at + offset);
}

async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await poll(
    async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        position,
      );
      return found.length > 0 ? found : undefined;
    },
    { what: 'a hover' },
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((c) => (typeof c === 'string' ? c : c.value))
    .join('\n');
}

suite('language', () => {
  suiteTeardown(closeEditors);

  test('hover says in words what a policy lets through', async () => {
    const { document } = await open('vendor-acme/portal.yaml');
    const policy = await hoverText(document, positionOf(document, 'NetworkPolicy'));
    assert.match(policy, /applies to pods in namespace `vendor-acme` with `app=portal`/);
    const peer = await hoverText(document, positionOf(document, '0.0.0.0/0', 3));
    assert.match(peer, /every IPv4 address/);
  });

  test('completion offers the fields that are missing, with what they are for', async () => {
    const editor = await open('vendor-acme/portal.yaml');
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    await editor.edit((edit) => edit.insert(end, '          '));
    const position = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    const items = await poll(
      async () => {
        const list = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          editor.document.uri,
          position,
        );
        return list.items.find(({ label }) => label === 'endPort') ? list.items : undefined;
      },
      { what: 'endPort to be offered' },
    );
    const labels = items.map(({ label }) => label);
    assert.equal(labels.includes('protocol'), false, 'what is there already is not offered');
    const endPort = items.find(({ label }) => label === 'endPort');
    assert.ok(endPort?.documentation, 'it says what it is for');
  });

  test('the outline names the policy and its rules', async () => {
    const { document } = await open('shop/web.yaml');
    const symbols = await poll(
      async () =>
        vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
          'vscode.executeDocumentSymbolProvider',
          document.uri,
        ),
      { what: 'an outline' },
    );
    const policy = symbols.find(({ name }) => name === 'web');
    assert.equal(policy?.detail, 'NetworkPolicy in shop');
    assert.deepEqual(
      policy.children.map(({ name }) => name),
      ['podSelector', 'ingress'],
    );
  });
});
