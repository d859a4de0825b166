// Diagnostics for clients that cannot pull: always for the version they name, and right in the end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, PUSHED, startClient } from './client.ts';
import { folder, OPEN_INGRESS, policy, uriIn } from './workspace.ts';

const OPEN = policy('web', OPEN_INGRESS);
const DOCUMENT = 'untitled:web';

test('after a burst of 50 edits the last word is right, and every word is right for its version', async () => {
  await using client = await startClient({ capabilities: PUSHED });
  client.open(DOCUMENT, OPEN);
  let version = 1;
  for (let edits = 0; edits < 50; edits++)
    version = client.change(DOCUMENT, { range: { start: at(0, 0), end: at(0, 0) }, text: '#\n' });
  await client.published(DOCUMENT, (params) => params.version === version);
  const published = client.events.filter((e) => e.method === 'textDocument/publishDiagnostics');
  let last = 0;
  for (const { params } of published) {
    assert.ok(params.version >= last, 'versions only grow');
    last = params.version;
    assert.equal(params.diagnostics[0].range.start.line, 12 + params.version - 1);
  }
});

test('a corrected document is published without findings', async () => {
  await using client = await startClient({ capabilities: PUSHED });
  client.open(DOCUMENT, OPEN);
  await client.published(DOCUMENT, ({ diagnostics }) => diagnostics.length === 1);
  const version = client.change(DOCUMENT, policy('web'));
  const items = await client.published(DOCUMENT, (params) => params.version === version);
  assert.deepEqual(items, []);
});

test('unopened files are published without a version, and cleared when they are gone', async () => {
  using files = folder({ 'web.yaml': OPEN });
  await using client = await startClient({ capabilities: PUSHED, folders: [files.path] });
  const uri = uriIn(files, 'web.yaml');
  await client.published(uri, ({ diagnostics, version }) => diagnostics.length > 0 && version === undefined);
  const from = client.events.length;
  files.remove('web.yaml');
  client.watched([uri, 3]);
  assert.deepEqual(await client.published(uri, () => true, from), []);
});

test('closing a document that is in no file clears its findings', async () => {
  await using client = await startClient({ capabilities: PUSHED });
  client.open(DOCUMENT, OPEN);
  await client.published(DOCUMENT, ({ diagnostics }) => diagnostics.length === 1);
  const from = client.events.length;
  client.close(DOCUMENT);
  assert.deepEqual(await client.published(DOCUMENT, () => true, from), []);
});
