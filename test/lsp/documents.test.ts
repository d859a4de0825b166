// The server's text is the client's, whatever edits there are: it finds what it would find had the text been opened so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from 'vscode-languageserver/node';
import { at, type Client, PUSHED, startClient, type TextChange } from './client.ts';
import { OPEN_INGRESS, policy } from './workspace.ts';

/** Opens `before`, sends each of `notifications` as a change, and finds the same as in `after`, which has to hold something. */
async function checkEdits(
  before: string,
  notifications: readonly (readonly TextChange[])[],
  after: string,
): Promise<void> {
  await using client = await startClient();
  const edited = client.open('untitled:edited', before);
  for (const changes of notifications) client.change(edited, ...changes);
  const found = await client.diagnostics(edited);
  assert.deepEqual(found, await client.diagnostics(client.open('untitled:fresh', after)));
  assert.ok(found.length > 0);
  assert.deepEqual(found, await throughPush(before, notifications));
}

/** The same by a client that diagnostics are pushed to. */
async function throughPush(
  before: string,
  notifications: readonly (readonly TextChange[])[],
): Promise<Diagnostic[]> {
  await using client = await startClient({ capabilities: PUSHED });
  const uri = client.open('untitled:edited', before);
  let version = 1;
  for (const changes of notifications) version = client.change(uri, ...changes);
  return await client.published(uri, (params) => params.version === version);
}

function insert(line: number, character: number, text: string): TextChange {
  return { range: { start: at(line, character), end: at(line, character) }, text };
}

function replace(from: readonly [number, number], to: readonly [number, number], text: string): TextChange {
  return { range: { start: at(...from), end: at(...to) }, text };
}

const OPEN = policy('web', OPEN_INGRESS);
const TWO = `${policy('web')}---\n${policy('api')}`;

test('a replaced range', () =>
  checkEdits(OPEN, [[replace([3, 8], [3, 11], 'shop-web')]], OPEN.replace('web', 'shop-web')));

test('several edits of one notification, each to the result of the one before', () =>
  checkEdits(
    '',
    [
      [
        insert(0, 0, 'x'),
        replace([0, 0], [0, 1], OPEN),
        insert(0, 0, '# first\n'),
        replace([0, 0], [1, 0], ''),
      ],
    ],
    OPEN,
  ));

test('the whole text at once', () => checkEdits('kind: x\n', [['{}'], [OPEN]], OPEN));

test('whole text and ranges mixed', () =>
  checkEdits(OPEN, [['', insert(0, 0, OPEN)], [insert(0, 0, '#\n')]], `#\n${OPEN}`));

test('an edit that joins two documents, and one that parts them again', () =>
  checkEdits(
    `${OPEN}---\n${OPEN}`,
    [[replace([13, 0], [14, 0], '')], [insert(13, 0, '---\n')]],
    `${OPEN}---\n${OPEN}`,
  ));

test('an edit across three documents', () =>
  checkEdits(`${OPEN}---\n${OPEN}---\n${OPEN}`, [[replace([12, 0], [41, 0], OPEN_INGRESS)]], OPEN));

test('positions beyond the end of a line and of the text are clamped', () =>
  checkEdits(
    `${OPEN}# end`,
    [
      [replace([13, 3], [13, 999], 'over')],
      [insert(9999, 9999, '\n# more')],
      [replace([0, 500], [0, 900], ' # tail')],
    ],
    `${OPEN.replace('v1\n', 'v1 # tail\n')}# eover\n# more`.replace('# eover', '# eover'),
  ));

test('CRLF', () => {
  const crlf = (text: string) => text.replaceAll('\n', '\r\n');
  return checkEdits(
    crlf(TWO),
    [[replace([12, 0], [19, 0], crlf(OPEN_INGRESS))], [insert(13, 0, '# a\r\n')]],
    crlf(`${OPEN}# a\n---\n${policy('api')}`),
  );
});

test('an edit between the two halves of a line end', () =>
  checkEdits(
    OPEN.replaceAll('\n', '\r\n'),
    [[replace([0, 99], [1, 0], '\r\n')], [replace([0, 34], [1, 0], '\r')], [insert(1, 0, '\n')]],
    OPEN.replaceAll('\n', '\r\n'),
  ));

test('a byte order mark that the client keeps', () =>
  checkEdits(
    `\uFEFF${TWO}`,
    [[replace([12, 0], [19, 0], OPEN_INGRESS)]],
    `\uFEFF${OPEN}---\n${policy('api')}`,
  ));

test('characters of two UTF-16 units', () =>
  checkEdits(
    OPEN.replace('name: web', 'name: web # 🔒🔒'),
    [[replace([3, 14], [3, 16], '🧱é')], [insert(3, 17, '!')]],
    OPEN.replace('name: web', 'name: web # 🧱é!🔒'),
  ));

test('a change to a document that is not open is dropped', async () => {
  await using client = await startClient();
  client.change('file:///never/opened.yaml', OPEN);
  assert.deepEqual(await client.diagnostics('file:///never/opened.yaml'), []);
});

test('two spellings of one URI are one document', async () => {
  await using client = await startClient();
  client.open('file:///a%20b/we%62.yaml', OPEN);
  assert.ok((await client.diagnostics('file:///a%20b/web.yaml')).length > 0);
});

test('documents that are in no file are judged too', async () => {
  await using client = await startClient();
  const uri = client.open('untitled:Untitled-1', OPEN);
  assert.ok((await found(client, uri)).includes('allow-all-ingress'));
});

async function found(client: Client, uri: string): Promise<unknown[]> {
  return (await client.diagnostics(uri)).map((d) => d.code);
}
