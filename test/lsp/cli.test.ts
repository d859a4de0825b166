/** The bundled command line as a process of its own: pipes, signals and what only a real process has. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { folderWith } from '../support/folder.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/cli.js');
const POSIX = process.platform === 'win32' && 'no such thing on Windows';

function start(args: readonly string[], cwd = root, file = program) {
  return spawn(process.execPath, [file, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '' },
  });
}

/** Runs it with `input`; answers when it has ended. */
async function run(args: readonly string[], options: { cwd?: string; input?: string; file?: string } = {}) {
  const child = start(args, options.cwd, options.file);
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

test('the example: findings, exit code, and pages that are there', async () => {
  const { code, stdout, stderr } = await run(['check', 'examples/contractor-acme', '--format', 'json']);
  assert.equal(stderr, '');
  assert.equal(code, 1);
  const { findings } = JSON.parse(stdout);
  assert.ok(findings.length > 20);
  for (const { rule, docs } of findings)
    assert.match(docs, new RegExp(`^file:///.*/docs/rules/${rule}\\.md$`));
});

test('the fixed example', async () => {
  const { code, stdout } = await run(['check', 'examples/contractor-acme-fixed']);
  assert.equal(code, 0);
  assert.match(stdout, /^No problems in \d+ files/);
});

test('an empty folder', async (t) => {
  const { code, stdout, stderr } = await run(['check'], { cwd: folderWith(t, { '.git/': '' }) });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /no Kubernetes object/);
});

test('standard input, and the version', async () => {
  const input =
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a }\nspec: { ingress: yes }\n';
  const { code, stdout } = await run(['check', '-'], { input });
  assert.equal(code, 1);
  assert.match(stdout, /^<stdin>:4:18 error wrong-type/);
  assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('through a link, as npm installs it, the pages are found', { skip: POSIX }, async (t) => {
  const folder = folderWith(t, {});
  mkdirSync(join(folder, '.bin'));
  symlinkSync(program, join(folder, '.bin/netpol-guard'));
  const args = ['check', 'examples/contractor-acme', '--format', 'json'];
  const { stdout } = await run(args, { file: join(folder, '.bin/netpol-guard') });
  assert.match(JSON.parse(stdout).findings[0].docs, /\/docs\/rules\/[a-z-]+\.md$/);
});

test('a reader that stops reading is no failure', { skip: POSIX }, async (t) => {
  const many = Array.from(
    { length: 400 },
    (_, i) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p${i}, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{}] }
`,
  );
  const child = start(
    ['check', '--format', 'json'],
    folderWith(t, { '.git/': '', 'a.yaml': many.join('---\n') }),
  );
  child.stdin.end();
  const closed = once(child, 'close');
  const errors = text(child.stderr);
  await once(child.stdout, 'readable');
  child.stdout.destroy();
  const [code, signal] = await closed;
  assert.equal(await errors, '');
  assert.deepEqual([code, signal], [0, null]);
});

test('lsp --stdio answers initialize', async () => {
  const child = start(['lsp', '--stdio']);
  const message = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  child.stdin.write(`Content-Length: ${message.length}\r\n\r\n${message}`);
  let answer = '';
  for await (const chunk of child.stdout) {
    answer += String(chunk);
    if (answer.includes('"id":1')) break;
  }
  assert.match(answer, /"serverInfo":\{"name":"netpol-guard"/);
  child.kill();
  await once(child, 'exit');
});
