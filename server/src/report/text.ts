/**
 * Owns `check --format text`: findings for people at a terminal, each with the line it is about.
 */
import { positionAt } from '../core/lines.ts';
import type { Severity } from '../core/severity.ts';
import type { Report, ReportedFinding } from './report.ts';
import { regionOf } from './report.ts';
import { summaryLine } from './summary.ts';
import { excerpt, harmless, type Paint, painter, type Style, wrap } from './terminal.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns to wrap messages to; null leaves them on one line, for files and pipes. */
  readonly width: number | null;
}

const STYLES: Readonly<Record<Severity, Style>> = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  info: ['bold', 'blue'],
  hint: 'dim',
};

/** Every finding that is neither a hint nor suppressed, then the summary. */
export function formatText(report: Report, options: TextOptions): string {
  const paint = painter(options.color);
  const shown = report.findings.filter(({ diagnosis: d }) => !d.suppressed && d.severity !== 'hint');
  const blocks = shown.map((found) => block(found, report, options, paint));
  const ending = [paint('bold', summaryLine(report))];
  if (shown.length > 0) ending.push(paint('dim', 'Explain a rule with: netpol-guard rules <id>'));
  return [...blocks, `${ending.join('\n')}\n`].join('\n');
}

function block(
  { diagnosis, file, region }: ReportedFinding,
  report: Report,
  { width }: TextOptions,
  paint: Paint,
): string {
  const { severity, rule, message, finding } = diagnosis;
  const place = `${named(file)}:${region.start.line}:${region.start.column}`;
  const lines = [`${paint('bold', place)} ${paint(STYLES[severity], severity)} ${paint('cyan', rule.id)}`];
  lines.push(...sourceLines(diagnosis.finding.at, region.start.line, paint, STYLES[severity]));
  lines.push(...paragraph(message, width));
  for (const { at, message } of finding.related ?? []) {
    const { line, column } = regionOf(at).start;
    lines.push(...paragraph(`${named(report.fileOf(at.document.uri))}:${line}:${column}: ${message}`, width));
  }
  for (const { title, safe } of finding.fixes ?? [])
    lines.push(...paragraph(`${safe ? 'Safe fix' : 'Fix'}: ${title}`, width));
  return `${lines.join('\n')}\n`;
}

/** The line that a finding is on, and marks below the part it is about. */
function sourceLines(
  at: ReportedFinding['diagnosis']['finding']['at'],
  line: number,
  paint: Paint,
  style: Style,
): string[] {
  const { document, span } = at;
  const { line: index, character } = positionAt(document.lineStarts, span.start);
  const lineStart = document.lineStarts[index] as number;
  const text = document.text.slice(lineStart, document.lineStarts[index + 1]).replace(/[\r\n]+$/, '');
  const { source, marks } = excerpt(text, character, span.end - lineStart);
  const number = String(line);
  const bar = paint('dim', '|');
  return [
    `  ${paint('dim', number)} ${bar} ${source}`,
    `  ${' '.repeat(number.length)} ${bar} ${marks.replace(/\^+/, (carets) => paint(style, carets))}`,
  ];
}

function paragraph(text: string, width: number | null): string[] {
  return wrap(harmless(text), width && width - 2).map((line) => `  ${line}`);
}

/** A file's name such that no continuous-integration system takes the line for a command to it. */
export function named(file: string): string {
  return harmless(file).replace(/^(?=[:#])/, './');
}
