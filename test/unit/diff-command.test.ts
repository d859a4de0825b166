/** `diff`, from two states of the manifests to the report and the exit code. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { run } from '../support/command-line.ts';
import { folderWith } from '../support/folder.ts';
import { DB_POLICY, deployment, policy, SHOP } from '../support/shop.ts';

/** The database open to every pod of the shop, on a second rule. */
const WIDER = `${DB_POLICY}    - from: [{ namespaceSelector: { matchLabels: { team: acme } } }]\n      ports: [{ port: 5432 }]\n`;

const { '.git/': _, ...FILES } = SHOP;

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** Two folders: the shop as it is, and with these files in place of its own. */
function twoFolders(t: TestContext, changed: Readonly<Record<string, string>>): string {
  return folderWith(t, { '.git/': '', ...under('a', FILES), ...under('b', { ...FILES, ...changed }) });
}

const OPEN_BOT = policy('acme', 'bot', '  egress: [{}]\n');

suite('folders', () => {
  test('nothing is different', async (t) => {
    const cwd = twoFolders(t, {});
    const { code, stdout } = await run(['diff', 'a', 'b', '--fail-on', 'gained'], { cwd });
    assert.equal(code, 0);
    assert.equal(stdout, 'No connection gained or lost.\n');
  });

  test('gained: the new rules with their lines', async (t) => {
    const cwd = twoFolders(t, { 'db.yaml': WIDER, 'bot.yaml': OPEN_BOT });
    const { code, stdout } = await run(['diff', 'a', 'b'], { cwd });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `Gained
  acme/bot[Deployment] → shop/db[Deployment]  5432/TCP
    b/bot.yaml:9: egress rule 1 of NetworkPolicy acme/bot allows it
    b/db.yaml:13: ingress rule 2 of NetworkPolicy shop/db allows it
  acme/bot[Deployment] → shop/web[Deployment]  all
    b/bot.yaml:9: egress rule 1 of NetworkPolicy acme/bot allows it
  acme/bot[Deployment] → 0.0.0.0/1, 128.0.0.0/2, ::/0 and 22 more ranges  all
    b/bot.yaml:9: egress rule 1 of NetworkPolicy acme/bot allows it
  acme/bot[Deployment] → 203.0.113.0/24  1-442/TCP, 444-65535/TCP, UDP, SCTP
    b/bot.yaml:9: egress rule 1 of NetworkPolicy acme/bot allows it

4 connections gained.
`,
    );
    assert.equal((await run(['diff', 'a', 'b', '--fail-on', 'gained'], { cwd })).code, 1);
    assert.equal((await run(['diff', 'b', 'a', '--fail-on', 'gained'], { cwd })).code, 0);
  });

  test('lost: the rule that allowed it', async (t) => {
    const cwd = twoFolders(t, { 'db.yaml': WIDER, 'bot.yaml': OPEN_BOT });
    const { stdout } = await run(['diff', 'b', 'a'], { cwd });
    assert.match(
      stdout,
      /^Lost\n {2}acme\/bot\[Deployment\] → shop\/db\[Deployment\] {2}5432\/TCP\n {4}b\/bot\.yaml:9: egress rule 1 of NetworkPolicy acme\/bot is gone or no longer allows it\n/,
    );
  });

  test('a policy that is gone opens what it isolated', async (t) => {
    const cwd = twoFolders(t, { 'db.yaml': '' });
    const { stdout } = await run(['diff', 'a', 'b'], { cwd });
    assert.match(
      stdout,
      /\nNewly open\n {2}ingress of shop\/db\[Deployment\]\n {4}a\/db\.yaml:4: NetworkPolicy shop\/db no longer isolates its ingress\n {2}egress of/,
    );
    assert.match(
      stdout,
      /web\[Deployment\] {2}1-5431\/TCP|a\/db\.yaml:4: NetworkPolicy shop\/db no longer isolates/,
    );
  });

  test('a policy that is new isolates', async (t) => {
    const cwd = twoFolders(t, { 'web.yaml': policy('shop', 'web', '') });
    const { stdout } = await run(['diff', 'a', 'b'], { cwd });
    assert.match(
      stdout,
      /^Lost\n {2}shop\/web\[Deployment\] → shop\/db\[Deployment\] {2}5432\/TCP\n {4}b\/web\.yaml:4: NetworkPolicy shop\/web isolates its egress and does not allow it\n/,
    );
    assert.match(stdout, /\nNewly isolated\n {2}ingress of shop\/web\[Deployment\]\n/);
  });

  test('a new workload is told from a rule that is new', async (t) => {
    const cwd = twoFolders(t, { 'more.yaml': deployment('shop', 'cron') });
    const { stdout } = await run(['diff', 'a', 'b'], { cwd });
    assert.match(
      stdout,
      / {2}shop\/cron\[Deployment\] → shop\/web\[Deployment\] {2}all\n {4}shop\/cron\[Deployment\] is new\n/,
    );
  });

  test('what is not known is neither gained nor lost', async (t) => {
    const cwd = twoFolders(t, {
      'db.yaml': DB_POLICY.replace('app: web', 'app: "{{ web }}"'),
    });
    const { code, stdout } = await run(['diff', 'a', 'b', '--fail-on', 'gained'], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /^Perhaps gained\n {2}acme|^Perhaps /m);
    assert.match(stdout, /not known\.\n$/);
    assert.equal((await run(['diff', 'a', 'b', '--fail-on', 'maybe-gained'], { cwd })).code, 1);
  });

  test('json', async (t) => {
    const cwd = twoFolders(t, { 'bot.yaml': OPEN_BOT });
    const { gained, lost, summary, ...rest } = JSON.parse(
      (await run(['diff', 'a', 'b', '--format', 'json'], { cwd })).stdout,
    );
    assert.deepEqual([rest.version, rest.before, rest.after], [1, 'a', 'b']);
    assert.deepEqual(lost, []);
    assert.deepEqual(gained[0], {
      from: 'acme/bot[Deployment]',
      to: 'shop/web[Deployment]',
      ports: 'all',
      contractors: { from: null, to: null },
      because: [
        {
          text: 'egress rule 1 of NetworkPolicy acme/bot allows it',
          side: 'after',
          file: 'b/bot.yaml',
          range: { start: { line: 9, column: 12 }, end: { line: 9, column: 14 } },
        },
      ],
    });
    assert.equal(summary.gained, 3);
  });

  test('overlays are compared with those of the same place', async (t) => {
    const overlay = (namespace: string) => `resources: [../base]\nnamespace: ${namespace}\n`;
    const files = {
      'base/kustomization.yaml': 'resources: [all.yaml]\n',
      'base/all.yaml': `${deployment('shop', 'web')}---\n${deployment('shop', 'db')}---\n${DB_POLICY}`,
      'dev/kustomization.yaml': overlay('dev'),
      'prod/kustomization.yaml': overlay('prod'),
    };
    const cwd = folderWith(t, {
      '.git/': '',
      ...under('a', files),
      ...under('b', { ...files, 'prod/kustomization.yaml': 'resources: [../base]\nnamespace: production\n' }),
    });
    const { stdout } = await run(['diff', 'a', 'b'], { cwd });
    assert.match(stdout, /^In prod\n/);
    assert.doesNotMatch(stdout, /In dev/);
    const { stdout: two } = await run(['diff', 'a/dev', 'a/prod'], { cwd });
    assert.match(two, /prod\/web\[Deployment\] is new/);
  });
});

