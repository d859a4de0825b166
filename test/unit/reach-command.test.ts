/** `reach` and `explain`, from manifests to output and exit code. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { run } from '../support/command-line.ts';
import { folderWith } from '../support/folder.ts';
import { deployment, SHOP } from '../support/shop.ts';

suite('reach', () => {
  test('text: a table, and what was counted', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { code, stdout } = await run(['reach'], { cwd });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `FROM                  TO                    PORTS
acme/bot[Deployment]  203.0.113.0/24        443/TCP
shop/web[Deployment]  shop/db[Deployment]   5432/TCP
shop/web[Deployment]  any address outside   all
any address outside   shop/web[Deployment]  all

4 connections allowed.
`,
    );
  });

  test('json: the contract', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { stdout } = await run(['reach', '--format', 'json'], { cwd });
    assert.deepEqual(JSON.parse(stdout), {
      version: 1,
      connections: [
        {
          from: 'acme/bot[Deployment]',
          to: '203.0.113.0/24',
          ports: [{ protocol: 'TCP', from: 443, to: 443 }],
        },
        {
          from: 'shop/web[Deployment]',
          to: 'shop/db[Deployment]',
          ports: [{ protocol: 'TCP', from: 5432, to: 5432 }],
        },
        { from: 'shop/web[Deployment]', to: '0.0.0.0/0,::/0', ports: 'all' },
        { from: '0.0.0.0/0,::/0', to: 'shop/web[Deployment]', ports: 'all' },
      ],
      unknown: [],
      notes: [],
    });
  });

  test('csv', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { stdout } = await run(['reach', '--format', 'csv'], { cwd });
    assert.equal(
      stdout,
      [
        'world,from,to,ports,verdict,reason',
        ',acme/bot[Deployment],203.0.113.0/24,443/TCP,allowed,',
        ',shop/web[Deployment],shop/db[Deployment],5432/TCP,allowed,',
        ',shop/web[Deployment],"0.0.0.0/0,::/0",all,allowed,',
        ',"0.0.0.0/0,::/0",shop/web[Deployment],all,allowed,',
        '',
      ].join('\r\n'),
    );
  });

  test('dot: workloads by their namespaces', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { stdout } = await run(['reach', '--format', 'dot'], { cwd });
    assert.match(stdout, /^digraph reach \{\n/);
    assert.match(stdout, /subgraph "cluster shop" \{\n {4}label="shop";\n/);
    assert.match(stdout, /"shop\/db\[Deployment\]" \[label="db\[Deployment\]"\];/);
    assert.match(stdout, /"shop\/web\[Deployment\]" -> "shop\/db\[Deployment\]" \[label="5432\/TCP"\];/);
  });

  test('what is not known is listed apart, with the reason', async (t) => {
    const cwd = folderWith(t, {
      ...SHOP,
      'workloads.yaml': [deployment('shop', 'web', '{ app: "{{ name }}" }'), deployment('shop', 'db')].join(
        '---\n',
      ),
    });
    const { unknown } = JSON.parse((await run(['reach', '--format', 'json'], { cwd })).stdout);
    assert.deepEqual(unknown[0], {
      from: 'shop/web[Deployment]',
      to: 'shop/db[Deployment]',
      ports: [{ protocol: 'TCP', from: 5432, to: 5432 }],
      reason: unknown[0].reason,
    });
    assert.match(unknown[0].reason, /^The labels of the pods of shop\/web\[Deployment\] are not known\./);
    const { stdout } = await run(['reach'], { cwd });
    assert.match(
      stdout,
      /\nNot known whether allowed:\nshop\/web\[Deployment\] → shop\/db\[Deployment\] {2}5432\/TCP\n {2}The labels/,
    );
  });

  test('PATH decides what is listed, and the workspace around it what is allowed', async (t) => {
    const { 'workloads.yaml': _, ...rest } = SHOP;
    const cwd = folderWith(t, {
      ...rest,
      'shop/workloads.yaml': [deployment('shop', 'web'), deployment('shop', 'db')].join('---\n'),
      'acme/workloads.yaml': deployment('acme', 'bot'),
    });
    const { stdout } = await run(['reach', 'acme'], { cwd });
    assert.match(
      stdout,
      /^acme\/bot\[Deployment\] {2}203\.0\.113\.0\/24 {2}443\/TCP\n\n1 connection allowed\.$/m,
    );
  });

  test('each overlay is a world of its own, and can be named', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': deployment('shop', 'web'),
      'overlays/dev/kustomization.yaml': 'resources: [../../base]\nnamespace: dev\n',
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\nnamespace: prod\n',
    });
    const all = JSON.parse((await run(['reach', '--format', 'json'], { cwd })).stdout);
    assert.deepEqual(
      all.connections.map(({ world, from }: { world: string; from: string }) => `${world} ${from}`),
      [
        'overlays/dev dev/web[Deployment]',
        'overlays/dev 0.0.0.0/0,::/0',
        'overlays/prod prod/web[Deployment]',
        'overlays/prod 0.0.0.0/0,::/0',
      ],
    );
    for (const args of [['overlays/prod'], ['--world', 'overlays/prod']]) {
      const one = JSON.parse((await run(['reach', '--format', 'json', ...args], { cwd })).stdout);
      assert.deepEqual(
        one.connections.map(({ world, from }: { world?: string; from: string }) => [world, from]),
        [
          [undefined, 'prod/web[Deployment]'],
          [undefined, '0.0.0.0/0,::/0'],
        ],
      );
    }
    const { code, stderr } = await run(['reach', '--world', 'overlays/test'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /There is no world "overlays\/test"\. There is "overlays\/dev", "overlays\/prod"\./);
  });

  test('a chart is not guessed at, and its rendered text is taken from standard input', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      'shop/Chart.yaml': 'name: shop\n',
      'shop/templates/web.yaml': deployment('shop', 'web', '{ app: "{{ .Release.Name }}" }'),
    });
    const { code, stderr } = await run(['reach'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /^skipped: shop is a chart.*helm template shop \| netpol-guard reach -$/m);
    const rendered = await run(['reach', '-'], { cwd, stdin: deployment('shop', 'web') });
    assert.match(rendered.stdout, /^2 connections allowed\.$/m);
  });

  test('nothing to list is the caller’s to change', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': 'a: 1\n' });
    const { code, stderr } = await run(['reach'], { cwd });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      'netpol-guard: no workload and no NetworkPolicy in the current folder. Name the folder that holds the manifests.\n',
    );
  });

  test('a config with a mistake is not guessed at', async (t) => {
    const cwd = folderWith(t, { ...SHOP, '.netpol-guard.yaml': 'rule: {}\n' });
    const { code, stderr } = await run(['reach'], { cwd });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      '.netpol-guard.yaml:1:1: There is no key "rule" in a config. Did you mean "rules"?\n',
    );
  });
});

suite('explain', () => {
  test('allowed: the rules of both ends with their lines', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { code, stdout } = await run(['explain', 'shop/web', 'shop/db[Deployment]', '5432'], { cwd });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `shop/web[Deployment] → shop/db[Deployment] on 5432/TCP: allowed
  Egress of shop/web[Deployment]: allowed
    no policy isolates the egress of shop/web[Deployment]
  Ingress of shop/db[Deployment]: allowed
    db.yaml:11:11: ingress rule 1, peer 1, of NetworkPolicy shop/db allows it
`,
    );
  });

  test('denied: the policies that isolate', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { code, stdout } = await run(['explain', 'acme/bot', 'shop/db', '5432/TCP'], { cwd });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `acme/bot[Deployment] → shop/db[Deployment] on 5432/TCP: denied
  Egress of acme/bot[Deployment]: denied
    bot.yaml:4:9: NetworkPolicy acme/bot isolates its egress
    none of its rules allows it
  Ingress of shop/db[Deployment]: denied
    db.yaml:4:9: NetworkPolicy shop/db isolates its ingress
    none of its rules allows it
`,
    );
  });

  test('an address outside', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { stdout } = await run(['explain', 'acme/bot', '203.0.113.7', '443/tcp'], { cwd });
    assert.match(stdout, /^acme\/bot\[Deployment\] → 203\.0\.113\.7\/32 on 443\/TCP: allowed$/m);
    const denied = await run(['explain', 'acme/bot', '198.51.100.7', '443/tcp'], { cwd });
    assert.match(denied.stdout, /^acme\/bot\[Deployment\] → 198\.51\.100\.7\/32 on 443\/TCP: denied$/m);
  });

  test('a range that fares in two ways has two answers', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { stdout } = await run(['explain', 'acme/bot', '203.0.112.0/23', '443'], { cwd });
    assert.match(stdout, /→ 203\.0\.112\.0\/24 on 443\/TCP: denied\n/);
    assert.match(stdout, /→ 203\.0\.113\.0\/24 on 443\/TCP: allowed\n/);
  });

  test('json', async (t) => {
    const cwd = folderWith(t, SHOP);
    const { stdout } = await run(['explain', '--format', 'json', 'shop/web', 'shop/db', '5432'], { cwd });
    const { verdict, port, answers } = JSON.parse(stdout);
    assert.equal(verdict, 'allowed');
    assert.deepEqual(port, { protocol: 'TCP', port: 5432 });
    assert.deepEqual(answers[0].sides[1].because, [
      {
        text: 'ingress rule 1, peer 1, of NetworkPolicy shop/db allows it',
        file: 'db.yaml',
        range: { start: { line: 11, column: 11 }, end: { line: 11, column: 53 } },
      },
    ]);
  });

  const refused: readonly (readonly [args: string[], message: RegExp])[] = [
    [['shop/web', 'shop/db'], /Say from where, to where and on which port/],
    [
      ['web', 'shop/db', '80'],
      /"web" is no end of a connection\. It takes a workload as namespace\/name\[Kind\]/,
    ],
    [['shop/web', 'shop/db', 'http'], /"http" is no port\. Write a number from 1 to 65535/],
    [
      ['shop/wbe', 'shop/db', '80'],
      /there is no workload shop\/wbe in the workspace\. Did you mean "shop\/web\[Deployment\]"\?/,
    ],
    [['shop/web', 'shop/web', '80'], /no policy is about this connection/],
  ];
  for (const [args, message] of refused)
    test(`${args.join(' ')} is refused`, async (t) => {
      const { code, stderr } = await run(['explain', ...args], { cwd: folderWith(t, SHOP) });
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
});
