/**
 * Owns comparing what two policies allow, by trying connections: every address and port at the border of anything that either
 * of them names, and pods and namespaces with and without the labels that they select.
 */
import { resourcesOf } from '../../server/src/core/resource.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { DIRECTIONS, type Direction } from '../../server/src/engine/direction.ts';
import { type Intervals, includes } from '../../server/src/engine/intervals.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../server/src/engine/policy.ts';
import type { Peer, PolicyRule } from '../../server/src/engine/policy-rule.ts';
import { PROTOCOLS, type Protocol } from '../../server/src/engine/ports.ts';
import { type Labels, matches, type Selector } from '../../server/src/engine/selector.ts';
import { allOf, anyOf, type Verdict } from '../../server/src/engine/verdict.ts';

/** The policies in a text that are whole objects; null for those that cannot be read. */
export function policiesIn(text: string): (Policy | null)[] {
  return new SourceFile('file:///compared.yaml', text).documents.flatMap((document) =>
    resourcesOf(document)
      .filter(({ role, partial }) => role === 'policy' && !partial)
      .map(soundPolicyOf),
  );
}

type End =
  | { readonly pod: Labels; readonly namespace: Labels; readonly isOwn: boolean }
  | { readonly family: 4 | 6; readonly address: number | bigint };

interface Port {
  readonly protocol: Protocol;
  /** A number, or the name that a container gives to its port. */
  readonly port: number | string;
}

/**
 * The first connection about which the policies `before` are sure and those `after` say something else, in words; null when
 * there is none. Each list is everything that a cluster has.
 */
export function firstDifference(before: readonly Policy[], after: readonly Policy[]): string | null {
  const both = [...before, ...after];
  const pods = labelSamples(both.flatMap((p) => [p.podSelector.selector, ...selectors(p, 'podSelector')]));
  const ends = endSamples(both, pods);
  const ports = portSamples(both);
  for (const namespace of new Set(both.map(({ resource }) => resource.namespace)))
    for (const pod of pods)
      for (const direction of DIRECTIONS) {
        const [old, fresh] = [before, after].map((list) => selecting(list, namespace, direction, pod));
        const difference = differenceFor(old ?? [], fresh ?? [], direction, ends, ports);
        if (difference !== null) return `${direction} of ${show(pod)} in ${namespace}: ${difference}`;
      }
  return null;
}

/** A policy that isolates a pod, or perhaps does. */
interface Selecting {
  readonly policy: Policy;
  readonly isolates: Verdict;
}

function selecting(
  policies: readonly Policy[],
  namespace: string | null,
  direction: Direction,
  pod: Labels,
): Selecting[] {
  return policies
    .filter(({ resource }) => resource.namespace === namespace)
    .map((policy) => ({ policy, isolates: allOf([policy.isolates[direction], selects(policy, pod)]) }))
    .filter(({ isolates }) => isolates !== false);
}

function differenceFor(
  before: readonly Selecting[],
  after: readonly Selecting[],
  direction: Direction,
  ends: readonly End[],
  ports: readonly Port[],
): string | null {
  const isolated = [before, after].map((list) => anyOf(list.map(({ isolates }) => isolates)));
  if (differs(isolated[0] as Verdict, isolated[1] as Verdict)) return `isolated ${isolated.join(' → ')}`;
  for (const end of ends)
    for (const port of ports) {
      const verdicts = [before, after].map((list) =>
        anyOf(list.map(({ policy, isolates }) => allOf([isolates, allows(policy, direction, end, port)]))),
      );
      if (differs(verdicts[0] as Verdict, verdicts[1] as Verdict))
        return `${show(end)} ${show(port)}: ${verdicts.join(' → ')}`;
    }
  return null;
}

function differs(before: Verdict, after: Verdict): boolean {
  return before !== null && before !== after;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, v) =>
    v instanceof Map ? Object.fromEntries(v) : typeof v === 'bigint' ? String(v) : v,
  );
}

function selects({ podSelector: { selector } }: Policy, pod: Labels): Verdict {
  return selector && matches(selector, pod);
}

function allows(policy: Policy, direction: Direction, end: End, port: Port): Verdict {
  const { rules, unknown } = rulesOf(policy, direction);
  const verdict = anyOf(rules.map((rule) => allOf([peersHold(rule, end), portsHold(rule, port)])));
  return verdict === false && unknown ? null : verdict;
}

