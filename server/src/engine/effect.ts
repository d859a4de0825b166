/**
 * Owns what several policies that select the same pods allow together. Policies add up: a connection is allowed when one rule
 * of one of them allows it. See https://kubernetes.io/docs/concepts/services-networking/network-policies/.
 */
import type { Direction } from './direction.ts';
import { type Policy, rulesOf } from './policy.ts';
import type { Peer } from './policy-rule.ts';
import { isEveryPort, isPortSubset, type PortSet, PROTOCOLS, unionPorts } from './ports.ts';
import type { Selection } from './selected.ts';
import { peerCovers } from './subsumption.ts';
import { anyOf, type Verdict } from './verdict.ts';

/** Connections from, or to, any of some peers on some ports. No peers at all (null) stand for everybody. */
export interface Grant {
  readonly peers: readonly Peer[] | null;
  readonly ports: PortSet;
}

export interface Effect {
  /** Whether the pods are isolated; when they are not, everything is allowed. */
  readonly isolated: Verdict;
  /** What is surely allowed to isolated pods, said once and without what is contained in it. */
  readonly grants: readonly Grant[];
  /** Whether there may be more: rules that cannot be read, or policies that may not count. */
  readonly maybeMore: boolean;
}

/** Whether a grant is for everybody on every port. */
export function isEverything({ peers, ports }: Grant): boolean {
  return peers === null && isEveryPort(ports);
}

/** The effect for one direction of policies of one namespace that surely or perhaps select the same pods. */
export function effectOf({ sure, maybe }: Selection<Policy>, direction: Direction): Effect {
  const isolated = anyOf([
    ...sure.map((policy) => policy.isolates[direction]),
    ...maybe.map((policy) => policy.isolates[direction] && null),
  ]);
  const cells: Cell[] = [];
  let maybeMore = maybe.some((policy) => mayAllow(policy, direction));
  for (const policy of sure) {
    if (policy.isolates[direction] === null && mayAllow(policy, direction)) maybeMore = true;
    if (!policy.isolates[direction]) continue;
    const { rules, unknown } = rulesOf(policy, direction);
    maybeMore ||= unknown;
    for (const { peers, ports } of rules) {
      const known = peers.kind === 'some' ? peers.items.filter(isReadable) : [];
      const isWhole = peers.kind === 'any' || (peers.kind === 'some' && known.length === peers.items.length);
      maybeMore ||= !isWhole || ports.kind === 'unknown';
      if (ports.kind === 'unknown') continue;
      for (const peer of peers.kind === 'any' ? [null] : known) cells.push({ peer, ports: ports.set });
    }
  }
  const namespace = sure[0]?.resource.namespace ?? null;
  const grants = grouped(cells.length > MOST ? cells : merged(cells, namespace));
  return { isolated, grants, maybeMore: maybeMore && !grants.some(isEverything) };
}

function mayAllow(policy: Policy, direction: Direction): boolean {
  const { rules, unknown } = rulesOf(policy, direction);
  return policy.isolates[direction] !== false && (unknown || rules.length > 0);
}

function isReadable(peer: Peer): boolean {
  return peer.kind === 'pods' || (peer.kind === 'cidr' && peer.addresses !== null);
}

/** One peer, or everybody, on some ports. */
interface Cell {
  readonly peer: Peer | null;
  readonly ports: PortSet;
}

/** Comparing more with each other takes longer than it is worth: nobody reads them all. */
const MOST = 60;

/** The same connections in fewer cells: one for each peer, and none that another contains. */
function merged(cells: readonly Cell[], namespace: string | null): Cell[] {
  const covers = (outer: Peer | null, inner: Peer | null) =>
    outer === null || (inner !== null && (outer === inner || peerCovers(outer, inner, namespace)));
  const byPeer: Cell[] = [];
  for (const { peer, ports } of cells) {
    const at = byPeer.findIndex((c) => covers(c.peer, peer) && covers(peer, c.peer));
    const known = byPeer[at];
    if (known) byPeer[at] = { peer: known.peer, ports: unionPorts(known.ports, ports) };
    else byPeer.push({ peer, ports });
  }
  const contains = (outer: Cell, inner: Cell) =>
    outer !== inner && covers(outer.peer, inner.peer) && isPortSubset(inner.ports, outer.ports);
  return byPeer.filter((cell) => !byPeer.some((other) => contains(other, cell)));
}

/** Puts the cells with the same ports together. */
function grouped(cells: readonly Cell[]): Grant[] {
  const groups = new Map<string, { peers: Peer[] | null; readonly ports: PortSet }>();
  for (const { peer, ports } of cells) {
    const key = keyOf(ports);
    const group = groups.get(key) ?? { peers: [], ports };
    groups.set(key, group);
    if (peer === null) group.peers = null;
    else group.peers?.push(peer);
  }
  return [...groups.values()];
}

/** The same for equal sets only: their intervals are canonical. */
function keyOf({ numbers, names }: PortSet): string {
  return JSON.stringify([PROTOCOLS.map((protocol) => numbers[protocol]), [...names].sort()]);
}
