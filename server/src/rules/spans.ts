/**
 * Owns what to underline for things that may have no text of their own.
 */
import type { YamlDocument } from '../core/document.ts';
import type { Span } from '../core/span.ts';
import { dashOf } from '../core/yaml/edit.ts';
import type { YamlNode } from '../core/yaml/nodes.ts';

/** What to underline for an item of a list: its text or, where it has none, its dash. Null when there is neither. */
export function itemSpan(document: YamlDocument, item: YamlNode): Span | null {
  if (item.span.end > item.span.start) return item.span;
  const dash = dashOf(document, item);
  return dash === null ? null : { start: dash, end: dash + 1 };
}
