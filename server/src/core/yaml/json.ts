/**
 * Owns the conversion of a node tree to the JSON value the API server would decode, and JSON Pointers back to nodes.
 * Aliases are expanded within a budget, so that an alias bomb ends in "unknown" rather than in memory.
 */
import { deref, pairOf, type YamlNode, type YamlPair } from './nodes.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** More nodes than any real manifest expands to. */
const BUDGET = 200_000;
const MAX_DEPTH = 400;

/** The JSON value of `node`, or undefined when its aliases are cyclic or expand beyond the budget. */
export function toJson(node: YamlNode | null): Json | undefined {
  let left = BUDGET;
  const convert = (source: YamlNode, depth: number): Json => {
    if (--left < 0 || depth > MAX_DEPTH) throw new TooLarge();
    const target = deref(source);
    if (target === null) return null;
    if (target.kind === 'scalar') return target.value;
    if (target.kind === 'seq') return target.items.map((item) => convert(item, depth + 1));
    const object: { [key: string]: Json } = Object.create(null);
    for (const { name, value } of target.effective) object[name] = convert(value, depth + 1);
    return object;
  };
  try {
    return node === null ? null : convert(node, 0);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class TooLarge extends Error {}

/** What a JSON Pointer leads to: the node, and the pair that holds it when its parent is a map. */
export interface Pointed {
  readonly node: YamlNode;
  readonly pair: YamlPair | null;
}

/** Follows a JSON Pointer (RFC 6901) from `root`; null when a step leads nowhere. */
export function followPointer(root: YamlNode, pointer: string): Pointed | null {
  let node: YamlNode = root;
  let pair: YamlPair | null = null;
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const target = deref(node);
    if (target?.kind === 'map') {
      const found = pairOf(target, step);
      if (!found) return null;
      pair = found;
      node = found.value;
    } else if (target?.kind === 'seq') {
      const item = target.items[Number(step)];
      if (!item) return null;
      pair = null;
      node = item;
    } else {
      return null;
    }
  }
  return { node, pair };
}
