// Findings of files that are not open: which are reported, when, and whose text counts.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CancellationTokenSource, type WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver/node';
import { type Client, PULLS, startClient } from './client.ts';
import { CONFIG, type Folder, folder, OPEN_INGRESS, policy, uriIn } from './workspace.ts';

const OPEN = policy('web', OPEN_INGRESS);
/** Only the rule these tests are about. */
const QUIET = `rules:
  missing-default-deny-ingress: off
  missing-default-deny-egress: off
`;

/** File names in the folder with the rules found in them. */
function summary(
  reports: readonly WorkspaceDocumentDiagnosticReport[],
  files: Folder,
): Record<string, unknown[]> {
  const names = reports.map((report) => {
    assert.equal(report.kind, 'full');
    return [report.uri.slice(uriIn(files, '').length + 1), report.items.map((d) => d.code)] as const;
  });
  return Object.fromEntries(names.sort());
}

function ids(reports: readonly WorkspaceDocumentDiagnosticReport[]): { uri: string; value: string }[] {
  return reports.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
}

async function serve(files: Folder, capabilities = PULLS): Promise<Client> {
  const client = await startClient({ folders: [files.path], capabilities });
  await client.indexed();
  return client;
}

suite('workspace/diagnostic', () => {
  test('reports unopened files with findings, without versions', async () => {
    using files = folder({
      [CONFIG]: QUIET,
      'a/web.yaml': OPEN,
      'b/good.yml': policy('b'),
      'c/web.json': '{}',
    });
    await using client = await serve(files);
    const reports = await client.workspaceDiagnostics();
    assert.deepEqual(summary(reports, files), { 'a/web.yaml': ['allow-all-ingress'] });
    assert.equal(reports[0]?.version, null);
  });

  test('reports open documents that nobody pulls with the version they are of', async () => {
    using files = folder({ [CONFIG]: QUIET });
    await using client = await serve(files);
    const uri = client.open(files.file('web.yaml'), policy('web'));
    const version = client.change(uri, OPEN);
    const reports = await client.workspaceDiagnostics();
    assert.deepEqual(
      reports.map((report) => [report.uri, report.version]),
      [[uri, version]],
    );
  });

  test('reports again only what has changed, and what is corrected as empty', async () => {
    using files = folder({ [CONFIG]: QUIET, 'a.yaml': OPEN, 'b.yaml': OPEN, 'c.yaml': OPEN });
    await using client = await serve(files);
    const first = await client.workspaceDiagnostics();
    assert.equal(first.length, 3);
    files.write('b.yaml', policy('b'));
    client.watched([files.file('b.yaml'), 2]);
    assert.deepEqual(summary(await client.workspaceDiagnostics(ids(first)), files), { 'b.yaml': [] });
  });

  test('waits while nothing changes, and answers when something does', async () => {
    using files = folder({ [CONFIG]: QUIET, 'a.yaml': OPEN });
    await using client = await serve(files);
    const first = await client.workspaceDiagnostics();
    let answered = false;
    const waiting = client.workspaceDiagnostics(ids(first)).finally(() => {
      answered = true;
    });
    // Other requests are answered meanwhile, and files that say the same wake nobody.
    client.watched([files.file('a.yaml'), 2]);
    for (let n = 0; n < 3; n++)
      await client.request('textDocument/documentSymbol', { textDocument: { uri: 'untitled:x' } });
    assert.equal(answered, false);
    files.write('new.yaml', OPEN);
    client.watched([files.file('new.yaml'), 1]);
    assert.deepEqual(summary(await waiting, files), { 'new.yaml': ['allow-all-ingress'] });
  });

  test('is cancelled while it waits', async () => {
    using files = folder({ [CONFIG]: QUIET });
    await using client = await serve(files);
    const source = new CancellationTokenSource();
    const waiting = client.request('workspace/diagnostic', { previousResultIds: [] }, source.token);
    await client.request('textDocument/documentSymbol', { textDocument: { uri: 'untitled:x' } });
    source.cancel();
    await assert.rejects(waiting, { code: -32800 });
  });

  test('with a token for partial results, goes on reporting until it is cancelled', async () => {
    using files = folder({ [CONFIG]: QUIET, 'a.yaml': OPEN });
    await using client = await serve(files);
    const source = new CancellationTokenSource();
    const params = { previousResultIds: [], partialResultToken: 'parts' };
    const whole = client.request('workspace/diagnostic', params, source.token);
    const part = async (from: number) => {
      const event = await client.event(
        ({ method, params: p }) => method === '$/progress' && p.token === 'parts',
        from,
      );
      return summary(event.params.value.items, files);
    };
    assert.deepEqual(await part(0), { 'a.yaml': ['allow-all-ingress'] });
    const from = client.events.length;
    files.write('a.yaml', policy('a'));
    client.watched([files.file('a.yaml'), 2]);
    assert.deepEqual(await part(from), { 'a.yaml': [] });
    source.cancel();
    await assert.rejects(whole, { code: -32800 });
  });

  test('holds what the client has pulled by itself, too, sooner or later', async () => {
    using files = folder({ [CONFIG]: QUIET, 'a.yaml': OPEN, 'b.yaml': OPEN });
    await using client = await serve(files);
    const uri = client.open(files.file('a.yaml'), OPEN);
    await client.diagnostics(uri);
    client.close(uri);
    const held = new Map<string, string>();
    while (held.size < 2) {
      const known = [...held].map(([known, value]) => ({ uri: known, value }));
      for (const { uri: reported, value } of ids(await client.workspaceDiagnostics(known)))
        held.set(reported, value);
    }
    assert.deepEqual([...held.keys()].sort(), [uri, uriIn(files, 'b.yaml')]);
  });
});

