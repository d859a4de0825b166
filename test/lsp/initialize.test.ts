// What the server offers to which client, and that it serves every one of them, however little it can.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, PULLS, PUSHED, startClient } from './client.ts';
import { folder, OPEN_INGRESS, policy } from './workspace.ts';

test('a client that pulls gets pull diagnostics', async () => {
  await using client = await startClient();
  const { capabilities, serverInfo } = client.result;
  assert.equal(serverInfo?.name, 'netpol-guard');
  assert.match(serverInfo?.version ?? '', /^\d+\.\d+\.\d+/);
  assert.deepEqual(capabilities.diagnosticProvider, {
    identifier: 'netpol-guard',
    interFileDependencies: true,
    workspaceDiagnostics: true,
  });
  assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2 });
  assert.deepEqual(capabilities.codeActionProvider, {
    codeActionKinds: ['quickfix', 'refactor.rewrite', 'source.fixAll.netpolGuard'],
  });
  assert.equal(capabilities.hoverProvider, true);
  assert.equal(capabilities.documentSymbolProvider, true);
  assert.equal(capabilities.definitionProvider, true);
  assert.equal(capabilities.referencesProvider, true);
  assert.deepEqual(capabilities.documentLinkProvider, {});
  assert.equal(capabilities.inlayHintProvider, true);
  assert.deepEqual(capabilities.codeLensProvider, { resolveProvider: true });
  assert.equal(capabilities.positionEncoding, 'utf-16');
  assert.ok(capabilities.completionProvider);
});

test('a client that does not pull is not offered it, and gets diagnostics pushed', async () => {
  await using client = await startClient({ capabilities: PUSHED });
  assert.equal(client.result.capabilities.diagnosticProvider, undefined);
  const uri = client.open('/no/such/folder/web.yaml', policy('web', OPEN_INGRESS));
  const items = await client.published(uri, ({ diagnostics }) => diagnostics.length > 0);
  assert.ok(items.some((d) => d.code === 'allow-all-ingress'));
});

test('a client that wants no completion is not offered it', async () => {
  await using client = await startClient({ initializationOptions: { completion: false } });
  assert.equal(client.result.capabilities.completionProvider, undefined);
});

for (const [name, params] of Object.entries({
  'without any capabilities': { capabilities: {} },
  'without workspaceFolders, rootUri null': { capabilities: PUSHED, params: { rootUri: null } },
  'with empty workspaceFolders': { capabilities: PUSHED, folders: [] },
}))
  test(`a client ${name} is served`, async () => {
    await using client = await startClient(params);
    const uri = client.open('/no/such/folder/web.yaml', policy('web', OPEN_INGRESS));
    const items = await client.published(uri, ({ diagnostics }) => diagnostics.length > 0);
    const [found] = items.filter((d) => d.code === 'allow-all-ingress');
    assert.deepEqual(found?.range, { start: { line: 12, character: 6 }, end: { line: 12, character: 8 } });
    assert.equal(found?.relatedInformation, undefined);
    const document = { textDocument: { uri } };
    assert.ok(await client.request('textDocument/documentSymbol', document));
    assert.ok(
      await client.request('textDocument/hover', { ...document, position: { line: 12, character: 6 } }),
    );
  });

test('a rootUri alone is the workspace', async () => {
  using files = folder({ 'web.yaml': policy('web', OPEN_INGRESS) });
  await using client = new Client();
  await client.initialize({ params: { rootUri: new URL(`file://${files.path}`).href } });
  const reports = await client.workspaceDiagnostics();
  assert.deepEqual(
    reports.map(({ uri }) => uri),
    [new URL(`file://${files.file('web.yaml')}`).href],
  );
});

test('requests before initialize are refused with ServerNotInitialized, notifications dropped', async () => {
  await using client = new Client();
  for (const method of ['textDocument/hover', 'textDocument/diagnostic', 'no/such/method'])
    await assert.rejects(client.request(method, { textDocument: { uri: 'file:///x.yaml' } }), {
      code: -32002,
    });
  client.open('/early.yaml', policy('early', OPEN_INGRESS));
  await client.initialize({ capabilities: PULLS });
  const report = await client.pull('file:///early.yaml');
  assert.equal(report.kind === 'full' && report.items.length, 0);
});

test('initialize is answered once', async () => {
  await using client = await startClient();
  await assert.rejects(client.request('initialize', { processId: null, rootUri: null, capabilities: {} }), {
    code: -32600,
  });
});

test('a method nobody knows is MethodNotFound', async () => {
  await using client = await startClient();
  await assert.rejects(client.request('no/such/method', {}), { code: -32601 });
});