suite('markdown', () => {
  test('what a reviewer sees', async (t) => {
    const cwd = twoFolders(t, { 'db.yaml': WIDER, 'bot.yaml': OPEN_BOT });
    const { stdout } = await run(['diff', 'a', 'b', '--format', 'markdown'], { cwd });
    assert.equal(
      stdout.split('\n').slice(0, 9).join('\n'),
      `### ⚠️ NetworkPolicy: 4 connections gained

Compared: \`a\` → \`b\`

**Gained: allowed now, and was not (4)**

| from | to | ports | because |
| --- | --- | --- | --- |
| \`acme/bot[Deployment]\` | \`shop/db[Deployment]\` | 5432/TCP | egress rule 1 of acme/bot (\`b/bot.yaml:9\`)<br>ingress rule 2 of shop/db (\`b/db.yaml:13\`) |`,
    );
  });

  test('what is a contractor’s stands first, and says so', async (t) => {
    const config = 'contractors: [{ name: acme, namespaces: [acme] }]\n';
    const open = deployment('shop', 'cache');
    const cwd = folderWith(t, {
      '.git/': '',
      ...under('a', {
        ...FILES,
        '.netpol-guard.yaml': config,
        'cache.yaml': open,
        'cache-policy.yaml': policy('shop', 'cache', ''),
      }),
      ...under('b', { ...FILES, '.netpol-guard.yaml': config, 'cache.yaml': open, 'bot.yaml': OPEN_BOT }),
    });
    const { stdout } = await run(['diff', 'a', 'b', '--format', 'markdown'], { cwd });
    const rows = stdout.split('\n').filter((line) => line.startsWith('| `'));
    assert.match(rows[0] ?? '', /^\| `acme\/bot\[Deployment\]` \*\*\(contractor acme\)\*\* \| `shop\/cache/);
    const isTheirs = rows.slice(0, 6).map((row) => row.includes('contractor acme'));
    assert.deepEqual(
      isTheirs,
      [...isTheirs].sort((a, b) => Number(b) - Number(a)),
    );
    assert.ok(isTheirs.includes(false));
    const { gained } = JSON.parse((await run(['diff', 'a', 'b', '--format', 'json'], { cwd })).stdout);
    assert.ok(
      gained.some(({ contractors }: { contractors: { from: string } }) => contractors.from === 'acme'),
    );
  });

  test('nothing is one line', async (t) => {
    const cwd = twoFolders(t, {});
    const { stdout } = await run(['diff', 'a', 'b', '--format', 'markdown'], { cwd });
    assert.equal(stdout, '### NetworkPolicy: No connection gained or lost\n\nCompared: `a` → `b`\n');
  });

  test('a long list is folded, and so is what new workloads bring', async (t) => {
    const many = Array.from({ length: 12 }, (_, i) => deployment('shop', `worker-${i}`)).join('---\n');
    const cwd = folderWith(t, {
      '.git/': '',
      ...under('a', { ...FILES, 'many.yaml': many }),
      ...under('b', {
        ...FILES,
        'many.yaml': many,
        'bot.yaml': OPEN_BOT,
        'new.yaml': deployment('shop', 'new'),
      }),
    });
    const { stdout } = await run(['diff', 'a', 'b', '--format', 'markdown'], { cwd });
    assert.match(stdout, /<details><summary>9 more<\/summary>\n\n\| from \|/);
    assert.match(
      stdout,
      /<details><summary>Gained with 1 new workload: <code>shop\/new\[Deployment\]<\/code> \(\d+\)<\/summary>/,
    );
    assert.equal(stdout.match(/<details>/g)?.length, stdout.match(/<\/details>/g)?.length);
  });

  test('a name cannot write into the comment', async (t) => {
    const cwd = twoFolders(t, {
      'bot.yaml': OPEN_BOT.replace('name: bot', 'name: "bot|<img src=x>*"'),
    });
    const { stdout } = await run(['diff', 'a', 'b', '--format', 'markdown'], { cwd });
    assert.doesNotMatch(stdout, /[^\\`]<img/);
    assert.match(stdout, /acme\/bot\\\|\\<img src=x\\>\\\*/);
  });
});

