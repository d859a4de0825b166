/**
 * Owns which peers match every namespace of the cluster: one alone, or several together whose rules share a port. What pods
 * they match there is the caller's question.
 */

import { leastCover } from './cover.ts';
import { NAMESPACE_NAME_LABEL } from './dns-servers.ts';
import type { Peer, PodsPeer, PolicyRule } from './policy-rule.ts';
import { type RulePart, samePort } from './same-port.ts';
import type { Selector } from './selector.ts';

/** A peer that has a namespaceSelector. */
export interface NamespacesPeer extends RulePart {
  readonly peer: PodsPeer & { readonly namespaceSelector: Selector };
}

/** Peers that together match every namespace, all with the same podSelector, in the order of the text; never empty. */
export type EveryNamespace = readonly [NamespacesPeer, ...NamespacesPeer[]];

const known = new WeakMap<readonly PolicyRule[], readonly EveryNamespace[]>();

/** The sets of peers among `rules`, which must be of one direction. No peer is in two of them. Several rules ask. */
export function everyNamespaceIn(rules: readonly PolicyRule[]): readonly EveryNamespace[] {
  const found = known.get(rules) ?? findEveryNamespace(rules);
  known.set(rules, found);
  return found;
}

function findEveryNamespace(rules: readonly PolicyRule[]): EveryNamespace[] {
  const parts = rules.flatMap(partsOf);
  const found: EveryNamespace[] = parts.filter((p) => isTrue(p.peer.namespaceSelector)).map((p) => [p]);
  const rest = new Set(parts.filter((p) => !isTrue(p.peer.namespaceSelector)));
  for (const alike of Map.groupBy(rest, ({ peer }) => podsKey(peer)).values())
    for (const ofPort of samePort(alike)) {
      const next = () => coverOf(ofPort.filter((part) => rest.has(part)));
      for (let cover = next(); cover; cover = next()) {
        for (const part of cover) rest.delete(part);
        found.push(cover);
      }
    }
  return found;
}

function partsOf(rule: PolicyRule): NamespacesPeer[] {
  if (rule.peers.kind !== 'some') return [];
  return rule.peers.items.filter(hasNamespaces).map((peer) => ({ rule, peer }));
}

function hasNamespaces(peer: Peer): peer is NamespacesPeer['peer'] {
  return peer.kind === 'pods' && peer.namespaceSelector !== null;
}

function podsKey({ podSelector }: PodsPeer): string {
  return JSON.stringify(podSelector?.requirements ?? []);
}

/** The API server gives every namespace its name as a label, so that asking for the label's presence asks for nothing. */
function isTrue({ requirements }: Selector): boolean {
  return requirements.every((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'Exists');
}

function coverOf(parts: readonly NamespacesPeer[]): EveryNamespace | null {
  const [first, ...others] = leastCover(parts, ({ peer }) => withoutName(peer.namespaceSelector)) ?? [];
  return first ? [first, ...others] : null;
}

/** What a selector asks for besides the presence of the name. */
function withoutName({ requirements }: Selector): Selector {
  return { requirements: requirements.filter((r) => !isTrue({ requirements: [r] })) };
}
