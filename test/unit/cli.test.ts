/** The command line, from arguments to output and exit code, inside this process. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { COMMANDS } from '../../server/src/cli/main.ts';
import { oldNodeMessage } from '../../server/src/cli/node-version.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { run, type Surroundings } from '../support/command-line.ts';
import { folderWith } from '../support/folder.ts';

const HERE = { cwd: import.meta.dirname };

/** A policy with an error in line 8 (wrong-type) or, with `open`, a warning in line 9 (allow-all-ingress). */
const policy = (change: 'error' | 'warning' | 'none') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web-${change}
  namespace: shop
spec:
  podSelector:
    matchLabels: { app: ${change === 'error' ? 'true' : 'web'} }
  ingress: [${change === 'warning' ? '{}' : '{ from: [{ podSelector: {} }] }'}]
  policyTypes: [Ingress]
`;

const FILES = {
  '.git/': '',
  'good.yaml': policy('none'),
  'bad.yaml': policy('error'),
  'open.yaml': policy('warning'),
};

suite('arguments', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['chekc', 'There is no command "chekc". Did you mean "check"?'],
    ['frobnicate', 'There is no command "frobnicate".'],
    ['--verison', 'There is no option "--verison".'],
    ['check --formt json', 'There is no option --formt. Did you mean --format?'],
    ['check -q', 'There is no option -q.'],
    ['check --baseline x', 'There is no option --baseline.'],
    ['check --format junit', '--format cannot be "junit". It takes text, json, sarif or github.'],
    ['check --format=', '--format cannot be "". It takes text, json, sarif or github.'],
    ['check --format', '--format needs a value: --format text|json|sarif|github'],
    ['check --config --format json', '--config needs a value: --config FILE'],
    ['check --fail-on hint', '--fail-on cannot be "hint". It takes error, warning, info or never.'],
    ['check --no-color=yes', '--no-color takes no value.'],
    ['check - x.yaml', 'Standard input (-) is checked by itself: leave out the other paths.'],
    ['rules a b', '"b" is one argument too many.'],
    ['rules per-and-or', 'There is no rule "per-and-or". Did you mean "peer-and-or"?'],
    ['rules nothing-like-it', 'There is no rule "nothing-like-it". List them with: netpol-guard rules'],
    ['lsp', 'Say how to talk to the editor: netpol-guard lsp --stdio'],
  ];
  for (const [line, message] of refused)
    test(`${line} is wrong usage`, async () => {
      const { code, stdout, stderr } = await run(line.split(' '), HERE);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.equal(stderr.split('\n')[0], `netpol-guard: ${message}`);
      assert.match(stderr, /\nSee: netpol-guard (\w+ )?--help\n$/);
    });

  test('nothing at all shows the help and is wrong usage', async () => {
    const { code, stdout, stderr } = await run([], HERE);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Usage: netpol-guard COMMAND/m);
  });

  test('--version and --help', async () => {
    assert.deepEqual(await run(['--version'], HERE), { code: 0, stdout: '1.2.3\n', stderr: '' });
    for (const name of ['--help', '-h']) {
      const { code, stdout } = await run([name], HERE);
      assert.equal(code, 0);
      for (const command of COMMANDS) assert.ok(stdout.includes(`  ${command.name} `), command.name);
    }
  });

  for (const command of COMMANDS)
    test(`${command.name} --help has its options, and docs/cli.md has the same`, async () => {
      const { code, stdout } = await run([command.name, '--help'], HERE);
      assert.equal(code, 0);
      const options = Array.from(stdout.matchAll(/^ {2}(--.*)$/gm), ([, option]) => option);
      assert.deepEqual(documentedOptions(command.name), options);
    });

  test('lsp --stdio serves', async () => {
    assert.deepEqual(await run(['lsp', '--stdio'], HERE), { code: 0, stdout: 'serving\n', stderr: '' });
  });
});

/** The options in the table of a command's section, as they are written in the help. */
function documentedOptions(command: string): string[] {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${command}\n`)) ?? '';
  return Array.from(section.matchAll(/^\| `(--[^`]*)` \|/gm), ([, option = '']) =>
    option.replaceAll('\\|', '|'),
  );
}

suite('exit codes', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['check good.yaml', 0],
    ['check open.yaml', 0],
    ['check bad.yaml', 1],
    ['check', 1],
    ['check --fail-on error open.yaml', 0],
    ['check --fail-on warning open.yaml', 1],
    ['check --fail-on warning good.yaml', 0],
    ['check --fail-on info open.yaml', 1],
    ['check --fail-on never', 0],
    ['check --fail-on=never --format json bad.yaml', 0],
  ];
  for (const [line, expected] of cases)
    test(`${line} → ${expected}`, async (t) => {
      assert.equal((await run(line.split(' '), { cwd: folderWith(t, FILES) })).code, expected);
    });

  const wrong: readonly (readonly [string, Record<string, string | Buffer>, string, RegExp])[] = [
    ['an empty folder', {}, '.', /^netpol-guard: no Kubernetes object in \.; files read: 0 /],
    ['no object', { 'package.json': '{"name": "x"}' }, '.', /files read: 1 .*Name the files or folders/],
    [
      'everything ignored',
      { 'a.yaml': policy('error'), '.netpol-guard.yaml': 'ignore: ["*.yaml"]' },
      '.',
      /The config's `ignore` left out 1 of them/,
    ],
    ['a path that is not there', {}, 'no/such.yaml', /^no\/such\.yaml does not exist\. Check the spelling/],
    [
      'a wrong config',
      { 'a.yaml': policy('none'), '.netpol-guard.yaml': 'rules:\n  peer-nad-or: off\n' },
      '.',
      /^\.netpol-guard\.yaml:2:3: There is no rule "peer-nad-or"\. Did you mean "peer-and-or"\?\n$/,
    ],
    ['only a binary file', { 'a.yaml': Buffer.from('\0') }, 'a.yaml', /^skipped: a\.yaml is binary/],
  ];
  for (const [name, files, path, expected] of wrong)
    for (const format of ['text', 'json'])
      test(`${name} → 2, and nothing on standard output as ${format}`, async (t) => {
        const cwd = folderWith(t, { '.git/': '', ...files });
        const { code, stdout, stderr } = await run(['check', '--format', format, path], { cwd });
        assert.equal(code, 2);
        assert.equal(stdout, '');
        assert.match(stderr, expected);
      });

  for (const [name, bytes] of [
    ['too large', Buffer.from(`${'# padding\n'.repeat(1_100_000)}kind: NetworkPolicy\n`)],
    ['UTF-16', Buffer.from('\uFEFFkind: NetworkPolicy\n', 'utf16le')],
    ['not UTF-8', Buffer.from('kind: NetworkPolicy # caf\xe9\n', 'latin1')],
  ] as const)
    test(`NetworkPolicies that nobody can judge, in a file that is ${name}, are no clean result`, async (t) => {
      const cwd = folderWith(t, { '.git/': '', 'good.yaml': policy('none'), 'bad.yaml': bytes });
      const { code, stderr } = await run(['check', '.'], { cwd });
      assert.equal(code, 2);
      assert.match(stderr, /^skipped: bad\.yaml is .* and names NetworkPolicies\./);
    });

  test('an empty path is not the current folder', async (t) => {
    const { code, stderr } = await run(['check', ''], {
      cwd: folderWith(t, { 'good.yaml': policy('none') }),
    });
    assert.equal(code, 2);
    assert.match(stderr, /A path is empty/);
  });

  test('a file that is skipped is named, and does not change the code', async (t) => {
    const cwd = folderWith(t, { ...FILES, 'latin1.yaml': Buffer.from('# Ä', 'latin1') });
    const { code, stderr } = await run(['check', 'good.yaml', 'latin1.yaml'], { cwd });
    assert.equal(code, 0);
    assert.equal(stderr, 'skipped: latin1.yaml is not UTF-8 text. Save it as UTF-8.\n');
  });

  test('a rule that throws → 3: it is named, the others are reported, and a report is asked for', async (t) => {
    const broken = RULES.find((rule) => rule.meta.id === 'allow-all-ingress');
    assert.ok(broken?.on === 'policy');
    t.mock.method(broken, 'check', () => {
      throw new TypeError('a defect');
    });
    const cwd = folderWith(t, FILES);
    const { code, stdout, stderr } = await run(['check', '--format', 'json'], { cwd });
    assert.equal(code, 3);
    const rules = JSON.parse(stdout).findings.map((f: { rule: string }) => f.rule);
    assert.ok(rules.includes('wrong-type'));
    assert.ok(!rules.includes('allow-all-ingress'));
    assert.match(
      stderr,
      /^netpol-guard: rule allow-all-ingress failed on bad\.yaml; its findings are missing\.\nTypeError: a defect\n/,
    );
    assert.match(stderr, /This is a defect of netpol-guard 1\.2\.3, not of your files\. Please report it/);
    const sarif = JSON.parse((await run(['check', '--format', 'sarif'], { cwd })).stdout);
    assert.equal(sarif.runs[0].invocations[0].executionSuccessful, false);
  });

  test('a Node that is too old is named, and one that is not passes', () => {
    assert.equal(
      oldNodeMessage('20.20.2', '22.19'),
      'netpol-guard: this is Node 20.20.2, and Node 22.19 or later is needed',
    );
    assert.ok(oldNodeMessage('22.9.0', '22.19'));
    for (const running of ['22.19.0', '22.20.1', '24.1.0'])
      assert.equal(oldNodeMessage(running, '22.19'), null);
  });

  test('any other failure → 3, with what happened', async (t) => {
    const cwd = folderWith(t, FILES);
    const env = {
      get FORCE_COLOR(): string {
        throw new Error('no environment');
      },
    };
    const { code, stderr } = await run(['check'], { cwd, env });
    assert.equal(code, 3);
    assert.match(stderr, /^netpol-guard: internal error\nError: no environment\n(?:.*\n)+.*Please report it/);
  });
});

suite('check', () => {
  test('reports only what is in the path, in the light of the whole workspace', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      'ns/shop.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
      'np/web.yaml': policy('none'),
      'np/deny.yaml': policy('none')
        .replace(/podSelector:\n.*/, 'podSelector: {}')
        .replace(/ {2}ingress.*\n/, ''),
    });
    const rules = async () =>
      JSON.parse((await run(['check', 'ns', '--format', 'json'], { cwd })).stdout).findings.map(
        (f: { rule: string; file: string }) => `${f.file} ${f.rule}`,
      );
    assert.deepEqual(await rules(), ['ns/shop.yaml missing-default-deny-egress']);
    rmSync(join(cwd, 'np/deny.yaml'));
    assert.deepEqual(await rules(), [
      'ns/shop.yaml missing-default-deny-egress',
      'ns/shop.yaml missing-default-deny-ingress',
    ]);
  });

  test('paths are relative to the current folder', async (t) => {
    const root = folderWith(t, { ...FILES, 'sub/': '' });
    const { stdout } = await run(['check', '../bad.yaml'], { cwd: join(root, 'sub') });
    assert.match(stdout, /^\.\.\/bad\.yaml:8:25 error wrong-type\n/);
  });

  test('standard input', async (t) => {
    const cwd = folderWith(t, { '.git/': '', '.netpol-guard.yaml': 'rules: { allow-all-ingress: error }\n' });
    const { code, stdout } = await run(['check', '-'], { cwd, stdin: `# ünï\n${policy('warning')}` });
    assert.equal(code, 1);
    assert.match(stdout, /^<stdin>:10:13 error allow-all-ingress\n/);
    assert.equal((await run(['check', '-'], { cwd, stdin: '' })).code, 2);
    assert.match((await run(['check', '-'], { cwd, stdin: '\0' })).stderr, /^skipped: <stdin> is binary/);
  });

  test('a byte order mark moves no column', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': `\uFEFF${policy('error')}` });
    assert.match((await run(['check'], { cwd })).stdout, /^a\.yaml:8:25 error/);
  });

  test('a suppressed finding is counted, and marked in JSON and SARIF', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      'a.yaml': policy('warning').replace(
        '[{}]',
        '[{}] # netpol-guard: ignore[allow-all-ingress] a public page',
      ),
    });
    const check = async (format: string) =>
      (await run(['check', '--format', format, '--fail-on', 'info'], { cwd })).stdout;
    assert.match(await check('text'), /^No problems in 1 file with 1 policy;.* 1 suppressed\n$/);
    assert.doesNotMatch(await check('github'), /^::/m);
    const { findings, summary } = JSON.parse(await check('json'));
    const suppressed = findings.filter((f: { suppressed?: unknown }) => f.suppressed);
    assert.deepEqual(suppressed[0]?.suppressed, { by: 'comment', reason: 'a public page' });
    assert.equal(summary.suppressed, 1);
    const { results } = JSON.parse(await check('sarif')).runs[0];
    const justifications = results.flatMap(
      (r: { suppressions: { justification: string }[] }) => r.suppressions,
    );
    assert.deepEqual(justifications, [{ kind: 'inSource', justification: 'a public page' }]);
  });

  test('--config', async (t) => {
    const cwd = folderWith(t, { ...FILES, 'strict.yml': 'rules: { allow-all-ingress: error }\n' });
    assert.equal((await run(['check', '--config', 'strict.yml', 'open.yaml'], { cwd })).code, 1);
    const missing = await run(['check', '--config', 'no.yml', 'open.yaml'], { cwd });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^no\.yml: The config does not exist/);
  });

  test('the same run gives the same output', async (t) => {
    const cwd = folderWith(t, { ...FILES, 'b/a.yaml': policy('error'), 'A.yaml': policy('error') });
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const first = await run(['check', '--format', format], { cwd });
      assert.deepEqual(await run(['check', '--format', format], { cwd }), first);
    }
  });

  test('templates pass in silence', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      'a.yaml': `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{{- if .Values.x }}\nmetadata: {{ toYaml . }}\n{{- end }}\n`,
    });
    assert.deepEqual(await run(['check'], { cwd }), {
      code: 0,
      stdout: 'No problems in 1 file with 1 policy\n',
      stderr: '',
    });
  });

  const ESCAPE = '\u001b';
  const colors: readonly (readonly [string, boolean, Partial<Surroundings>, string[]])[] = [
    ['a pipe', false, {}, []],
    ['a terminal', true, { isTTY: true }, []],
    ['a terminal that knows none', false, { isTTY: true, env: { TERM: 'dumb' } }, []],
    ['NO_COLOR', false, { isTTY: true, env: { NO_COLOR: '1' } }, []],
    ['an empty NO_COLOR', true, { isTTY: true, env: { NO_COLOR: '' } }, []],
    ['FORCE_COLOR', true, { env: { FORCE_COLOR: '1' } }, []],
    ['FORCE_COLOR=0', false, { isTTY: true, env: { FORCE_COLOR: '0' } }, []],
    ['FORCE_COLOR and NO_COLOR', true, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, []],
    ['--no-color', false, { isTTY: true, env: { FORCE_COLOR: '1' } }, ['--no-color']],
  ];
  for (const [name, expected, surroundings, options] of colors)
    test(`colour with ${name}: ${expected ? 'yes' : 'no'}`, async (t) => {
      const { stdout } = await run(['check', ...options], { cwd: folderWith(t, FILES), ...surroundings });
      assert.equal(stdout.includes(ESCAPE), expected);
    });

  test('many files show progress on a terminal and nowhere else', async (t) => {
    const cwd = folderWith(
      t,
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}.yaml`, policy('none')])),
    );
    const { code, stdout, stderr } = await run(['check'], { cwd, isTTY: true, env: { NO_COLOR: '1' } });
    assert.equal(code, 0);
    assert.match(stdout, /^No problems in 1000 files/m);
    assert.match(stderr, /Read 500 of 1000 files …/);
    assert.match(stderr, /Parsed 250 of 1000 files …/);
    assert.match(stderr, /Checked 750 of 1000 files …/);
    assert.ok(stderr.endsWith(`\r${ESCAPE}[2K`), 'the line is taken away');
    assert.equal((await run(['check'], { cwd })).stderr, '');
  });
});

suite('rules', () => {
  test('the table has every rule', async () => {
    const { code, stdout } = await run(['rules'], HERE);
    assert.equal(code, 0);
    const [header, ...rows] = stdout.trimEnd().split('\n');
    assert.match(header ?? '', /^RULE +SEVERITY +CONTRACTOR +WHAT IS WRONG$/);
    assert.deepEqual(
      rows.map((row) => row.split(' ')[0]),
      RULES.map(({ meta }) => meta.id),
    );
  });

  for (const { meta } of RULES)
    test(`the page of ${meta.id}`, async () => {
      const { code, stdout } = await run(['rules', meta.id], {
        cwd: '/',
        isTTY: true,
        columns: 60,
        env: { NO_COLOR: '1' },
      });
      assert.equal(code, 0);
      assert.ok(stdout.startsWith(`${meta.id} (${meta.severity}`));
      assert.doesNotMatch(stdout, /[⟦⟧]|\*\*|\]\(/, 'marks and Markdown are gone');
      assert.match(stdout, /\^+ [a-z0-9-]+$/m);
    });
});
