// The requests behind "insert default deny": which namespaces there are, what each lacks, and where the policy goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import {
  DEFAULT_DENY_REQUEST,
  type DefaultDenyParams,
  NAMESPACES_REQUEST,
  type NamespaceInfo,
} from '../../server/src/lsp/protocol.ts';
import { type Client, startClient } from './client.ts';
import { CONFIG, DEFAULT_DENY, type Folder, folder, namespace, policy, uriIn } from './workspace.ts';

async function serve(files: Folder): Promise<Client> {
  const client = await startClient({ folders: [files.path] });
  await client.indexed();
  return client;
}

/** The namespaces as `name in folder: missing directions`, sorted. */
async function namespaces(client: Client, files: Folder): Promise<string[]> {
  const found: NamespaceInfo[] = await client.request(NAMESPACES_REQUEST, {});
  const root = `${uriIn(files, '')}/`;
  return found
    .map(
      (n) =>
        `${n.name} in ${n.folder.replace(root, '')}: ${n.missing.join(' ')}${n.contractor ? ' (contractor)' : ''}`,
    )
    .sort();
}

/** The edit as one line for each thing that it does: the file, and the text that it gets. */
async function edit(
  client: Client,
  files: Folder,
  params: DefaultDenyParams,
): Promise<[string, string][] | null> {
  const result: WorkspaceEdit | null = await client.request(DEFAULT_DENY_REQUEST, params);
  if (!result) return null;
  const root = `${uriIn(files, '')}/`;
  return (result.documentChanges ?? []).map((change) => {
    if ('kind' in change) return ['uri' in change ? change.uri.replace(root, '') : '', change.kind];
    const { textDocument, edits } = change as TextDocumentEdit;
    return [textDocument.uri.replace(root, ''), (edits as TextEdit[]).map((e) => e.newText).join('')];
  });
}

const BOTH = { directions: ['Ingress', 'Egress'], dns: true } as const;

test('each namespace is named with what it lacks, and those of other configs apart', async () => {
  using files = folder({
    'a/namespace.yaml': namespace(),
    'a/web.yaml': policy('web'),
    'b/namespace.yaml': namespace(),
    'b/deny.yaml': DEFAULT_DENY,
    [`b/${CONFIG}`]: 'contractors: [{ name: acme, namespaces: [shop] }]\n',
  });
  await using client = await serve(files);
  assert.deepEqual(await namespaces(client, files), [
    'shop in : Ingress Egress',
    'shop in b/:  (contractor)',
  ]);
});

test('of a repository, only the namespaces of the open folder are named', async () => {
  using files = folder({ 'a/namespace.yaml': namespace(), 'b/namespace.yaml': namespace('other') });
  await using client = await startClient({ folders: [files.file('a')] });
  await client.indexed();
  assert.deepEqual(await namespaces(client, files), ['shop in : Ingress Egress']);
});

test('the policy goes behind the others of the namespace', async () => {
  using files = folder({ 'namespace.yaml': namespace(), 'shop/web.yaml': policy('web') });
  await using client = await serve(files);
  const changes = await edit(client, files, { namespace: 'shop', near: null, ...BOTH });
  assert.equal(changes?.length, 1);
  const [file, text] = changes[0] as [string, string];
  assert.equal(file, 'shop/web.yaml');
  assert.match(
    text,
    /^---\napiVersion: [\s\S]*name: default-deny\n {2}namespace: shop\n[\s\S]*k8s-app: kube-dns/,
  );
});

test('without any, it goes into a file beside the namespace', async () => {
  using files = folder({ 'shop/namespace.yaml': namespace() });
  await using client = await serve(files);
  const params = { namespace: 'shop', near: null, directions: ['Ingress'], dns: false } as const;
  const [created, written] = (await edit(client, files, params)) ?? [];
  assert.deepEqual(created, ['shop/shop-default-deny-ingress.yaml', 'create']);
  assert.match(written?.[1] ?? '', /policyTypes:\n {4}- Ingress\n$/);
});

test('the policy of a namespace that nothing names goes where the work is', async () => {
  using files = folder({ 'k8s/web.yaml': policy('web') });
  await using client = await serve(files);
  const near = uriIn(files, 'k8s/web.yaml');
  const [created, written] = (await edit(client, files, { namespace: 'new', near, ...BOTH })) ?? [];
  assert.deepEqual(created, ['k8s/new-default-deny.yaml', 'create']);
  assert.match(written?.[1] ?? '', /namespace: new\n/);
  assert.equal(await edit(client, files, { namespace: 'new', near: null, ...BOTH }), null);
});

test('a namespace that denies all that is left as it is', async () => {
  using files = folder({ 'namespace.yaml': namespace(), 'deny.yaml': DEFAULT_DENY });
  await using client = await serve(files);
  assert.equal(await edit(client, files, { namespace: 'shop', near: `${uriIn(files, '')}/`, ...BOTH }), null);
});
