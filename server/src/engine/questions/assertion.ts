/**
 * Owns whether an assertion of a policy test holds in one world, and the connection that decides it where it does not. What is
 * not known never counts as holding. How that is put into words is decided elsewhere.
 */
import type { PortSpan } from '../../core/connection-end.ts';
import type { Assertion, Expectation } from '../../core/policy-test.ts';
import { ALL_PORTS, NO_PORTS, type PortSet, portRange, unionPorts } from '../ports.ts';
import { type Explanation, explain, type Question } from '../reach/explain.ts';
import { NO_PORT, type PortsId } from '../reach/port-table.ts';
import type { Reach } from '../reach/reach.ts';
import { lowestPort } from './doubts.ts';
import { type Cell, cellsBetween, type Part, partsOf, pointIn } from './parts.ts';

export type Outcome =
  | { readonly kind: 'holds' }
  /** There is nothing to judge: no pods that an end means, or only pods of one workload, or addresses alone. */
  | { readonly kind: 'nothing'; readonly missing: 'from' | 'to' | 'between' }
  /** `failed`: a connection is surely otherwise than expected. `unknown`: none is, and some may be. */
  | { readonly kind: 'failed' | 'unknown'; readonly first: Breach; readonly more: number };

/** A connection that is not, or not surely, as expected. */
export interface Breach {
  readonly from: Part;
  readonly to: Part;
  /** The ports of the assertion on which it is not. */
  readonly ports: PortSet;
  /** The lowest of them, and why it is allowed or denied there. */
  readonly question: Question;
  readonly explanation: Explanation;
}

/** Judges an assertion. */
export function judgeAssertion(reach: Reach, { from, to, ports, expect }: Assertion): Outcome {
  const [froms, tos] = [partsOf(reach, from), partsOf(reach, to)];
  if (froms.length === 0) return { kind: 'nothing', missing: 'from' };
  if (tos.length === 0) return { kind: 'nothing', missing: 'to' };
  const asked = reach.ports.idOf(portSetOf(ports));
  let judged = 0;
  const failed: Found[] = [];
  const unknown: Found[] = [];
  for (const cell of cellsBetween(reach, froms, tos)) {
    judged++;
    const { otherwise, open } = compare(reach, cell, asked, expect);
    const isSure = isSurelyMeant(cell.from) && isSurelyMeant(cell.to);
    if (otherwise !== NO_PORT) (isSure ? failed : unknown).push({ cell, ports: otherwise });
    else if (open !== NO_PORT) unknown.push({ cell, ports: open });
  }
  if (judged === 0) return { kind: 'nothing', missing: 'between' };
  const [kind, found] = failed.length > 0 ? (['failed', failed] as const) : (['unknown', unknown] as const);
  const [first] = found;
  return first ? { kind, first: breachOf(reach, first), more: found.length - 1 } : { kind: 'holds' };
}

interface Found {
  readonly cell: Cell;
  readonly ports: PortsId;
}

/** Of the ports that are asked about those that are surely otherwise than expected, and those that may be. */
function compare(
  { ports }: Reach,
  { allowed: { sure, possible } }: Cell,
  asked: PortsId,
  expect: Expectation,
): { readonly otherwise: PortsId; readonly open: PortsId } {
  const open = ports.intersect(asked, ports.subtract(possible, sure));
  const otherwise = expect === 'deny' ? ports.intersect(asked, sure) : ports.subtract(asked, possible);
  return { otherwise, open };
}

function isSurelyMeant(part: Part): boolean {
  return part.kind === 'addresses' || part.isSure;
}

function breachOf(reach: Reach, { cell: { from, to }, ports: id }: Found): Breach {
  const ports = reach.ports.setOf(id);
  const question = { from: pointIn(from), to: pointIn(to), ...lowestPort(ports) };
  return { from, to, ports, question, explanation: explain(reach, question) };
}

/** The set of some ports; of all ports for null. */
function portSetOf(ports: readonly PortSpan[] | null): PortSet {
  if (ports === null) return ALL_PORTS;
  return ports.reduce(
    (set, { protocol, from, to }) => unionPorts(set, portRange(protocol, from, to)),
    NO_PORTS,
  );
}
