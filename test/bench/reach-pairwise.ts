/**
 * Owns reachability pair by pair, as one would write it first: for each pod the policies that select it, found once; then for
 * each pair of pods each rule of those. Beside it the engine is measured. It counts the pairs with a port that is allowed.
 */
import { type Intervals, includes, intersect, union } from '../../server/src/engine/intervals.ts';
import type { Protocol } from '../../server/src/engine/ports.ts';
import type {
  Facts,
  PeerFacts,
  PodFacts,
  PolicyFacts,
  RuleFacts,
} from '../../server/src/engine/reach/facts.ts';
import { type Labels, matches } from '../../server/src/engine/selector.ts';

type Direction = 'Ingress' | 'Egress';

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const EVERY: Intervals<number> = [[1, 65536]];

interface Selected {
  readonly pod: PodFacts;
  readonly policies: Readonly<Record<Direction, readonly PolicyFacts[]>>;
}

/**
 * Tries pods one after the other, from all over the list, each with all others, until `goOn` says no; at least one. Answers how
 * many pairs were tried, and how many of them are allowed.
 */
export function countPairwise(facts: Facts, goOn: () => boolean): { tried: number; allowed: number } {
  const namespaces = new Map(
    facts.namespaces.map(({ name, labels }): [string, Labels] => [
      name,
      new Map([...(labels ?? []), ['kubernetes.io/metadata.name', name]]),
    ]),
  );
  const byNamespace = Map.groupBy(facts.policies, ({ namespace }) => namespace);
  const pods = facts.pods.map((pod): Selected => {
    const selecting = (byNamespace.get(pod.namespace) ?? []).filter(
      ({ podSelector }) => podSelector && matches(podSelector, pod.labels ?? new Map()),
    );
    const of = (direction: Direction) => selecting.filter(({ isolates }) => isolates[direction]);
    return { pod, policies: { Ingress: of('Ingress'), Egress: of('Egress') } };
  });
  let [tried, allowed] = [0, 0];
  // A step that shares no divisor with the number of pods comes to each of them once.
  const step = pods.length % 7919 === 0 ? 1 : 7919;
  for (let i = 0; i < pods.length && (i === 0 || goOn()); i++) {
    const from = pods[(i * step) % pods.length] as Selected;
    for (const to of pods) {
      if (from === to) continue;
      tried++;
      if (isAllowed(from, to, namespaces)) allowed++;
    }
  }
  return { tried, allowed };
}

function isAllowed(from: Selected, to: Selected, namespaces: ReadonlyMap<string, Labels>): boolean {
  for (const protocol of PROTOCOLS) {
    const out = ports('Egress', from, to.pod, to.pod, protocol, namespaces);
    if (out.length === 0) continue;
    const into = ports('Ingress', to, from.pod, to.pod, protocol, namespaces);
    if (intersect(out, into).length > 0) return true;
  }
  return false;
}

function ports(
  direction: Direction,
  { policies, pod }: Selected,
  peer: PodFacts,
  destination: PodFacts,
  protocol: Protocol,
  namespaces: ReadonlyMap<string, Labels>,
): Intervals<number> {
  const isolating = policies[direction];
  if (isolating.length === 0) return EVERY;
  let allowed: Intervals<number> = [];
  for (const { rules } of isolating)
    for (const rule of rules[direction])
      if (isNamed(rule, pod.namespace, peer, namespaces))
        allowed = union(allowed, numbers(rule, destination, protocol));
  return allowed;
}

function isNamed(
  { peers }: RuleFacts,
  own: string,
  pod: PodFacts,
  namespaces: ReadonlyMap<string, Labels>,
): boolean {
  return typeof peers === 'string'
    ? peers === 'any'
    : peers.some((peer) => isPeer(peer, own, pod, namespaces));
}

function isPeer(
  peer: PeerFacts,
  own: string,
  pod: PodFacts,
  namespaces: ReadonlyMap<string, Labels>,
): boolean {
  if (peer.kind === 'addresses')
    return (pod.addresses ?? []).some((a) => typeof a === 'number' && includes(peer.addresses?.v4 ?? [], a));
  if (peer.kind !== 'pods') return false;
  const { namespaceSelector, podSelector } = peer;
  const inNamespace = namespaceSelector
    ? matches(namespaceSelector, namespaces.get(pod.namespace) ?? new Map())
    : pod.namespace === own;
  return inNamespace && (!podSelector || matches(podSelector, pod.labels ?? new Map()));
}

function numbers({ ports: set }: RuleFacts, { namedPorts }: PodFacts, protocol: Protocol): Intervals<number> {
  let found = set?.numbers[protocol] ?? [];
  for (const port of namedPorts)
    if (port.protocol === protocol && set?.names.has(`${protocol}/${port.name}`))
      found = union(found, [[port.number, port.number + 1]]);
  return found;
}
