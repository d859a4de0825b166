/**
 * Owns finding the fields of a rule that have a key and no value, where the rule allows more, or something else, for it. What
 * to say about them is not its business, nor is a `from` or `to` without a value.
 */
import {
  asMap,
  asSeq,
  get,
  isNull,
  pairOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from '../../core/yaml/nodes.ts';
import type { CidrPeer, Peer, PodsPeer, PolicyRule } from '../../engine/policy-rule.ts';

/** A key without a value, and the mapping it stands in. */
export interface NullField {
  readonly map: YamlMap;
  readonly pair: YamlPair;
}

export type Null =
  /** A peer's podSelector, beside a namespaceSelector. */
  | (NullField & { readonly kind: 'podSelector'; readonly peer: PodsPeer })
  /** What is all there is in a peer's podSelector, which selects everything without it. */
  | (NullField & { readonly kind: 'selector'; readonly peer: PodsPeer })
  | (NullField & { readonly kind: 'namespaceSelector'; readonly peer: PodsPeer })
  | (NullField & { readonly kind: 'ports' })
  | (NullField & { readonly kind: 'port' })
  | (NullField & { readonly kind: 'except'; readonly peer: CidrPeer })
  /** An item of `ports` with nothing behind its dash. */
  | { readonly kind: 'portItem'; readonly item: YamlNode };

/** The fields without a value in one rule. */
export function* nullsIn(rule: PolicyRule): Iterable<Null> {
  const map = asMap(rule.node);
  const ports = rule.ports.pair;
  // A rule that names no peers either allows everything, and is reported as that.
  if (map && ports && isNull(ports.value) && rule.peers.kind !== 'any')
    yield { kind: 'ports', map, pair: ports };
  for (const item of asSeq(ports?.value)?.items ?? []) yield* nullsInPort(item);
  if (rule.peers.kind === 'some') for (const peer of rule.peers.items) yield* nullsInPeer(peer);
}

function* nullsInPort(item: YamlNode): Iterable<Null> {
  if (isNull(item)) yield { kind: 'portItem', item };
  const map = asMap(item);
  const pair = map && nullPair(map, 'port');
  // An `endPort` without its `port` is refused.
  if (pair && isNull(get(map, 'endPort'))) yield { kind: 'port', map, pair };
}

function* nullsInPeer(peer: Peer): Iterable<Null> {
  if (peer.kind === 'cidr') {
    const pair = nullPair(peer.block, 'except');
    if (pair) yield { kind: 'except', map: peer.block, pair, peer };
  }
  const map = asMap(peer.node);
  if (peer.kind !== 'pods' || !map) return;
  for (const kind of ['podSelector', 'namespaceSelector'] as const) {
    const pair = nullPair(map, kind);
    if (pair) yield { kind, map, pair, peer };
  }
  const selector = asMap(peer.podSelectorPair?.value);
  if (!selector || peer.podSelector?.requirements.length !== 0) return;
  const pair = nullPair(selector, 'matchLabels') ?? nullPair(selector, 'matchExpressions');
  if (pair) yield { kind: 'selector', map: selector, pair, peer };
}

function nullPair(map: YamlMap, name: string): YamlPair | null {
  const pair = pairOf(map, name);
  return pair && isNull(pair.value) ? pair : null;
}
