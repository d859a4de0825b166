/**
 * Owns the requests behind "explain connection": the workloads there are to choose from, and the answer to whether one end can
 * connect to another on a port, each line with the place it is about.
 */
import { END_FORMS, readEnd, readPort } from '../core/connection-end.ts';
import { nameNode } from '../core/resource.ts';
import { podsOf } from '../engine/pods.ts';
import { type Answer, answersTo } from '../engine/questions/answers.ts';
import type { ReachWorld } from '../engine/questions/worlds.ts';
import type { PodFacts } from '../engine/reach/facts.ts';
import { shortPart } from '../report/ends.ts';
import { explanationWords, verdictWord } from '../report/explanation.ts';
import { type ClientUri, locationOf } from './link.ts';
import { nameOfWorld } from './policy-tests.ts';
import type { ExplainAnswer, ExplainParams, ExplainReply, WorkloadInfo } from './protocol.ts';
import type { Reaching } from './reaching.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** Every workload that the client's folders and open documents are judged with, in the order of worlds and names. */
export function workloads(session: Session, reaching: Reaching, clientUri: ClientUri): WorkloadInfo[] {
  return [...session.worlds].flatMap((world) => {
    const { worlds } = reaching.in(world);
    return worlds.flatMap((reachable) => workloadsIn(reachable, world, worlds.length > 1, clientUri));
  });
}

function workloadsIn(
  reachable: ReachWorld,
  world: World,
  isNamed: boolean,
  clientUri: ClientUri,
): WorkloadInfo[] {
  const { pods } = reachable.reach.facts;
  const byId = Map.groupBy(pods, ({ workload }) => workload);
  return [...byId]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, same]) => ({
      id,
      root: world.root,
      world: reachable.key,
      worldName: isNamed ? nameOfWorld(reachable, world) : null,
      ports: same.flatMap(portsOf),
      location: placeOf(same, clientUri),
    }));
}

function portsOf({ origin }: PodFacts): WorkloadInfo['ports'][number][] {
  if (!origin) return [];
  return podsOf(origin).ports.map(({ name, number, protocol }) => ({ name, number, protocol }));
}

function placeOf(pods: readonly PodFacts[], clientUri: ClientUri): WorkloadInfo['location'] {
  const origin = pods.find((pod) => pod.origin)?.origin;
  return origin ? locationOf({ document: origin.document, span: nameNode(origin).span }, clientUri) : null;
}

/** Answers for one world. `problem` says what is wrong with what was asked. */
export function explain(
  session: Session,
  reaching: Reaching,
  clientUri: ClientUri,
  { root, world: key, from, to, port }: ExplainParams,
): ExplainReply {
  const [source, target] = [readEnd(from), readEnd(to)];
  if (!source || !target)
    return { problem: `"${source ? to : from}" is no end of a connection. It takes ${END_FORMS}.` };
  const read = readPort(port);
  if (!read || read.from !== read.to)
    return { problem: `"${port}" is no port. Write a number from 1 to 65535 with its protocol: 8443/TCP.` };
  const home = [...session.worlds].find((world) => world.root === root);
  const found = home && reaching.in(home).worlds.find((world) => world.key === key);
  if (!found) return { problem: 'The workspace has changed. Ask again.' };
  const asked = { from: source, to: target, protocol: read.protocol, port: read.from };
  const answers = answersTo(found.reach, asked);
  if (answers.kind === 'nothing')
    return {
      problem:
        answers.missing === 'between'
          ? 'No policy is about this connection: it is one of a workload with itself, or has no end in the cluster.'
          : `There is no workload ${answers.missing === 'from' ? from : to} in the workspace any more.`,
    };
  return {
    answers: answers.answers.map((answer) => shown(answer, port, clientUri)),
    notes: found.reach.facts.notes,
  };
}

function shown(answer: Answer, port: string, clientUri: ClientUri): ExplainAnswer {
  const [from, to] = [shortPart(answer.from), shortPart(answer.to)];
  const { sides, notes } = explanationWords(answer.explanation, from, to);
  const verdict = verdictWord(answer.verdict);
  return {
    title: `${from} → ${to} on ${port}: ${verdict}`,
    verdict,
    sides: sides.map(({ direction, verdict, lines, doubts }) => ({
      title: `${direction}: ${verdict}`,
      verdict,
      lines: [
        ...lines.map(({ text, at }) => ({ text, location: at && locationOf(at, clientUri) })),
        ...doubts.map((text) => ({ text, location: null })),
      ],
    })),
    notes,
  };
}
