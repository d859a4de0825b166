// Refactorings in the menu: where they are offered, what they are called, and what they do.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CodeAction, CodeActionContext, Range } from 'vscode-languageserver/node';
import { at, type Client, startClient } from './client.ts';
import { applyEdit } from './edits.ts';
import { policy } from './workspace.ts';

const DOCUMENT = 'untitled:web';
const REWRITE = 'refactor.rewrite';

const BOTH = policy(
  'web',
  `    - from:
        - namespaceSelector:
            matchLabels:
              team: portal
          podSelector: # the gateway
            matchLabels:
              app: gateway
`,
);
const EITHER = BOTH.replace('          podSelector', '        - podSelector');
const ON_PORTAL = { start: at(15, 16), end: at(15, 16) };
const ON_GATEWAY = { start: at(18, 0), end: at(18, 20) };

async function rewrites(
  client: Client,
  range: Range,
  context: Partial<CodeActionContext> = {},
): Promise<CodeAction[]> {
  const params = { textDocument: { uri: DOCUMENT }, range, context: { diagnostics: [], ...context } };
  const found: CodeAction[] = await client.request('textDocument/codeAction', params);
  return found.filter(({ kind }) => kind === REWRITE);
}

suite('refactorings', () => {
  test('split what is one, without a finding', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, BOTH);
    const [action, ...others] = await rewrites(client, ON_PORTAL);
    assert.deepEqual(others, []);
    assert.equal(
      action?.title,
      "Split into two peers, either of which is enough: widens to every pod in namespaces with team=portal, and to pods with app=gateway in the policy's own namespace",
    );
    assert.equal(action.diagnostics, undefined);
    assert.equal(action.isPreferred, undefined);
    assert.equal(applyEdit(action.edit, { [DOCUMENT]: BOTH })[DOCUMENT], EITHER);
  });

  test('merge what are two, from either of them', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, EITHER);
    for (const [range, other] of [
      [ON_PORTAL, 'next'],
      [ON_GATEWAY, 'previous'],
    ] as const) {
      const [action, ...others] = await rewrites(client, range, { only: [REWRITE] });
      assert.deepEqual(others, []);
      assert.equal(
        action?.title,
        `Merge with the ${other} peer, so that both selectors must match: narrows to pods with app=gateway in namespaces with team=portal`,
      );
      assert.equal(applyEdit(action.edit, { [DOCUMENT]: EITHER })[DOCUMENT], BOTH);
    }
  });

  test('are left out where a quick fix does the same', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, EITHER);
    assert.deepEqual(await rewrites(client, ON_GATEWAY), []);
    assert.equal((await rewrites(client, ON_PORTAL)).length, 1);
  });

  test('in a later document of a file with CRLF', async () => {
    await using client = await startClient();
    const text = `${policy('first')}---\n${BOTH}`.replaceAll('\n', '\r\n');
    client.open(DOCUMENT, text);
    const line = text.slice(0, text.indexOf('team: portal')).split('\n').length - 1;
    const [action] = await rewrites(client, { start: at(line, 15), end: at(line, 15) });
    assert.equal(
      applyEdit(action?.edit, { [DOCUMENT]: text })[DOCUMENT],
      `${policy('first')}---\n${EITHER}`.replaceAll('\n', '\r\n'),
    );
  });

  test('are not offered elsewhere', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, BOTH);
    assert.deepEqual(await rewrites(client, { start: at(12, 4), end: at(12, 6) }), []);
    assert.deepEqual(await rewrites(client, { start: at(0, 0), end: at(99, 0) }), []);
  });

  for (const [only, isOffered] of [
    [['refactor'], true],
    [[REWRITE], true],
    [['refactor.extract'], false],
    [['quickfix'], false],
    [['source.fixAll'], false],
  ] as const)
    test(`only ${only}`, async () => {
      await using client = await startClient();
      client.open(DOCUMENT, BOTH);
      assert.equal((await rewrites(client, ON_PORTAL, { only: [...only] })).length > 0, isOffered);
    });

  test('a client may ask which kinds there are', async () => {
    await using client = await startClient();
    const provider = client.result.capabilities.codeActionProvider;
    assert.ok(typeof provider === 'object' && provider.codeActionKinds?.includes(REWRITE));
  });
});