function peersHold({ peers }: PolicyRule, end: End): Verdict {
  if (peers.kind === 'unknown') return null;
  return peers.kind === 'any' || anyOf(peers.items.map((peer) => peerHolds(peer, end)));
}

function peerHolds(peer: Peer, end: End): Verdict {
  if (peer.kind === 'unknown') return null;
  if (peer.kind === 'cidr') {
    if (!('family' in end)) return false;
    if (!peer.addresses) return null;
    return end.family === 4
      ? includes(peer.addresses.v4, end.address as number)
      : includes(peer.addresses.v6, end.address as bigint);
  }
  if ('family' in end) return false;
  const { podSelector, namespaceSelector } = peer;
  const inNamespace = namespaceSelector ? matches(namespaceSelector, end.namespace) : end.isOwn;
  return inNamespace && (!podSelector || matches(podSelector, end.pod));
}

function portsHold({ ports }: PolicyRule, { protocol, port }: Port): Verdict {
  if (ports.kind === 'unknown') return null;
  return typeof port === 'number'
    ? includes(ports.set.numbers[protocol], port)
    : ports.kind === 'any' || ports.set.names.has(`${protocol}/${port}`);
}

function rulesIn(policy: Policy): readonly PolicyRule[] {
  return DIRECTIONS.flatMap((direction) => rulesOf(policy, direction).rules);
}

function peersIn(policy: Policy): readonly Peer[] {
  return rulesIn(policy).flatMap(({ peers }) => (peers.kind === 'some' ? peers.items : []));
}

function selectors(policy: Policy, field: 'podSelector' | 'namespaceSelector'): (Selector | null)[] {
  return peersIn(policy).flatMap((peer) => (peer.kind === 'pods' ? [peer[field]] : []));
}

/** Labels that match each selector where that is easy, with each value, and none at all. */
function labelSamples(all: readonly (Selector | null)[]): Labels[] {
  const samples: Labels[] = [new Map()];
  for (const selector of all)
    for (const chosen of selector?.requirements ?? [])
      for (const value of [...chosen.values, 'another value']) {
        const required = (selector?.requirements ?? []).flatMap(({ key, operator, values }) =>
          operator === 'In' || operator === 'Exists' ? [[key, values[0] ?? 'any value'] as const] : [],
        );
        samples.push(new Map([...required, [chosen.key, value]]));
      }
  return unique(samples);
}

function endSamples(policies: readonly Policy[], pods: readonly Labels[]): End[] {
  const namespaces = labelSamples(policies.flatMap((p) => selectors(p, 'namespaceSelector')));
  const inCluster = pods.flatMap((pod) =>
    namespaces.flatMap((namespace) => [true, false].map((isOwn) => ({ pod, namespace, isOwn }))),
  );
  const sets = policies.flatMap((p) =>
    peersIn(p).flatMap((peer) => (peer.kind === 'cidr' && peer.addresses ? [peer.addresses] : [])),
  );
  const v4 = sets.flatMap((set) => borders(set.v4, 1, 0, 2 ** 32));
  const v6 = sets.flatMap((set) => borders(set.v6, 1n, 0n, 2n ** 128n));
  return [
    ...inCluster,
    ...unique(v4).map((address) => ({ family: 4 as const, address })),
    ...unique(v6).map((address) => ({ family: 6 as const, address })),
  ];
}

function portSamples(policies: readonly Policy[]): Port[] {
  const samples: Port[] = PROTOCOLS.map((protocol) => ({ protocol, port: 1 }));
  for (const { ports } of policies.flatMap(rulesIn)) {
    if (ports.kind === 'unknown') continue;
    for (const protocol of PROTOCOLS)
      for (const port of borders(ports.set.numbers[protocol], 1, 1, 65536)) samples.push({ protocol, port });
    for (const name of ports.set.names) {
      const [protocol, port] = name.split('/') as [Protocol, string];
      samples.push({ protocol, port });
    }
  }
  return unique(samples);
}

/** The numbers on both sides of every border of a set. */
function borders<T extends number | bigint>(set: Intervals<T>, one: T, min: T, end: T): T[] {
  return set
    .flatMap(([from, to]) => [(from as number) - (one as number), from, (to as number) - (one as number), to])
    .filter((n): n is T => n >= min && n < end);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [show(value), value])).values()];
}
