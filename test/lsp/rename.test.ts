// Renaming a label from the editor: what is offered, the edits in open and other files, and what is said to the person.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Position } from 'vscode-languageserver/node';
import { at, type Client, PULLS, startClient } from './client.ts';
import { applyEdit } from './edits.ts';
import { folder, policy, uriIn } from './workspace.ts';

const WORKLOAD = `apiVersion: apps/v1
kind: Deployment
metadata: { name: gw, namespace: edge }
spec:
  selector: { matchLabels: { app: "gateway" } }
  template: { metadata: { labels: { app: gateway } } }
`;
const POLICY = policy('web');
/** On `gateway` in the policy's peer. */
const GATEWAY = at(15, 22);

const PREPARES = {
  ...PULLS,
  textDocument: { ...PULLS.textDocument, rename: { prepareSupport: true } },
};

function rename(client: Client, uri: string, position: Position, newName: string) {
  return client.request('textDocument/rename', { textDocument: { uri }, position, newName });
}

function prepare(client: Client, uri: string, position: Position) {
  return client.request('textDocument/prepareRename', { textDocument: { uri }, position });
}

suite('rename', () => {
  test('in open and other files; the person hears how many', async () => {
    using files = folder({ 'np/web.yaml': POLICY, 'apps/gw.yaml': WORKLOAD });
    await using client = await startClient({ folders: [files.path] });
    await client.indexed();
    const unsaved = `# unsaved\n${POLICY}`;
    const uri = client.open(files.file('np/web.yaml'), unsaved);
    const edit = await rename(client, uri, at(GATEWAY.line + 1, GATEWAY.character), ' front ');
    const other = uriIn(files, 'apps/gw.yaml');
    assert.deepEqual(applyEdit(edit, { [uri]: unsaved, [other]: WORKLOAD }), {
      [uri]: unsaved.replace('app: gateway', 'app: front'),
      [other]: WORKLOAD.replace('"gateway"', '"front"').replace('app: gateway', 'app: front'),
    });
    const versions = edit.documentChanges.map(({ textDocument }: { textDocument: object }) => textDocument);
    assert.deepEqual(versions, [
      { uri: other, version: null },
      { uri, version: 1 },
    ]);
    const { params } = await client.event(({ method }) => method === 'window/showMessage');
    assert.deepEqual(params, {
      type: 3,
      message: 'Renamed label app=gateway to app=front: 3 places in 2 files.',
    });
  });

  test('says what it leaves alone', async () => {
    const calico = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: c, namespace: shop }
spec: { selector: app == 'gateway' }
`;
    using files = folder({ 'web.yaml': POLICY, 'calico.yaml': calico });
    await using client = await startClient({ folders: [files.path] });
    await client.indexed();
    await rename(client, client.open(files.file('web.yaml'), POLICY), GATEWAY, 'front');
    const { params } = await client.event(({ method }) => method === 'window/showMessage');
    assert.match(params.message, /: 1 place in 1 file\. 1 file with template text.* left as it is\.$/);
  });

  test('is refused with a reason, and the place that stands in the way', async () => {
    using files = folder({
      'np/web.yaml': POLICY,
      'apps/a b.yaml': WORKLOAD.replace('app: gateway', 'app: web'),
    });
    await using client = await startClient({ folders: [files.path] });
    await client.indexed();
    const uri = client.open(files.file('np/web.yaml'), POLICY);
    await assert.rejects(rename(client, uri, GATEWAY, 'a b'), {
      code: -32803,
      message: /"a b" is no label value/,
    });
    await assert.rejects(rename(client, uri, GATEWAY, 'web'), {
      code: -32803,
      message: /app=web is used already for pods.* See apps\/a b\.yaml, line 6\.$/,
    });
    await assert.rejects(rename(client, uri, at(0, 0), 'x'), { code: -32803, message: /no label/ });
    assert.ok(!client.events.some(({ method }) => method === 'window/showMessage'));
  });

  test('in a document that is no file', async () => {
    await using client = await startClient();
    client.open('untitled:web', POLICY);
    const edit = await rename(client, 'untitled:web', GATEWAY, 'front');
    assert.deepEqual(applyEdit(edit, { 'untitled:web': POLICY }), {
      'untitled:web': POLICY.replace('app: gateway', 'app: front'),
    });
  });

  test('stays within the world of the file', async () => {
    using files = folder({
      'a/.netpol-guard.yaml': '',
      'a/web.yaml': POLICY,
      'b/.netpol-guard.yaml': '',
      'b/web.yaml': POLICY,
    });
    await using client = await startClient({ folders: [files.path] });
    await client.indexed();
    const uri = uriIn(files, 'a/web.yaml');
    const edit = await rename(client, uri, GATEWAY, 'front');
    assert.deepEqual(Object.keys(applyEdit(edit, { [uri]: POLICY })), [uri]);
  });
});

suite('prepareRename', () => {
  test('gives the text without its quotes', async () => {
    await using client = await startClient({ capabilities: PREPARES });
    assert.deepEqual(client.result.capabilities.renameProvider, { prepareProvider: true });
    client.open('untitled:gw', WORKLOAD);
    assert.deepEqual(await prepare(client, 'untitled:gw', at(4, 36)), {
      range: { start: at(4, 35), end: at(4, 42) },
      placeholder: 'gateway',
    });
    assert.deepEqual(await prepare(client, 'untitled:gw', at(4, 31)), {
      range: { start: at(4, 29), end: at(4, 32) },
      placeholder: 'app',
    });
  });

  test('gives nothing where there is no label, and a reason where there is one of another kind', async () => {
    await using client = await startClient();
    assert.equal(client.result.capabilities.renameProvider, true);
    client.open('untitled:gw', WORKLOAD.replace('namespace: edge', 'labels: { app: gateway }'));
    assert.equal(await prepare(client, 'untitled:gw', at(1, 8)), null);
    assert.equal(await prepare(client, 'untitled:none', at(1, 8)), null);
    await assert.rejects(prepare(client, 'untitled:gw', at(2, 40)), {
      code: -32803,
      message: /a label of the Deployment itself/,
    });
  });
});
