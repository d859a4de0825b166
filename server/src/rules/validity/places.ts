/**
 * Owns the walk over the parts of a policy's text that validity rules judge one by one: peers, ports, selectors. It works on the
 * tree as written, since the objects it meets are wrong in some way.
 */
import type { Resource } from '../../core/resource.ts';
import {
  asMap,
  asSeq,
  asString,
  get,
  isNull,
  pairOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlSeq,
} from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import { type Cidr, isStrictlyInside, parseCidr } from '../../engine/cidr.ts';
import { DIRECTIONS, type Direction, PEERS_FIELD, RULES_FIELD } from '../../engine/direction.ts';

/** An item of a list that should be a mapping. */
export interface ItemPlace {
  readonly direction: Direction;
  readonly list: YamlSeq;
  readonly node: YamlNode;
  /** Empty where the item is null, which the server reads as an item with nothing set; null where it is something else. */
  readonly map: YamlMap | null;
}

export interface SelectorPlace {
  readonly map: YamlMap;
  /** The items of `matchExpressions`. */
  readonly expressions: readonly YamlNode[];
}

/** Whether the text of `node` is what the author meant, as far as can be known. */
export function isSure({ document }: Pick<Resource, 'document'>, node: YamlNode): boolean {
  return node.span.end <= document.soundUntil && !(document.isTemplate && isTemplated(node, document.text));
}

/** The pair of `name`, unless it is missing or null, which are the same to the server. */
export function given(map: YamlMap, name: string): YamlPair | null {
  const pair = pairOf(map, name);
  return pair && !isNull(pair.value) ? pair : null;
}

/** Whether `map` has keys besides `fields`: one of these may have been meant, and unknown-field asks which. */
export function hasOtherKeys(map: YamlMap, fields: readonly string[]): boolean {
  return map.effective.some(({ name }) => !fields.includes(name));
}

/** The items of every `from` and `to`, each once. */
export function* peersOf(policy: Resource): Iterable<ItemPlace> {
  yield* itemsOf(policy, (direction) => PEERS_FIELD[direction]);
}

/** The items of every `ports`, each once. */
export function* portsOf(policy: Resource): Iterable<ItemPlace> {
  yield* itemsOf(policy, () => 'ports');
}

function* itemsOf(policy: Resource, field: (direction: Direction) => string): Iterable<ItemPlace> {
  const seen = new Set<YamlSeq>();
  const spec = get(policy.root, 'spec');
  for (const direction of DIRECTIONS)
    for (const rule of asSeq(get(spec, RULES_FIELD[direction]))?.items ?? []) {
      const list = asSeq(get(rule, field(direction)));
      if (!list || seen.has(list)) continue;
      seen.add(list);
      for (const node of list.items) yield { direction, list, node, map: isNull(node) ? EMPTY : asMap(node) };
    }
}

const EMPTY: YamlMap = { kind: 'map', span: { start: 0, end: 0 }, style: 'flow', pairs: [], effective: [] };

/** Every `ipBlock` that is a mapping, each once, with the peer it stands in. */
export function* ipBlocksOf(
  policy: Resource,
): Iterable<{ readonly pair: YamlPair; readonly block: YamlMap }> {
  for (const { map } of peersOf(policy)) {
    const pair = map && given(map, 'ipBlock');
    const block = asMap(pair?.value);
    if (pair && block) yield { pair, block };
  }
}

/** A range that the server accepts in some mode, with the text it is written in. */
export interface RangePlace {
  readonly node: YamlNode;
  readonly text: string;
  readonly cidr: Cidr;
  /** Whether it takes addresses out of a block. */
  readonly isException: boolean;
}

/** Every `cidr` and every exception that is inside its block, each once. */
export function* rangesOf(policy: Resource): Iterable<RangePlace> {
  const seen = new Set<YamlNode>();
  for (const { block } of ipBlocksOf(policy)) {
    const outer = rangeAt(policy, get(block, 'cidr'), false);
    const excepts = (asSeq(get(block, 'except'))?.items ?? []).map((item) => rangeAt(policy, item, true));
    for (const range of [outer, ...excepts]) {
      if (!range || seen.has(range.node)) continue;
      if (range.isException && outer && !isStrictlyInside(range.cidr, outer.cidr)) continue;
      seen.add(range.node);
      yield range;
    }
  }
}

function rangeAt(policy: Resource, node: YamlNode | undefined, isException: boolean): RangePlace | null {
  const text = asString(node);
  const cidr = text === null ? null : parseCidr(text);
  return node && text !== null && cidr && isSure(policy, node) ? { node, text, cidr, isException } : null;
}

/** Every label selector that is a mapping, each once: the policy's own and those of its peers. */
export function* selectorsOf(policy: Resource): Iterable<SelectorPlace> {
  const seen = new Set<YamlMap>();
  const own = get(get(policy.root, 'spec'), 'podSelector');
  const ofPeers = [...peersOf(policy)].flatMap(({ map }) =>
    map ? [get(map, 'podSelector'), get(map, 'namespaceSelector')] : [],
  );
  for (const node of [own, ...ofPeers]) {
    const map = asMap(node);
    if (!map || seen.has(map)) continue;
    seen.add(map);
    yield { map, expressions: asSeq(get(map, 'matchExpressions'))?.items ?? [] };
  }
}