suite('whose text counts', () => {
  test('unsaved text wins over disk, until the document is closed', async () => {
    using files = folder({ [CONFIG]: QUIET, 'web.yaml': OPEN });
    await using client = await serve(files);
    const uri = client.open(files.file('web.yaml'), policy('web'));
    assert.deepEqual(await client.diagnostics(uri), []);
    client.watched([uri, 2]);
    await client.request('textDocument/documentSymbol', { textDocument: { uri } });
    assert.deepEqual(await client.diagnostics(uri), []);
    client.close(uri);
    await client.eventually(uri, (items) => items.length === 1);
  });

  test('a file that is deleted while it is open is gone only when it is closed', async () => {
    using files = folder({ [CONFIG]: QUIET, 'web.yaml': OPEN });
    await using client = await serve(files);
    const uri = client.open(files.file('web.yaml'), OPEN);
    files.remove('web.yaml');
    client.watched([uri, 3]);
    assert.equal((await client.diagnostics(uri)).length, 1);
    client.close(uri);
    await client.eventually(uri, (items) => items.length === 0);
  });

  test('an unsaved document lends its evidence to the others', async () => {
    using files = folder({
      'web.yaml': `${policy('web')}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n`,
    });
    await using client = await serve(files);
    const uri = uriIn(files, 'web.yaml');
    const lacks = (items: { code?: unknown }[]) =>
      items.some((d) => d.code === 'missing-default-deny-ingress');
    await client.eventually(uri, lacks);
    const deny = policy('deny', '')
      .replace(/ {4}matchLabels:\n.*\n/, '')
      .replace('podSelector:', 'podSelector: {}')
      .replace(/ {2}ingress:\n$/, '');
    const unsaved = client.open(files.file('deny.yaml'), deny);
    await client.eventually(uri, (items) => !lacks(items));
    client.close(unsaved);
    await client.eventually(uri, lacks);
  });
});

test('a document in no file silences nobody', async () => {
  using files = folder({ 'web.yaml': policy('web') });
  await using client = await serve(files);
  client.open('untitled:Untitled-1', policy('untitled'));
  const uri = client.open(files.file('web.yaml'), policy('web'));
  await client.eventually(uri, (items) => items.some((d) => d.code === 'missing-default-deny-ingress'));
});

suite('files on disk', () => {
  test('are created, changed and deleted', async () => {
    using files = folder({ [CONFIG]: QUIET });
    await using client = await serve(files);
    files.write('deep/er/web.yaml', OPEN);
    client.watched([files.file('deep/er/web.yaml'), 1]);
    const created = await client.workspaceDiagnostics();
    assert.deepEqual(summary(created, files), { 'deep/er/web.yaml': ['allow-all-ingress'] });
    files.write('deep/er/web.yaml', `# moved\n${OPEN}`);
    client.watched([files.file('deep/er/web.yaml'), 2]);
    const changed = await client.workspaceDiagnostics(ids(created));
    assert.equal(changed[0]?.kind === 'full' && changed[0].items[0]?.range.start.line, 13);
    files.remove('deep/er/web.yaml');
    client.watched([files.file('deep/er/web.yaml'), 3]);
    assert.deepEqual(summary(await client.workspaceDiagnostics(ids(changed)), files), {
      'deep/er/web.yaml': [],
    });
  });

  test('go with the folder they are in', async () => {
    using files = folder({
      [CONFIG]: QUIET,
      'gone/a.yaml': OPEN,
      'gone/deep/b.yaml': OPEN,
      'gone.yaml': OPEN,
    });
    await using client = await serve(files);
    const before = await client.workspaceDiagnostics();
    files.remove('gone');
    client.watched([files.file('gone'), 3]);
    const after = summary(await client.workspaceDiagnostics(ids(before)), files);
    assert.deepEqual(after, { 'gone/a.yaml': [], 'gone/deep/b.yaml': [] });
  });

  test('that no check reads are not read here either, and it is said why', async () => {
    using files = folder({
      [CONFIG]: QUIET,
      'node_modules/a.yaml': OPEN,
      '.git/b.yaml': OPEN,
      'c.txt': OPEN,
      'binary.yaml': `${OPEN}\0`,
      'large.yaml': `${OPEN}#${' '.repeat(10_000_000)}\n`,
    });
    await using client = await serve(files);
    for (const name of ['node_modules/a.yaml', '.git/b.yaml', 'c.txt']) client.watched([files.file(name), 2]);
    files.write('seen.yaml', OPEN);
    client.watched([files.file('seen.yaml'), 1]);
    assert.deepEqual(Object.keys(summary(await client.workspaceDiagnostics(), files)), ['seen.yaml']);
    const said = client.events.filter((e) => e.method === 'window/logMessage').map((e) => e.params.message);
    assert.ok(
      said.some((text) => /binary\.yaml is binary/.test(text)),
      said.join('\n'),
    );
    assert.ok(
      said.some((text) => /large\.yaml is too large/.test(text)),
      said.join('\n'),
    );
  });

  test('with a byte order mark or CRLF are found at the same places as in an editor', async () => {
    using files = folder({ [CONFIG]: QUIET, 'web.yaml': `\uFEFF${OPEN.replaceAll('\n', '\r\n')}` });
    await using client = await serve(files);
    const [report] = await client.workspaceDiagnostics();
    assert.ok(report?.kind === 'full');
    assert.deepEqual(report.items[0]?.range, {
      start: { line: 12, character: 6 },
      end: { line: 12, character: 8 },
    });
  });
});

