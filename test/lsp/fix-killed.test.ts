/** `check --fix` as a process that is killed in the midst of writing: every file has its old or its new content, whole. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../support/folder.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/cli.js');
const FILES = 60;

/** Long enough to take more than one write. */
const text = (protocol: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ protocol: ${protocol}, port: 80 }]
${'# the same remark on every line\n'.repeat(2000)}`;

test('a run that is killed leaves no half of a file, and the next one finishes', async (t) => {
  const names = Array.from({ length: FILES }, (_, i) => `${String(i).padStart(3, '0')}.yaml`);
  const cwd = folderWith(t, Object.fromEntries([['.git/', ''], ...names.map((name) => [name, text('tcp')])]));
  const [before, after] = [text('tcp'), text('TCP')];
  const run = () => spawn(process.execPath, [PROGRAM, 'check', '--fix'], { cwd, stdio: 'ignore' });

  const killed = run();
  const ended = once(killed, 'close');
  const watcher = watch(cwd, () => killed.kill('SIGKILL'));
  await ended;
  watcher.close();
  const contents = names.map((name) => readFileSync(join(cwd, name), 'utf8'));
  assert.ok(contents.every((content) => content === before || content === after));

  const [code] = await once(run(), 'close');
  assert.equal(code, 0);
  for (const name of names) assert.equal(readFileSync(join(cwd, name), 'utf8'), after);
  const others = readdirSync(cwd).filter((name) => name !== '.git' && !names.includes(name));
  // What the killed run was writing is not taken for a manifest.
  assert.ok(others.length <= 1 && others.every((name) => name.endsWith('.tmp')), others.join());
});
