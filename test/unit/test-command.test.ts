/** `test`, from policy tests to the report and the exit code. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { run } from '../support/command-line.ts';
import { folderWith } from '../support/folder.ts';
import { DB_POLICY, deployment, policy, SHOP } from '../support/shop.ts';

const TEST = 'shop.netpol-test.yaml';

type Written = readonly [from: string, to: string, ports: string | null, expect: string];

/** A file with one test. */
function tests(...assertions: readonly Written[]) {
  const lines = assertions.map(
    ([from, to, ports, expect]) =>
      `      - from: ${from}\n        to: ${to}\n${ports ? `        ports: [${ports}]\n` : ''}        expect: ${expect}\n`,
  );
  return `tests:\n  - name: the shop\n    assertions:\n${lines.join('')}`;
}

async function outcome(t: TestContext, text: string, files: Readonly<Record<string, string>> = SHOP) {
  const cwd = folderWith(t, { ...files, [TEST]: text });
  const { code, stdout, stderr } = await run(['test', '--format', 'json'], { cwd });
  if (code === 2) return { code, stderr, status: null, failures: [] };
  const [first] = JSON.parse(stdout).tests;
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of a report
  const failures = first.assertions.flatMap((a: any) => a.failures);
  return { code, stderr, status: first.status as string, failures };
}

suite('assertions', () => {
  const passing: readonly (readonly [string, Written])[] = [
    ['an allowed port', ['shop/web[Deployment]', 'shop/db', '5432/TCP', 'allow']],
    ['another port is denied', ['shop/web', 'shop/db', '5433/TCP, UDP', 'deny']],
    ['no connection at all', ['acme/bot', 'shop/db', null, 'deny']],
    ['everything', ['"0.0.0.0/0"', 'shop/web', null, 'allow']],
    ['an address', ['acme/bot', '203.0.113.9', '443/TCP', 'allow']],
    ['an address that is denied', ['acme/bot', '198.51.100.9', null, 'deny']],
    [
      'pods by labels',
      [
        '{ namespace: acme, podSelector: { app: bot } }',
        '{ namespaceSelector: { team: shop } }',
        null,
        'deny',
      ],
    ],
    ['any', ['any', 'shop/db', '22/TCP', 'deny']],
  ];
  for (const [title, assertion] of passing)
    test(`${title} holds`, async (t) => {
      const { code, status } = await outcome(t, tests(assertion));
      assert.deepEqual([code, status], [0, 'passed']);
    });

  test('one that does not hold says what is, and which rule is responsible', async (t) => {
    const { code, status, failures } = await outcome(t, tests(['any', 'shop/db', null, 'deny']));
    assert.deepEqual([code, status], [1, 'failed']);
    assert.equal(
      failures[0].message,
      'Expected denied, but shop/web[Deployment] → shop/db[Deployment] on 5432/TCP is allowed.',
    );
    assert.deepEqual(
      failures[0].responsible.map(
        ({ text, file, range }: never) =>
          `${file}:${(range as { start: { line: number } } | null)?.start.line} ${text}`,
      ),
      [
        'null:undefined no policy isolates the egress of shop/web[Deployment]',
        'db.yaml:11 ingress rule 1, peer 1, of NetworkPolicy shop/db allows it',
      ],
    );
  });

  test('one that is denied names the policies that isolate', async (t) => {
    const { failures } = await outcome(t, tests(['acme/bot', 'shop/web', '80/TCP', 'allow']));
    assert.equal(
      failures[0].message,
      'Expected allowed, but acme/bot[Deployment] → shop/web[Deployment] on 80/TCP is denied.',
    );
    assert.equal(failures[0].responsible[0].text, 'NetworkPolicy acme/bot isolates its egress');
  });

  test('the same goes for others', async (t) => {
    const { failures } = await outcome(
      t,
      tests(['{ namespace: acme }', '{ namespace: shop }', null, 'allow']),
    );
    assert.match(failures[0].message, /The same goes for 1 more connection\.$/);
  });

  test('what is not known does not pass', async (t) => {
    const { code, status, failures } = await outcome(t, tests(['acme/bot', 'shop/db', '5432/TCP', 'deny']), {
      ...SHOP,
      'bot.yaml': '',
      'db.yaml': DB_POLICY.replace('app: web', 'app: "{{ web }}"'),
    });
    assert.deepEqual([code, status], [1, 'unknown']);
    assert.match(
      failures[0].message,
      /^It is not known whether acme\/bot.* is allowed, so this cannot pass\.$/,
    );
    assert.deepEqual(failures[0].notes, ['Whether rule 1 of NetworkPolicy shop/db matches is not known.']);
  });

  const nothing: readonly (readonly [string, Written, RegExp])[] = [
    [
      'a workload',
      ['shop/wbe', 'shop/db', null, 'deny'],
      /^from means no pods: there is no workload shop\/wbe\./,
    ],
    [
      'labels',
      ['shop/web', '{ namespace: shop, podSelector: { app: dbb } }', null, 'deny'],
      /^to means no pods: there is no workload with app: dbb in the namespace shop\./,
    ],
    [
      'itself',
      ['shop/web', '{ namespace: shop, podSelector: { app: web } }', null, 'deny'],
      /^There is nothing to judge/,
    ],
    ['addresses alone', ['192.0.2.1', '192.0.2.2', null, 'deny'], /^There is nothing to judge/],
  ];
  for (const [title, assertion, message] of nothing)
    test(`${title} that is not there is an error of the test`, async (t) => {
      const { code, status, failures } = await outcome(t, tests(assertion));
      assert.deepEqual([code, status], [1, 'error']);
      assert.match(failures[0].message, message);
    });
});