test('an open document of a size that no check reads is not judged, and says so', async () => {
  using files = folder({ [CONFIG]: QUIET });
  await using client = await serve(files);
  const large = `${OPEN}#${' '.repeat(10_000_000)}\n`;
  const uri = client.open(files.file('large.yaml'), large);
  const items = await client.diagnostics(uri);
  assert.deepEqual(
    items.map(({ code, severity }) => [code, severity]),
    [['too-large', 3]],
  );
  assert.match(String(items[0]?.message), /larger than 10 MB/);
  client.close(uri);
  client.open(files.file('large.yaml'), OPEN);
  assert.deepEqual(
    (await client.diagnostics(uri)).map(({ code }) => code),
    ['allow-all-ingress'],
  );
});

suite('folders', () => {
  test('are added and removed', async () => {
    using one = folder({ [CONFIG]: QUIET, 'one.yaml': OPEN });
    using two = folder({ [CONFIG]: QUIET, 'two.yaml': OPEN });
    await using client = await serve(one);
    const first = await client.workspaceDiagnostics();
    assert.deepEqual(
      first.map(({ uri }) => uri),
      [uriIn(one, 'one.yaml')],
    );
    const asFolder = (files: Folder) => ({ uri: uriIn(files, ''), name: files.path });
    client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [asFolder(two)], removed: [] } });
    const second = await client.workspaceDiagnostics(ids(first));
    assert.deepEqual(
      second.map(({ uri }) => uri),
      [uriIn(two, 'two.yaml')],
    );
    client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [], removed: [asFolder(one)] } });
    const third = await client.workspaceDiagnostics(ids([...first, ...second]));
    assert.deepEqual(
      third.map(({ uri, kind }) => [uri, kind === 'full' && kind.length > 0]),
      [[uriIn(one, 'one.yaml'), true]],
    );
    assert.deepEqual(third[0]?.kind === 'full' && third[0].items, []);
  });

  test('a folder inside a repository is judged with the rest of it, which is not reported', async () => {
    using files = folder({
      'apps/web.yaml': OPEN,
      'base/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
      'base/open.yaml': OPEN,
    });
    await using client = await startClient({ folders: [files.file('apps')] });
    await client.indexed();
    const uri = client.open(files.file('apps/web.yaml'), OPEN);
    const codes = (await client.diagnostics(uri)).map((d) => d.code);
    assert.deepEqual(codes, ['allow-all-ingress'], 'the Namespace takes the findings about the namespace');
    client.close(uri);
    assert.deepEqual(
      (await client.workspaceDiagnostics()).map((report) => report.uri),
      [uri],
    );
  });

  test('a file opened by itself is judged with the files beside it, not with those below', async () => {
    using files = folder({
      'namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
      'deep/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: depot }\n',
    });
    files.remove('.git');
    await using client = await startClient();
    const text = `${policy('web')}---\n${policy('web', undefined, 'depot')}`;
    const uri = client.open(files.file('web.yaml'), text);
    const items = await client.eventually(uri, (found) => found.length > 0);
    assert.deepEqual(
      new Set(items.map(({ message }) => /namespace (\w+)/.exec(String(message))?.[1])),
      new Set(['depot']),
      'shop’s finding sits on its Namespace; depot’s is not known here',
    );
    assert.deepEqual(
      items.map(({ severity }) => severity),
      [4, 4],
    );
  });
});
