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
 * The safe fixes of the findings, which are all of the file `uri`: of those that touch each other's text the first, and none
 * that reaches into another file or creates one. Suppressed findings are left alone. A fix that is safe because of what else is
 * in the workspace need not be safe after another such fix, so that there is at most one of them, and with `alone` none.
 */
export function chooseSafeFixes(uri: string, diagnoses: readonly Diagnosis[], alone = false): ChosenFix[] {
  const taken = new Map<YamlDocument, Edit[]>();
  const chosen: ChosenFix[] = [];
  let looksAround = alone;
  for (const diagnosis of diagnoses) {
    if (diagnosis.suppressed || (looksAround && reliesOnOthers(diagnosis))) continue;
    const fix = diagnosis.finding.fixes?.find((f) => f.safe && !f.creates);
    const fits = (edit: Edit) =>
      edit.at.document.uri === uri &&
      !(taken.get(edit.at.document) ?? []).some((other) => collide(edit, other));
    if (!fix?.edits.every(fits)) continue;
    for (const edit of fix.edits) taken.set(edit.at.document, [...(taken.get(edit.at.document) ?? []), edit]);
    chosen.push({ diagnosis, fix });
    looksAround ||= reliesOnOthers(diagnosis);
  }
  return chosen;
}

/** Whether a finding depends on more than the document it is in. */
export function reliesOnOthers({ rule }: Diagnosis): boolean {
  return rule.sees !== 'document';
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
