/**
 * Owns where the comments of a document are. The tree does not have them: a comment is a `#` behind white space that stands
 * in no scalar.
 */
import type { YamlDocument } from '../document.ts';
import { compareSpans, type Span } from '../span.ts';
import type { YamlNode, YamlScalar } from './nodes.ts';

/** The comments that start within `span`, each from its `#` to the end of its line, in the order of the text. */
export function commentsIn(document: YamlDocument, span: Span): Span[] {
  const { text } = document;
  const found: Span[] = [];
  let at = span.start;
  for (const match of text.slice(span.start, span.end).matchAll(/#/g)) {
    const start = span.start + match.index;
    if (start < at || !isCommentAt(document, start)) continue;
    at = lineEndFrom(text, start);
    found.push({ start, end: at });
  }
  return found;
}

function lineEndFrom(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/** Whether the `#` at `offset` starts a comment. In a document that cannot be parsed, one behind white space does. */
export function isCommentAt(document: YamlDocument, offset: number): boolean {
  const before = document.text[offset - 1];
  if (offset > 0 && before !== undefined && !/\s/.test(before)) return false;
  const starts = scalarsOf(document);
  const scalar = starts[lastUpTo(starts, offset)];
  return !scalar || offset < scalar.start || scalar.end <= offset;
}

const cache = new WeakMap<YamlDocument, readonly Span[]>();

/** Where the text of each scalar is, in the order of the text. */
function scalarsOf(document: YamlDocument): readonly Span[] {
  const known = cache.get(document);
  if (known) return known;
  const spans: Span[] = [];
  const visit = (node: YamlNode): void => {
    if (node.kind === 'seq') node.items.forEach(visit);
    if (node.kind === 'scalar' && node.span.start < node.span.end) spans.push(textOf(document, node));
    if (node.kind !== 'map') return;
    for (const { key, value } of node.pairs) {
      visit(key);
      visit(value);
    }
  };
  if (document.yaml.root) visit(document.yaml.root);
  spans.sort(compareSpans);
  cache.set(document, spans);
  return spans;
}

/** A block scalar's text begins below the line of its `|` or `>`, which may end with a comment. */
function textOf(document: YamlDocument, { span, style }: YamlScalar): Span {
  if (style !== 'literal' && style !== 'folded') return span;
  const header = document.text.slice(span.start, span.end).search(/[\r\n]|$/);
  return { start: span.start + header, end: span.end };
}

function lastUpTo(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
