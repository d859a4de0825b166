/**
 * Owns where the comments of a document are. The tree does not have them: a comment is a `#` behind white space that stands
 * in no scalar.
 */
import type { YamlDocument } from '../document.ts';
import type { Span } from '../span.ts';
import type { YamlNode } from './nodes.ts';

/** The comments that start within `span`, each from its `#` to the end of its line, in the order of the text. */
export function commentsIn(document: YamlDocument, span: Span): Span[] {
  const found: Span[] = [];
  const hash = /#[^\r\n]*/g;
  hash.lastIndex = span.start;
  for (
    let match = hash.exec(document.text);
    match && match.index < span.end;
    match = hash.exec(document.text)
  ) {
    if (isCommentAt(document, match.index))
      found.push({ start: match.index, end: match.index + match[0].length });
    else hash.lastIndex = match.index + 1;
  }
  return found;
}

/** Whether the `#` at `offset` starts a comment. In a document that cannot be parsed, one behind white space does. */
export function isCommentAt(document: YamlDocument, offset: number): boolean {
  const before = document.text[offset - 1];
  if (offset > 0 && before !== undefined && !/\s/.test(before)) return false;
  return !isInScalar(document, document.yaml.root, offset);
}

function isInScalar(document: YamlDocument, node: YamlNode | null, offset: number): boolean {
  if (!node || node.span.start > offset || node.span.end <= offset) return false;
  const inside = (child: YamlNode) => isInScalar(document, child, offset);
  switch (node.kind) {
    case 'scalar':
      // The line of `|` and `>` is not yet the text.
      return node.style === 'literal' || node.style === 'folded'
        ? /[\r\n]/.test(document.text.slice(node.span.start, offset))
        : true;
    case 'seq':
      return node.items.some(inside);
    case 'map':
      return node.pairs.some(({ key, value }) => inside(key) || inside(value));
    case 'alias':
      return false;
  }
}
