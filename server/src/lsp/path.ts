/**
 * Owns the way from a cursor to the part of the tree it stands in.
 */
import { type Span, touches } from '../core/span.ts';
import type { YamlMap, YamlNode, YamlPair } from '../core/yaml/nodes.ts';

export interface PathAt {
  /** Field names and, for list items, `[]`, from the object's root to the cursor. */
  readonly path: readonly string[];
  /** The key or value under the cursor: a scalar, or an empty mapping or list. */
  readonly span: Span;
}

/** The path to what stands at `offset` below `root`; null where there is only white space. */
export function pathAt(root: YamlMap, offset: number): PathAt | null {
  const path: string[] = [];
  let node: YamlNode = root;
  for (;;) {
    if ((node.kind === 'map' && node.pairs.length === 0) || (node.kind === 'seq' && node.items.length === 0))
      return { path, span: node.span };
    if (node.kind === 'map') {
      const pair: YamlPair | undefined = node.pairs.find(
        (p) => touches(p.key.span, offset) || touches(p.value.span, offset),
      );
      if (!pair) return null;
      path.push(pair.name);
      if (touches(pair.key.span, offset)) return { path, span: pair.key.span };
      node = pair.value;
    } else if (node.kind === 'seq') {
      const item: YamlNode | undefined = node.items.find((i) => touches(i.span, offset));
      if (!item) return null;
      path.push('[]');
      node = item;
    } else {
      return { path, span: node.span };
    }
  }
}
