/**
 * Owns the answer to whether one end can connect to another on a port: one for each verdict there is among the pods and addresses
 * that the ends mean, with the connection that stands for it.
 */
import type { End, PortProtocol } from '../../core/connection-end.ts';
import { type AddressSet, unionAddresses } from '../cidr.ts';
import { type Explanation, explain } from '../reach/explain.ts';
import type { Reach } from '../reach/reach.ts';
import type { Verdict } from '../verdict.ts';
import { cellsBetween, type Part, partsOf, pointIn } from './parts.ts';

export interface Answer {
  readonly from: Part;
  readonly to: Part;
  readonly verdict: Verdict;
  readonly explanation: Explanation;
}

export type Answers =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  /** See Outcome in assertion.ts. */
  | { readonly kind: 'nothing'; readonly missing: 'from' | 'to' | 'between' };

export interface Asked {
  readonly from: End;
  readonly to: End;
  readonly protocol: PortProtocol;
  readonly port: number;
}

/** Denied comes before unknown, and unknown before allowed. */
export function answersTo(reach: Reach, { from, to, protocol, port }: Asked): Answers {
  const [froms, tos] = [partsOf(reach, from), partsOf(reach, to)];
  if (froms.length === 0) return { kind: 'nothing', missing: 'from' };
  if (tos.length === 0) return { kind: 'nothing', missing: 'to' };
  const byKey = new Map<string, Answer>();
  for (const cell of cellsBetween(reach, froms, tos)) {
    const question = { from: pointIn(cell.from), to: pointIn(cell.to), protocol, port };
    const explanation = explain(reach, question);
    const { verdict } = explanation;
    const key = `${verdict} ${workloadOf(cell.from)} ${workloadOf(cell.to)}`;
    const known = byKey.get(key);
    const ends = known
      ? { from: joined(known.from, cell.from), to: joined(known.to, cell.to) }
      : { from: cell.from, to: cell.to };
    byKey.set(key, { ...ends, verdict, explanation: known?.explanation ?? explanation });
  }
  if (byKey.size === 0) return { kind: 'nothing', missing: 'between' };
  return { kind: 'answers', answers: [...byKey.values()].sort((a, b) => rank(a) - rank(b)) };
}

function workloadOf(part: Part): string {
  return part.kind === 'pods' ? part.workload : '';
}

/** Addresses that fare alike, as one part. */
function joined(a: Part, b: Part): Part {
  if (a.kind === 'pods' || b.kind === 'pods') return a;
  const addresses: AddressSet = unionAddresses(a.addresses, b.addresses);
  return { kind: 'addresses', addresses };
}

function rank({ verdict }: Answer): number {
  return verdict === false ? 0 : verdict === null ? 1 : 2;
}
