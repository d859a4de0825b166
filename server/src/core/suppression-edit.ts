/**
 * Owns taking a suppression out of a text again. What others the comment or the object has stays.
 */

import { lineAt } from './lines.ts';
import type { Edit } from './rule.ts';
import type { Span } from './span.ts';
import type { Suppression } from './suppression.ts';
import { removePair, replace } from './yaml/edit.ts';
import { asMap, get, type YamlMap } from './yaml/nodes.ts';

/** The edit that takes `suppression` out; null where its text is shared by an alias or a merge. */
export function withoutSuppression(suppression: Suppression): Edit | null {
  const { at, comment } = suppression;
  return comment
    ? replace(at.document, spanInComment(suppression, comment), '')
    : withoutAnnotation(suppression);
}

/** The id and its comma where the comment lists others, else the whole comment, with its line if it has one of its own. */
function spanInComment({ at: { document, span } }: Suppression, comment: Span): Span {
  const { text, lineStarts } = document;
  // Only the ids beside it are looked at: a list may be long, and each of its ids may have to go.
  const listStart = text.indexOf('[', comment.start) + 1;
  let next = span.end;
  while (isBetween(text[next])) next++;
  if (text[next] !== ']') return { start: span.start, end: next };
  let previous = span.start;
  while (previous > listStart && isBetween(text[previous - 1])) previous--;
  if (previous > listStart) return { start: previous, end: span.end };
  const line = lineAt(lineStarts, comment.start);
  const lead = text.slice(lineStarts[line], comment.start);
  if (lead.trim() === '') return { start: lineStarts[line] ?? 0, end: lineStarts[line + 1] ?? text.length };
  return { start: comment.start - (lead.length - lead.trimEnd().length), end: comment.end };
}

/** Whether a character parts the ids of a list. */
function isBetween(character: string | undefined): boolean {
  return character !== undefined && /[,\s]/.test(character);
}

function withoutAnnotation({ at: { document, span }, resource }: Suppression): Edit | null {
  // Behind a syntax error nobody knows where a value ends.
  if (document.soundUntil !== Number.POSITIVE_INFINITY) return null;
  const annotations = asMap(get(resource?.metadata, 'annotations'));
  const pair = annotations?.pairs.find((p) => p.key.span === span);
  if (!annotations || !pair) return null;
  if (annotations.pairs.length > 1) return removePair(document, annotations, pair);
  const metadata = resource?.metadata as YamlMap;
  const all = metadata.pairs.find((p) => p.value === annotations);
  return all ? removePair(document, metadata, all) : null;
}
