/** Owns finding the way from the root of a tree down to a node or an offset, without looking at everything beside it. */
import { contains } from '../span.ts';
import type { YamlMap, YamlNode, YamlPair, YamlSeq } from './nodes.ts';

/** The collections around `node`, from the root inwards; none when `node` is the root, or not below it. */
export function ancestorsOf(root: YamlNode | null, node: YamlNode): (YamlMap | YamlSeq)[] {
  const path: (YamlMap | YamlSeq)[] = [];
  return root && root !== node && descend(root, node, path) ? path : [];
}

/** The pair whose value is `node`; null when it is a key, an item or the root. */
export function pairHolding(root: YamlNode | null, node: YamlNode): YamlPair | null {
  const parent = ancestorsOf(root, node).at(-1);
  if (parent?.kind !== 'map') return null;
  return (
    nearby(parent.pairs, (pair) => pair.key.span.start, node).find((pair) => pair.value === node) ?? null
  );
}

function descend(current: YamlNode, node: YamlNode, path: (YamlMap | YamlSeq)[]): boolean {
  if (current.kind === 'scalar' || current.kind === 'alias' || !contains(current.span, node.span))
    return false;
  path.push(current);
  const children =
    current.kind === 'seq'
      ? nearby(current.items, (item) => item.span.start, node)
      : nearby(current.pairs, (pair) => pair.key.span.start, node).flatMap(({ key, value }) => [key, value]);
  if (children.some((child) => child === node || descend(child, node, path))) return true;
  path.pop();
  return false;
}

/** The entries that may hold `node`. Those beside the likeliest count too: an empty value may stand where the next begins. */
function nearby<T>(entries: readonly T[], startOf: (entry: T) => number, node: YamlNode): readonly T[] {
  const index = lastAtOrBefore(entries, startOf, node.span.start);
  return entries.slice(Math.max(0, index - 1), index + 2);
}

/** The index of the last of the ascending `entries` that does not start behind `offset`; -1 when there is none. */
export function lastAtOrBefore<T>(
  entries: readonly T[],
  startOf: (entry: T) => number,
  offset: number,
): number {
  let low = -1;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(entries[middle] as T) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
