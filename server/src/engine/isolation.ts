/**
 * Owns which policies of a namespace select a workload's pods, and whether policies together isolate every pod there,
 * those included that do not exist yet. What the policies then allow is not its business.
 */
import { podLabels, type Resource } from '../core/resource.ts';
import type { Direction } from './direction.ts';
import type { Policy } from './policy.ts';
import {
  canMatchTogether,
  EVERYTHING,
  matches,
  matchesPartly,
  type Operator,
  type Requirement,
  type Selector,
} from './selector.ts';
import { allOf, type Verdict } from './verdict.ts';

/** Labels that controllers put on pods beside those of the template. */
const CONTROLLER_LABELS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'rollouts-pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'deploymentconfig',
]);

/** Reads one label of a workload's pods: undefined when they do not have it, null when that is not known. */
export type LabelReader = (key: string) => string | undefined | null;

const readers = new WeakMap<Resource, LabelReader>();

/** The labels of a workload's pods as far as its manifest tells. */
export function podLabelReader(workload: Resource): LabelReader {
  const known = readers.get(workload);
  if (known) return known;
  const labels = podLabels(workload);
  const reader: LabelReader = labels
    ? (key) => labels.get(key) ?? (setByController(key) ? null : undefined)
    : () => null;
  readers.set(workload, reader);
  return reader;
}

/** Prefixes of labels that controllers of other APIs put on pods. */
const CONTROLLER_PREFIX = /^(?:serving\.knative\.dev|apps\.kruise\.io|scaledjob\.keda\.sh)\//;

/** Whether a controller writes this label to the pods it makes, so that no manifest has it. */
export function setByController(key: string): boolean {
  return CONTROLLER_LABELS.has(key) || CONTROLLER_PREFIX.test(key);
}

/** Whether pods with these labels match `selector`; an unreadable selector (null) may select anything. */
export function matchesPods(selector: Selector | null, labelOf: LabelReader): Verdict {
  if (!selector) return null;
  const known = new Map<string, string>();
  const decided: Requirement[] = [];
  const open: Requirement[] = [];
  for (const requirement of selector.requirements) {
    const value = labelOf(requirement.key);
    (value === null ? open : decided).push(requirement);
    if (typeof value === 'string') known.set(requirement.key, value);
  }
  if (!matches({ requirements: decided }, known)) return false;
  return matchesPartly({ requirements: open }, NO_LABELS);
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** Whether `policy` isolates, for `direction`, pods of its namespace that have these labels. */
export function isolatesPods(policy: Policy, direction: Direction, labelOf: LabelReader): Verdict {
  return allOf([policy.isolates[direction], matchesPods(policy.podSelector.selector, labelOf)]);
}

/** Whether the policy selects every pod of its namespace. */
export function selectsEveryPod(policy: Policy): Verdict {
  const { selector } = policy.podSelector;
  return selector && selector.requirements.length === 0;
}

/**
 * Whether every pod the namespace has or will have is isolated for `direction` by one of `policies`, whatever its labels.
 */
export function isolateEveryPod(policies: readonly Policy[], direction: Direction): Verdict {
  const certain: Selector[] = [];
  const possible: Selector[] = [];
  for (const { isolates, podSelector } of policies) {
    if (isolates[direction] === false) continue;
    possible.push(podSelector.selector ?? EVERYTHING);
    if (isolates[direction] && podSelector.selector) certain.push(podSelector.selector);
  }
  if (coverEverything(certain)) return true;
  return coverEverything(possible) === false ? false : null;
}

/** The requirements looked at before the search for a pod that escapes is given up. Real policies take a handful. */
const SEARCH_LIMIT = 5_000;

/**
 * Whether every object matches at least one of `selectors`; null when that takes too long to find out. An object that
 * escapes them all breaks one requirement of each, so those broken requirements, turned round, can hold together.
 */
export function coverEverything(selectors: readonly Selector[]): Verdict {
  if (selectors.some((s) => s.requirements.length === 0)) return true;
  if (!selectors.some((s) => matches(s, NO_LABELS))) return false;
  const single = selectors.filter((s) => s.requirements.length === 1);
  const others = selectors.filter((s) => s.requirements.length > 1);
  let cost = 0;
  const someEscape = (from: number, broken: readonly Requirement[]): boolean => {
    cost += broken.length;
    if (cost > SEARCH_LIMIT || !canMatchTogether({ requirements: broken })) return false;
    const next = others[from];
    return !next || next.requirements.some((r) => someEscape(from + 1, [...broken, opposite(r)]));
  };
  if (someEscape(0, single.flatMap((s) => s.requirements).map(opposite))) return false;
  return cost > SEARCH_LIMIT ? null : true;
}

const OPPOSITE: Readonly<Record<Operator, Operator>> = {
  In: 'NotIn',
  NotIn: 'In',
  Exists: 'DoesNotExist',
  DoesNotExist: 'Exists',
};

/** The requirement that holds for exactly the objects for which `requirement` does not. */
function opposite({ key, operator, values }: Requirement): Requirement {
  return { key, operator: OPPOSITE[operator], values };
}
