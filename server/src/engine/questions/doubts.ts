/**
 * Owns why it is not known whether a connection is allowed: what would have to be known, for the first of its ports.
 */
import { isEmptyPortSet, type PortSet, PROTOCOLS } from '../ports.ts';
import type { Connection } from '../reach/connections.ts';
import { explain, type Question } from '../reach/explain.ts';
import type { Reach } from '../reach/reach.ts';
import { pointsAt } from './parts.ts';

/** Whole sentences; empty where everything is known. */
export function doubtsAbout(reach: Reach, { from, to, unknown }: Connection): readonly string[] {
  if (isEmptyPortSet(unknown)) return [];
  const port = lowestPort(unknown);
  for (const source of pointsAt(reach, from))
    for (const target of pointsAt(reach, to)) {
      const { verdict, egress, ingress } = explain(reach, { from: source, to: target, ...port });
      if (verdict === null) return [...new Set([...(egress?.doubts ?? []), ...(ingress?.doubts ?? [])])];
    }
  return [];
}

/** The lowest port of a set that has one, TCP before the others. */
export function lowestPort({ numbers }: PortSet): Pick<Question, 'protocol' | 'port'> {
  for (const protocol of PROTOCOLS) {
    const [first] = numbers[protocol];
    if (first) return { protocol, port: first[0] };
  }
  return { protocol: 'TCP', port: 1 };
}
