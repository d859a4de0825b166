/** Owns what a person reads of a mutation run: each mutant that was not noticed as a change of a line, and the scores. */
import { type Equivalents, fullEntryFor } from './equivalents.ts';
import type { Instrumented, Mutant } from './instrument.ts';
import type { Verdict } from './judge.ts';
import { placeOf } from './place.ts';

/** The share of mutants, in percent, that must be noticed. */
const ENOUGH = 90;

export function report(
  instrumented: Instrumented,
  verdicts: readonly Verdict[],
  equivalents: Equivalents,
): { readonly text: string; readonly isGood: boolean } {
  const accepted = verdicts.filter((v) => v.outcome !== 'refused');
  const judged = accepted.filter((v) => !isUnnoticed(v) || equivalents.reasonFor(v.mutant) === null);
  const wrongly = accepted.filter((v) => !isUnnoticed(v) && equivalents.listedReasonFor(v.mutant) !== null);
  const survivors = judged.filter(isUnnoticed).sort((a, b) => a.mutant.id - b.mutant.id);
  const late = verdicts.filter((v) => v.outcome === 'late').length;
  const lines = survivors.map((v) => `${v.outcome}: ${show(instrumented, v.mutant)}\n`);
  lines.push(...scores(judged, ({ mutant }) => mutant.file), '');
  lines.push(...scores(judged, ({ mutant }) => familyOf(mutant.file)), '');
  for (const { mutant, by } of wrongly)
    lines.push(`listed as equivalent, but ${by} notices it:\n${show(instrumented, mutant)}\n`);
  for (const entry of equivalents.stale)
    lines.push(`equivalents.json: fits no mutant, or has no reason: ${JSON.stringify(entry)}`);
  lines.push(
    ...scores(judged, () => 'noticed'),
    `${late} of them because a test did not end any more; beside these, ${accepted.length - judged.length} change nothing ` +
      `anybody could see, and ${verdicts.length - accepted.length} are refused by TypeScript`,
  );
  const noticed = judged.length - survivors.length;
  const isListRight = wrongly.length === 0 && equivalents.stale.length === 0;
  return { text: lines.join('\n'), isGood: noticed * 100 >= ENOUGH * judged.length && isListRight };
}

export function isUnnoticed({ outcome }: Verdict): boolean {
  return outcome === 'survived' || outcome === 'not reached';
}

/** `engine`, or the family of a rule; what the families share is `rules`. */
function familyOf(file: string): string {
  const [, , layer = '', family = ''] = file.split('/');
  return layer === 'rules' && !family.endsWith('.ts') ? `${layer}/${family}` : layer;
}

/** How many are noticed, by group, each with the interval in which the share of all lies that the sample stands for. */
function scores(judged: readonly Verdict[], groupOf: (v: Verdict) => string): string[] {
  return [...Map.groupBy(judged, groupOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, list]) => {
      const noticed = list.filter((v) => !isUnnoticed(v)).length;
      const share = ((100 * noticed) / list.length).toFixed(1);
      const [low, high] = interval(noticed, list.length).map((n) => (100 * n).toFixed(1));
      return `${group}: ${noticed} of ${list.length}, ${share}% (95%: ${low} to ${high})`;
    });
}

/** Wilson's interval for a share, at 95%. */
function interval(hits: number, count: number): readonly [number, number] {
  const z = 1.96;
  const share = hits / count;
  const middle = share + (z * z) / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [(middle - spread) / scale, (middle + spread) / scale];
}

/** `file:line`, the changed lines before and after, and what the list of equivalents would say of it. */
export function show(instrumented: Instrumented, mutant: Mutant): string {
  const text = instrumented.originals.get(mutant.file) ?? '';
  const before = text.split('\n');
  const after = (text.slice(0, mutant.start) + mutant.text + text.slice(mutant.end)).split('\n');
  let first = 0;
  while (first < before.length && before[first] === after[first]) first++;
  let last = 0;
  while (last < before.length - first && before.at(-1 - last) === after.at(-1 - last)) last++;
  const changed = (list: readonly string[], sign: string) =>
    list.slice(first, list.length - last).map((line) => `  ${sign} ${line.trim()}`);
  return [
    `${mutant.file}:${placeOf(text, mutant.start).number}`,
    ...changed(before, '-'),
    ...changed(after, '+'),
    `  ${JSON.stringify(fullEntryFor(instrumented, mutant))}`,
  ].join('\n');
}