suite('worlds', () => {
  const FILES = {
    '.git/': '',
    'base/kustomization.yaml': 'resources: [all.yaml]\n',
    'base/all.yaml': `${deployment('shop', 'web')}---\n${deployment('shop', 'db')}---\n${DB_POLICY}`,
    'dev/kustomization.yaml': 'resources: [../base, open.yaml]\n',
    'dev/open.yaml': policy('shop', 'db', '  ingress: [{}]\n').replace('name: db', 'name: open'),
    'prod/kustomization.yaml': 'resources: [../base]\n',
  };
  const ASSERTION = tests(['shop/web', 'shop/db', '22/TCP', 'deny']);

  test('an assertion has to hold in every overlay that has its ends', async (t) => {
    const { failures } = await outcome(t, ASSERTION, FILES);
    assert.equal(failures.length, 1);
    assert.match(failures[0].message, /^Expected denied in dev, but /);
  });

  test('a file may name the overlay it is about', async (t) => {
    assert.equal((await outcome(t, `world: prod\n${ASSERTION}`, FILES)).status, 'passed');
    assert.equal((await outcome(t, `world: ./dev/\n${ASSERTION}`, FILES)).status, 'failed');
    const { code, stderr } = await outcome(t, `world: test\n${ASSERTION}`, FILES);
    assert.equal(code, 2);
    assert.match(stderr, /^shop\.netpol-test\.yaml:1:8: There is no kustomization in test /);
  });
});

