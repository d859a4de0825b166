// Quick fixes, fix-all, and the actions that need a command of the client: which are offered where, and what they do.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CancellationTokenSource, type CodeAction, type CodeActionContext } from 'vscode-languageserver/node';
import { policyFile } from '../bench/generate.ts';
import { at, type Client, PROBE, PULLS, startClient } from './client.ts';
import { applyEdit } from './edits.ts';
import { folder, namespace, OPEN_INGRESS, policy, uriIn } from './workspace.ts';

const DOCUMENT = 'untitled:web';
const OPEN = policy('web', OPEN_INGRESS);
const OPEN_RULE = { start: at(12, 6), end: at(12, 6) };
const WHOLE = { start: at(0, 0), end: at(9999, 0) };
const FIX_ALL = 'source.fixAll.netpolGuard';

/** Ingress rules with two findings whose fixes are safe (protocols in small letters) and one whose is not. */
const SMALL_LETTERS = `    - ports:
        - protocol: tcp
          port: 80
        - protocol: udp
          port: 53
      from:
        - podSelector: {}
    - {}
`;

function actions(
  client: Client,
  uri: string,
  range = WHOLE,
  context: Partial<CodeActionContext> = {},
): Promise<CodeAction[]> {
  const params = { textDocument: { uri }, range, context: { diagnostics: [], ...context } };
  return client.request('textDocument/codeAction', params);
}

function titles(found: readonly CodeAction[]): string[] {
  return found.map(({ title }) => title);
}

suite('quick fixes', () => {
  test('a fix comes with its finding and an edit of the version at hand', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, `# comment\n${OPEN}`);
    const version = client.change(DOCUMENT, OPEN);
    const [fix, ...others] = await actions(client, DOCUMENT, OPEN_RULE);
    assert.deepEqual(titles(others), []);
    assert.equal(fix?.title, 'Allow only pods of the same namespace');
    assert.equal(fix.kind, 'quickfix');
    assert.equal(fix.isPreferred, undefined, 'narrowing what is allowed is for a person to decide');
    assert.deepEqual(fix.diagnostics, await client.diagnostics(DOCUMENT));
    assert.deepEqual(
      fix.edit?.documentChanges?.map((c) => 'textDocument' in c && c.textDocument),
      [{ uri: DOCUMENT, version }],
    );
    assert.deepEqual(applyEdit(fix.edit, { [DOCUMENT]: OPEN }), {
      [DOCUMENT]: policy('web', '    - from:\n        - podSelector: {}\n'),
    });
  });

  test('only safe fixes are preferred', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, policy('web', SMALL_LETTERS));
    const found = await actions(client, DOCUMENT);
    const preferred = found.filter((action) => action.isPreferred);
    assert.deepEqual(titles(preferred), ['Write TCP', 'Write UDP']);
    assert.ok(found.length > preferred.length);
  });

  test('nothing is offered where nothing is wrong', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, OPEN);
    assert.deepEqual(await actions(client, DOCUMENT, { start: at(3, 0), end: at(11, 2) }), []);
    assert.deepEqual(await actions(client, 'untitled:unknown'), []);
  });

  test('a suppressed finding has no actions', async () => {
    await using client = await startClient();
    client.open(
      DOCUMENT,
      OPEN.replace('- {}', '- {} # netpol-guard: ignore[allow-all-ingress] a public gateway'),
    );
    assert.deepEqual(await actions(client, DOCUMENT), []);
  });

  test('a client without versioned edits gets plain ones', async () => {
    const capabilities = { ...PULLS, workspace: { ...PULLS.workspace, workspaceEdit: {} } };
    await using client = await startClient({ capabilities });
    client.open(DOCUMENT, OPEN);
    const [fix] = await actions(client, DOCUMENT, OPEN_RULE);
    assert.equal(fix?.edit?.documentChanges, undefined);
    assert.notEqual(applyEdit(fix?.edit, { [DOCUMENT]: OPEN })[DOCUMENT], OPEN);
  });

  test('a client that takes commands only gets nothing', async () => {
    const capabilities = { ...PULLS, textDocument: { ...PULLS.textDocument, codeAction: {} } };
    await using client = await startClient({ capabilities });
    client.open(DOCUMENT, OPEN);
    assert.deepEqual(await actions(client, DOCUMENT), []);
  });
});

