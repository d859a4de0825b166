/** Owns what the benchmark of reachability comes to: its figures, the ratios that have a target, and the table for people. */

import type { WorldSize } from './reach-world.ts';
import type { Ratio } from './report.ts';
import { show, table } from './statistics.ts';

/** Milliseconds and bytes, medians of the rounds. */
export interface ReachFigures extends WorldSize {
  /** How many classes of equal behaviour there are. */
  readonly distinct: number;
  readonly allowed: number;
  /** Facts to rows of every class, both directions, pods and outside, and the count of allowed pairs. */
  readonly full: number;
  /** What is on the heap afterwards and was not before, the facts left out. */
  readonly heap: number;
  /** The same pair by pair: measured over a part of the pairs where all would take too long, and extrapolated. */
  readonly pairwise: number;
  /** How many pairs that part has, of all. */
  readonly measuredShare: number;
  /** Whether both counted the same where all pairs were tried; null where they were not. */
  readonly agree: boolean | null;
  /** One policy changed: its effect on every connection and on isolation. */
  readonly change: number;
}

const RATIO_TARGETS: Readonly<Record<number, number>> = { 10000: 1000, 100000: 5000 };

export function reachRatios(figures: readonly ReachFigures[]): Ratio[] {
  return figures.flatMap(({ pods, policies, full, pairwise, change, measuredShare }): Ratio[] => {
    const size = `${count(pods)} pods × ${count(policies)} policies`;
    const how = measuredShare < 1 ? ' (extrapolated)' : '';
    return [
      {
        what: `reachability pair by pair${how} ÷ engine, ${size}`,
        value: pairwise / full,
        target: RATIO_TARGETS[pods] ?? null,
        atLeast: true,
      },
      { what: `one changed policy ÷ everything, ${size}`, value: change / full, target: 1 / 20 },
    ];
  });
}

export function reachTable(figures: readonly ReachFigures[]): string {
  const head = [
    'reachability',
    ...figures.map(({ pods, policies }) => `${count(pods)} × ${count(policies)}`),
  ];
  const row = (what: string, of: (figure: ReachFigures) => string) => [what, ...figures.map(of)];
  return table(head, [
    row('label classes', ({ classes }) => count(classes)),
    row('classes of equal behaviour', ({ distinct }) => count(distinct)),
    row('pairs of pods with an allowed port', ({ allowed }) => count(allowed)),
    row('everything, ms', ({ full }) => show(full)),
    row('heap, MB', ({ heap }) => show(heap / 1e6)),
    row('heap for each pod, bytes', ({ heap, pods }) => show(heap / pods)),
    row('pair by pair, ms', ({ pairwise }) => show(pairwise)),
    row('part of the pairs that was measured', ({ measuredShare }) => `${show(measuredShare * 100)} %`),
    row('the same count where all were', ({ agree }) => (agree === null ? '–' : agree ? 'yes' : 'NO')),
    row('one changed policy, ms', ({ change }) => show(change)),
  ]);
}

function count(number: number): string {
  return number.toLocaleString('en');
}
