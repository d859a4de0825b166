// The config file in an editor: its mistakes where they are, its effect at once, and which one counts where.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Diagnostic } from 'vscode-languageserver/node';
import { unmark } from '../support/example.ts';
import { type Client, startClient } from './client.ts';
import {
  CONFIG,
  DEFAULT_DENY,
  type Folder,
  folder,
  namespace,
  OPEN_INGRESS,
  policy,
  uriIn,
} from './workspace.ts';

const OPEN = policy('web', OPEN_INGRESS);
const QUIET = '  missing-default-deny-ingress: off\n  missing-default-deny-egress: off\n';

async function serve(files: Folder): Promise<Client> {
  const client = await startClient({ folders: [files.path] });
  await client.indexed();
  return client;
}

/** The severity of allow-all-ingress, 1 (error) to 4 (hint); null where it is not found. */
function severity(items: readonly Diagnostic[]): number | null {
  return items.find((d) => d.code === 'allow-all-ingress')?.severity ?? null;
}

suite('mistakes', () => {
  /** The only finding in the config, whose marked text it is at, has a message that matches. */
  async function checkMistake(marked: string, message: RegExp, name = CONFIG): Promise<void> {
    const { text, spans } = unmark(marked);
    using files = folder({ [CONFIG]: '', [name]: text });
    await using client = await serve(files);
    const uri = client.open(files.file(name), text);
    const items = await client.diagnostics(uri);
    assert.deepEqual(
      items.map(({ range, severity, code, source }) => [range, severity, code, source]),
      spans.map((span) => [rangeIn(text, span), 1, 'config', 'netpol-guard']),
    );
    assert.match(String(items[0]?.message), message);
  }

  test('an unknown key', () => checkMistake('⟦contractor⟧: []\n', /contractor/));
  test('an unknown rule', () => checkMistake(`rules:\n  ⟦allow-everything⟧: off\n`, /allow-everything/));
  test('a severity that there is not', () =>
    checkMistake('rules:\n  world-cidr: ⟦fatal⟧\n', /error, warning/));
  test('broken YAML, once', () => checkMistake('rules: [⟦⟧', /\]/));
  test('what counts in the root config only', () =>
    checkMistake('rules: { world-cidr: error }\n⟦ignore⟧: ["*"]\n', /root config/, `sub/${CONFIG}`));

  test('are reported of configs that are not open, too', async () => {
    using files = folder({ [CONFIG]: 'rules: { world-cidr: fatal }\n' });
    await using client = await serve(files);
    const [report] = await client.workspaceDiagnostics();
    assert.equal(report?.uri, uriIn(files, CONFIG));
  });
});

function rangeIn(text: string, { start, end }: { start: number; end: number }): Diagnostic['range'] {
  const position = (offset: number) => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  return { start: position(start), end: position(end) };
}

suite('effect', () => {
  test('severities follow the config as it is typed, saved or not', async () => {
    using files = folder({ [CONFIG]: `rules:\n${QUIET}`, 'web.yaml': OPEN });
    await using client = await serve(files);
    const web = client.open(files.file('web.yaml'), OPEN);
    assert.equal(severity(await client.diagnostics(web)), 2);
    const config = client.open(files.file(CONFIG), `rules:\n${QUIET}`);
    for (const [word, number] of [
      ['error', 1],
      ['info', 3],
      ['hint', 4],
      ['off', null],
      ['warning', 2],
    ] as const) {
      client.change(config, `rules:\n${QUIET}  allow-all-ingress: ${word}\n`);
      assert.equal(severity(await client.diagnostics(web)), number, word);
    }
  });

  test('other documents are asked for again', async () => {
    using files = folder({ [CONFIG]: '', 'web.yaml': OPEN });
    await using client = await serve(files);
    const web = client.open(files.file('web.yaml'), OPEN);
    await client.eventually(web, (items) => severity(items) === 2);
    files.write(CONFIG, 'rules: { allow-all-ingress: error }\n');
    client.watched([files.file(CONFIG), 2]);
    await client.eventually(web, (items) => severity(items) === 1);
  });

  test('what a config last meant stays in force while its text is broken', async () => {
    const good = 'rules:\n  allow-all-ingress: error\n';
    using files = folder({ [CONFIG]: good, 'web.yaml': OPEN, [`sub/${CONFIG}`]: '' });
    await using client = await serve(files);
    const web = client.open(files.file('web.yaml'), OPEN);
    const config = client.open(files.file(CONFIG), good);
    for (const broken of [
      'rules:\n  allow-all-ingress: err\n',
      'rules:\n  allow-all-ingress: [\n',
      'rule:\n',
    ]) {
      client.change(config, broken);
      assert.equal(severity(await client.diagnostics(web)), 1, broken);
      assert.notDeepEqual(await client.diagnostics(config), []);
    }
    files.remove(`sub/${CONFIG}`);
    client.watched([files.file(`sub/${CONFIG}`), 3]);
    assert.equal(severity(await client.diagnostics(web)), 1, 'also when configs come and go meanwhile');
    client.change(config, 'rules:\n  allow-all-ingress: hint\n');
    assert.equal(severity(await client.diagnostics(web)), 4);
  });

  test('a config is created, and deleted', async () => {
    using files = folder({ 'web.yaml': OPEN });
    await using client = await serve(files);
    const web = client.open(files.file('web.yaml'), OPEN);
    assert.equal(severity(await client.diagnostics(web)), 2);
    files.write(CONFIG, 'rules: { allow-all-ingress: error }\n');
    client.watched([files.file(CONFIG), 1]);
    await client.eventually(web, (items) => severity(items) === 1);
    files.remove(CONFIG);
    client.watched([files.file(CONFIG), 3]);
    await client.eventually(web, (items) => severity(items) === 2);
  });

  test('contractors are who the config says', async () => {
    using files = folder({ [CONFIG]: '', 'web.yaml': OPEN });
    await using client = await serve(files);
    const web = client.open(files.file('web.yaml'), OPEN);
    assert.equal(severity(await client.diagnostics(web)), 2);
    client.open(files.file(CONFIG), 'contractors:\n  - name: acme\n    namespaces: [sh*p]\n');
    assert.equal(severity(await client.diagnostics(web)), 1);
  });
});

