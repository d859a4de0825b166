// Everything that is said of policies with mistakes: rule, severity, place, message, what it points at, and what each fix makes
// of it. A change of words shows here; when it is meant, the file is written anew (HOW) and read before it is committed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Place } from '../../server/src/core/document.ts';
import type { Diagnosis, Fix } from '../../server/src/core/rule.ts';
import { lineDiff } from '../../server/src/report/line-diff.ts';
import { applyFix, judge } from '../support/example.ts';

const HOW = 'NETPOL_GUARD_UPDATE=1 node --test test/unit/findings.test.ts';
const FOLDER = join(import.meta.dirname, '../fixtures/findings');
const EXPECTED = join(FOLDER, 'findings.txt');

/** The sections of a file, each under a line `### title`. */
function sectionsIn(text: string): Map<string, string> {
  const sections = text.split(/^### /m).slice(1);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1).trimEnd()];
    }),
  );
}

/** `line 7: "the text there"`. */
function place({ document, span }: Place): string {
  const { line } = document.rangeOf(span).start;
  return `line ${line + 1}: ${JSON.stringify(document.text.slice(span.start, span.end))}`;
}

function said(diagnosis: Diagnosis, text: string): string {
  const { rule, severity, message, finding } = diagnosis;
  return [
    `${rule.id} (${severity}) ${place(finding.at)}`,
    `  ${message}`,
    ...(finding.related ?? []).map((related) => `  → ${place(related.at)}: ${related.message}`),
    ...(finding.fixes ?? []).flatMap((fix) => madeBy(fix, text)),
  ].join('\n');
}

function madeBy(fix: Fix, text: string): string[] {
  const diff = lineDiff(text, applyFix(text, fix))
    .split('\n')
    .filter((line) => /^[-+]/.test(line));
  const creates = fix.creates ? [`  creates ${fix.creates.uri}`, ...fix.creates.text.split('\n')] : [];
  return [
    `  fix${fix.safe ? ' (safe)' : ''}: ${fix.title}`,
    ...[...(fix.edits.length > 0 ? diff : []), ...creates].map((line) => `    ${line}`.trimEnd()),
  ];
}

const policies = sectionsIn(readFileSync(join(FOLDER, 'policies.txt'), 'utf8'));

if (process.env.NETPOL_GUARD_UPDATE) {
  const written = [...policies].map(([title, text]) => `### ${title}\n${findingsIn(title, text)}\n`);
  writeFileSync(
    EXPECTED,
    `# What is said of the policies in policies.txt. Written by test/unit/findings.test.ts.\n\n${written.join('\n')}`,
  );
}

function findingsIn(title: string, text: string): string {
  const [head = '', config] = /^# config: (.*)\n/.exec(text) ?? [];
  const yaml = `${text.slice(head.length)}\n`;
  return judge(yaml, config)
    .filter((diagnosis) => isAbout(diagnosis, title))
    .map((diagnosis) => said(diagnosis, yaml))
    .join('\n')
    .trimEnd();
}

/** Nearly every text here lacks a default deny: there is nothing to learn from saying so each time. */
function isAbout({ rule }: Diagnosis, title: string): boolean {
  return !rule.id.startsWith('missing-default-deny') || title.includes('default deny');
}

const expected = sectionsIn(readFileSync(EXPECTED, 'utf8'));

for (const [title, text] of policies)
  test(title, (t) => {
    const found = findingsIn(title, text);
    if (found !== expected.get(title)) t.diagnostic(`If this is meant: ${HOW}`);
    assert.equal(found, expected.get(title));
  });

test('every expectation is about a policy', () =>
  assert.deepEqual([...expected.keys()], [...policies.keys()]));
