/**
 * Owns what the rules said about each namespace and about the policies in it, and forgetting of it exactly what rests on
 * something that has changed. How a rule is run, and what becomes of its findings, is decided elsewhere.
 */
import type { YamlDocument } from './document.ts';
import { type Found, NONE } from './found.ts';
import {
  aspectsOf,
  type NamespaceSource,
  type Reading,
  readThrough,
  type ScopeChange,
} from './neighbours.ts';
import type { Resource } from './resource.ts';
import type { NamespaceRule, PlacedPolicyRule } from './rule.ts';
import type { NamespaceScope } from './scope.ts';

/** What a verdict on a namespace is made of: rules about all of it, and rules about each of its policies. */
export type ScopeRule = NamespaceRule | PlacedPolicyRule;

export interface ScopeVerdicts {
  /** What was found about the namespace, by the documents it stands in; the arrays are the same while their contents are. */
  of(scope: NamespaceScope): ReadonlyMap<YamlDocument, readonly Found[]>;
  /** Runs rules on the namespace that `of` would have to run, while `goOn` says yes. Answers whether none is left. */
  prepare(scope: NamespaceScope, goOn: () => boolean): boolean;
  /** Forgets what rests on what has changed about `scope`. Answers whose verdict that concerns: its own, and its readers'. */
  invalidate(scope: NamespaceScope, change: ScopeChange): Iterable<NamespaceScope>;
  /** How many verdicts were reached so far, and how many times a rule was run for them. */
  readonly effort: { readonly scopes: number; readonly checks: number };
}

/** What one rule said about one namespace, or about one policy of it, and which aspects were read for that. */
interface Run {
  readonly verdict: Verdict;
  readonly rule: ScopeRule;
  readonly policy: Resource | null;
  readonly found: readonly Found[];
  readonly reads: ReadonlySet<string>;
}

interface Verdict {
  readonly scope: NamespaceScope;
  /** By rule, then by policy; by null where the rule is about the whole namespace. */
  readonly runs: Map<ScopeRule, Map<Resource | null, Run>>;
  byDocument: ReadonlyMap<YamlDocument, readonly Found[]>;
  isFresh: boolean;
}

/** Runs a rule on the namespace that is read, or on one policy of it; does not throw, unless nobody wants to hear of it. */
export type ScopeCheck = (rule: ScopeRule, policy: Resource | null, reading: Reading) => readonly Found[];

const ALWAYS = (): boolean => true;
const WHOLE: readonly null[] = [null];

export function createScopeVerdicts(
  rules: readonly ScopeRule[],
  sourceOf: (scope: NamespaceScope) => NamespaceSource,
  check: ScopeCheck,
): ScopeVerdicts {
  const verdicts = new WeakMap<NamespaceScope, Verdict>();
  /** By an aspect: the runs that read it. */
  const readers = new Map<string, Set<Run>>();
  const effort = { scopes: 0, checks: 0 };
  // What is about one policy first: by small steps, everything has then been read that the others look at all at once.
  const inSteps = [
    ...rules.filter(({ on }) => on === 'placed-policy'),
    ...rules.filter(({ on }) => on === 'namespace'),
  ];

  const run = (verdict: Verdict, rule: ScopeRule, policy: Resource | null): Run => {
    effort.checks++;
    const reading = readThrough(verdict.scope, sourceOf(verdict.scope), policy !== null);
    const found = check(rule, policy, reading);
    const result: Run = { verdict, rule, policy, found, reads: reading.read() };
    for (const aspect of result.reads) {
      const known = readers.get(aspect);
      if (known) known.add(result);
      else readers.set(aspect, new Set([result]));
    }
    return result;
  };

  const forget = (old: Run): void => {
    for (const aspect of old.reads) {
      const known = readers.get(aspect);
      known?.delete(old);
      if (known?.size === 0) readers.delete(aspect);
    }
    old.verdict.runs.get(old.rule)?.delete(old.policy);
    old.verdict.isFresh = false;
  };

  /** All runs of a rule in the order of the policies, as many as `goOn` allows; null when that is not all. */
  const runsOf = (verdict: Verdict, rule: ScopeRule, goOn: () => boolean): readonly Run[] | null => {
    const { policies } = verdict.scope;
    const subjects = rule.on === 'namespace' ? WHOLE : policies;
    const known = verdict.runs.get(rule) ?? new Map<Resource | null, Run>();
    verdict.runs.set(rule, known);
    const runs: Run[] = [];
    for (const subject of subjects) {
      let own = known.get(subject);
      if (!own) {
        if (!goOn()) return null;
        own = run(verdict, rule, subject);
        known.set(subject, own);
      }
      runs.push(own);
    }
    if (known.size > runs.length) {
      const current = new Set<Resource | null>(subjects);
      for (const [policy, old] of [...known]) if (!current.has(policy)) forget(old);
    }
    return runs;
  };

  /** Brings a verdict up to date as far as `goOn` allows; answers whether it is. */
  const complete = (verdict: Verdict, goOn: () => boolean): boolean => {
    if (verdict.isFresh) return true;
    const found: Found[] = [];
    for (const rule of inSteps) {
      const runs = runsOf(verdict, rule, goOn);
      if (!runs) return false;
      for (const each of runs) if (each.found.length > 0) found.push(...each.found);
    }
    effort.scopes++;
    verdict.byDocument = byDocument(found, verdict.byDocument);
    verdict.isFresh = true;
    return true;
  };

  const verdictOf = (scope: NamespaceScope): Verdict => {
    const known = verdicts.get(scope);
    if (known) return known;
    const verdict: Verdict = { scope, runs: new Map(), byDocument: new Map(), isFresh: false };
    verdicts.set(scope, verdict);
    return verdict;
  };

  return {
    effort,
    of(scope) {
      const verdict = verdictOf(scope);
      complete(verdict, ALWAYS);
      return verdict.byDocument;
    },
    prepare: (scope, goOn) => complete(verdictOf(scope), goOn),
    invalidate(scope, change) {
      const concerned = new Set([scope]);
      const verdict = verdicts.get(scope);
      if (verdict) verdict.isFresh = false;
      for (const [rule, runs] of verdict?.runs ?? [])
        if (rule.on === 'namespace') [...runs.values()].forEach(forget);
      for (const aspect of aspectsOf(scope, change))
        for (const old of [...(readers.get(aspect) ?? [])]) {
          concerned.add(old.verdict.scope);
          forget(old);
        }
      return concerned;
    },
  };
}

/** Findings by the documents they stand in; where they are those of `before`, in the array they were in. */
function byDocument(
  found: readonly Found[],
  before: ReadonlyMap<YamlDocument, readonly Found[]>,
): ReadonlyMap<YamlDocument, readonly Found[]> {
  const result = new Map<YamlDocument, readonly Found[]>();
  for (const [document, list] of Map.groupBy(found, ({ finding }) => finding.at.document)) {
    const old = before.get(document) ?? NONE;
    const isSame = old.length === list.length && old.every((item, i) => item === list[i]);
    result.set(document, isSame ? old : list);
  }
  return result;
}
