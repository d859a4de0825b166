/**
 * Owns what is different between two worlds in a form for people: alike changes together, and for each the connection, before and
 * after, that shows what made the difference. How that is put into words is decided elsewhere.
 */
import { unionAddresses } from '../cidr.ts';
import { isEmptyPortSet, type PortSet, PROTOCOLS } from '../ports.ts';
import type { End } from '../reach/connections.ts';
import { type Change, differenceOf, type IsolationChange } from '../reach/difference.ts';
import { type Explanation, explain } from '../reach/explain.ts';
import type { PolicyFacts } from '../reach/facts.ts';
import type { Group, Reach } from '../reach/reach.ts';
import type { Verdict } from '../verdict.ts';
import { lowestPort } from './doubts.ts';
import { classesNamed, pointsAt } from './parts.ts';

/** Ports between two ends that have changed in one way. */
export interface ConnectionChange {
  readonly from: End;
  readonly to: End;
  readonly ports: PortSet;
  /** Whether it surely is; otherwise it may be. */
  readonly isSure: boolean;
  /** The ends that are in one of the worlds only. */
  readonly comesOrGoes: readonly string[];
  /** What is said of the lowest of the ports, before and after; null where an end is not there. */
  readonly before: Explanation | null;
  readonly after: Explanation | null;
}

export interface WorkloadChange extends IsolationChange {
  /** The policies that isolate it now and did not, or did and do not any more. */
  readonly policies: readonly PolicyFacts[];
}

export interface WorldChanges {
  readonly gained: readonly ConnectionChange[];
  readonly lost: readonly ConnectionChange[];
  readonly isolated: readonly WorkloadChange[];
  readonly opened: readonly WorkloadChange[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function changesBetween(before: Reach, after: Reach): WorldChanges {
  const { changes, isolation, added, removed } = differenceOf(before, after);
  const moved = new Set([...added, ...removed]);
  const of = (pick: (change: Change) => PortSet, isSure: boolean) =>
    together(changes, pick).map((change): ConnectionChange => {
      const comesOrGoes = [change.from, change.to].filter(
        (end) => typeof end === 'string' && moved.has(end),
      ) as string[];
      const port = lowestPort(change.ports);
      const at = (reach: Reach, wanted: Verdict) => explanationAt(reach, change, port, wanted);
      const isGain = pick === GAINED || pick === MAYBE_GAINED;
      return {
        ...change,
        isSure,
        comesOrGoes,
        before: at(before, isSure ? !isGain : null),
        after: at(after, isSure ? isGain : null),
      };
    });
  const workloads = isolation.map((change) => ({
    ...change,
    policies: policiesOf(change, before, after),
  }));
  return {
    gained: [...of(GAINED, true), ...of(MAYBE_GAINED, false)],
    lost: [...of(LOST, true), ...of(MAYBE_LOST, false)],
    isolated: workloads.filter((change) => change.before === false),
    opened: workloads.filter((change) => change.after === false),
    added,
    removed,
  };
}

const GAINED = ({ gained }: Change) => gained;
const LOST = ({ lost }: Change) => lost;
const MAYBE_GAINED = ({ maybeGained }: Change) => maybeGained;
const MAYBE_LOST = ({ maybeLost }: Change) => maybeLost;

type PortsBetween = Pick<ConnectionChange, 'from' | 'to' | 'ports'>;

/** The changes of one kind; addresses that fare alike are one end. */
function together(changes: readonly Change[], pick: (change: Change) => PortSet): PortsBetween[] {
  const byKey = new Map<string, PortsBetween>();
  for (const change of changes) {
    const ports = pick(change);
    if (isEmptyPortSet(ports)) continue;
    const { from, to } = change;
    const key = JSON.stringify([
      typeof from === 'string' ? from : null,
      typeof to === 'string' ? to : null,
      PROTOCOLS.map((protocol) => ports.numbers[protocol]),
    ]);
    const known = byKey.get(key);
    byKey.set(
      key,
      known ? { ports, from: joined(known.from, from), to: joined(known.to, to) } : { from, to, ports },
    );
  }
  return [...byKey.values()];
}

function joined(a: End, b: End): End {
  return typeof a === 'string' || typeof b === 'string' ? a : unionAddresses(a, b);
}

/** Of the pods that two ends are, the first with the verdict that is wanted; else the first. */
function explanationAt(
  reach: Reach,
  { from, to }: PortsBetween,
  port: ReturnType<typeof lowestPort>,
  wanted: Verdict,
): Explanation | null {
  let first: Explanation | null = null;
  for (const source of pointsAt(reach, from))
    for (const target of pointsAt(reach, to)) {
      const found = explain(reach, { from: source, to: target, ...port });
      if (found.verdict === wanted) return found;
      first ??= found;
    }
  return first;
}

function policiesOf(
  { workload, direction, before: was }: IsolationChange,
  before: Reach,
  after: Reach,
): PolicyFacts[] {
  const reach = was === false ? after : before;
  const classes = classesNamed(reach, workload);
  const all = classes.flatMap((index) =>
    (reach.groups[direction][index] as Group).subject.policies.map(({ policy }) => policy),
  );
  return [...new Set(all)];
}
