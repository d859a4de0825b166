// `check --fix` and `check --diff`, from arguments to files on disk, output and exit code.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { Resource } from '../../server/src/core/resource.ts';
import type { Finding } from '../../server/src/core/rule.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { run } from '../support/command-line.ts';
import { folderWith } from '../support/folder.ts';

const POSIX = process.platform === 'win32' && 'no such thing on Windows';

/** A policy with two findings whose fixes are safe, in one line; with `open`, also a warning whose fix is not. */
const policy = (protocol = 'tcp', port = '"80"', rest = '') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop } # ours
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ protocol: ${protocol}, port: ${port} }]
${rest}`;

const BROKEN = policy();
const FIXED = policy('TCP', '80');
const OPEN = '    - {}\n';
const DIFF = `--- a/a.yaml
+++ b/a.yaml
@@ -6,4 +6,4 @@
   policyTypes: [Ingress]
   ingress:
     - from: [{ podSelector: {} }]
-      ports: [{ protocol: tcp, port: "80" }]
+      ports: [{ protocol: TCP, port: 80 }]
`;

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

suite('--fix', () => {
  test('applies what is safe, says what, and reports what is left', async (t) => {
    const text = policy('tcp', '"80"', OPEN);
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': text, 'b.yaml': FIXED });
    const { code, stdout, stderr } = await run(['check', '--fix', '--fail-on', 'warning'], { cwd });
    assert.equal(code, 1, 'a warning is left');
    assert.equal(stderr, '');
    assert.equal(
      stdout.slice(0, stdout.indexOf('\n\n')),
      'Fixed 2 problems in 1 file:\n  a.yaml:9:27 port-protocol: Write TCP\n  a.yaml:9:38 port-value: Write 80 without quotes',
    );
    assert.match(stdout, /^a\.yaml:10:7 warning allow-all-ingress$/m);
    assert.doesNotMatch(stdout, /error/);
    assert.equal(read(cwd, 'a.yaml'), policy('TCP', '80', OPEN));
    assert.equal(read(cwd, 'b.yaml'), FIXED);
    assert.deepEqual(readdirSync(cwd), ['.git', 'a.yaml', 'b.yaml']);
  });

  test('ends in 0 when nothing is left', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN });
    assert.equal((await run(['check'], { cwd })).code, 1);
    assert.equal((await run(['check', '--fix'], { cwd })).code, 0);
    const again = await run(['check', '--fix'], { cwd });
    assert.equal(again.code, 0);
    assert.match(again.stdout, /^Nothing was fixed\.\n/);
    assert.equal(read(cwd, 'a.yaml'), FIXED);
  });

  test('only in the files that are named', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN, 'b.yaml': BROKEN });
    await run(['check', '--fix', 'b.yaml'], { cwd });
    assert.equal(read(cwd, 'a.yaml'), BROKEN);
    assert.equal(read(cwd, 'b.yaml'), FIXED);
  });

  test('goes on while one fix makes room for another', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      'a.yaml': FIXED.replace('[Ingress]', '[ingress, Ingress, ingress]'),
    });
    await run(['check', '--fix'], { cwd });
    assert.equal(read(cwd, 'a.yaml'), FIXED);
  });

  test('keeps line ends, byte order mark, and what stands at the end', async (t) => {
    const written = (text: string) => `\uFEFF${text.trimEnd().replaceAll('\n', '\r\n')}`;
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': written(BROKEN) });
    await run(['check', '--fix'], { cwd });
    assert.equal(read(cwd, 'a.yaml'), written(FIXED));
  });

  test('leaves suppressed findings alone', async (t) => {
    const note = 'spec: # netpol-guard: ignore[policy-types-missing] it shall follow the rules';
    const text = FIXED.replace('  policyTypes: [Ingress]\n', '').replace('spec:', note);
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': text });
    await run(['check', '--fix'], { cwd });
    assert.equal(read(cwd, 'a.yaml'), text);
  });

  const untouched: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a Helm template': [`# {{- if .Values.on }}\n${BROKEN}# {{- end }}\n`, /holds template text/],
    'a file with a template somewhere': [`${BROKEN}---\nkind: "{{ .Values.kind }}"\n`, /holds template text/],
    'a document with placeholders': [BROKEN.replace('app: web', 'app: $APP_NAME'), /holds template text/],
    'a file with an error in its YAML': [`${BROKEN}---\na: "\n`, /has an error in its YAML/],
  };
  for (const [name, [text, reason]] of Object.entries(untouched))
    test(`${name} is left as it is`, async (t) => {
      const cwd = folderWith(t, { '.git/': '', 'a.yaml': text, 'b.yaml': BROKEN });
      const { stderr } = await run(['check', '--fix'], { cwd });
      assert.match(stderr, /^not fixed: a\.yaml /);
      assert.match(stderr, reason);
      assert.equal(read(cwd, 'a.yaml'), text);
      assert.equal(read(cwd, 'b.yaml'), FIXED);
    });

  test('what the config ignores is not fixed even when it is named', async (t) => {
    const cwd = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': 'ignore: ["vendor/**"]\n',
      'vendor/a.yaml': BROKEN,
    });
    const { code, stderr } = await run(['check', '--fix', 'vendor/a.yaml'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^not fixed: vendor\/a\.yaml is left out by `ignore` in the config/);
    assert.equal(read(cwd, 'vendor/a.yaml'), BROKEN);
  });

  test('a file that cannot be written → 2, is named, and its findings stand', { skip: POSIX }, async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN, 'b.yaml': BROKEN });
    chmodSync(join(cwd, 'a.yaml'), 0o444);
    const { code, stdout, stderr } = await run(['check', '--fix', '--format', 'json'], { cwd });
    assert.equal(code, 2);
    assert.equal(stderr, 'not written: a.yaml is read-only. Make it writable, or fix a copy of it.\n');
    const { findings, changes } = JSON.parse(stdout);
    const files = new Set(findings.map((f: { file: string }) => f.file));
    assert.ok(files.has('a.yaml'));
    assert.equal(
      findings.filter((f: { file: string; severity: string }) => f.severity === 'error').length,
      2,
    );
    assert.deepEqual(
      changes.files.map((f: { file: string }) => f.file),
      ['b.yaml'],
    );
    assert.equal(read(cwd, 'a.yaml'), BROKEN);
    assert.equal(read(cwd, 'b.yaml'), FIXED);
  });

  test('through a link', { skip: POSIX }, async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': FIXED });
    const elsewhere = folderWith(t, { 'real.yaml': BROKEN });
    symlinkSync(join(elsewhere, 'real.yaml'), join(cwd, 'link.yaml'));
    assert.equal((await run(['check', '--fix'], { cwd })).code, 0);
    assert.equal(read(elsewhere, 'real.yaml'), FIXED);
  });
});

