/**
 * Owns the list of mutants that change nothing anybody could see, each with the reason, and finds them in the sources by the
 * text of their line, so that the list survives changes elsewhere.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instrumented, Mutant } from './instrument.ts';
import { placeOf } from './place.ts';

interface Entry {
  readonly file: string;
  /** The line on which the change begins, without the blanks around it. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  /** Which of the changes that are alike is meant, from 1 on; all of them where it is missing. */
  readonly nth?: number;
  readonly why: string;
}

export class Equivalents {
  private readonly whyById = new Map<number, string>();
  /** Entries that fit no mutant any more. */
  readonly stale: readonly Entry[];

  constructor(instrumented: Instrumented) {
    const entries: readonly Entry[] = JSON.parse(
      readFileSync(join(import.meta.dirname, 'equivalents.json'), 'utf8'),
    );
    const byKey = Map.groupBy(instrumented.mutants, (mutant) => keyOf(entryFor(instrumented, mutant)));
    this.stale = entries.filter((entry) => {
      const alike = byKey.get(keyOf(entry)) ?? [];
      const meant = entry.nth === undefined ? alike : alike.slice(entry.nth - 1, entry.nth);
      for (const { id } of meant) this.whyById.set(id, entry.why);
      return meant.length === 0 || entry.why === '';
    });
  }

  /** Why a mutant is equivalent; null when it is not known to be. */
  reasonFor(mutant: Mutant): string | null {
    return this.listedReasonFor(mutant) ?? mutant.why ?? null;
  }

  /** The reason that the list gives. */
  listedReasonFor(mutant: Mutant): string | null {
    return this.whyById.get(mutant.id) ?? null;
  }
}

/** Tells mutants apart as the list does. */
export function keyOf({ file, line, from, to }: Omit<Entry, 'why'>): string {
  return JSON.stringify([file, line, from, to]);
}

/** What the list would say of a mutant, and which it is of those that are alike. */
export function fullEntryFor(instrumented: Instrumented, mutant: Mutant): Omit<Entry, 'why'> {
  const entry = entryFor(instrumented, mutant);
  const alike = instrumented.mutants.filter(
    (m) => m.file === mutant.file && keyOf(entryFor(instrumented, m)) === keyOf(entry),
  );
  return alike.length > 1 ? { ...entry, nth: alike.indexOf(mutant) + 1 } : entry;
}

/** What the list would say of a mutant, and of others like it. */
export function entryFor({ originals }: Instrumented, mutant: Mutant): Omit<Entry, 'why'> {
  const text = originals.get(mutant.file) ?? '';
  const { file, start, end, text: to } = mutant;
  return { file, line: placeOf(text, start).line.trim(), from: text.slice(start, end), to };
}
