/**
 * Owns whether cutting a part out of a document takes an anchor away that an alias elsewhere needs: the document could not be
 * read any more.
 */
import type { YamlDocument } from '../document.ts';
import type { Span } from '../span.ts';
import type { YamlAlias, YamlNode } from './nodes.ts';

/** Whether some alias outside of `span` stands for a node inside, anchor and all. */
export function losesAnchor(document: YamlDocument, { start, end }: Span): boolean {
  if (!document.text.slice(start, end).includes('&')) return false;
  return aliasesIn(document).some(({ span: own, target }) => {
    // The anchor stands in front of its node.
    const isNamedInside = target !== null && start < target.span.start && target.span.end <= end;
    return isNamedInside && (own.start < start || own.end > end);
  });
}

const cache = new WeakMap<YamlDocument, readonly YamlAlias[]>();

/** The aliases of a document. Every fix that cuts something out asks for them. */
function aliasesIn(document: YamlDocument): readonly YamlAlias[] {
  const known = cache.get(document);
  if (known) return known;
  const { root } = document.yaml;
  const found = root ? [...aliasesBelow(root)] : [];
  cache.set(document, found);
  return found;
}

function* aliasesBelow(node: YamlNode): Iterable<YamlAlias> {
  if (node.kind === 'alias') yield node;
  if (node.kind === 'seq') for (const item of node.items) yield* aliasesBelow(item);
  if (node.kind === 'map')
    for (const { key, value } of node.pairs) {
      yield* aliasesBelow(key);
      yield* aliasesBelow(value);
    }
}
