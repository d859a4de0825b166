/**
 * Owns `check --format github`: workflow commands that GitHub Actions turns into annotations on a pull request.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
import type { Severity } from '../core/severity.ts';
import { type Changes, type FileChange, fixedText } from './changes.ts';
import type { Report, ReportedFinding } from './report.ts';
import { summaryLine } from './summary.ts';
import { unifiedDiff } from './unified-diff.ts';

const COMMANDS: Readonly<Record<Exclude<Severity, 'hint'>, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

export interface GithubOptions {
  /** What was fixed, or would be; null where nobody asked. */
  readonly changes?: Changes | null;
  readonly withDiff?: boolean;
}

/** One annotation for each finding that is not a hint, one for each file passed over, and the summary. */
export function formatGithub(
  report: Report,
  { changes = null, withDiff = false }: GithubOptions = {},
): string {
  const lines = report.findings.flatMap((found) => annotation(found) ?? []);
  for (const { file, reason, remedy } of report.skipped)
    lines.push(command('warning', { file, title: 'Not checked' }, `This file ${reason}. ${remedy}`));
  if (changes && withDiff) lines.push(...changes.files.map((change) => diffNotice(change, changes.written)));
  return `${[...lines, ''].join('\n')}${changes ? fixedText(changes) : ''}${summaryLine(report)}\n`;
}

/** The diff in an annotation: as text, a line of a manifest could be a command to GitHub. */
function diffNotice({ file, before, after, fixed }: FileChange, written: boolean): string {
  const title = written ? 'Fixed' : 'netpol-guard check --fix would change this';
  return command(
    'notice',
    { file, line: fixed[0]?.region.start.line ?? 1, title },
    unifiedDiff(file, before, after),
  );
}

function annotation({ diagnosis, file, region: { start, end } }: ReportedFinding): string | null {
  const { severity, suppressed, rule, message } = diagnosis;
  if (severity === 'hint' || suppressed) return null;
  // GitHub takes columns only where both ends are on one line, and counts the end in.
  const columns = start.line === end.line && {
    col: start.column,
    endColumn: Math.max(start.column, end.column - 1),
  };
  const place = { file, line: start.line, endLine: end.line, ...columns };
  return command(COMMANDS[severity], { ...place, title: rule.id }, message);
}

function command(
  name: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
