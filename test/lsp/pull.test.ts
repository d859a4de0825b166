// Pulled diagnostics of one document: what an answer holds, when it is "unchanged", and that it is never for an old text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { policyFile } from '../bench/generate.ts';
import { at, type Client, PULLS, startClient } from './client.ts';
import { OPEN_INGRESS, policy } from './workspace.ts';

const OPEN = policy('web', OPEN_INGRESS);
const DOCUMENT = 'untitled:web';
/** A file on which the server works long enough to be interrupted. */
const LONG = policyFile({ policies: 1000, seed: 7 });
const LONG_DOCUMENT = 'untitled:long';

test('a finding is where it is, with its rule, the rule’s page and its source', async () => {
  await using client = await startClient({ initializationOptions: { ruleUri: 'test://rules/{id}' } });
  client.open(DOCUMENT, OPEN);
  const [found, ...others] = await client.diagnostics(DOCUMENT);
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...found, message: '' },
    {
      range: { start: at(12, 6), end: at(12, 8) },
      severity: 2,
      code: 'allow-all-ingress',
      codeDescription: { href: 'test://rules/allow-all-ingress' },
      source: 'netpol-guard',
      message: '',
    },
  );
  assert.match(String(found?.message), /every source on every port/);
});

test('without an address from the client, the rule’s page is a file beside the server', async () => {
  await using client = await startClient();
  client.open(DOCUMENT, OPEN);
  const [found] = await client.diagnostics(DOCUMENT);
  assert.match(found?.codeDescription?.href ?? '', /^file:.*\/docs\/rules\/allow-all-ingress\.md$/);
});

test('a client that shows neither pages nor related places gets neither', async () => {
  const capabilities = { ...PULLS, textDocument: { diagnostic: {} } };
  await using client = await startClient({ capabilities });
  client.open(DOCUMENT, OPEN);
  const [found] = await client.diagnostics(DOCUMENT);
  assert.equal(found?.codeDescription, undefined);
});

test('the same result id means unchanged; another text means another id', async () => {
  await using client = await startClient();
  client.open(DOCUMENT, OPEN);
  const first = await client.pull(DOCUMENT);
  assert.ok(first.kind === 'full' && first.resultId);
  assert.deepEqual(await client.pull(DOCUMENT, first.resultId), {
    kind: 'unchanged',
    resultId: first.resultId,
  });
  assert.equal((await client.pull(DOCUMENT, 'from another life')).kind, 'full');
  client.change(DOCUMENT, `# moved\n${OPEN}`);
  const second = await client.pull(DOCUMENT, first.resultId);
  assert.ok(second.kind === 'full');
  assert.notEqual(second.resultId, first.resultId);
  assert.equal(second.items[0]?.range.start.line, 13);
});

test('an edit that changes no finding leaves the result id', async () => {
  await using client = await startClient();
  client.open(DOCUMENT, OPEN);
  const first = await client.pull(DOCUMENT);
  for (const text of [`${OPEN}# an afterthought\n`, `${OPEN}---\nkind: Other\n`, OPEN]) {
    client.change(DOCUMENT, text);
    assert.equal((await client.pull(DOCUMENT, first.resultId)).kind, 'unchanged');
  }
});

test('a pull with a change right behind it is not answered for the old text', async () => {
  await using client = await startClient();
  client.open(DOCUMENT, OPEN);
  await client.pull(DOCUMENT);
  client.together(2);
  const stale = client.pull(DOCUMENT);
  client.change(DOCUMENT, `# moved\n${OPEN}`);
  await assert.rejects(stale, { code: -32802, data: { retriggerRequest: true } });
  assert.equal((await client.diagnostics(DOCUMENT))[0]?.range.start.line, 13);
});

test('of pulls among edits, those that are answered are right', async () => {
  await using client = await startClient();
  client.open(DOCUMENT, OPEN);
  const answers = [];
  for (let edits = 1; edits <= 30; edits++) {
    client.change(DOCUMENT, { range: { start: at(0, 0), end: at(0, 0) }, text: '#\n' });
    answers.push(client.diagnostics(DOCUMENT).catch((error) => error.code as number));
  }
  const last = (await Promise.all(answers)).pop();
  assert.ok(Array.isArray(last), `the last pull has nothing behind it and is answered, not ${last}`);
  assert.equal(last[0]?.range.start.line, 12 + 30);
  for (const [i, answer] of (await Promise.all(answers)).entries())
    if (Array.isArray(answer)) assert.equal(answer[0]?.range.start.line, 12 + i + 1);
    else assert.equal(answer, -32802);
});

test('a cancelled pull is answered with RequestCancelled', async () => {
  await using client = await startClient();
  client.open(DOCUMENT, OPEN);
  const source = new CancellationTokenSource();
  client.together(2);
  const pulled = client.pull(DOCUMENT, undefined, source.token);
  source.cancel();
  await assert.rejects(pulled, { code: -32800 });
});

/** Starts a pull of a long document and waits until the server has answered another request in the midst of it. */
async function longPull(
  client: Client,
): Promise<{ pulled: Promise<unknown>; source: CancellationTokenSource }> {
  const source = new CancellationTokenSource();
  client.open(DOCUMENT, OPEN);
  client.open(LONG_DOCUMENT, LONG);
  const order: string[] = [];
  const pulled = client.pull(LONG_DOCUMENT, undefined, source.token);
  pulled.then(
    () => order.push('pull'),
    () => order.push('pull'),
  );
  const hover = { textDocument: { uri: DOCUMENT }, position: at(12, 6) };
  await client.request('textDocument/hover', hover);
  assert.deepEqual(order, [], 'the pull lets other requests be answered');
  return { pulled, source };
}

test('a long pull is cancelled in the midst of it', async () => {
  await using client = await startClient();
  const { pulled, source } = await longPull(client);
  source.cancel();
  await assert.rejects(pulled, { code: -32800 });
});

test('a long pull gives up when its text changes', async () => {
  await using client = await startClient();
  const { pulled } = await longPull(client);
  client.change(LONG_DOCUMENT, OPEN);
  await assert.rejects(pulled, { code: -32802 });
  assert.equal((await client.diagnostics(LONG_DOCUMENT)).length, 1);
});

test('1,000 policies are judged, and again after an edit in the midst of them', async () => {
  await using client = await startClient();
  client.open(LONG_DOCUMENT, LONG);
  const before = await client.diagnostics(LONG_DOCUMENT);
  assert.ok(before.length > 100, `${before.length} findings`);
  const middle = LONG.split('\n').indexOf('---', 12_000);
  client.change(LONG_DOCUMENT, { range: { start: at(middle, 0), end: at(middle, 0) }, text: `---\n${OPEN}` });
  const after = await client.diagnostics(LONG_DOCUMENT);
  const added = after.filter(
    ({ range, code }) => range.start.line === middle + 13 && code === 'allow-all-ingress',
  );
  assert.equal(added.length, 1);
  const moved = before.map(
    ({ range, code }) => `${code} ${range.start.line + (range.start.line < middle ? 0 : 14)}`,
  );
  const kept = new Set(after.map(({ range, code }) => `${code} ${range.start.line}`));
  assert.deepEqual(
    moved.filter((finding) => !kept.has(finding)),
    [],
  );
});
