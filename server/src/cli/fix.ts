/**
 * Owns `check --fix` and `--diff`: the safe fixes carried out again and again until none is left, first in memory and then file
 * by file on disk. A file is changed altogether or not at all.
 */
import { applyEdits, type ChosenFix, chooseSafeFixes } from '../core/safe-fixes.ts';
import { hasAction } from '../core/yaml/template.ts';
import { ignoreTest } from '../files/ignore.ts';
import { displayPath } from '../files/paths.ts';
import type { Manifest } from '../files/read.ts';
import type { Selection } from '../files/selection.ts';
import { replaceText, type Unwritten, withMark } from '../files/write.ts';
import type { Changes, FixedFinding } from '../report/changes.ts';
import { type JudgedFile, regionOf } from '../report/report.ts';
import type { Judgement } from './judge.ts';

/** One fix may make room for another. More often than this, two rules would be undoing each other's. */
const MAX_ROUNDS = 10;

/** A file in which something was fixed. */
export interface Fixed {
  readonly manifest: Manifest;
  readonly text: string;
  readonly fixed: readonly FixedFinding[];
}

export interface Fixes {
  readonly files: readonly Fixed[];
  /** Files that are left alone though there is something to fix in them. */
  readonly left: readonly Unwritten[];
  /** Files that could not be written. */
  readonly unwritten: readonly Unwritten[];
}

/** Carries out the safe fixes in memory, so that the judgement is about the fixed texts from now on. */
export function fixInMemory(judgement: Judgement): Fixes {
  const { selection, setText } = judgement;
  const ignores = ignoreTestOf(selection);
  const manifests = new Map(selection.manifests.map((manifest) => [manifest.uri, manifest]));
  const files = new Map<string, Fixed>();
  const left = new Map<string, Unwritten>();
  for (let round = 0, goesOn = true; goesOn && round < MAX_ROUNDS; round++) {
    goesOn = false;
    for (const judged of judgement.judged()) {
      const manifest = manifests.get(judged.uri);
      if (!manifest || left.has(judged.uri)) continue;
      const chosen = chosenIn(judged);
      if (chosen.length === 0) continue;
      const obstacle = ignores(manifest.path) ? IGNORED : obstacleIn(judged, chosen);
      if (obstacle) {
        left.set(judged.uri, { path: manifest.path, ...obstacle });
        continue;
      }
      const text = fixedText(judged, chosen);
      const fixed = [...(files.get(judged.uri)?.fixed ?? []), ...chosen.map(reportedAs)];
      files.set(judged.uri, { manifest, text, fixed });
      setText(judged.uri, text);
      goesOn = true;
    }
  }
  return { files: [...files.values()], left: [...left.values()], unwritten: [] };
}

/**
 * Writes the fixed texts to disk. What could not be written is taken back in memory, too, and named; it is not among the files
 * that come back.
 */
export function writeFixes(judgement: Judgement, { files, left }: Fixes): Fixes {
  const unwritten: Unwritten[] = [];
  const written = files.filter(({ manifest, text }) => {
    const problem = replaceText(manifest, text);
    if (!problem) return true;
    unwritten.push(problem);
    judgement.setText(manifest.uri, manifest.text);
    return false;
  });
  return { files: written, left, unwritten };
}

/** Takes back in memory what was fixed there. */
export function undoFixes({ setText }: Judgement, { files }: Fixes): void {
  for (const { manifest } of files) setText(manifest.uri, manifest.text);
}

/** The fixes of several workspaces as one. */
export function joinFixes(all: readonly Fixes[]): Fixes {
  return {
    files: all.flatMap(({ files }) => files),
    left: all.flatMap(({ left }) => left),
    unwritten: all.flatMap(({ unwritten }) => unwritten),
  };
}

/** The fixes for a report, in which files have the names that `nameOf` gives to their paths. */
export function changesOf({ files }: Fixes, written: boolean, nameOf: (path: string) => string): Changes {
  const changed = files.map(({ manifest, text, fixed }) => ({
    file: nameOf(manifest.path),
    before: withMark(manifest, manifest.text),
    after: withMark(manifest, text),
    fixed,
  }));
  return { written, files: changed.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)) };
}

function chosenIn({ uri, documents }: JudgedFile): ChosenFix[] {
  return chooseSafeFixes(
    uri,
    documents.flatMap(({ diagnoses }) => diagnoses),
  );
}

function fixedText({ documents }: JudgedFile, chosen: readonly ChosenFix[]): string {
  const text = documents.map(({ document }) => document.text).join('');
  return applyEdits(
    text,
    chosen.flatMap(({ fix }) => fix.edits),
  );
}

function reportedAs({ diagnosis: { rule, finding }, fix }: ChosenFix): FixedFinding {
  return { ruleId: rule.id, title: fix.title, region: regionOf(finding.at) };
}

function ignoreTestOf({ root, config }: Selection): (path: string) => boolean {
  const ignores = ignoreTest(config?.parsed.config.ignore ?? []);
  return (path) => ignores(displayPath(root, path));
}

/**
 * Why the text of a file is nothing for a program to change. Template actions may stand outside of the documents they are
 * about; a placeholder is about its own document.
 */
function obstacleIn({ documents }: JudgedFile, chosen: readonly ChosenFix[]): Omit<Unwritten, 'path'> | null {
  const isTemplate =
    documents.some(({ document }) => hasAction(document.text)) ||
    chosen.some(({ diagnosis }) => diagnosis.finding.at.document.isTemplate);
  if (isTemplate) return TEMPLATE;
  return documents.some(({ document }) => document.soundUntil !== Number.POSITIVE_INFINITY) ? BROKEN : null;
}

const IGNORED = {
  reason: 'is left out by `ignore` in the config, so that nothing in it is fixed',
  remedy: 'Fix it where it comes from.',
};
const TEMPLATE = {
  reason: 'holds template text, so that nothing in it is fixed',
  remedy: 'Fix it by hand; each finding says how.',
};
const BROKEN = {
  reason: 'has an error in its YAML, so that nothing in it is fixed',
  remedy: 'Correct the YAML first.',
};
