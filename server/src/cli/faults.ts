/**
 * Owns the end of a run that cannot begin: configs with mistakes and paths that cannot be read, each with its place.
 */
import type { Selected } from '../files/selection.ts';
import type { Io } from './io.ts';
import { faultLine, skipLine } from './problem-lines.ts';

/** What the caller has to change, in whole lines. Ends in exit code 2. */
export class Refused extends Error {}

/** Throws what is wrong with what was selected, if anything is. */
export function refuseFaults({ faults, unreadable }: Selected, io: Io): void {
  const lines = [...faults.map((fault) => faultLine(fault, io)), ...unreadable.map((u) => skipLine(u, io))];
  if (lines.length > 0) throw new Refused(lines.join('\n'));
}
