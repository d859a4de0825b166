// Everything that is said of policies with mistakes: rule, severity, place, message, what it points at, and what each fix makes
// of it. A change of words shows here; when it is meant, the file is written anew and read before it is committed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../server/src/core/document.ts';
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { judge } from '../support/example.ts';
import { checkRecord, madeBy, sectionsIn } from '../support/recorded.ts';

const POLICIES = join(import.meta.dirname, '../fixtures/findings/policies.txt');

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

const policies = sectionsIn(readFileSync(POLICIES, 'utf8'));

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

checkRecord('findings.txt', [...policies.keys()], (title) => findingsIn(title, policies.get(title) ?? ''));
