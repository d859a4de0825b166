/**
 * Owns `explain --format text|json`: whether a connection is allowed, and by which rules of which policies at which lines.
 */
import type { Place } from '../core/document.ts';
import type { Answer } from '../engine/questions/answers.ts';
import { partText, shortPart } from './ends.ts';
import {
  type ExplanationWords,
  explanationWords,
  type PlacedLine,
  type SideWords,
  type VerdictWord,
  verdictWord,
} from './explanation.ts';
import { regionOf } from './report.ts';
import { harmless, type Paint, type Style } from './terminal.ts';
import { named } from './text.ts';

/** The answers in one world. */
export interface WorldAnswers {
  /** What the world is called; null where there is only one. */
  readonly world: string | null;
  readonly answers: readonly Answer[];
  readonly notes: readonly string[];
}

export interface AnswerOptions {
  /** `8443/TCP`. */
  readonly port: string;
  /** The name of the file with this URI. */
  readonly fileOf: (uri: string) => string;
}

const VERDICT_STYLES: Readonly<Record<VerdictWord, Style>> = {
  allowed: ['bold', 'green'],
  denied: ['bold', 'red'],
  unknown: ['bold', 'yellow'],
};

export function answersText(
  worlds: readonly WorldAnswers[],
  { port, fileOf }: AnswerOptions,
  paint: Paint,
): string {
  const blocks = worlds.flatMap(({ world, answers, notes }) => [
    ...(world === null ? [] : [`${paint('bold', `In ${harmless(world)}`)}\n`]),
    ...answers.map((answer) => answerText(answer, port, fileOf, paint)),
    ...notes.map((note) => `${harmless(note)}\n`),
  ]);
  return blocks.join('\n');
}

function answerText(answer: Answer, port: string, fileOf: AnswerOptions['fileOf'], paint: Paint): string {
  const [from, to] = [shortPart(answer.from), shortPart(answer.to)];
  const words = explanationWords(answer.explanation, from, to);
  const verdict = verdictWord(answer.verdict);
  const title = `${harmless(from)} → ${harmless(to)} on ${port}: ${paint(VERDICT_STYLES[verdict], verdict)}`;
  const lines = [paint('bold', title), ...words.sides.flatMap((side) => sideText(side, fileOf, paint))];
  return `${[...lines, ...words.notes.map((note) => `  ${note}`)].join('\n')}\n`;
}

function sideText(
  { direction, end, verdict, lines, doubts }: SideWords,
  fileOf: AnswerOptions['fileOf'],
  paint: Paint,
): string[] {
  return [
    `  ${direction} of ${harmless(end)}: ${paint(VERDICT_STYLES[verdict], verdict)}`,
    ...lines.map((line) => `    ${placedText(line, fileOf)}`),
    ...doubts.map((doubt) => `    ${harmless(doubt)}`),
  ];
}

/** `web.yaml:12: rule 1 of NetworkPolicy shop/web allows it`. */
export function placedText({ text, at }: PlacedLine, fileOf: AnswerOptions['fileOf']): string {
  if (!at) return harmless(text);
  const { line, column } = regionOf(at).start;
  return `${named(fileOf(at.document.uri))}:${line}:${column}: ${harmless(text)}`;
}

export function answersJson(
  worlds: readonly WorldAnswers[],
  asked: { readonly from: string; readonly to: string; readonly port: object },
  { fileOf }: AnswerOptions,
): string {
  const answers = worlds.flatMap(({ world, answers }) =>
    answers.map((answer) => {
      const [from, to] = [partText(answer.from), partText(answer.to)];
      const words = explanationWords(answer.explanation, from, to);
      return { ...(world !== null && { world }), from, to, ...explanationJson(words, fileOf) };
    }),
  );
  const verdicts = new Set(answers.map(({ verdict }) => verdict));
  const verdict = verdicts.size === 1 ? answers[0]?.verdict : 'mixed';
  const notes = [...new Set(worlds.flatMap((entry) => entry.notes))];
  return `${JSON.stringify({ version: 1, ...asked, verdict, answers, notes }, null, 2)}\n`;
}

function explanationJson({ verdict, sides, notes }: ExplanationWords, fileOf: AnswerOptions['fileOf']) {
  return {
    verdict,
    sides: sides.map(({ direction, end, verdict, lines, doubts }) => ({
      direction,
      end,
      verdict,
      because: lines.map(({ text, at }) => ({ text, ...placeJson(at, fileOf) })),
      doubts,
    })),
    notes,
  };
}

export function placeJson(at: Place | null, fileOf: AnswerOptions['fileOf']) {
  return at ? { file: fileOf(at.document.uri), range: regionOf(at) } : { file: null, range: null };
}
