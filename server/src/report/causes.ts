/**
 * Owns the words for what made a connection come or go: the rule or the policy that is new, or that is there no longer, each with
 * the side of the comparison on which its line is.
 */
import type { Place } from '../core/document.ts';
import type { Direction } from '../engine/direction.ts';
import type { ConnectionChange, WorkloadChange } from '../engine/questions/changes.ts';
import type { Explanation, RuleStep, SideExplanation, TierStep } from '../engine/reach/explain.ts';
import type { PolicyFacts } from '../engine/reach/facts.ts';
import { nameOfPolicy, placeOfPolicy, placeOfRule, placeOfTieredRule } from './explanation.ts';

export interface Cause {
  readonly text: string;
  /** The same in a few words, for a cell of a table. */
  readonly short: string;
  /** Null for what has no text. */
  readonly at: Place | null;
  /** Which of the two that are compared the place is in. */
  readonly side: 'before' | 'after';
}

/** What made a connection come. */
export function causesOfGain(change: ConnectionChange): Cause[] {
  if (change.comesOrGoes.length > 0) return change.comesOrGoes.map((end) => plain(`${end} is new`, 'after'));
  return changedSides(change).flatMap(([direction, before, after]) => {
    const allowing = [
      ...after.admin.filter(isDeciding).map((step) => tierCause(step, direction, 'after', 'accepts it')),
      ...after.allowedBy.filter(isMatch).map((step) => ruleCause(step, direction, 'after', 'allows it')),
    ];
    const fresh = allowing.filter(({ text }) => !wasThere(before, direction, text));
    if (fresh.length > 0) return fresh;
    if (allowing.length > 0) return allowing;
    return before.isolatedBy.map(({ policy }) =>
      policyCause(policy, `no longer isolates its ${direction.toLowerCase()}`, 'before'),
    );
  });
}

/** What made a connection go. */
export function causesOfLoss(change: ConnectionChange): Cause[] {
  if (change.comesOrGoes.length > 0)
    return change.comesOrGoes.map((end) => plain(`${end} is gone`, 'before'));
  return changedSides(change).flatMap(([direction, before, after]) => {
    const denying = after.admin
      .filter((step) => isDeciding(step) && step.action === 'Deny')
      .map((step) => tierCause(step, direction, 'after', 'denies it'));
    if (denying.length > 0) return denying;
    const known = new Set(before.isolatedBy.map(({ policy }) => nameOfPolicy(policy)));
    const fresh = after.isolatedBy.filter(({ policy }) => !known.has(nameOfPolicy(policy)));
    if (before.isolatedBy.length === 0 && fresh.length > 0)
      return fresh.map(({ policy }) =>
        policyCause(policy, `isolates its ${direction.toLowerCase()} and does not allow it`, 'after'),
      );
    return before.allowedBy
      .filter(isMatch)
      .map((step) => ruleCause(step, direction, 'before', 'is gone or no longer allows it'));
  });
}

/** What made a workload isolated, or open. */
export function causesOfIsolation({ policies, direction, after }: WorkloadChange): Cause[] {
  return policies.map((policy) =>
    after === false
      ? policyCause(policy, `no longer isolates its ${direction.toLowerCase()}`, 'before')
      : policyCause(policy, `isolates its ${direction.toLowerCase()}`, 'after'),
  );
}

type Changed = readonly [Direction, before: SideExplanation, after: SideExplanation];

/** The sides on which what is said of a connection has become another. */
function changedSides({ before, after }: ConnectionChange): Changed[] {
  const both = (direction: Direction, of: (explanation: Explanation) => SideExplanation | null) => {
    const [old, fresh] = [before && of(before), after && of(after)];
    return old && fresh && old.verdict !== fresh.verdict ? [[direction, old, fresh] as const] : [];
  };
  return [...both('Egress', ({ egress }) => egress), ...both('Ingress', ({ ingress }) => ingress)];
}

function isMatch({ matches }: RuleStep | TierStep): boolean {
  return matches !== false;
}

function isDeciding({ matches, action }: TierStep): boolean {
  return matches === true && action !== 'Pass';
}

/** Whether a rule said the same before, so that it is not what has changed. */
function wasThere(before: SideExplanation, direction: Direction, text: string): boolean {
  return before.allowedBy.some((step) => ruleCause(step, direction, 'before', 'allows it').text === text);
}

function ruleCause(
  { policy, rule, peer }: RuleStep,
  direction: Direction,
  side: Cause['side'],
  does: string,
): Cause {
  const which = `${direction.toLowerCase()} rule ${rule + 1} of`;
  return {
    text: `${which} ${nameOfPolicy(policy)} ${does}`,
    short: `${side === 'before' ? 'no longer ' : ''}${which} ${policy.namespace}/${policy.name}`,
    at: placeOfRule(policy, direction, rule, peer),
    side,
  };
}

function tierCause(
  { policy, rule }: TierStep,
  direction: Direction,
  side: Cause['side'],
  does: string,
): Cause {
  const text = `${direction.toLowerCase()} rule ${rule + 1} of ${nameOfPolicy(policy)} ${does}`;
  return { text, short: text, at: placeOfTieredRule(policy, direction, rule), side };
}

function policyCause(policy: PolicyFacts, does: string, side: Cause['side']): Cause {
  const short = `${side === 'before' ? 'no longer isolated by' : 'isolated by'} ${policy.namespace}/${policy.name}`;
  return { text: `${nameOfPolicy(policy)} ${does}`, short, at: placeOfPolicy(policy), side };
}

function plain(text: string, side: Cause['side']): Cause {
  return { text, short: text, at: null, side };
}
