/**
 * Owns whether cutting a part out of a document takes an anchor away that an alias elsewhere needs: the document could not be
 * read any more.
 */
import type { YamlDocument } from '../document.ts';
import type { Span } from '../span.ts';
import type { YamlNode } from './nodes.ts';

/** Whether some alias outside of `span` stands for a node inside, anchor and all. */
export function losesAnchor({ text, yaml }: YamlDocument, { start, end }: Span): boolean {
  if (!text.slice(start, end).includes('&')) return false;
  const isLost = (node: YamlNode): boolean => {
    if (node.kind === 'seq') return node.items.some(isLost);
    if (node.kind === 'map') return node.pairs.some(({ key, value }) => isLost(key) || isLost(value));
    if (node.kind === 'scalar' || !node.target) return false;
    const { span } = node.target;
    // The anchor stands in front of its node.
    const isNamedInside = start < span.start && span.end <= end;
    return isNamedInside && (node.span.start < start || node.span.end > end);
  };
  return yaml.root !== null && isLost(yaml.root);
}