suite('standard input', () => {
  test('the fixed text goes to standard output, the report to standard error', async (t) => {
    const cwd = folderWith(t, { '.git/': '' });
    const stdin = `\uFEFF${policy('tcp', '"80"', OPEN)}`;
    const { code, stdout, stderr } = await run(['check', '--fix', '-'], { cwd, stdin });
    assert.equal(stdout, `\uFEFF${policy('TCP', '80', OPEN)}`);
    assert.match(stderr, /^Fixed 2 problems in 1 file:\n {2}<stdin>:9:27 port-protocol/);
    assert.match(stderr, /^<stdin>:10:7 warning allow-all-ingress$/m);
    assert.equal(code, 0);
  });

  test('what needs no fix comes out as it came in', async (t) => {
    const cwd = folderWith(t, { '.git/': '' });
    for (const [stdin, expected] of [
      [FIXED, 0],
      ['kind: "{{ x }}"\n', 2],
      ['a: b\n', 2],
    ] as const) {
      const { code, stdout } = await run(['check', '--fix', '-'], { cwd, stdin });
      assert.equal(stdout, stdin);
      assert.equal(code, expected);
    }
  });

  test('with --diff alone, nothing but the diff and the report', async (t) => {
    const cwd = folderWith(t, { '.git/': '' });
    const { stdout } = await run(['check', '--diff', '-'], { cwd, stdin: BROKEN });
    assert.ok(stdout.startsWith(DIFF.replaceAll('a.yaml', '<stdin>')));
    const both = await run(['check', '--fix', '--diff', '-'], { cwd, stdin: BROKEN });
    assert.equal(both.stdout, FIXED);
    assert.ok(both.stderr.startsWith(DIFF.replaceAll('a.yaml', '<stdin>')));
  });
});

suite('--diff', () => {
  test('shows what --fix would do and writes nothing; the findings stand', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN, 'b.yaml': FIXED });
    const { code, stdout } = await run(['check', '--diff'], { cwd });
    assert.equal(code, 1);
    assert.ok(stdout.startsWith(`${DIFF}--fix would fix 2 problems in 1 file.\n\n`), stdout);
    assert.match(stdout, /^a\.yaml:9:27 error port-protocol$/m);
    assert.equal(read(cwd, 'a.yaml'), BROKEN);
  });

  test('with --fix shows what was done', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN });
    const { code, stdout } = await run(['check', '--diff', '--fix'], { cwd });
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(`${DIFF}Fixed 2 problems in 1 file:\n`));
    assert.equal(read(cwd, 'a.yaml'), FIXED);
  });

  test('has the byte order mark and the line ends of the file', async (t) => {
    const text = `\uFEFFkind: NetworkPolicy # ü\r\napiVersion: networking.k8s.io/v1\r\nspec: { policyTypes: [ingress] }\r\n`;
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': text });
    const { stdout } = await run(['check', '--diff'], { cwd });
    assert.ok(stdout.includes('\n \uFEFFkind: NetworkPolicy # ü\r\n'), stdout);
    assert.ok(stdout.includes('\n+spec: { policyTypes: [Ingress] }\r\n'));
  });

  test('says so when there is nothing to change', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': FIXED });
    const { stdout } = await run(['check', '--diff'], { cwd });
    assert.match(stdout, /^There is nothing that --fix would change\.\n\nNo problems in 1 file/);
  });

  test('is coloured on a terminal only', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN });
    const colored = await run(['check', '--diff'], { cwd, isTTY: true });
    assert.ok(colored.stdout.includes('\u001b[32m+      ports'));
    const plain = await run(['check', '--diff', '--no-color'], { cwd, isTTY: true });
    assert.ok(plain.stdout.startsWith(DIFF));
  });
});

