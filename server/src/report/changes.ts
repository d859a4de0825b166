/**
 * Owns what a run with `--fix` or `--diff` changed, or would change, and saying so to people. Whether and how anything is
 * written is not its business.
 */
import { count, type Region } from './report.ts';
import { harmless, painter } from './terminal.ts';
import { named } from './text.ts';
import { paintDiff, unifiedDiff } from './unified-diff.ts';

/** A finding that was corrected, at the place where it stood just before. */
export interface FixedFinding {
  readonly ruleId: string;
  readonly title: string;
  readonly region: Region;
}

export interface FileChange {
  /** The file's name as a person would type it, with `/`. */
  readonly file: string;
  /** As in the file, a byte order mark included. */
  readonly before: string;
  readonly after: string;
  readonly fixed: readonly FixedFinding[];
}

export interface Changes {
  /** Whether they were carried out. */
  readonly written: boolean;
  /** By name. */
  readonly files: readonly FileChange[];
}

export interface ChangesTextOptions {
  readonly withDiff: boolean;
  readonly color: boolean;
  /** Whether a person sees the text. A diff is exact otherwise, whatever is in the files. */
  readonly isTerminal?: boolean;
}

/** The diff if it is wanted, then what was fixed, one line each, or how much there is to fix. Ends with a line break. */
export function changesText(changes: Changes, options: ChangesTextOptions): string {
  return (options.withDiff ? diffText(changes, options) : '') + fixedText(changes);
}

function diffText({ files }: Changes, { color, isTerminal = false }: ChangesTextOptions): string {
  const diff = files.map(({ file, before, after }) => unifiedDiff(file, before, after)).join('');
  return color || isTerminal ? paintDiff(diff, painter(color)) : diff;
}

/** What was fixed, one line each, or how much there is to fix. Ends with a line break. */
export function fixedText({ files, written }: Changes): string {
  const fixes = files.reduce((sum, { fixed }) => sum + fixed.length, 0);
  if (fixes === 0) return written ? 'Nothing was fixed.\n' : 'There is nothing that --fix would change.\n';
  const amount = `${count(fixes, 'problem')} in ${count(files.length, 'file')}`;
  if (!written) return `--fix would fix ${amount}.\n`;
  const lines = files.flatMap(({ file, fixed }) =>
    fixed.map(({ ruleId, title, region: { start } }) =>
      harmless(`  ${named(file)}:${start.line}:${start.column} ${ruleId}: ${title}`),
    ),
  );
  return [`Fixed ${amount}:`, ...lines, ''].join('\n');
}
