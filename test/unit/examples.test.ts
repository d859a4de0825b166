/** The examples that the README walks through: one has exactly the mistakes it says it has, the other has none. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { run } from '../support/command-line.ts';

const root = resolve(import.meta.dirname, '../..');

interface Place {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

const named = ({ file, line, rule }: Place) => `${file}:${line} ${rule}`;

/** What `check --format json` finds in an example, with paths from the example's folder. */
async function check(example: string) {
  const { code, stdout } = await run(['check', `examples/${example}`, '--format', 'json'], { cwd: root });
  const { findings, summary } = JSON.parse(stdout);
  const places = findings.map((f: { file: string; rule: string; range: { start: { line: number } } }) => ({
    file: f.file.replace(`examples/${example}/`, ''),
    line: f.range.start.line,
    rule: f.rule,
  }));
  return { code, found: places.map(named).sort(), summary };
}

test('contractor-acme has every planted mistake, and no other', async () => {
  const path = resolve(root, 'test/fixtures/examples/contractor-acme.expected.json');
  const expected: Place[] = JSON.parse(readFileSync(path, 'utf8'));
  const { code, found } = await check('contractor-acme');
  assert.equal(code, 1);
  assert.deepEqual(found, expected.map(named).sort());
});

test('contractor-acme-fixed has none', async () => {
  const { code, found, summary } = await check('contractor-acme-fixed');
  assert.equal(code, 0);
  assert.deepEqual(found, []);
  assert.ok(summary.policies > 20);
});

test('each example is a workspace of its own, also when both are checked', async () => {
  const { stdout } = await run(['check', 'examples'], { cwd: root });
  const files = Array.from(stdout.matchAll(/^examples\/([^/]+)\/\S+:\d+:\d+ /gm), ([, example]) => example);
  assert.deepEqual([...new Set(files)], ['contractor-acme']);
});
