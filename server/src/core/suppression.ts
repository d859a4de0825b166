/**
 * Owns the reading of suppressions: comments `# netpol-guard: ignore[rule-id, …] reason` and annotations
 * `netpol-guard/ignore.<rule-id>: reason`. Whether one may be used, and was, is decided by the driver.
 */
import type { Place, YamlDocument } from './document.ts';
import { lineAt } from './lines.ts';
import { type Resource, resourcesOf } from './resource.ts';
import type { Span } from './span.ts';
import { isCommentAt } from './yaml/comments.ts';
import { asMap, asScalar, get } from './yaml/nodes.ts';

export const IGNORE_ANNOTATION = 'netpol-guard/ignore.';

/** One rule id that a comment or an annotation asks to ignore. */
export interface Suppression {
  readonly ruleId: string;
  readonly reason: string;
  /** The rule id in the comment, or the annotation's key. */
  readonly at: Place;
  readonly by: 'comment' | 'annotation';
  /** For a comment: the whole of it, from its `#` to the end of its line. */
  readonly comment: Span | null;
  /** For a comment: the lines (relative to the document) whose findings it covers. */
  readonly lines: readonly number[];
  /** For an annotation: the object whose findings it covers. */
  readonly resource: Resource | null;
}

/** The rule ids in the list of a comment. */
const LISTED_ID = /[^,\s]+/g;
const COMMENT = /#[ \t]*netpol-guard:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)/g;

/** Every suppression in `document`, in the order of the text. */
export function suppressionsIn(document: YamlDocument): readonly Suppression[] {
  if (!document.text.includes('netpol-guard')) return [];
  return [...fromComments(document), ...resourcesOf(document).flatMap(fromAnnotations)].sort(
    (a, b) => a.at.span.start - b.at.span.start,
  );
}

function* fromComments(document: YamlDocument): Iterable<Suppression> {
  for (const match of document.text.matchAll(COMMENT)) {
    if (!isCommentAt(document, match.index)) continue;
    const list = match[1] as string;
    const listStart = match.index + match[0].indexOf('[') + 1;
    const lines = coveredLines(document, match.index);
    const comment = { start: match.index, end: match.index + match[0].length };
    for (const id of list.matchAll(LISTED_ID)) {
      const start = listStart + id.index;
      const span = { start, end: start + id[0].length };
      const reason = (match[2] as string).trim();
      yield { ruleId: id[0], reason, at: { document, span }, by: 'comment', comment, lines, resource: null };
    }
  }
}

/** The line of a trailing comment; for a comment on a line of its own, that line and the next that is not a comment. */
function coveredLines(document: YamlDocument, offset: number): number[] {
  const starts = document.lineStarts;
  const line = lineAt(starts, offset);
  const lineText = (n: number) => document.text.slice(starts[n], starts[n + 1]);
  if (document.text.slice(starts[line], offset).trim() !== '') return [line];
  let next = line + 1;
  while (next < starts.length && /^\s*#/.test(lineText(next))) next++;
  return [line, next];
}

function fromAnnotations(resource: Resource): Suppression[] {
  const annotations = asMap(get(resource.metadata, 'annotations'));
  if (!annotations) return [];
  const result: Suppression[] = [];
  for (const pair of annotations.effective) {
    const { name } = pair;
    if (!name.startsWith(IGNORE_ANNOTATION)) continue;
    result.push({
      ruleId: name.slice(IGNORE_ANNOTATION.length),
      reason: (asScalar(pair.value)?.text ?? '').trim(),
      at: { document: resource.document, span: pair.key.span },
      by: 'annotation',
      comment: null,
      lines: [],
      resource,
    });
  }
  return result;
}