suite('formats', () => {
  const TEXT = `tests:
  - name: The database is the shop's
    assertions:
      - { from: shop/web, to: shop/db, ports: [5432/TCP], expect: allow }
  - name: Nobody reaches <the database>
    assertions:
      - { from: any, to: shop/db, expect: deny }
`;

  test('text', async (t) => {
    const cwd = folderWith(t, { ...SHOP, 'tests/db.netpol-test.yaml': TEXT });
    const { code, stdout } = await run(['test', 'tests'], { cwd });
    assert.equal(code, 1);
    assert.equal(
      stdout,
      `tests/db.netpol-test.yaml
  ✓ The database is the shop's
  ✗ Nobody reaches <the database>
      tests/db.netpol-test.yaml:7:43: Expected denied, but shop/web[Deployment] → shop/db[Deployment] on 5432/TCP is allowed.
        no policy isolates the egress of shop/web[Deployment]
        db.yaml:11:11: ingress rule 1, peer 1, of NetworkPolicy shop/db allows it

2 tests: 1 passed, 1 failed.
`,
    );
  });

  test('junit', async (t) => {
    const cwd = folderWith(t, { ...SHOP, 'tests/db.netpol-test.yaml': TEXT });
    const { stdout } = await run(['test', 'tests', '--format', 'junit'], { cwd });
    assert.equal(
      stdout,
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="netpol-guard" tests="2" failures="1" errors="0">
  <testsuite name="tests/db.netpol-test.yaml" tests="2" failures="1" errors="0">
    <testcase name="The database is the shop's" classname="tests/db.netpol-test.yaml" file="tests/db.netpol-test.yaml" line="2"/>
    <testcase name="Nobody reaches &lt;the database&gt;" classname="tests/db.netpol-test.yaml" file="tests/db.netpol-test.yaml" line="5">
      <failure type="failed" message="Expected denied, but shop/web[Deployment] → shop/db[Deployment] on 5432/TCP is allowed.">tests/db.netpol-test.yaml:7:43: Expected denied, but shop/web[Deployment] → shop/db[Deployment] on 5432/TCP is allowed.&#10;  no policy isolates the egress of shop/web[Deployment]&#10;  db.yaml:11:11: ingress rule 1, peer 1, of NetworkPolicy shop/db allows it</failure>
    </testcase>
  </testsuite>
</testsuites>
`,
    );
  });
});

test('a mistake in a file of tests is named with its place, and nothing is run', async (t) => {
  const cwd = folderWith(t, { ...SHOP, [TEST]: tests(['any', 'shop/db', null, 'forbid']) });
  const { code, stdout, stderr } = await run(['test'], { cwd });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.equal(stderr, `${TEST}:6:17: tests[0].assertions[0].expect must be one of allow, deny.\n`);
});

test('no test is the caller’s to change', async (t) => {
  const { code, stderr } = await run(['test'], { cwd: folderWith(t, SHOP) });
  assert.equal(code, 2);
  assert.equal(
    stderr,
    'netpol-guard: no policy test in the current folder. Their files are named *.netpol-test.yaml.\n',
  );
});

test('nothing to test', async (t) => {
  const cwd = folderWith(t, { '.git/': '', [TEST]: tests(['any', 'shop/db', null, 'deny']) });
  const { code, stderr } = await run(['test'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /There is no workload and no NetworkPolicy in the workspace around these tests/);
});

test('check has nothing to say of a file of policy tests', async (t) => {
  const cwd = folderWith(t, { ...SHOP, [TEST]: tests(['any', 'shop/db', null, 'deny']) });
  const { stdout } = await run(['check', '--format', 'json'], { cwd });
  const files = JSON.parse(stdout).findings.map(({ file }: { file: string }) => file);
  assert.equal(files.includes(TEST), false);
});

suite('the examples', () => {
  const examples = resolve(import.meta.dirname, '../../examples');

  test('pass in the workspace that is right, and none does in the other', async () => {
    assert.equal((await run(['test', 'contractor-acme-fixed'], { cwd: examples })).code, 0);
    const { code, stdout } = await run(['test', 'contractor-acme', '--format', 'json'], { cwd: examples });
    assert.equal(code, 1);
    assert.deepEqual(
      JSON.parse(stdout).tests.map(({ status }: { status: string }) => status),
      ['unknown', 'unknown', 'failed', 'failed', 'failed'],
    );
  });

  test('fail when a policy is broken, with its line', async (t) => {
    const cwd = folderWith(t, { '.git/': '' });
    cpSync(join(examples, 'contractor-acme-fixed'), cwd, { recursive: true });
    const file = join(cwd, 'acme-portal/netpol-portal-api-egress.yaml');
    const text = readFileSync(file, 'utf8');
    const broken = text.replace('cidr: 203.0.113.0/25', 'cidr: 0.0.0.0/0');
    assert.notEqual(broken, text);
    writeFileSync(file, broken);
    const line = broken.slice(0, broken.indexOf('- ipBlock')).split('\n').length;
    const { code, stdout } = await run(['test'], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, / {2}✗ ACME's workloads do not reach the internet at large\n/);
    assert.ok(
      stdout.includes(
        `acme-portal/netpol-portal-api-egress.yaml:${line}:11: egress rule 3, peer 1, of NetworkPolicy acme-portal/portal-api-egress allows it`,
      ),
      stdout,
    );
  });
});
