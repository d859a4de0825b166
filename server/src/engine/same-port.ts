/**
 * Owns which parts of several rules are in effect together: those whose rules share a port. A connection is over one port, so
 * what rules allow on different ports does not add up.
 */
import { equals, includes } from './intervals.ts';
import type { PolicyRule } from './policy-rule.ts';
import { ANY_PORT, PROTOCOLS, type Protocol } from './ports.ts';

/** A part of a rule: a peer, a block. */
export interface RulePart {
  readonly rule: PolicyRule;
}

/**
 * The parts that share a port, for every port that could matter: if some rules share a port at all, they share one at which
 * a range of one of them starts. Rules whose ports are not known share them with themselves alone.
 */
export function* samePort<T extends RulePart>(parts: readonly T[]): Iterable<T[]> {
  const rules = [...new Set(parts.map((part) => part.rule))];
  const ports = new Map(rules.flatMap(startsOf).map((port) => [`${port.protocol}/${port.port}`, port]));
  for (const port of ports.values()) yield parts.filter((part) => includesPort(part.rule, port));
  for (const rule of rules)
    if (rule.ports.kind === 'unknown') yield parts.filter((part) => part.rule === rule);
}

interface Port {
  readonly protocol: Protocol;
  readonly port: number | string;
}

function startsOf({ ports }: PolicyRule): Port[] {
  if (ports.kind === 'unknown') return [];
  const { numbers, names } = ports.set;
  return [
    ...PROTOCOLS.flatMap((protocol) => numbers[protocol].map(([port]) => ({ protocol, port }))),
    ...[...names].map((name) => {
      const slash = name.indexOf('/');
      return { protocol: name.slice(0, slash) as Protocol, port: name.slice(slash + 1) };
    }),
  ];
}

function includesPort({ ports }: PolicyRule, { protocol, port }: Port): boolean {
  if (ports.kind === 'unknown') return false;
  const numbers = ports.set.numbers[protocol];
  if (typeof port === 'number') return includes(numbers, port);
  return ports.set.names.has(`${protocol}/${port}`) || equals(numbers, ANY_PORT);
}
