// A rule that throws loses its own findings where it threw, and nothing else; people are told once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, PROBE, startClient } from './client.ts';
import { folder, OPEN_INGRESS, policy } from './workspace.ts';

async function codes(client: Client, uri: string): Promise<unknown[]> {
  return (await client.diagnostics(uri)).map((d) => d.code);
}

test('the other rules go on, and the broken one where it does not break', async () => {
  await using client = await startClient({ program: PROBE });
  const uri = client.open(
    'untitled:web',
    `${policy('bad', OPEN_INGRESS)}---\n${policy('good', OPEN_INGRESS)}`,
  );
  assert.deepEqual(await codes(client, uri), [
    'probe-rename-a',
    'probe-rename-b',
    'allow-all-ingress',
    'probe-rename-a',
    'probe-rename-b',
    'probe-throws',
    'allow-all-ingress',
  ]);
});

test('a rule about namespaces that breaks leaves the others of its kind', async () => {
  using files = folder({ 'web.yaml': policy('web') });
  await using client = await startClient({ program: PROBE, folders: [files.path] });
  await client.indexed();
  const uri = client.open(files.file('web.yaml'), policy('web'));
  assert.ok((await codes(client, uri)).includes('missing-default-deny-ingress'));
});

test('it is said once which rule failed, where and why', async () => {
  await using client = await startClient({ program: PROBE });
  const uri = client.open('untitled:web', policy('bad'));
  for (let edits = 0; edits < 3; edits++) {
    client.change(uri, `${policy('bad')}${'#'.repeat(edits)}`);
    await client.diagnostics(uri);
  }
  const said = client.events.filter(
    ({ method, params }) => method === 'window/logMessage' && params.type === 1,
  );
  assert.deepEqual(
    said.map(({ params }) => params.message),
    ['Rule probe-throws failed on untitled:web; its findings are missing there. Error: This rule is broken.'],
  );
});
