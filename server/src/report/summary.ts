/**
 * Owns the last line of a report for people: what was looked at and what was found.
 */
import type { Severity } from '../core/severity.ts';
import { count, type Report } from './report.ts';

/** What each severity is called when it is counted. */
const NOUNS: readonly (readonly [Exclude<Severity, 'hint'>, string])[] = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'note'],
];

/** `3 problems (1 error, 2 warnings) in 2 of 7 files; 1 hint …`, or that there are none. */
export function summaryLine({ findings, summary }: Report): string {
  const shown = findings.filter(({ diagnosis }) => !diagnosis.suppressed && diagnosis.severity !== 'hint');
  const kinds = NOUNS.filter(([severity]) => summary[severity] > 0).map(([s, noun]) =>
    count(summary[s], noun),
  );
  const files = count(summary.files, 'file');
  const where = `${new Set(shown.map(({ file }) => file)).size} of ${files}`;
  const parts = [
    shown.length === 0
      ? `No problems in ${files} with ${summary.policies === 1 ? '1 policy' : `${summary.policies} policies`}`
      : `${count(shown.length, 'problem')} (${kinds.join(', ')}) in ${where}`,
  ];
  if (summary.hint > 0) parts.push(`${count(summary.hint, 'hint')} not shown (--format json lists them)`);
  if (summary.suppressed > 0) parts.push(`${summary.suppressed} suppressed`);
  return parts.join('; ');
}
