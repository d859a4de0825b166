/**
 * Owns which safe fixes of a file can be carried out at once, and carrying out edits on a text. Whoever asks decides what is
 * done with the result.
 */
import type { YamlDocument } from './document.ts';
import type { Diagnosis, Edit, Fix } from './rule.ts';

/** A fix with the finding that it corrects. */
export interface ChosenFix {
  readonly diagnosis: Diagnosis;
  readonly fix: Fix;
}

/**
 * What can be done without asking to the findings, which are all of the file `uri`: their safe fixes, of those that touch each
 * other's text the first, and none that reaches into another file or creates one. A person is asked all the same where a fix is
 * safe only because of what else is in the workspace, which may not all be applied, and where the first choice is another one.
 * Suppressed findings are left alone.
 */
export function chooseSafeFixes(uri: string, diagnoses: readonly Diagnosis[]): ChosenFix[] {
  const taken = new Map<YamlDocument, Edit[]>();
  const chosen: ChosenFix[] = [];
  for (const diagnosis of diagnoses) {
    const fix = diagnosis.finding.fixes?.[0];
    if (!fix?.safe || fix.creates || diagnosis.suppressed || diagnosis.rule.sees !== 'document') continue;
    const fits = (edit: Edit) =>
      edit.at.document.uri === uri &&
      !(taken.get(edit.at.document) ?? []).some((other) => collide(edit, other));
    if (!fix.edits.every(fits)) continue;
    for (const edit of fix.edits) taken.set(edit.at.document, [...(taken.get(edit.at.document) ?? []), edit]);
    chosen.push({ diagnosis, fix });
  }
  return chosen;
}

/** Two insertions at the same place collide, too: which comes first would be chance. */
function collide({ at: { span: a } }: Edit, { at: { span: b } }: Edit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** The text of a file after `edits`, which are all in it and do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits
    .map(({ at: { document, span }, text: replacement }) => ({
      start: document.start + span.start,
      end: document.start + span.end,
      replacement,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const { start, end, replacement } of ordered) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
