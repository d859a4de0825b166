// Kustomizations in the editor: editing one changes what is found in the files it names, and a fix reaches both files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeAction } from 'vscode-languageserver/node';
import { at, type Client, startClient } from './client.ts';
import { applyEdit } from './edits.ts';
import { type Folder, folder, namespace, OPEN_INGRESS, policy, uriIn } from './workspace.ts';

const FILES = {
  'base/kustomization.yaml': 'resources:\n  - namespace.yaml\n  - web.yaml\n',
  'base/namespace.yaml': namespace(),
  'base/web.yaml': policy('web', OPEN_INGRESS),
  'dev/kustomization.yaml': 'namespace: shop-dev\nresources:\n  - ../base # all of it\n',
};

async function serve(files: Folder): Promise<Client> {
  const client = await startClient({ folders: [files.path] });
  await client.indexed();
  return client;
}

async function severity(client: Client, uri: string, code: string): Promise<number | undefined> {
  return (await client.diagnostics(uri)).find((diagnostic) => diagnostic.code === code)?.severity;
}

test('what a kustomization says counts while it is typed, and what is on disk once it is closed', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const web = client.open(files.file('base/web.yaml'), FILES['base/web.yaml']);
  assert.equal(await severity(client, web, 'allow-all-ingress'), 2);
  const overlay = client.open(files.file('dev/kustomization.yaml'), FILES['dev/kustomization.yaml']);
  client.change(overlay, FILES['dev/kustomization.yaml'].replace('shop-dev', 'vendor-acme'));
  assert.equal(await severity(client, web, 'allow-all-ingress'), 1);
  client.change(
    overlay,
    'namespace: vendor-acme\nresources:\n  - ../base\npatches:\n  - path: ../base/web.yaml\n',
  );
  assert.equal(await severity(client, web, 'yaml-syntax'), undefined);
  client.close(overlay);
  // The text on disk counts once it has been read again.
  await client.eventually(web, (found) =>
    found.some((d) => d.code === 'allow-all-ingress' && d.severity === 2),
  );
});

test('the fix for missing default deny adds a file to the overlay and lists it there', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const uri = client.open(files.file('base/namespace.yaml'), FILES['base/namespace.yaml']);
  await client.diagnostics(uri);
  const actions: CodeAction[] = await client.request('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: at(3, 8), end: at(3, 8) },
    context: { diagnostics: [] },
  });
  const fix = actions.find(({ title }) => title === 'Add a policy that denies ingress by default');
  const overlay = uriIn(files, 'dev/kustomization.yaml');
  const created = uriIn(files, 'dev/shop-dev-default-deny-ingress.yaml');
  const after = applyEdit(fix?.edit, { [overlay]: FILES['dev/kustomization.yaml'] });
  assert.equal(after[overlay], `${FILES['dev/kustomization.yaml']}  - shop-dev-default-deny-ingress.yaml\n`);
  assert.match(after[created] ?? '', /^ {2}name: default-deny-ingress\nspec:/m);
});
