/**
 * Owns comparing the engine with the naive evaluator on one world: every pair of pods, addresses outside, and every port at
 * which anything begins or ends.
 */
import { parseAddress } from '../../server/src/core/ip-notation.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { includes } from '../../server/src/engine/intervals.ts';
import { betweenClasses } from '../../server/src/engine/reach/connections.ts';
import { type Explanation, explain, type Point } from '../../server/src/engine/reach/explain.ts';
import { factsOf } from '../../server/src/engine/reach/from-manifests.ts';
import { type Group, type Reach, reachOf } from '../../server/src/engine/reach/reach.ts';
import { type End, naive, type Pod, type Protocol, type World } from './naive-reach.ts';
import { manifestsOf, OUTSIDE } from './random-worlds.ts';

/** Where the ports of the random worlds begin and end, and beside that. */
const PORTS: readonly (readonly [Protocol, number])[] = [
  ...[1, 78, 79, 80, 81, 82, 443, 65535].map((port) => ['TCP', port] as const),
  ...[1, 79, 80, 443].map((port) => ['UDP', port] as const),
  ...[80, 81].map((port) => ['SCTP', port] as const),
];

export function reachFrom(world: World): Reach {
  const workspace = new Workspace();
  workspace.set('file:///world.json', manifestsOf(world));
  return reachOf(factsOf(workspace.scopes));
}

/** The first connection on which both differ, in words; null when there is none. */
export function firstDisagreement(world: World, reach: Reach = reachFrom(world)): string | null {
  const pods = world.pods.filter(({ done }) => !done);
  const ends: End[] = [...pods, ...OUTSIDE];
  let asked = 0;
  for (const from of ends)
    for (const to of ends) {
      if (from === to || (typeof from === 'string' && typeof to === 'string')) continue;
      for (const [protocol, port] of PORTS) {
        const expected = naive(world, from, to, protocol, port);
        const found = verdictOf(reach, from, to, protocol, port);
        if (found !== expected)
          return `${name(from)} → ${name(to)} ${protocol} ${port}: ${found}, should be ${expected}`;
        // Explaining takes its time: one in some will do, never the same.
        if (asked++ % 7 !== 0) continue;
        const told = explain(reach, { from: point(reach, from), to: point(reach, to), protocol, port });
        const problem = unexplained(told);
        if (told.verdict !== expected || problem)
          return `${name(from)} → ${name(to)} ${protocol} ${port}: explained as ${told.verdict}, ${problem ?? ''}`;
      }
    }
  return null;
}

/** What is wrong with an explanation: one that names nothing that would have the effect. */
function unexplained({ egress, ingress }: Explanation): string | null {
  for (const side of [egress, ingress]) {
    if (!side) continue;
    const { verdict, admin, isolatedBy, allowedBy, baseline, doubts } = side;
    if (verdict === null && doubts.length === 0) return 'unknown without a doubt';
    const steps = [...admin, ...baseline];
    const isolated = isolatedBy.some(({ isSure }) => isSure);
    const allows = allowedBy.some(({ matches }) => matches);
    const denies = steps.some(({ action, matches }) => matches && action === 'Deny');
    if (verdict === false && !denies && (!isolated || allows)) return 'denied by nothing';
    const accepts = steps.some(({ action, matches }) => matches && action === 'Accept');
    if (verdict && isolated && !allows && !accepts) return 'allowed by nothing';
  }
  return null;
}

function name(end: End): string {
  return typeof end === 'string' ? end : `${end.namespace}/${end.name}`;
}

function classOf({ facts, classes }: Reach, pod: Pod): number {
  const id = `${pod.namespace}/${pod.name}[Pod]`;
  return classes.ofPod[facts.pods.findIndex(({ workload }) => workload === id)] as number;
}

function addressOf(text: string): number | bigint {
  const address = parseAddress(text);
  if (!address) throw new Error(`no address: ${text}`);
  return address.family === 4 ? Number(address.value) : address.value;
}

function point(reach: Reach, end: End): Point {
  return typeof end === 'string' ? { address: addressOf(end) } : { podClass: classOf(reach, end) };
}

/** What the rows say. */
function verdictOf(
  reach: Reach,
  from: End,
  to: End,
  protocol: Protocol,
  port: number,
): boolean | null | undefined {
  const allowed =
    typeof from === 'string'
      ? outside(reach.groups.Ingress[classOf(reach, to as Pod)] as Group, from)
      : typeof to === 'string'
        ? outside(reach.groups.Egress[classOf(reach, from)] as Group, to)
        : betweenClasses(reach, classOf(reach, from), classOf(reach, to));
  if (!allowed) return undefined;
  if (reach.ports.has(allowed.sure, protocol, port)) return true;
  return reach.ports.has(allowed.possible, protocol, port) ? null : false;
}

function outside({ outside: row }: Group, text: string) {
  const address = addressOf(text);
  return row.find(({ where }) =>
    typeof address === 'number' ? includes(where.v4, address) : includes(where.v6, address),
  )?.allowed;
}
