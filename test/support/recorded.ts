/**
 * Owns records of what the rules say: a file of sections, written anew when it is asked for, and read before it is committed.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { Diagnosis, Fix } from '../../server/src/core/rule.ts';
import { lineDiff } from '../../server/src/report/line-diff.ts';
import { applyFix } from './example.ts';

/** The sections of a file, each under a line `### title`. */
export function sectionsIn(text: string): Map<string, string> {
  const sections = text.split(/^### /m).slice(1);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1).trimEnd()];
    }),
  );
}

/**
 * A test for each title: what `say` says of it now is what the file in test/fixtures/findings holds. With NETPOL_GUARD_UPDATE in
 * the environment the file is written first.
 */
export function checkRecord(file: string, titles: readonly string[], say: (title: string) => string): void {
  const path = join(import.meta.dirname, '../fixtures/findings', file);
  const by = `test/unit/${basename(file, '.txt')}.test.ts`;
  const how = `NETPOL_GUARD_UPDATE=1 node --test ${by}`;
  if (process.env.NETPOL_GUARD_UPDATE) {
    const written = titles.map((title) => `### ${title}\n${say(title)}\n`);
    writeFileSync(path, `# Written by ${by}.\n\n${written.join('\n')}`);
  }
  const expected = sectionsIn(readFileSync(path, 'utf8'));
  for (const title of titles)
    test(title, (t) => {
      const said = say(title);
      if (said !== expected.get(title)) t.diagnostic(`If this is meant: ${how}`);
      assert.equal(said, expected.get(title));
    });
  test('nothing else is recorded', () => assert.deepEqual([...expected.keys()], titles));
}

/** What a fix makes of `text`: the lines it takes away and puts there, and a file it makes. */
export function madeBy(fix: Fix, text: string): string[] {
  const diff = lineDiff(text, applyFix(text, fix))
    .split('\n')
    .filter((line) => /^[-+]/.test(line));
  const creates = fix.creates ? [`  creates ${fix.creates.uri}`, ...fix.creates.text.split('\n')] : [];
  return [
    `  fix${fix.safe ? ' (safe)' : ''}: ${fix.title}`,
    ...[...(fix.edits.length > 0 ? diff : []), ...creates].map((line) => `    ${line}`.trimEnd()),
  ];
}

/** The text at a diagnosis. */
export function textAt({ finding: { at } }: Diagnosis): string {
  return at.document.text.slice(at.span.start, at.span.end);
}
