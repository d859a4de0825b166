/**
 * Owns the two refactorings of peers: two neighbours made one, so that both selectors must match (OR → AND), and one with both
 * selectors made two, so that either is enough (AND → OR). Nothing need be wrong for them. They know no protocol.
 */
import type { YamlDocument } from '../core/document.ts';
import type { Edit } from '../core/rule.ts';
import { contains, type Span } from '../core/span.ts';
import { columnOf, dashOf, endOfLine } from '../core/yaml/edit.ts';
import { mergeItems, splitItem } from '../core/yaml/items.ts';
import type { YamlNode, YamlSeq } from '../core/yaml/nodes.ts';
import { DIRECTIONS } from '../engine/direction.ts';
import { type Policy, rulesOf } from '../engine/policy.ts';
import type { Peer, PodsPeer, PolicyRule } from '../engine/policy-rule.ts';

/** What the peers of a refactoring match afterwards. */
export type Matched = Pick<PodsPeer, 'podSelector' | 'namespaceSelector'>;

export interface PeerRefactoring {
  /** `merge` narrows what is allowed, `split` widens it. */
  readonly kind: 'merge-with-next' | 'merge-with-previous' | 'split';
  /** The one peer, or the two, in the order of the text. */
  readonly result: readonly Matched[];
  readonly edits: readonly Edit[];
}

/** What can be done to the peer of `policy` that `selection` lies in; nothing where it lies in none, or in more than one. */
export function peerRefactorings(policy: Policy, selection: Span): PeerRefactoring[] {
  const { document } = policy.resource;
  for (const direction of DIRECTIONS)
    for (const rule of rulesOf(policy, direction).rules) {
      const list = listIn(rule);
      if (rule.peers.kind !== 'some' || !list) continue;
      const { items } = rule.peers;
      const index = items.findIndex(({ node }) => contains(areaOf(document, node), selection));
      if (index >= 0) return refactoringsAt(document, list, items, index);
    }
  return [];
}

/** The list of peers where it is written in the rule itself: one behind an alias is not this rule's alone. */
function listIn({ peers }: PolicyRule): YamlSeq | null {
  const value = peers.kind === 'some' ? peers.pair.value : null;
  return value?.kind === 'seq' ? value : null;
}

/** Where a cursor is taken to be on an item: in a block, on any of its lines. */
function areaOf(document: YamlDocument, item: YamlNode): Span {
  const dash = item.kind === 'map' ? dashOf(document, item) : null;
  if (dash === null) return item.span;
  return { start: dash - columnOf(document, dash), end: endOfLine(document.text, item.span.end) };
}

function refactoringsAt(
  document: YamlDocument,
  list: YamlSeq,
  items: readonly Peer[],
  index: number,
): PeerRefactoring[] {
  const [previous, peer, next] = [items[index - 1], items[index], items[index + 1]];
  return [
    merged('merge-with-next', document, list, peer, next),
    merged('merge-with-previous', document, list, previous, peer),
    split(document, list, peer),
  ].filter((found) => found !== null);
}

function merged(
  kind: PeerRefactoring['kind'],
  document: YamlDocument,
  list: YamlSeq,
  first: Peer | undefined,
  second: Peer | undefined,
): PeerRefactoring | null {
  if (first?.kind !== 'pods' || second?.kind !== 'pods') return null;
  const [one, other] = [first.node, second.node];
  const edits = one.kind === 'map' && other.kind === 'map' ? mergeItems(document, list, one, other) : null;
  const both = {
    podSelector: first.podSelector ?? second.podSelector,
    namespaceSelector: first.namespaceSelector ?? second.namespaceSelector,
  };
  return edits && { kind, result: [both], edits };
}

function split(document: YamlDocument, list: YamlSeq, peer: Peer | undefined): PeerRefactoring | null {
  if (peer?.kind !== 'pods' || !peer.podSelectorPair || !peer.namespaceSelectorPair) return null;
  const { node, podSelectorPair, podSelector, namespaceSelector } = peer;
  // An anchored peer is used elsewhere, where it would lose a selector.
  if (node.kind !== 'map' || node.pairs.length !== 2 || node.anchor !== undefined) return null;
  const [first, last] = node.pairs;
  const edits = last && splitItem(document, list, node, last);
  const alone: Matched[] = [
    { podSelector, namespaceSelector: null },
    { podSelector: null, namespaceSelector },
  ];
  if (!edits) return null;
  return { kind: 'split', result: first === podSelectorPair ? alone : alone.reverse(), edits };
}
