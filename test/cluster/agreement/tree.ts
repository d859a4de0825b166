/**
 * Owns a YAML text as a tree that can hold what no value can: repeated keys, scalars in one spelling rather than another. Written
 * out in block style, so that every mutation is one a person's typing could have made.
 */

/** A scalar or a flow collection, exactly as it is to stand in the text. */
export interface Raw {
  readonly kind: 'raw';
  text: string;
}

export interface TreeMap {
  readonly kind: 'map';
  pairs: [key: string, value: Tree][];
}

export interface TreeList {
  readonly kind: 'list';
  items: Tree[];
}

export type Tree = Raw | TreeMap | TreeList;

/** What can be turned into a tree: strings stand as they are, without quotes of their own. */
export type Plain = string | number | readonly Plain[] | { readonly [key: string]: Plain };

export function treeOf(value: Plain): Tree {
  if (typeof value !== 'object') return { kind: 'raw', text: String(value) };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => treeOf(item as Plain)) };
  return { kind: 'map', pairs: Object.entries(value).map(([key, inner]) => [key, treeOf(inner as Plain)]) };
}

/** The tree as YAML in block style; empty collections as `{}` and `[]`. */
export function write(tree: Tree): string {
  return `${lines(tree).join('\n')}\n`;
}

function lines(tree: Tree): string[] {
  if (tree.kind === 'raw') return [tree.text];
  if (tree.kind === 'list') {
    if (tree.items.length === 0) return ['[]'];
    return tree.items.flatMap((item) => {
      const [first = '', ...rest] = lines(item);
      return [`- ${first}`.trimEnd(), ...rest.map((line) => `  ${line}`)];
    });
  }
  if (tree.pairs.length === 0) return ['{}'];
  return tree.pairs.flatMap(([key, value]) => {
    const inner = lines(value);
    const isInline = value.kind === 'raw' || inner[0] === '{}' || inner[0] === '[]';
    return isInline ? [`${key}: ${inner[0]}`.trimEnd()] : [`${key}:`, ...inner.map((line) => `  ${line}`)];
  });
}
