/** Rule broad-port-range: a range of ports so wide that it limits nothing, or no ports at all towards networks outside. */
import type { Finding, Rule } from '../../core/rule.ts';
import { asMap, get, isNull } from '../../core/yaml/nodes.ts';
import { isAddressSubset } from '../../engine/cidr.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { everyNamespaceIn } from '../../engine/every-namespace.ts';
import { canonical, type Interval, intersect } from '../../engine/intervals.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { CidrPeer, Peer, PolicyRule, PortItem } from '../../engine/policy-rule.ts';
import { PROTOCOLS, type Protocol } from '../../engine/ports.ts';
import { NOT_PUBLIC } from '../../engine/special-ranges.ts';
import { worldsIn } from '../../engine/world.ts';
import { itemSpan } from '../spans.ts';
import { isAllowAll } from './allow-all.ts';
import { BROAD_PORT_RANGE_EXAMPLES } from './broad-port-range-examples.ts';

/** A range with more ports than this is no list of ports that somebody had in mind. */
const MOST_PORTS = 1024;

export const broadPortRange: Rule = {
  on: 'policy',
  meta: {
    id: 'broad-port-range',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A rule opens so many ports that it limits none.',
    why: `A range of more than ${MOST_PORTS} ports takes in whatever else listens there: databases, debuggers and administration, today's and tomorrow's. The "ephemeral" ports that firewalls without memory need for answers need not be allowed here: the answers of an allowed connection always are.

Name the ports that the pods listen on. Not reported are UDP ranges above 1023, which calls and video use, and the range of NodePorts (30000 to 32767). Between pods that are selected by label, this is reported as information.

A rule that names a network outside and no port at all is a hint, and in a contractor's namespace a warning.`,
    refs: [
      {
        title: 'Kubernetes: Targeting a range of ports',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports',
      },
      { title: 'PCI DSS v4.0.1, 1.2.5: services, protocols and ports allowed are identified and approved' },
    ],
    examples: BROAD_PORT_RANGE_EXAMPLES,
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS)
      if (policy.isolates[direction] !== false) yield* findingsIn(policy, direction);
  },
};

function* findingsIn(policy: Policy, direction: Direction): Iterable<Finding> {
  const { rules } = rulesOf(policy, direction);
  const wide = widePeers(rules);
  for (const rule of rules) {
    if (isAllowAll(rule)) continue;
    for (const range of broadRanges(rule)) yield rangeFinding(policy, rule, range, wide);
    const outside = namesNoPort(rule) ? externalPeers(rule, wide) : [];
    const [first] = outside;
    if (first) yield outsideFinding(policy, rule, first, outside.length - 1);
  }
}

/** The peers that stand for the world or for every namespace. */
function widePeers(rules: readonly PolicyRule[]): ReadonlySet<Peer> {
  return new Set<Peer>([
    ...worldsIn(rules).flatMap(({ blocks }) => blocks.map((b) => b.peer)),
    ...everyNamespaceIn(rules).flatMap((every) => every.map((part) => part.peer)),
  ]);
}

interface BroadRange {
  readonly protocol: Protocol;
  readonly range: Interval<number>;
  /** The items it is made of; never empty. */
  readonly items: readonly [PortItem, ...PortItem[]];
}

/** The broad ranges that items with numbers make, alone or where they meet. An item without a port is not a range. */
function* broadRanges({ ports }: PolicyRule): Iterable<BroadRange> {
  if (ports.kind !== 'some') return;
  const numbered = ports.items.filter(({ node }) => !isNull(get(asMap(node), 'port')));
  for (const protocol of PROTOCOLS) {
    const rangesOf = ({ set }: PortItem) => set?.numbers[protocol] ?? [];
    for (const range of canonical(numbered.flatMap(rangesOf))) {
      if (!isBroad(protocol, range)) continue;
      const [first, ...others] = numbered.filter((item) => intersect(rangesOf(item), [range]).length > 0);
      if (first) yield { protocol, range, items: [first, ...others] };
    }
  }
}

function isBroad(protocol: Protocol, [from, to]: Interval<number>): boolean {
  if (to - from <= MOST_PORTS) return false;
  if (protocol === 'UDP' && from > 1023) return false;
  return from < 30000 || to > 32769;
}

/** Whether a rule leaves the ports out. Where a key stands without its value, null-selector-widens says so. */
function namesNoPort({ ports }: PolicyRule): boolean {
  if (ports.kind === 'any') return ports.pair === null || !isNull(ports.pair.value);
  const isWithout = ({ node }: PortItem) => asMap(node) !== null && get(node, 'port') === undefined;
  return ports.kind === 'some' && ports.items.every(isWithout);
}

/** Blocks with public addresses in them that are narrower than the world. */
function externalPeers({ peers }: PolicyRule, wide: ReadonlySet<Peer>): CidrPeer[] {
  return (peers.kind === 'some' ? peers.items : []).filter(
    (peer) =>
      peer.kind === 'cidr' &&
      peer.addresses !== null &&
      !wide.has(peer) &&
      !isAddressSubset(peer.addresses, NOT_PUBLIC),
  ) as CidrPeer[];
}

function rangeFinding(
  policy: Policy,
  rule: PolicyRule,
  { protocol, range: [from, to], items: [first, ...others] }: BroadRange,
  wide: ReadonlySet<Peer>,
): Finding {
  const { document } = policy.resource;
  const span = itemSpan(document, first.node) ?? rule.node.span;
  const some = rule.peers.kind === 'some' && rule.peers.items.every((p) => p.kind === 'pods' && !wide.has(p));
  return {
    at: { document, span },
    message: `${subject(protocol, from, to - 1)}: ${EFFECT[rule.direction]} whatever listens there, administration and databases included. Name the ports that are needed.${note(from, to)}`,
    related: others.map(({ node }) => ({
      at: { document, span: itemSpan(document, node) ?? rule.node.span },
      message: 'Together with these ports.',
    })),
    ...(some && { severity: 'info', contractorSeverity: 'warning' }),
    fixes: [],
  };
}

function subject(protocol: Protocol, from: number, last: number): string {
  if (from === 1 && last === 65535) return `Ports 1 to 65535 are every port of ${protocol}`;
  return `${protocol} ports ${from} to ${last} are ${last - from + 1} ports`;
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'this opens the selected pods on',
  Egress: 'the selected pods may connect to',
};

/** For who had answers in mind. */
function note(from: number, to: number): string {
  const isEphemeral = to === 65536 && (from === 1024 || from === 32768 || from === 49152);
  return isEphemeral ? ' Answers need no rule: those of an allowed connection always pass.' : '';
}

function outsideFinding(policy: Policy, rule: PolicyRule, peer: CidrPeer, more: number): Finding {
  const { document } = policy.resource;
  const block = `\`${peer.cidr?.cidr?.canonical}\`${more > 0 ? ` and ${more} more` : ''}`;
  const effect = {
    Ingress: `${block} may connect to every port of the selected pods`,
    Egress: `the selected pods may connect to every port of ${block}`,
  };
  return {
    at: { document, span: (peer.cidr?.node ?? peer.node).span },
    message: `The rule names a network outside but no port, so ${effect[rule.direction]}. Name the ports in \`ports\`.`,
    severity: 'hint',
    contractorSeverity: 'warning',
    fixes: [],
  };
}