suite('fixes that create a file', () => {
  const NAMESPACE = namespace('shop');
  const WORKLOAD = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [] } }
`;

  test('are offered to a client that can create files', async () => {
    using files = folder({ 'namespace.yaml': NAMESPACE, 'web.yaml': WORKLOAD });
    await using client = await startClient({ folders: [files.path] });
    const uri = client.open(files.file('namespace.yaml'), NAMESPACE);
    await client.eventually(uri, (items) => items.some((d) => d.code === 'missing-default-deny-ingress'));
    const found = await actions(client, uri);
    const fix = found.find(({ title }) => title === 'Add a policy that denies ingress by default');
    const result = applyEdit(fix?.edit, { [uri]: NAMESPACE });
    assert.equal(result[uri], NAMESPACE);
    const created = uriIn(files, 'shop-default-deny-ingress.yaml');
    assert.deepEqual(Object.keys(result), [uri, created]);
    assert.match(result[created] ?? '', /^kind: NetworkPolicy$/m);
  });

  test('are not offered to one that cannot', async () => {
    using files = folder({ 'namespace.yaml': NAMESPACE, 'web.yaml': WORKLOAD });
    const workspaceEdit = { documentChanges: true, resourceOperations: ['rename' as const] };
    const capabilities = { ...PULLS, workspace: { ...PULLS.workspace, workspaceEdit } };
    await using client = await startClient({ folders: [files.path], capabilities });
    const uri = client.open(files.file('namespace.yaml'), NAMESPACE);
    await client.eventually(uri, (items) => items.some((d) => d.code === 'missing-default-deny-ingress'));
    assert.deepEqual(titles(await actions(client, uri)), []);
  });
});

suite('kinds', () => {
  for (const [only, fixes, fixAll] of [
    [undefined, true, false],
    [['quickfix'], true, false],
    [['source'], false, true],
    [['source.fixAll'], false, true],
    [[FIX_ALL], false, true],
    [['quickfix', 'source'], true, true],
    [[''], true, true],
    [['refactor'], false, false],
    [['source.organizeImports'], false, false],
    [['source.fixAll.other'], false, false],
    [[], false, false],
  ] as const)
    test(`only ${JSON.stringify(only)}`, async () => {
      await using client = await startClient();
      client.open(DOCUMENT, policy('web', SMALL_LETTERS));
      const context = only ? { only: [...only] } : {};
      const kinds = new Set((await actions(client, DOCUMENT, WHOLE, context)).map(({ kind }) => kind));
      assert.deepEqual([kinds.has('quickfix'), kinds.has(FIX_ALL)], [fixes, fixAll]);
    });
});

suite('fix all', () => {
  test('carries out what is safe and nothing else', async () => {
    await using client = await startClient();
    const text = `${policy('web', SMALL_LETTERS)}---\n${policy('api', SMALL_LETTERS)}`;
    client.open(DOCUMENT, text);
    const [fix, ...others] = await actions(client, DOCUMENT, OPEN_RULE, { only: [FIX_ALL] });
    assert.deepEqual(others, []);
    const expected = text.replaceAll('tcp', 'TCP').replaceAll('udp', 'UDP');
    assert.equal(applyEdit(fix?.edit, { [DOCUMENT]: text })[DOCUMENT], expected);
  });

  test('is not offered where nothing is safe', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, OPEN);
    assert.deepEqual(await actions(client, DOCUMENT, WHOLE, { only: [FIX_ALL] }), []);
  });

  test('of two fixes for the same text, one is carried out', async () => {
    await using client = await startClient({ program: PROBE });
    const text = `${policy('rename-me')}---\n${policy('rename-me-too')}`;
    client.open(DOCUMENT, text);
    const [fix] = await actions(client, DOCUMENT, WHOLE, { only: [FIX_ALL] });
    const expected = text.replaceAll(/(?<=\n {2}name: )rename.*/g, 'probe-rename-a');
    assert.equal(applyEdit(fix?.edit, { [DOCUMENT]: text })[DOCUMENT], expected);
  });

  test('is cancellable in a long file', async () => {
    await using client = await startClient();
    client.open(DOCUMENT, policyFile({ policies: 1000, seed: 3 }));
    const source = new CancellationTokenSource();
    const params = {
      textDocument: { uri: DOCUMENT },
      range: WHOLE,
      context: { diagnostics: [], only: [FIX_ALL] },
    };
    const asked = client.request('textDocument/codeAction', params, source.token);
    // Answered in the midst of the other, which therefore runs.
    await client.request('textDocument/hover', { textDocument: { uri: 'untitled:x' }, position: at(0, 0) });
    source.cancel();
    await assert.rejects(asked, { code: -32800 });
  });
});

suite('what needs a command of the client', () => {
  const COMMANDS = { commands: ['netpolGuard.openRule', 'netpolGuard.suppress'] };

  async function offered(text: string, options: object, rule: string): Promise<string[]> {
    await using client = await startClient({ initializationOptions: options });
    client.open(DOCUMENT, text);
    const found = await actions(client, DOCUMENT);
    return titles(found.filter((a) => a.command && a.diagnostics?.some((d) => d.code === rule)));
  }

  const IGNORE = 'Ignore allow-all-ingress here, with a reason …';
  const DOCUMENTATION = 'Open the documentation of allow-all-ingress';

  test('is not offered without', async () =>
    assert.deepEqual(await offered(OPEN, {}, 'allow-all-ingress'), []));

  test('is offered with', async () =>
    assert.deepEqual(await offered(OPEN, COMMANDS, 'allow-all-ingress'), [IGNORE, DOCUMENTATION]));

  test('names what to do it to', async () => {
    await using client = await startClient({ initializationOptions: COMMANDS });
    client.open(DOCUMENT, OPEN);
    const commands = (await actions(client, DOCUMENT)).flatMap((action) => action.command ?? []);
    assert.deepEqual(
      commands.map(({ command, arguments: args }) => [command, args]),
      [
        ['netpolGuard.suppress', [DOCUMENT, at(12, 6), 'allow-all-ingress']],
        ['netpolGuard.openRule', ['allow-all-ingress']],
      ],
    );
  });

  test('what the API server would refuse cannot be ignored', async () =>
    assert.deepEqual(await offered(policy('web', SMALL_LETTERS), COMMANDS, 'port-protocol'), [
      'Open the documentation of port-protocol',
      'Open the documentation of port-protocol',
    ]));

  test('nor can anything in a contractor’s namespace that the root config does not release', async () =>
    assert.deepEqual(
      await offered(policy('web', OPEN_INGRESS, 'vendor-shop'), COMMANDS, 'allow-all-ingress'),
      [DOCUMENTATION],
    ));
});

test('what corrects two findings at once is offered once, and first', async () => {
  using files = folder({
    'shop/namespace.yaml': namespace('shop', '  labels:\n    netpol-guard/contractor: acme\n'),
  });
  await using client = await startClient({ folders: [files.path] });
  await client.indexed();
  const found = await actions(client, uriIn(files, 'shop/namespace.yaml'));
  const both = 'Add a policy that denies ingress and egress by default, except DNS';
  assert.equal(found[0]?.title, both);
  assert.deepEqual(
    found[0].diagnostics?.map(({ code }) => code),
    ['missing-default-deny-egress', 'missing-default-deny-ingress'],
  );
  assert.equal(titles(found).filter((title) => title === both).length, 1);
});
