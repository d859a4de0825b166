/**
 * Owns `diff --format markdown`: a comment on a pull request that is understood at a glance. What is gained stands first and in the
 * open; what is long, or follows from new workloads alone, is folded.
 */
import type { ConnectionChange, WorkloadChange } from '../engine/questions/changes.ts';
import { type Cause, causesOfGain, causesOfIsolation, causesOfLoss } from './causes.ts';
import {
  contractorMark,
  contractorOf,
  contractorsFirst,
  type DifferenceReport,
  notesIn,
  placeText,
  summarize,
  summaryText,
  type WorldDifference,
} from './difference.ts';
import { portsText, shortEnd } from './ends.ts';
import { count } from './report.ts';

/** Rows that stand in the open, of each kind. */
const OPEN_ROWS = 6;
/** GitHub refuses comments of more than 65,536 characters; rows beyond this are counted. */
const MOST_ROWS = 200;

export function differenceMarkdown(report: DifferenceReport): string {
  const summary = summarize(report);
  const mark = summary.gained + summary.newlyOpen > 0 ? '⚠️ ' : '';
  const lines = [`### ${mark}NetworkPolicy: ${summaryText(summary)}`, ''];
  lines.push(`Compared: ${code(report.before)} → ${code(report.after)}`, '');
  for (const difference of report.worlds) lines.push(...worldLines(difference, report));
  for (const note of notesIn(report)) lines.push(`> ${escaped(note)}`, '');
  return `${lines.join('\n').trimEnd()}\n`;
}

interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly isFolded: boolean;
}

function worldLines(difference: WorldDifference, report: DifferenceReport): string[] {
  const { world, changes } = difference;
  const { gained, lost, opened, isolated, added, removed } = changes;
  const isOwn = ({ isSure, comesOrGoes }: ConnectionChange) => isSure && comesOrGoes.length === 0;
  const isOfWorkload = ({ isSure, comesOrGoes }: ConnectionChange) => isSure && comesOrGoes.length > 0;
  const isOpen = ({ isSure }: ConnectionChange) => !isSure;
  const connections = (
    title: string,
    list: readonly ConnectionChange[],
    causes: typeof causesOfGain,
    isFolded = false,
  ): Table => ({
    title: `${title} (${list.length})`,
    header: ['from', 'to', 'ports', 'because'],
    rows: contractorsFirst(difference, list).map((change) => [
      endCell(difference, change.from),
      endCell(difference, change.to),
      portsText(change.ports),
      becauseText(causes(change), report),
    ]),
    isFolded,
  });
  const workloads = (title: string, list: readonly WorkloadChange[]): Table => ({
    title: `${title} (${list.length})`,
    header: ['workload', 'direction', 'because'],
    rows: list.map((change) => [
      code(change.workload),
      change.direction.toLowerCase(),
      becauseText(causesOfIsolation(change), report),
    ]),
    isFolded: false,
  });
  const news = `Gained with ${count(added.length, 'new workload')}: ${listed(added)}`;
  const gone = `Lost with ${count(removed.length, 'workload')} that ${removed.length === 1 ? 'is' : 'are'} gone: ${listed(removed)}`;
  const tables = [
    connections('Gained: allowed now, and was not', gained.filter(isOwn), causesOfGain),
    workloads('Newly open: no policy isolates it any more', opened),
    connections('Lost: allowed before, and is not', lost.filter(isOwn), causesOfLoss),
    workloads('Newly isolated', isolated),
    connections('Perhaps gained: it depends on what is not known', gained.filter(isOpen), causesOfGain),
    connections('Perhaps lost: it depends on what is not known', lost.filter(isOpen), causesOfLoss, true),
    connections(news, gained.filter(isOfWorkload), causesOfGain, true),
    connections(gone, lost.filter(isOfWorkload), causesOfLoss, true),
  ].filter(({ rows }) => rows.length > 0);
  if (tables.length === 0) return [];
  return [...(world === null ? [] : [`#### ${code(world)}`, '']), ...tables.flatMap(tableLines)];
}

/** An end; a contractor's stands out. */
function endCell(difference: WorldDifference, end: ConnectionChange['from']): string {
  const mark = contractorMark(contractorOf(difference, end));
  return mark === '' ? code(shortEnd(end)) : `${code(shortEnd(end))} **${escaped(mark.trim())}**`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(code).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function tableLines({ title, header, rows, isFolded }: Table): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = (part: readonly (readonly string[])[]) => [
    line(header),
    line(header.map(() => '---')),
    ...part.map(line),
    '',
  ];
  const folded = (summary: string, part: readonly (readonly string[])[]) => [
    `<details><summary>${html(summary)}</summary>`,
    '',
    ...table(part.slice(0, MOST_ROWS)),
    ...(part.length > MOST_ROWS ? [`… and ${part.length - MOST_ROWS} more.`, ''] : []),
    '</details>',
    '',
  ];
  if (isFolded) return folded(title, rows);
  const open = [`**${title}**`, '', ...table(rows.slice(0, OPEN_ROWS))];
  const rest = rows.slice(OPEN_ROWS);
  return rest.length === 0 ? open : [...open, ...folded(`${rest.length} more`, rest)];
}

/** Causes that stand in a cell; one is enough to find the others. */
const MOST_CAUSES = 2;

function becauseText(causes: readonly Cause[], report: DifferenceReport): string {
  const shown = causes.slice(0, MOST_CAUSES).map((cause) => {
    const place = placeText(cause, report);
    return place === null ? escaped(cause.short) : `${escaped(cause.short)} (${code(place)})`;
  });
  const more = causes.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('<br>');
}

/** Text as code, in a cell of a table. */
function code(text: string): string {
  const clean = text.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
  return clean.includes('`') ? `\`\` ${clean} \`\`` : `\`${clean}\``;
}

/** Names come from manifests, and mean nothing in Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

/** Markdown's code marks in a summary, as HTML. */
function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>');
}