suite('ignore', () => {
  const IGNORING = `ignore: ["vendor/**"]\nrules:\n${QUIET}`;
  const HEEDING = `rules:\n${QUIET}`;

  test('leaves files out, open or not, and takes them in again', async () => {
    using files = folder({
      [CONFIG]: IGNORING,
      'vendor/a.yaml': OPEN,
      'vendor/b.yaml': OPEN,
      'own.yaml': OPEN,
    });
    await using client = await serve(files);
    const vendored = client.open(files.file('vendor/a.yaml'), OPEN);
    assert.deepEqual(await client.diagnostics(vendored), []);
    const first = await client.workspaceDiagnostics();
    assert.deepEqual(
      first.map(({ uri }) => uri),
      [uriIn(files, 'own.yaml')],
    );
    files.write(CONFIG, HEEDING);
    client.watched([files.file(CONFIG), 2]);
    await client.eventually(vendored, (items) => items.length === 1);
    await client.eventually(uriIn(files, 'vendor/b.yaml'), (items) => items.length === 1);
    files.write(CONFIG, IGNORING);
    client.watched([files.file(CONFIG), 2]);
    await client.eventually(vendored, (items) => items.length === 0);
    await client.eventually(uriIn(files, 'vendor/b.yaml'), (items) => items.length === 0);
  });

  test('holds for edits and files that come later', async () => {
    using files = folder({ [CONFIG]: IGNORING, 'vendor/a.yaml': OPEN });
    await using client = await serve(files);
    const vendored = client.open(files.file('vendor/a.yaml'), OPEN);
    client.change(vendored, `#\n${OPEN}`);
    assert.deepEqual(await client.diagnostics(vendored), []);
    files.write('vendor/late.yaml', OPEN);
    files.write('late.yaml', OPEN);
    client.watched([files.file('vendor/late.yaml'), 1], [files.file('late.yaml'), 1]);
    const reports = await client.workspaceDiagnostics();
    assert.deepEqual(
      reports.map(({ uri }) => uri),
      [uriIn(files, 'late.yaml')],
    );
  });
});

suite('which config counts', () => {
  test('a subfolder’s may raise a severity, not lower it or switch a rule off', async () => {
    using files = folder({
      [CONFIG]: 'rules: { allow-all-ingress: info }\n',
      [`raised/${CONFIG}`]: 'rules: { allow-all-ingress: error }\n',
      [`lowered/${CONFIG}`]: 'rules: { allow-all-ingress: hint }\n',
      [`off/${CONFIG}`]: 'rules: { allow-all-ingress: off }\n',
    });
    await using client = await serve(files);
    for (const [name, expected] of Object.entries({
      '.': 3,
      raised: 1,
      'raised/deep': 1,
      lowered: 3,
      off: 3,
    })) {
      const uri = client.open(files.file(`${name}/web.yaml`), OPEN);
      assert.equal(severity(await client.diagnostics(uri)), expected, name);
    }
  });

  test('two folders with a config each do not see each other', async () => {
    const web = `${namespace()}---\n${policy('web')}`;
    using files = folder({
      [`a/${CONFIG}`]: '',
      'a/web.yaml': web,
      [`b/${CONFIG}`]: '',
      'b/deny.yaml': DEFAULT_DENY,
    });
    await using client = await serve(files);
    const lacks = (items: readonly Diagnostic[]) =>
      items.some((d) => d.code === 'missing-default-deny-ingress');
    const uri = uriIn(files, 'a/web.yaml');
    assert.equal(lacks(await client.diagnostics(uri)), true);
    files.write(CONFIG, '');
    client.watched([files.file(CONFIG), 1]);
    await client.eventually(uri, (items) => !lacks(items));
    files.remove(CONFIG);
    client.watched([files.file(CONFIG), 3]);
    await client.eventually(uri, lacks);
  });

  test('the topmost config up to the repository’s root, above the folder that is open', async () => {
    using files = folder({
      [CONFIG]: 'rules: { allow-all-ingress: hint }\n',
      [`apps/${CONFIG}`]: 'rules: { allow-all-ingress: off }\n',
    });
    await using client = await startClient({ folders: [files.file('apps')] });
    await client.indexed();
    const uri = client.open(files.file('apps/web.yaml'), OPEN);
    assert.equal(severity(await client.diagnostics(uri)), 4);
  });
});
