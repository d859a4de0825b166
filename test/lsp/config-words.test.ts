// Writing a config file in an editor: what is completed at the cursor (¦), and what hover says of a key.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { CompletionItem, Hover, MarkupContent, TextEdit } from 'vscode-languageserver/node';
import { RULE_IDS } from '../../server/src/rules/index.ts';
import { type Client, startClient } from './client.ts';
import { applyTextEdits } from './edits.ts';
import { CONFIG, type Folder, folder, namespace } from './workspace.ts';

let files: Folder;
let client: Client;
before(async () => {
  files = folder({
    [CONFIG]: '',
    [`apps/${CONFIG}`]: '',
    'shop.yaml': namespace('shop'),
    'payments.yaml': namespace('payments'),
  });
  client = await startClient({ folders: [files.path] });
  await client.indexed();
});
after(async () => {
  await client[Symbol.asyncDispose]();
  files[Symbol.dispose]();
});

/** Opens a config whose text has a cursor, and asks for something at it. */
async function ask<T>(method: string, marked: string, name: string): Promise<{ text: string; answer: T }> {
  const text = marked.replace('¦', '');
  const lines = marked.slice(0, marked.indexOf('¦')).split('\n');
  const uri = client.open(files.file(name), text);
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  const answer: T = await client.request(method, { textDocument: { uri }, position });
  client.close(uri);
  return { text, answer };
}

async function labels(marked: string, name = CONFIG): Promise<readonly string[]> {
  const { answer } = await ask<CompletionItem[]>('textDocument/completion', marked, name);
  return answer.map(({ label }) => label);
}

async function taken(marked: string, label: string): Promise<string> {
  const { text, answer } = await ask<CompletionItem[]>('textDocument/completion', marked, CONFIG);
  const item = answer.find((i) => i.label === label);
  return applyTextEdits(text, [item?.textEdit as TextEdit]);
}

const GRANT = 'contractors:\n  - name: acme\n    namespaces: [acme]\n    dependencies:\n      - ';

suite('completion', () => {
  test('offers the fields of a contractor that it has not', async () => {
    const offered = await labels('contractors:\n  - name: acme\n    ¦');
    assert.deepEqual(offered, ['namespaces', 'subjects', 'owner', 'expires', 'dependencies']);
  });
  test('offers the fields of a grant', async () => {
    assert.deepEqual((await labels(`${GRANT}¦`)).slice(0, 3), ['to', 'from', 'ports']);
  });
  test('offers values', async () => {
    assert.deepEqual(await labels('platform:\n  dns: ¦'), [
      'kube-dns',
      'coredns',
      'node-local-dns',
      'openshift',
    ]);
    assert.deepEqual(await labels('platform:\n  ipFamilies:\n    - IPv4\n    - ¦'), ['IPv6']);
  });
  test('offers every rule, with a severity behind it', async () => {
    assert.deepEqual(await labels('rules:\n  ¦'), [...RULE_IDS].sort());
    assert.deepEqual(await labels('rules:\n  world-cidr: ¦'), ['error', 'warning', 'info', 'hint', 'off']);
    assert.equal(await taken('rules:\n  world¦\n', 'world-cidr'), 'rules:\n  world-cidr: $1\n');
  });
  test('offers rules to be suppressed', async () => {
    assert.deepEqual(await labels('suppressions:\n  allow: [¦]'), [...RULE_IDS].sort());
  });
  test('offers the namespaces of the workspace where one is named', async () => {
    assert.deepEqual(await labels(`${GRANT}to:\n          namespace: ¦`), ['payments', 'shop']);
    assert.deepEqual(await labels('protected:\n  - namespace: ¦'), ['payments', 'shop']);
    assert.deepEqual(await labels('contractors:\n  - name: acme\n    namespaces:\n      - ¦'), [
      'payments',
      'shop',
      'matchLabels',
    ]);
    assert.deepEqual(await labels('contractors:\n  - name: ¦'), []);
  });
  test('in a subfolder, offers the severities of rules alone', async () => {
    assert.deepEqual(await labels('¦', `apps/${CONFIG}`), ['rules']);
  });
});

suite('hover', () => {
  async function says(marked: string): Promise<string | null> {
    const { answer } = await ask<Hover | null>('textDocument/hover', marked, CONFIG);
    return answer && (answer.contents as MarkupContent).value;
  }
  test('says what a key is for', async () => {
    assert.match((await says('platform:\n  d¦ns: kube-dns\n')) ?? '', /^Who answers the pods' DNS lookups/);
    assert.match((await says(`${GRANT}ti¦cket: SEC-1\n`)) ?? '', /\S/);
  });
  test('says what a rule finds, with its page', async () => {
    const expected = /IPv4 or IPv6 address|every address|world[\s\S]*\[What it finds, and examples\]\(\S+\)/;
    assert.match((await says('rules:\n  world-¦cidr: error\n')) ?? '', expected);
    assert.match((await says('suppressions:\n  allow: [world-¦cidr]\n')) ?? '', expected);
  });
  test('says nothing of what there is not', async () => {
    assert.equal(await says('colour: r¦ed\n'), null);
  });
});
