// A diff says exactly how one text becomes the other, so that `patch` can do it; this test does it, too.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { painter } from '../../server/src/report/terminal.ts';
import { paintDiff, unifiedDiff } from '../../server/src/report/unified-diff.ts';
import { runs } from '../support/runs.ts';

/** Does what a diff says to a text; throws where the text is not what the diff says. */
function patched(text: string, diff: string): string {
  const source = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines = (diff.match(/[^\n]*\n/g) ?? []).slice(2);
  let result = '';
  let at = 0;
  for (let i = 0; i < lines.length; ) {
    const header = lines[i++] as string;
    const [, start, length = '1', , count = '1'] =
      /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(header) ?? assert.fail(`no header: ${header}`);
    const from = Number(start) - (length === '0' ? 0 : 1);
    result += source.slice(at, from).join('');
    at = from;
    let added = 0;
    while (i < lines.length && !lines[i]?.startsWith('@@')) {
      const line = lines[i++] as string;
      const isUnended = lines[i] === '\\ No newline at end of file\n';
      if (isUnended) i++;
      const content = isUnended ? line.slice(1, -1) : line.slice(1);
      if (line[0] !== '+') assert.equal(source[at++], content);
      if (line[0] !== '-') {
        result += content;
        added++;
      }
    }
    assert.equal(at - from, Number(length), header);
    assert.equal(added, Number(count), header);
  }
  return result + source.slice(at).join('');
}

const ESCAPE = '\u001b';

const text = fc
  .array(fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', '- a\n', '+++ b/x\n', '@@\n', 'z'), { maxLength: 40 })
  .map((lines) => lines.join(''));

suite('a unified diff', () => {
  test('turns the first text into the second', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.equal(patched(before, unifiedDiff('a.yaml', before, after)), after);
      }),
      { numRuns: runs(500) },
    );
  });

  test('shows three lines around a change, and changes that are close as one', () => {
    const before = Array.from({ length: 30 }, (_, i) => `${i + 1}\n`).join('');
    const after = before.replace('5\n', 'five\n').replace('9\n', '').replace('\n29\n', '\n29\n29½\n');
    assert.equal(
      unifiedDiff('a.yaml', before, after),
      `--- a/a.yaml
+++ b/a.yaml
@@ -2,11 +2,10 @@
 2
 3
 4
-5
+five
 6
 7
 8
-9
 10
 11
 12
@@ -27,4 +26,5 @@
 27
 28
 29
+29½
 30
`,
    );
  });

  test('of the same texts is empty', () => assert.equal(unifiedDiff('a.yaml', 'a\n', 'a\n'), ''));

  test('of a long text that is rewritten altogether takes no time worth mentioning', () => {
    const before = Array.from({ length: 1500 }, (_, i) => `a${i}\n`).join('');
    const after = before.replaceAll('a', 'b');
    assert.equal(patched(before, unifiedDiff('a.yaml', before, after)), after);
  });

  test('on a terminal has colours, and nothing that could do harm', () => {
    const diff = unifiedDiff(`a${ESCAPE}.yaml`, 'a: 1\n', `a: 1\n\tb: ${ESCAPE}[2J\r\n`);
    const painted = paintDiff(diff, painter(true));
    assert.ok(painted.startsWith(`${ESCAPE}[1m--- a/a\uFFFD.yaml`));
    assert.ok(painted.includes(`${ESCAPE}[32m+\tb: \uFFFD[2J${ESCAPE}`));
    assert.equal(stripVTControlCharacters(painted).includes(ESCAPE), false);
  });
});
