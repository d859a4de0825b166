/**
 * Owns finding two neighbouring peers that look like one peer torn apart by a dash, and putting them together again.
 */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit } from '../../core/rule.ts';
import { commentsIn } from '../../core/yaml/comments.ts';
import { endOfLine } from '../../core/yaml/edit.ts';
import { mergeItems } from '../../core/yaml/items.ts';
import { asSeq, type YamlPair, type YamlSeq } from '../../core/yaml/nodes.ts';
import type { Peer, PodsPeer, PolicyRule } from '../../engine/policy-rule.ts';
import type { Selector } from '../../engine/selector.ts';

/** Two neighbours in a list of peers, one with a namespaceSelector alone and one with a podSelector alone. */
export interface PeerPair {
  readonly list: YamlSeq;
  readonly first: PodsPeer;
  readonly second: PodsPeer;
  readonly namespaces: Selector;
  /** Never empty: an empty podSelector restricts nothing. */
  readonly pods: Selector;
}

const INTENT = /\b(?:or|either|also|any of|one of|alternatively|as well)\b/i;

/**
 * The pairs among the peers of a rule, no peer in two of them. None where the list is plainly one of alternatives: it has
 * several of each kind, or addresses too, or a comment on or above the second item says so.
 */
export function peerPairsOf(document: YamlDocument, rule: PolicyRule): PeerPair[] {
  const list = rule.peers.kind === 'some' ? asSeq(rule.peers.pair.value) : null;
  if (rule.peers.kind !== 'some' || !list) return [];
  const { items } = rule.peers;
  const several = (has: (peer: Peer) => boolean) => items.filter(has).length > 1;
  if (several((p) => onlyNamespaces(p) !== null) && several((p) => onlyPods(p) !== null)) return [];
  if (items.some((peer) => peer.kind === 'cidr')) return [];
  const pairs: PeerPair[] = [];
  for (let i = 0; i + 1 < items.length; i++) {
    const pair = pairOfPeers(list, items[i] as Peer, items[i + 1] as Peer);
    if (!pair || isSaidToBeEither(document, rule.peers.pair, pair)) continue;
    pairs.push(pair);
    i++;
  }
  return pairs;
}

function pairOfPeers(list: YamlSeq, first: Peer, second: Peer): PeerPair | null {
  if (first.kind !== 'pods' || second.kind !== 'pods') return null;
  const namespaces = onlyNamespaces(first) ?? onlyNamespaces(second);
  const pods = onlyPods(first) ?? onlyPods(second);
  return namespaces && pods ? { list, first, second, namespaces, pods } : null;
}

function onlyNamespaces(peer: Peer): Selector | null {
  return peer.kind === 'pods' && peer.podSelectorPair === null ? peer.namespaceSelector : null;
}

function onlyPods(peer: Peer): Selector | null {
  if (peer.kind !== 'pods' || peer.namespaceSelectorPair !== null) return null;
  return peer.podSelector?.requirements.length === 0 ? null : peer.podSelector;
}

/** Whether a comment in the list, up to the end of the second item's last line, says that the peers are alternatives. */
function isSaidToBeEither(document: YamlDocument, { key }: YamlPair, { list, second }: PeerPair): boolean {
  // A list behind an alias stands in front of the key.
  const start = Math.min(key.span.end, list.span.start);
  const end = endOfLine(document.text, second.node.span.end);
  return commentsIn(document, { start, end }).some((c) => INTENT.test(document.text.slice(c.start, c.end)));
}

/** The edits that make one peer of the two; null where they would not leave everything else as it is. */
export function mergePeers(document: YamlDocument, { list, first, second }: PeerPair): Edit[] | null {
  const [one, other] = [first.node, second.node];
  return one.kind === 'map' && other.kind === 'map' ? mergeItems(document, list, one, other) : null;
}