/** A repository whose main branch has the shop, with these files changed in the work tree. */
function repository(t: TestContext, changed: Readonly<Record<string, string>>): string {
  const root = folderWith(t, under('manifests', FILES));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'shop');
  for (const [name, text] of Object.entries(changed)) writeFileSync(join(root, 'manifests', name), text);
  return root;
}

suite('git', () => {
  test('a revision against the work tree, which is not touched', async (t) => {
    const cwd = repository(t, { 'bot.yaml': OPEN_BOT });
    const index = readFileSync(join(cwd, '.git/index'));
    const { code, stdout } = await run(['diff', 'git:main', 'manifests', '--fail-on', 'gained'], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, / {4}manifests\/bot\.yaml:9: egress rule 1 of NetworkPolicy acme\/bot allows it\n/);
    const back = await run(['diff', 'manifests', 'git:main'], { cwd });
    assert.match(
      back.stdout,
      / {4}manifests\/bot\.yaml:9: egress rule 1 of NetworkPolicy acme\/bot is gone or no longer/,
    );
    assert.equal(readFileSync(join(cwd, 'manifests/bot.yaml'), 'utf8'), OPEN_BOT);
    assert.ok(readFileSync(join(cwd, '.git/index')).equals(index));
  });

  test('the lines of a revision are named with it', async (t) => {
    const cwd = repository(t, { 'db.yaml': '' });
    const { stdout } = await run(['diff', 'git:HEAD', '.'], { cwd: join(cwd, 'manifests') });
    assert.match(stdout, / {4}HEAD:db\.yaml:4: NetworkPolicy shop\/db no longer isolates its ingress\n/);
  });

  test('the config and its ignores are those of the revision', async (t) => {
    const root = folderWith(t, {
      ...under('manifests', FILES),
      'manifests/.netpol-guard.yaml': 'ignore: [vendor]\n',
      'manifests/vendor/more.yaml': deployment('shop', 'vendored'),
    });
    const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'shop');
    const { stdout } = await run(['diff', 'git:main', 'manifests'], { cwd: root });
    assert.equal(stdout, 'No connection gained or lost.\n');
    const { stdout: both } = await run(['diff', 'git:main:manifests', 'git:HEAD:manifests'], { cwd: root });
    assert.equal(both, 'No connection gained or lost.\n');
  });

  test('a revision that is not there', async (t) => {
    const cwd = repository(t, {});
    const { code, stderr } = await run(['diff', 'git:no-such', '.'], { cwd });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^netpol-guard: There is no revision "no-such" in this repository\. .*git fetch origin no-such/,
    );
  });

  test('a revision that looks like an option', async (t) => {
    const cwd = repository(t, {});
    const { code, stderr } = await run(['diff', 'git:--help', '.'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /There is no revision "--help"/);
  });

  test('no repository', async (t) => {
    const cwd = folderWith(t, FILES);
    const { code, stderr } = await run(['diff', 'git:main', '.'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /is not in a git repository/);
  });

  test('no git', async (t) => {
    const cwd = repository(t, {});
    const { PATH } = process.env;
    t.after(() => {
      process.env.PATH = PATH;
    });
    process.env.PATH = join(cwd, 'nothing');
    const { code, stderr } = await run(['diff', 'git:main', '.'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /needs git, which is not installed or not on the PATH/);
  });
});

test('both sides have to be named', async (t) => {
  const { code, stderr } = await run(['diff', 'a'], { cwd: folderWith(t, FILES) });
  assert.equal(code, 2);
  assert.match(stderr, /Say what to compare: netpol-guard diff git:main \./);
});
