// Policy tests for clients that show them: which there are, what becomes of them, and when the client is to ask again.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PolicyTestResult } from '../../server/src/lsp/protocol.ts';
import { DB_POLICY, SHOP } from '../support/shop.ts';
import { type Client, startClient } from './client.ts';
import { SHOWS } from './shop.ts';
import { type Folder, folder, uriIn } from './workspace.ts';

const { '.git/': _, ...FILES } = SHOP;
const TESTS = `tests:
  - name: Web reaches the database
    assertions:
      - { from: shop/web, to: shop/db, ports: [5432/TCP], expect: allow }
  - name: Nobody reaches the database
    assertions:
      - { from: any, to: shop/db, expect: deny }
`;
const NAME = 'shop.netpol-test.yaml';

async function open(
  files: Readonly<Record<string, string>>,
  initializationOptions: object = { policyTests: true },
): Promise<{ client: Client; files: Folder } & AsyncDisposable> {
  const there = folder(files);
  const client = await startClient({ capabilities: SHOWS, folders: [there.path], initializationOptions });
  await client.indexed();
  return {
    client,
    files: there,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      there[Symbol.dispose]();
    },
  };
}

function run(client: Client, uri: string): Promise<PolicyTestResult[]> {
  return client.request('netpolGuard/runPolicyTests', { uris: [uri] });
}

const statuses = (results: readonly PolicyTestResult[]) =>
  results.map(({ id, status }) => `${status}: ${id}`);

test('the tests of the workspace, with where they are named', async () => {
  await using there = await open({ ...FILES, [NAME]: TESTS, 'broken.netpol-test.yaml': 'tests: 3\n' });
  const found = await there.client.request('netpolGuard/policyTests');
  assert.deepEqual(found, [
    {
      uri: uriIn(there.files, 'broken.netpol-test.yaml'),
      tests: [],
      problem: 'tests must be a list. Write ["3"].',
    },
    {
      uri: uriIn(there.files, NAME),
      tests: [
        {
          id: 'Web reaches the database',
          name: 'Web reaches the database',
          range: { start: { line: 1, character: 10 }, end: { line: 1, character: 34 } },
        },
        {
          id: 'Nobody reaches the database',
          name: 'Nobody reaches the database',
          range: { start: { line: 4, character: 10 }, end: { line: 4, character: 37 } },
        },
      ],
      problem: null,
    },
  ]);
});

test('two tests of one name are told apart', async () => {
  const twice = TESTS.replace('Nobody reaches the database', 'Web reaches the database');
  await using there = await open({ ...FILES, [NAME]: twice });
  const results = await run(there.client, uriIn(there.files, NAME));
  assert.deepEqual(statuses(results), [
    'passed: Web reaches the database',
    'failed: Web reaches the database #2',
  ]);
});

test('a failure is at its assertion, and leads to the responsible rule', async () => {
  await using there = await open({ ...FILES, [NAME]: TESTS });
  const [passed, failed] = await run(there.client, uriIn(there.files, NAME));
  assert.equal(passed?.status, 'passed');
  assert.deepEqual(failed?.failures, [
    {
      message:
        'Expected denied, but shop/web[Deployment] → shop/db[Deployment] on 5432/TCP is allowed.\nNo policy isolates the egress of shop/web[Deployment].',
      range: { start: { line: 6, character: 42 }, end: { line: 6, character: 46 } },
      responsible: [
        {
          text: 'ingress rule 1, peer 1, of NetworkPolicy shop/db allows it',
          location: {
            uri: uriIn(there.files, 'db.yaml'),
            range: { start: { line: 10, character: 10 }, end: { line: 10, character: 52 } },
          },
        },
      ],
    },
  ]);
});

test('unsaved text wins, and the client is told that tests may fare otherwise', async () => {
  await using there = await open({ ...FILES, [NAME]: TESTS });
  const { client } = there;
  const uri = uriIn(there.files, NAME);
  assert.deepEqual(statuses(await run(client, uri)), [
    'passed: Web reaches the database',
    'failed: Nobody reaches the database',
  ]);
  const from = client.events.length;
  const policy = client.open(uriIn(there.files, 'db.yaml'), DB_POLICY);
  client.change(policy, DB_POLICY.replace('app: web', 'app: cron'));
  await client.event(({ method }) => method === 'netpolGuard/policyTestsChanged', from);
  assert.deepEqual(statuses(await run(client, uri)), [
    'failed: Web reaches the database',
    'passed: Nobody reaches the database',
  ]);
});

test('a client that does not show them is told nothing', async () => {
  await using there = await open({ ...FILES, [NAME]: TESTS }, {});
  const { client } = there;
  const from = client.events.length;
  client.close(client.open(uriIn(there.files, 'db.yaml'), ''));
  // Clients are asked to take lenses anew after a longer quiet than that before the notice.
  await client.event(({ method }) => method === 'workspace/codeLens/refresh', from);
  assert.ok(!client.events.some(({ method }) => method === 'netpolGuard/policyTestsChanged'));
});

test('a file that is gone has no result', async () => {
  await using there = await open(FILES);
  assert.deepEqual(await run(there.client, uriIn(there.files, NAME)), []);
});

suite('mistakes in the file', () => {
  test('are underlined while it is typed in', async () => {
    await using there = await open({ ...FILES, [NAME]: TESTS });
    const uri = there.client.open(uriIn(there.files, NAME), TESTS.replace('expect: deny', 'expect: denied'));
    const items = await there.client.diagnostics(uri);
    assert.deepEqual(
      items.map(({ code, message, range }) => [code, message, range.start]),
      [
        [
          'policy-test',
          'tests[1].assertions[0].expect must be one of allow, deny.',
          { line: 6, character: 42 },
        ],
      ],
    );
  });

  test('a kustomization that is not there', async () => {
    await using there = await open({ ...FILES, [NAME]: `world: prod\n${TESTS}` });
    const [first] = await run(there.client, uriIn(there.files, NAME));
    assert.equal(first?.status, 'error');
    assert.match(first?.failures[0]?.message ?? '', /^There is no kustomization in prod/);
  });
});
