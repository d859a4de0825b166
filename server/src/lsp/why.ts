/**
 * Owns the request behind a click on a connection: why it is allowed or not, before and after the changes that are not saved.
 * The words are those of the command line.
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import type { Place } from '../core/document.ts';
import { parseCidr } from '../engine/cidr.ts';
import { workloadsOf } from '../engine/reach/connections.ts';
import { type Explanation, explain, type Point } from '../engine/reach/explain.ts';
import type { Reach } from '../engine/reach/reach.ts';
import type { Verdict } from '../engine/verdict.ts';
import { explanationWords, type SideWords } from '../report/explanation.ts';
import { locationOf } from './link.ts';
import type { Why, WhyAnswer, WhyParams, WhyPlace, WhyReason } from './protocol-reachability.ts';
import type { SavedFiles } from './saved-files.ts';
import type { Session } from './session.ts';
import { throwIfCancelled } from './slices.ts';
import type { ClientStyle } from './style.ts';
import { twoWorlds } from './two-worlds.ts';

/** Answers netpolGuard/why. */
export async function why(
  session: Session,
  saved: SavedFiles,
  style: ClientStyle,
  params: WhyParams,
  token: CancellationToken,
): Promise<Why> {
  const check = () => throwIfCancelled(token);
  const { before, after } = await twoWorlds(session, saved, params, check);
  const asked: Asked = { params, session, style };
  const old = answerIn(before, asked);
  return { before: old, after: before === after ? old : answerIn(after, asked) };
}

interface Asked {
  readonly params: WhyParams;
  readonly session: Session;
  readonly style: ClientStyle;
}

/** Null where one of the ends is not there. */
function answerIn(reach: Reach, asked: Asked): WhyAnswer | null {
  const { from, to, protocol, port } = asked.params;
  const [sources, targets] = [pointsOf(reach, from), pointsOf(reach, to)];
  const all = sources.flatMap((source) =>
    targets.map((target) => explain(reach, { from: source, to: target, protocol, port })),
  );
  // Where pods of a workload differ, what one of them may do the workload may.
  const [best] = all.sort((a, b) => rank(a.verdict) - rank(b.verdict));
  return best ? answerOf(best, asked) : null;
}

function rank(verdict: Verdict): number {
  return verdict === true ? 0 : verdict === null ? 1 : 2;
}

function pointsOf(reach: Reach, end: string): Point[] {
  const workload = workloadsOf(reach).find(({ id }) => id === end);
  if (workload) return workload.classes.map((podClass) => ({ podClass }));
  const set = parseCidr(end)?.set;
  const address = set?.v4[0]?.[0] ?? set?.v6[0]?.[0];
  return address === undefined ? [] : [{ address }];
}

function answerOf(explanation: Explanation, asked: Asked): WhyAnswer {
  const { from, to } = asked.params;
  const { verdict, sides, notes } = explanationWords(explanation, from, to);
  const reasons = [
    ...sides.flatMap((side) => reasonsOf(side, asked)),
    ...notes.map((text) => ({ text, place: null })),
  ];
  return { verdict, reasons };
}

function reasonsOf({ lines, doubts }: SideWords, asked: Asked): WhyReason[] {
  return [
    ...lines.map(({ text, at }) => ({ text: sentence(text), place: at && placeOf(at, asked) })),
    ...doubts.map((text) => ({ text, place: null })),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function placeOf(at: Place, { session, style }: Asked): WhyPlace {
  const { uri, range } = locationOf(at, style.clientUri);
  const file = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  const isCurrent = session.file(at.document.uri)?.documents.includes(at.document) === true;
  // A line of the text on disk may be another one in the editor.
  const title = `${file}:${range.start.line + 1}${isCurrent ? '' : ' as saved'}`;
  return { title, uri, start: range.start, end: range.end };
}
