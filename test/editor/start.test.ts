// `npm start` without a desktop VS Code: prints the findings of the example, brings the embedded editor up, and leaves
// nothing behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../scripts/lib/process.ts';

test('npm start --embedded comes up and cleans up', async (t) => {
  const temporary = mkdtempSync(join(tmpdir(), 'netpol-guard-start-'));
  t.after(() => rmSync(temporary, { recursive: true, force: true }));
  const child = spawn(process.execPath, [join(repository, 'scripts/start.ts'), '--embedded', '--no-wait'], {
    cwd: repository,
    env: { ...process.env, TMPDIR: temporary },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  const code = await new Promise((settle) => child.once('close', settle));
  assert.equal(code, 0, output);
  assert.match(output, /\$ netpol-guard check examples\/contractor-acme/);
  assert.doesNotMatch(output, /ended with exit code/);
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  assert.ok(address, output);
  await assert.rejects(fetch(`${address}/version`), 'the server is gone');
  assert.deepEqual(readdirSync(temporary), [], 'the temporary folder is gone');
});
