/**
 * Owns the shape of a parsed YAML document: a plain tree with spans, independent of the parser that made it.
 * Spans are relative to the document. Nothing here judges what a value means to Kubernetes.
 */
import type { Span } from '../span.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'absent';

/** A value as the API server's YAML-to-JSON conversion yields it. */
export type JsonScalar = string | number | boolean | null;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** From the first character of the scalar to behind its last; empty when the value is absent. */
  readonly span: Span;
  /** The text content, quotes and escapes resolved. */
  readonly text: string;
  /** The JSON value the API server reads, e.g. `true` for a plain `yes`. */
  readonly value: JsonScalar;
  readonly style: ScalarStyle;
  readonly anchor?: string;
  readonly tag?: string;
}

export interface YamlPair {
  readonly key: YamlNode;
  /** The key as the API server names it: `1` and `"1"` are the same name. */
  readonly name: string;
  readonly value: YamlNode;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly span: Span;
  readonly style: 'block' | 'flow';
  /** As written. */
  readonly pairs: readonly YamlPair[];
  /**
   * The pairs in effect, as lenient decoding has it: each name once, what is written last wins, and a merge key (`<<`) counts
   * as writing the merged pairs at its place. In a list of merged maps the first wins. Nearly always the same as `pairs`.
   */
  readonly effective: readonly YamlPair[];
  readonly anchor?: string;
}

export interface YamlSeq {
  readonly kind: 'seq';
  readonly span: Span;
  readonly style: 'block' | 'flow';
  readonly items: readonly YamlNode[];
  readonly anchor?: string;
}

export interface YamlAlias {
  readonly kind: 'alias';
  readonly span: Span;
  readonly name: string;
  /** The anchored node, or null when the anchor is unknown or the alias would contain itself. */
  readonly target: YamlNode | null;
}

export type YamlNode = YamlScalar | YamlMap | YamlSeq | YamlAlias;

/** Follows aliases to the node they stand for; null when there is none. */
export function deref(node: YamlNode | null | undefined): Exclude<YamlNode, YamlAlias> | null {
  let current = node ?? null;
  for (let hops = 0; current?.kind === 'alias'; hops++) {
    if (hops > 100) return null;
    current = current.target;
  }
  return current;
}

/** The node as a map, aliases followed; null when it is something else. */
export function asMap(node: YamlNode | null | undefined): YamlMap | null {
  const target = deref(node);
  return target?.kind === 'map' ? target : null;
}

/** The node as a sequence, aliases followed; null when it is something else. */
export function asSeq(node: YamlNode | null | undefined): YamlSeq | null {
  const target = deref(node);
  return target?.kind === 'seq' ? target : null;
}

/** The node as a scalar, aliases followed; null when it is something else. */
export function asScalar(node: YamlNode | null | undefined): YamlScalar | null {
  const target = deref(node);
  return target?.kind === 'scalar' ? target : null;
}

/** The node's string value; null for anything the API server does not read as a string. */
export function asString(node: YamlNode | null | undefined): string | null {
  const value = asScalar(node)?.value;
  return typeof value === 'string' ? value : null;
}

/** Whether the node is missing, or reads as JSON null. */
export function isNull(node: YamlNode | null | undefined): boolean {
  const target = deref(node);
  return target === null ? node == null : target.kind === 'scalar' && target.value === null;
}

/** Whether the pair is a YAML merge key (`<<`), which is an instruction rather than a field. */
export function isMergeKey(pair: YamlPair): boolean {
  const { key } = pair;
  if (key.kind !== 'scalar' || key.text !== '<<') return false;
  return key.tag === undefined ? key.style === 'plain' : key.tag === 'tag:yaml.org,2002:merge';
}

/** The maps a merge key names; null when its value is neither a map nor a list of maps, which fails the whole document. */
export function mergeSources({ value }: YamlPair): readonly YamlMap[] | null {
  const candidates = value.kind === 'seq' ? value.items : [value];
  const maps = candidates.map(asMap).filter((map) => map !== null);
  return maps.length === candidates.length ? maps : null;
}

/** The pair named `name` that is in effect in `map`. */
export function pairOf(map: YamlMap | null | undefined, name: string): YamlPair | undefined {
  if (!map) return undefined;
  if (map.effective.length > SHORT) return indexOf(map).get(name);
  for (const pair of map.effective) if (pair.name === name) return pair;
  return undefined;
}

/** Mappings in manifests are short: looking through one of so many pairs is quicker than an index of it, and takes no memory. */
const SHORT = 32;
const indexes = new WeakMap<YamlMap, ReadonlyMap<string, YamlPair>>();

function indexOf(map: YamlMap): ReadonlyMap<string, YamlPair> {
  const known = indexes.get(map);
  if (known) return known;
  const index = new Map(map.effective.map((pair) => [pair.name, pair]));
  indexes.set(map, index);
  return index;
}

/** The value of `name` in `node` when `node` is a map that has it. */
export function get(node: YamlNode | null | undefined, name: string): YamlNode | undefined {
  return pairOf(asMap(node), name)?.value;
}
