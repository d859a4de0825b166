/**
 * Owns the words for an assertion that does not hold: what was expected, what is, and the rules or policies that are responsible.
 */
import type { End, LabelSelector } from '../core/connection-end.ts';
import type { Span } from '../core/span.ts';
import type { Breach } from '../engine/questions/assertion.ts';
import type { AssertionResult, WorldOutcome } from '../engine/questions/test-run.ts';
import { portsWords, shortPart } from './ends.ts';
import { decisive, explanationWords, type PlacedLine } from './explanation.ts';
import { count } from './report.ts';

export interface Failure {
  readonly kind: 'failed' | 'unknown' | 'error';
  /** What is wrong, in a sentence or two. */
  readonly message: string;
  /** The rules and policies that decide it. */
  readonly responsible: readonly PlacedLine[];
  /** What would have to be known, and what the answer rests on. */
  readonly notes: readonly string[];
  /** The part of the assertion that it is about, relative to the document. */
  readonly span: Span;
}

/** What is wrong with an assertion, one failure for each world; `nameOf` gives what a world is called, null for the only one. */
export function failuresOf(
  result: AssertionResult,
  nameOf: (world: WorldOutcome['world']) => string | null,
): Failure[] {
  return result.broken.flatMap((broken) => failureIn(result, broken, nameOf(broken.world)) ?? []);
}

function failureIn(
  { assertion }: AssertionResult,
  { outcome }: WorldOutcome,
  world: string | null,
): Failure | null {
  const place = world === null ? '' : ` in ${world}`;
  if (outcome.kind === 'holds') return null;
  if (outcome.kind === 'nothing') {
    const about = { kind: 'error' as const, responsible: [], notes: [] };
    if (outcome.missing === 'between')
      return {
        ...about,
        message: `There is nothing to judge${place}: from and to are the same workload, or have no pods. Traffic of a workload with itself is never judged.`,
        span: assertion.at.from,
      };
    const end = assertion[outcome.missing];
    return {
      ...about,
      message: `${outcome.missing} means no pods${place}: there is ${absent(end)}. Correct it, or delete the assertion.`,
      span: assertion.at[outcome.missing],
    };
  }
  const { first, more } = outcome;
  const [from, to] = [shortPart(first.from), shortPart(first.to)];
  const words = explanationWords(first.explanation, from, to);
  const rest = more === 0 ? '' : ` The same goes for ${count(more, 'more connection')}.`;
  const which = `${from} → ${to} on ${portsWords(first.ports)}`;
  if (outcome.kind === 'failed')
    return {
      kind: 'failed',
      message: `Expected ${assertion.expect === 'allow' ? 'allowed' : 'denied'}${place}, but ${which} is ${assertion.expect === 'allow' ? 'denied' : 'allowed'}.${rest}`,
      responsible: decisive(words),
      notes: words.notes,
      span: assertion.at.expect,
    };
  return {
    kind: 'unknown',
    message: `It is not known whether ${which} is allowed${place}, so this cannot pass.${rest}`,
    responsible: words.sides.filter(({ verdict }) => verdict === 'unknown').flatMap(({ lines }) => lines),
    notes: [...doubtsOf(first), ...words.notes],
    span: assertion.at.expect,
  };
}

function doubtsOf({ from, to, explanation }: Breach): string[] {
  const unsure = [from, to].flatMap((part) =>
    part.kind === 'pods' && !part.isSure
      ? [`Whether the selector means ${part.workload} depends on labels that are not known.`]
      : [],
  );
  const doubts = [...(explanation.egress?.doubts ?? []), ...(explanation.ingress?.doubts ?? [])];
  return [...new Set([...unsure, ...doubts])];
}

/** What there is not. */
function absent(end: End): string {
  switch (end.kind) {
    case 'workload':
      return `no workload ${end.namespace}/${end.name}${end.of === null ? '' : `[${end.of}]`}`;
    case 'pods': {
      const where = [
        ...(end.namespace === null ? [] : [`the namespace ${end.namespace}`]),
        ...(end.namespaceSelector ? [`namespaces with ${selectorText(end.namespaceSelector)}`] : []),
      ].join(' and ');
      return `no workload with ${end.podSelector ? selectorText(end.podSelector) : 'any labels'} in ${where}`;
    }
    default:
      return 'nothing that it means';
  }
}

function selectorText({ requirements }: LabelSelector): string {
  if (requirements.length === 0) return 'any labels';
  return requirements
    .map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `no ${key}`;
      const [only] = values;
      if (operator === 'In' && values.length === 1) return `${key}: ${only}`;
      return `${key} ${operator === 'In' ? 'in' : 'not in'} ${values.join(', ')}`;
    })
    .join(', ');
}
