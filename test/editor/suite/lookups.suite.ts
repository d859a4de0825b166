// What belongs together, as the editor gets it: definitions, references, hints, lenses and links, and the settings that switch hints
// and lenses off.
import assert from 'node:assert/strict';
import { suite, suiteTeardown, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { poll } from '../../../scripts/lib/poll.ts';
import { closeEditors, open } from './support.ts';

function positionOf(document: vscode.TextDocument, text: string): vscode.Position {
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `the document holds ${text}`);
  return document.positionAt(at + 1);
}

/** Asks until the answer is as wanted: the server may not have read the files yet. */
function answered<T>(what: string, ask: () => Thenable<T>, isWanted: (answer: T) => boolean): Promise<T> {
  return poll(
    async () => {
      const answer = await ask();
      return isWanted(answer) ? answer : undefined;
    },
    { what },
  ) as Promise<T>;
}

async function hintsIn(document: vscode.TextDocument): Promise<string[]> {
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    all,
  );
  return found.map(({ label, position }) => {
    const text = typeof label === 'string' ? label : label.map(({ value }) => value).join('');
    return `${position.line + 1}: ${text}`;
  });
}

async function lensesIn(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
}

const titles = (lenses: readonly vscode.CodeLens[]) => lenses.map(({ command }) => command?.title);
const configure = (name: string, value: boolean | undefined) =>
  vscode.workspace.getConfiguration('netpolGuard').update(name, value, vscode.ConfigurationTarget.Global);

suite('lookups', () => {
  teardown(async () => {
    for (const name of ['inlayHints.podSelector', 'codeLens.policies']) await configure(name, undefined);
  });
  suiteTeardown(closeEditors);

  test('a selector leads to the workload, and the workload to its policy', async () => {
    const { document } = await open('shop/web.yaml');
    const [link] = await answered(
      'a definition',
      () =>
        vscode.commands.executeCommand<vscode.LocationLink[]>(
          'vscode.executeDefinitionProvider',
          document.uri,
          positionOf(document, 'podSelector'),
        ),
      (links) => links.length > 0,
    );
    assert.match(link?.targetUri.path ?? '', /workloads\.yaml$/);
    const workloads = await vscode.workspace.openTextDocument(link?.targetUri as vscode.Uri);
    const references = await answered(
      'a reference',
      () =>
        vscode.commands.executeCommand<vscode.Location[]>(
          'vscode.executeReferenceProvider',
          workloads.uri,
          positionOf(workloads, 'web'),
        ),
      (locations) => locations.length > 0,
    );
    assert.ok(references.some(({ uri }) => uri.path.endsWith('web.yaml')));
  });

  test('hints are shown, and no more as soon as the setting says so', async () => {
    const { document } = await open('shop/web.yaml');
    const isShown = (hints: string[]) => hints.includes('7: 1 workload');
    await answered('the hint', () => hintsIn(document), isShown);
    await configure('inlayHints.podSelector', false);
    await answered(
      'no hint',
      () => hintsIn(document),
      (hints) => !isShown(hints),
    );
    await configure('inlayHints.podSelector', undefined);
    await answered('the hint again', () => hintsIn(document), isShown);
  });

  test('lenses say what they count, and are gone as soon as the setting says so', async () => {
    const { document } = await open('shop/web.yaml');
    const isShown = (lenses: vscode.CodeLens[]) =>
      titles(lenses).includes('selects 1 workload · isolates ingress');
    const [lens] = await answered('the lens', () => lensesIn(document), isShown);
    assert.equal(lens?.command?.command, 'netpolGuard.showLocations');
    const workloads = await open('shop/workloads.yaml');
    await answered(
      'the lens of the workload',
      () => lensesIn(workloads.document),
      (lenses) => titles(lenses).some((title) => title?.startsWith('selected by 1 policy')),
    );
    await configure('codeLens.policies', false);
    await answered(
      'no lens',
      () => lensesIn(document),
      (lenses) => !isShown(lenses),
    );
  });

  test('completion offers the labels of the workspace', async () => {
    const editor = await open('shop/web.yaml');
    const position = positionOf(editor.document, 'web\n  policyTypes');
    await answered(
      'the value',
      () =>
        vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          editor.document.uri,
          position,
        ),
      ({ items }) => items.some(({ label, detail }) => label === 'web' && detail === 'Deployment shop/web'),
    );
  });
});
