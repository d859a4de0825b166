/**
 * Owns what `diff` reports in every format, and its text and JSON: connections gained and lost, pods newly isolated and newly open,
 * with the policy and the line responsible. JSON is a contract: fields are added, never renamed or taken away.
 */
import type { ConnectionChange, WorkloadChange, WorldChanges } from '../engine/questions/changes.ts';
import type { End } from '../engine/reach/connections.ts';
import { type Cause, causesOfGain, causesOfIsolation, causesOfLoss } from './causes.ts';
import { endText, portsJson, portsText, shortEnd } from './ends.ts';
import { count, regionOf } from './report.ts';
import { harmless, type Paint, type Style } from './terminal.ts';
import { named } from './text.ts';

/** What is different in one world. */
export interface WorldDifference {
  /** What the world is called; null where there is only one. */
  readonly world: string | null;
  readonly changes: WorldChanges;
  /** By the names of namespaces: the contractor they belong to, empty when only the fact is known. */
  readonly contractors: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

export interface DifferenceReport {
  readonly worlds: readonly WorldDifference[];
  /** What the two that are compared are called. */
  readonly before: string;
  readonly after: string;
  /** The name of the file with this URI on a side. */
  readonly fileOf: (uri: string, side: Cause['side']) => string;
}

/** The contractor that an end belongs to, empty when only the fact is known; null for everybody else's, and for addresses. */
export function contractorOf({ contractors }: WorldDifference, end: End): string | null {
  return typeof end === 'string' ? (contractors.get(end.slice(0, end.indexOf('/'))) ?? null) : null;
}

/** The changes with those of contractors first. */
export function contractorsFirst(
  difference: WorldDifference,
  changes: readonly ConnectionChange[],
): ConnectionChange[] {
  const [theirs, others] = [true, false].map((wanted) =>
    changes.filter(
      ({ from, to }) => [from, to].some((end) => contractorOf(difference, end) !== null) === wanted,
    ),
  );
  return [...(theirs ?? []), ...(others ?? [])];
}

/** How many there are of each, over all worlds. */
export interface DifferenceSummary {
  readonly gained: number;
  readonly lost: number;
  readonly maybeGained: number;
  readonly maybeLost: number;
  readonly newlyIsolated: number;
  readonly newlyOpen: number;
}

export function summarize({ worlds }: DifferenceReport): DifferenceSummary {
  const sum = (of: (changes: WorldChanges) => number) =>
    worlds.reduce((n, { changes }) => n + of(changes), 0);
  const sure = (changes: readonly ConnectionChange[]) => changes.filter(({ isSure }) => isSure).length;
  return {
    gained: sum(({ gained }) => sure(gained)),
    lost: sum(({ lost }) => sure(lost)),
    maybeGained: sum(({ gained }) => gained.length - sure(gained)),
    maybeLost: sum(({ lost }) => lost.length - sure(lost)),
    newlyIsolated: sum(({ isolated }) => isolated.length),
    newlyOpen: sum(({ opened }) => opened.length),
  };
}

/** `2 connections gained, 1 lost, 1 newly open`. */
export function summaryText(summary: DifferenceSummary): string {
  const { gained, lost, maybeGained, maybeLost, newlyIsolated, newlyOpen } = summary;
  const parts = [
    ...(gained > 0 ? [`${count(gained, 'connection')} gained`] : []),
    ...(lost > 0 ? [`${gained > 0 ? lost : count(lost, 'connection')} lost`] : []),
    ...(newlyOpen > 0 ? [`${newlyOpen} newly open`] : []),
    ...(newlyIsolated > 0 ? [`${newlyIsolated} newly isolated`] : []),
    ...(maybeGained + maybeLost > 0 ? [`${maybeGained + maybeLost} not known`] : []),
  ];
  return parts.length === 0 ? 'No connection gained or lost' : parts.join(', ');
}

export function differenceJson(report: DifferenceReport): string {
  const all = <T>(
    of: (difference: WorldDifference) => readonly T[],
    json: (item: T, difference: WorldDifference) => object,
  ) =>
    report.worlds.flatMap((difference) =>
      of(difference).map((item) => ({
        ...(difference.world !== null && { world: difference.world }),
        ...json(item, difference),
      })),
    );
  const connection =
    (causes: (change: ConnectionChange) => Cause[]) =>
    (change: ConnectionChange, difference: WorldDifference) => ({
      from: endText(change.from),
      to: endText(change.to),
      ports: portsJson(change.ports),
      contractors: { from: contractorOf(difference, change.from), to: contractorOf(difference, change.to) },
      because: causes(change).map((cause) => causeJson(cause, report)),
    });
  const workload = (change: WorkloadChange) => ({
    workload: change.workload,
    direction: change.direction,
    because: causesOfIsolation(change).map((cause) => causeJson(cause, report)),
  });
  const sure = (isSure: boolean) => (change: ConnectionChange) => change.isSure === isSure;
  const answer = {
    version: 1,
    before: report.before,
    after: report.after,
    gained: all(({ changes }) => changes.gained.filter(sure(true)), connection(causesOfGain)),
    lost: all(({ changes }) => changes.lost.filter(sure(true)), connection(causesOfLoss)),
    maybeGained: all(({ changes }) => changes.gained.filter(sure(false)), connection(causesOfGain)),
    maybeLost: all(({ changes }) => changes.lost.filter(sure(false)), connection(causesOfLoss)),
    newlyIsolated: all(({ changes }) => changes.isolated, workload),
    newlyOpen: all(({ changes }) => changes.opened, workload),
    workloads: {
      added: all(
        ({ changes }) => changes.added,
        (name) => ({ workload: name }),
      ),
      removed: all(
        ({ changes }) => changes.removed,
        (name) => ({ workload: name }),
      ),
    },
    summary: summarize(report),
    notes: notesIn(report),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function causeJson({ text, at, side }: Cause, { fileOf }: DifferenceReport): object {
  return {
    text,
    side,
    file: at && fileOf(at.document.uri, side),
    range: at && regionOf(at),
  };
}

/** What could not be taken into account, each said once. */
export function notesIn({ worlds }: DifferenceReport): string[] {
  return [...new Set(worlds.flatMap(({ notes }) => notes))];
}

/** `web.yaml:12`, with the side in front where that is a revision; null for what has no text. */
export function placeText({ at, side }: Cause, { fileOf }: DifferenceReport): string | null {
  return at && `${fileOf(at.document.uri, side)}:${regionOf(at).start.line}`;
}

export function differenceText(report: DifferenceReport, paint: Paint): string {
  const lines = report.worlds.flatMap((difference) => {
    const { world } = difference;
    const sections = sectionsOf(difference).filter(({ entries }) => entries.length > 0);
    if (sections.length === 0) return [];
    return [
      ...(world === null ? [] : [paint('bold', `In ${harmless(world)}`)]),
      ...sections.flatMap(({ title, style, entries }) => [
        paint(style, title),
        ...entries.flatMap(({ text, causes }) => [
          `  ${harmless(text)}`,
          ...causes.map((cause) => `    ${causeText(cause, report)}`),
        ]),
        '',
      ]),
    ];
  });
  const notes = notesIn(report).map(harmless);
  return `${[...lines, ...notes, paint('bold', `${summaryText(summarize(report))}.`)].join('\n')}\n`;
}

function causeText(cause: Cause, report: DifferenceReport): string {
  const place = placeText(cause, report);
  return place === null ? harmless(cause.text) : `${named(place)}: ${harmless(cause.text)}`;
}

/** ` (contractor acme)`; nothing for everybody else. */
export function contractorMark(contractor: string | null): string {
  if (contractor === null) return '';
  return contractor === '' ? ' (contractor)' : ` (contractor ${contractor})`;
}

/** One kind of change, for people. */
export interface Section {
  readonly title: string;
  readonly style: Style;
  readonly entries: readonly { readonly text: string; readonly causes: readonly Cause[] }[];
}

function sectionsOf(difference: WorldDifference): Section[] {
  const { changes } = difference;
  const named = (end: End) => `${shortEnd(end)}${contractorMark(contractorOf(difference, end))}`;
  const connections = (list: readonly ConnectionChange[], isSure: boolean, causes: typeof causesOfGain) =>
    contractorsFirst(difference, list)
      .filter((change) => change.isSure === isSure)
      .map((change) => ({
        text: `${named(change.from)} → ${named(change.to)}  ${portsText(change.ports)}`,
        causes: causes(change),
      }));
  const workloads = (list: readonly WorkloadChange[]) =>
    list.map((change) => ({
      text: `${change.direction.toLowerCase()} of ${change.workload}`,
      causes: causesOfIsolation(change),
    }));
  return [
    { title: 'Gained', style: ['bold', 'red'], entries: connections(changes.gained, true, causesOfGain) },
    { title: 'Lost', style: ['bold', 'green'], entries: connections(changes.lost, true, causesOfLoss) },
    { title: 'Newly open', style: ['bold', 'red'], entries: workloads(changes.opened) },
    { title: 'Newly isolated', style: ['bold', 'green'], entries: workloads(changes.isolated) },
    {
      title: 'Perhaps gained',
      style: ['bold', 'yellow'],
      entries: connections(changes.gained, false, causesOfGain),
    },
    {
      title: 'Perhaps lost',
      style: ['bold', 'yellow'],
      entries: connections(changes.lost, false, causesOfLoss),
    },
  ];
}