suite('formats', () => {
  test('json has what was changed, by file', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN });
    const ask = async (...options: string[]) =>
      JSON.parse((await run(['check', '--format', 'json', ...options], { cwd })).stdout);
    const fixed = [
      { rule: 'port-protocol', title: 'Write TCP' },
      { rule: 'port-value', title: 'Write 80 without quotes' },
    ];
    const without = (files: { fixed: { range: object }[] }[]) =>
      files.map((file) => ({ ...file, fixed: file.fixed.map(({ range, ...rest }) => rest) }));
    assert.equal((await ask()).changes, undefined);
    const preview = await ask('--diff');
    assert.equal(preview.summary.error, 2);
    assert.equal(preview.changes.written, false);
    assert.deepEqual(without(preview.changes.files), [{ file: 'a.yaml', fixed, diff: DIFF }]);
    const { summary, changes } = await ask('--fix');
    assert.equal(summary.error, 0);
    assert.equal(changes.written, true);
    assert.deepEqual(without(changes.files), [{ file: 'a.yaml', fixed }]);
    assert.deepEqual(changes.files[0].fixed[0].range, {
      start: { line: 9, column: 27 },
      end: { line: 9, column: 30 },
    });
  });

  test('github shows a diff as an annotation, so that no line of it is a command', async (t) => {
    const text = BROKEN.replace('  ingress:\n', '  ingress:\n    # ::error::no\n');
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': text });
    const { stdout } = await run(['check', '--format', 'github', '--diff'], { cwd });
    assert.match(
      stdout,
      /^::notice file=a\.yaml,line=10,title=netpol-guard check --fix would change this::--- a\/a\.yaml%0A/m,
    );
    assert.match(stdout, /^--fix would fix 2 problems in 1 file\.$/m);
    const fixed = await run(['check', '--format', 'github', '--fix'], { cwd });
    assert.match(fixed.stdout, /^Fixed 2 problems in 1 file:$/m);
    assert.doesNotMatch(fixed.stdout, /^::/m);
  });

  test('sarif stays SARIF: what was done is said on standard error', async (t) => {
    const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN });
    const { stdout, stderr } = await run(['check', '--format', 'sarif', '--fix', '--diff'], { cwd });
    assert.equal(JSON.parse(stdout).version, '2.1.0');
    assert.ok(stderr.startsWith(`${DIFF}Fixed 2 problems`));
  });
});

test('a file that changes between the check and the fix is not overwritten', async (t) => {
  const cwd = folderWith(t, { '.git/': '', 'a.yaml': BROKEN });
  const theirs = `# mine\n${BROKEN}`;
  const rule = RULES.find(({ meta }) => meta.id === 'port-protocol');
  assert.ok(rule?.on === 'policy');
  const { check } = rule;
  t.mock.method(rule, 'check', (...args: Parameters<typeof check>) => {
    writeFileSync(join(cwd, 'a.yaml'), theirs);
    return check(...args);
  });
  const { code, stderr } = await run(['check', '--fix'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^not written: a\.yaml was changed by somebody else meanwhile/);
  assert.equal(read(cwd, 'a.yaml'), theirs);
});

test('two rules that undo each other come to an end', async (t) => {
  const cwd = folderWith(t, { '.git/': '', 'a.yaml': FIXED });
  const rule = RULES.find(({ meta }) => meta.id === 'port-protocol');
  assert.ok(rule?.on === 'policy');
  t.mock.method(rule, 'check', ({ document }: Resource): Finding[] => {
    const start = document.text.indexOf('name: ') + 'name: '.length;
    const at = { document, span: { start, end: start + 1 } };
    const text = document.text[start] === 'w' ? 'v' : 'w';
    return [
      { at, message: 'Not this letter.', fixes: [{ title: 'Turn', safe: true, edits: [{ at, text }] }] },
    ];
  });
  const { code, stdout } = await run(['check', '--fix'], { cwd });
  assert.equal(code, 1);
  assert.match(stdout, /^a\.yaml:3:19 error port-protocol$/m, 'what is left is reported');
});
