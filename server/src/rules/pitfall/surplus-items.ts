/**
 * Owns the judgement which peers and ports of one rule add nothing to others of the same list.
 */
import { deref, type YamlMap, type YamlNode, type YamlPair, type YamlSeq } from '../../core/yaml/nodes.ts';
import type { Policy } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { isPortSubset } from '../../engine/ports.ts';
import { peerCovers } from '../../engine/subsumption.ts';
import { peerPairsOf } from './peer-pairs.ts';

export interface SurplusItem {
  readonly kind: 'peer' | 'port';
  readonly node: YamlNode;
  /** The item that says the same or more. */
  readonly by: YamlNode;
  readonly list: YamlSeq;
}

/** The list that is the value of `pair`, if it is written in `map` itself and for nobody else. */
export function ownList(map: YamlMap, pair: YamlPair | null): YamlSeq | null {
  if (!pair || !map.pairs.includes(pair)) return null;
  const value = deref(pair.value);
  return value?.kind === 'seq' && value.anchor === undefined ? value : null;
}

const cache = new WeakMap<PolicyRule, readonly SurplusItem[]>();

/** The peers and ports of `rule`, a rule of `policy`, that add nothing; of two that say the same, the later. */
export function surplusItems(rule: PolicyRule, policy: Policy): readonly SurplusItem[] {
  const known = cache.get(rule);
  if (known) return known;
  const items = [...surplusPeers(rule, policy), ...surplusPorts(rule)];
  cache.set(rule, items);
  return items;
}

function* surplusPeers(rule: PolicyRule, { resource }: Policy): Iterable<SurplusItem> {
  const { peers, node } = rule;
  if (node.kind !== 'map' || peers.kind !== 'some') return;
  const list = ownList(node, peers.pair);
  if (!list) return;
  // Two that look like one torn apart are reported as that.
  const torn = new Set(peerPairsOf(resource.document, rule).flatMap(({ first, second }) => [first, second]));
  const candidates = peers.items.filter((peer) => peer.kind !== 'pods' || !torn.has(peer));
  const covers = (outer: (typeof candidates)[number], inner: (typeof candidates)[number]) =>
    peerCovers(outer, inner, resource.namespace);
  for (const [item, by] of covered(candidates, covers))
    yield { kind: 'peer', node: item.node, by: by.node, list };
}

function* surplusPorts({ node, ports }: PolicyRule): Iterable<SurplusItem> {
  if (node.kind !== 'map' || ports.kind !== 'some') return;
  const list = ownList(node, ports.pair);
  if (!list) return;
  const covers = (outer: (typeof ports.items)[number], inner: (typeof ports.items)[number]) =>
    outer.set !== null && inner.set !== null && isPortSubset(inner.set, outer.set);
  for (const [item, by] of covered(ports.items, covers))
    yield { kind: 'port', node: item.node, by: by.node, list };
}

/** Items that another covers, with that other; of items that cover each other, all but the first. */
function* covered<T>(items: readonly T[], covers: (outer: T, inner: T) => boolean): Iterable<[T, T]> {
  for (const [i, item] of items.entries()) {
    const by = items.find((other, j) => i !== j && covers(other, item) && !(i < j && covers(item, other)));
    if (by !== undefined) yield [item, by];
  }
}
