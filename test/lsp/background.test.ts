// A large folder is read in the background: progress is shown, and answers do not wait for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, PULLS, startClient } from './client.ts';
import { CONFIG, folder, namespace, OPEN_INGRESS, policy } from './workspace.ts';

const FILES = 3000;
const OPEN = policy('web', OPEN_INGRESS);

/** A folder of many policies, each in a file and a namespace of its own. */
function manyFiles(): Record<string, string> {
  const files: Record<string, string> = { 'namespace.yaml': namespace() };
  for (let n = 0; n < FILES; n++)
    files[`team-${n % 50}/policy-${n}.yaml`] = policy(`p${n}`, undefined, `team-${n}`);
  return files;
}

test('while 3,000 files are read, progress is shown and keystrokes are answered', async () => {
  using files = folder(manyFiles());
  await using client = await startClient({ folders: [files.path] });
  const uri = client.open(files.file('web.yaml'), OPEN);
  const isEnd = () =>
    client.events.some(({ method, params }) => method === '$/progress' && params.value.kind === 'end');
  let answered = 0;
  for (let line = 13; !isEnd(); line++) {
    client.change(uri, { range: { start: at(0, 0), end: at(0, 0) }, text: '#\n' });
    const items = await client.diagnostics(uri);
    // While it is not known what else there is, nothing is said about what is missing.
    if (isEnd()) break;
    assert.deepEqual(
      items.map(({ code, range }) => [code, range.start.line]),
      [['allow-all-ingress', line]],
    );
    answered += 1;
  }
  assert.ok(answered >= 10, `${answered} keystrokes were answered meanwhile`);

  const progress = client.events
    .filter(({ method }) => method === '$/progress')
    .map(({ params }) => params.value);
  assert.deepEqual(
    [progress[0].kind, progress[0].title],
    ['begin', 'NetworkPolicy Guard: reading manifests'],
  );
  assert.equal(progress.at(-1).kind, 'end');
  const reports = progress.slice(1, -1);
  assert.ok(reports.length > 5 && reports.every(({ kind }) => kind === 'report'));
  const percentages = reports.map(({ percentage }) => percentage);
  assert.deepEqual(
    percentages,
    percentages.toSorted((a, b) => a - b),
  );
  assert.equal(percentages.at(-1), 100);

  // Both findings sit on a Namespace, which is not this file.
  assert.deepEqual(
    (await client.diagnostics(uri)).map(({ code }) => code),
    ['allow-all-ingress'],
  );
  const found = await client.workspaceDiagnostics();
  const incomplete = found.filter(({ uri: other }) => other.includes('/team-'));
  assert.equal(
    incomplete.length,
    FILES,
    'every namespace’s lack of a default deny is reported when all is read',
  );
});

test('a client that shows no progress is asked for none', async () => {
  using files = folder({ [CONFIG]: '', 'web.yaml': OPEN });
  const { window: _, ...capabilities } = PULLS;
  await using client = await startClient({ folders: [files.path], capabilities });
  assert.equal((await client.workspaceDiagnostics()).length, 1);
  assert.ok(
    !client.events.some(
      ({ method }) => method === 'window/workDoneProgress/create' || method === '$/progress',
    ),
  );
});

test('files change while they are read: the newer text stays', async () => {
  using files = folder(manyFiles());
  await using client = await startClient({ folders: [files.path] });
  const uris = [];
  for (let n = 0; n < FILES; n += 300) {
    const name = `team-${n % 50}/policy-${n}.yaml`;
    files.write(name, OPEN);
    client.watched([files.file(name), 2]);
    uris.push(files.file(name));
  }
  await client.indexed();
  for (const path of uris) {
    const found = await client.eventually(new URL(`file://${path}`).href, (items) => items.length > 0);
    assert.ok(found.some((d) => d.code === 'allow-all-ingress'));
  }
});

test('a folder that is removed while it is read is forgotten', async () => {
  using files = folder(manyFiles());
  using other = folder({ 'web.yaml': OPEN });
  await using client = await startClient({ folders: [files.path, other.path] });
  await client.event(({ method, params }) => method === '$/progress' && params.value.kind === 'begin');
  const removed = [{ uri: new URL(`file://${files.path}`).href, name: 'large' }];
  client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [], removed } });
  const isOther = (uri: string) => uri.startsWith(new URL(`file://${other.path}`).href);
  const reports = await client.workspaceDiagnostics();
  assert.deepEqual(
    reports.map(({ uri }) => isOther(uri)),
    [true],
  );
});
