/** Owns what a person reads of a mutation run: each mutant that was not noticed as a change of a line, and the score. */
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
  const isNoticed = (v: Verdict) => !isUnnoticed(v);
  const isListed = (v: Verdict) => equivalents.reasonFor(v.mutant) !== null;
  const judged = verdicts.filter((v) => isNoticed(v) || !isListed(v));
  const wrongly = verdicts.filter((v) => isNoticed(v) && isListed(v));
  const survivors = judged.filter((v) => !isNoticed(v)).sort((a, b) => a.mutant.id - b.mutant.id);
  const noticed = judged.length - survivors.length;
  const late = verdicts.filter((v) => v.outcome === 'late').length;
  const percent = (100 * noticed) / Math.max(1, judged.length);
  const lines = survivors.map((v) => `${v.outcome}: ${show(instrumented, v.mutant)}\n`);
  lines.push(...byFile(judged, isNoticed), '');
  for (const { mutant, by } of wrongly)
    lines.push(`listed as equivalent, but ${by} notices it:\n${show(instrumented, mutant)}\n`);
  for (const entry of equivalents.stale)
    lines.push(`equivalents.json: fits no mutant, or has no reason: ${JSON.stringify(entry)}`);
  lines.push(
    `${noticed} of ${judged.length} noticed: ${percent.toFixed(1)}% (${late} because a test did not end any more); ` +
      `${verdicts.length - judged.length} more are listed as equivalent`,
  );
  const isListRight = wrongly.length === 0 && equivalents.stale.length === 0;
  return { text: lines.join('\n'), isGood: percent >= ENOUGH && isListRight };
}

export function isUnnoticed({ outcome }: Verdict): boolean {
  return outcome === 'survived' || outcome === 'not reached';
}

function byFile(verdicts: readonly Verdict[], isNoticed: (v: Verdict) => boolean): string[] {
  return [...Map.groupBy(verdicts, (v) => v.mutant.file)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, list]) => `${file}: ${list.filter(isNoticed).length} of ${list.length}`);
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
