/**
 * Owns what the rules said about each namespace, and forgetting of it exactly what rests on something that has changed. How a
 * rule is run, and what becomes of its findings, is decided elsewhere.
 */
import type { YamlDocument } from './document.ts';
import { type Found, NONE } from './found.ts';
import {
  aspectsOf,
  type NamespaceSource,
  type Namespaces,
  readThrough,
  type ScopeChange,
} from './neighbours.ts';
import type { NamespaceRule } from './rule.ts';
import type { NamespaceScope } from './scope.ts';

export interface ScopeVerdicts {
  /** What was found about the namespace, by the documents it stands in; the arrays are the same while their contents are. */
  of(scope: NamespaceScope): ReadonlyMap<YamlDocument, readonly Found[]>;
  /** Forgets what rests on what has changed about `scope`. Answers whose verdict that concerns: its own, and its readers'. */
  invalidate(scope: NamespaceScope, change: ScopeChange): Iterable<NamespaceScope>;
  /** How many verdicts were reached so far, and how many times a rule was run for them. */
  readonly effort: { readonly scopes: number; readonly checks: number };
}

/** What one rule said about one namespace, and which aspects of others it read. */
interface Run {
  readonly scope: NamespaceScope;
  readonly found: readonly Found[];
  readonly reads: ReadonlySet<string>;
}

interface Verdict {
  readonly runs: Map<NamespaceRule, Run>;
  byDocument: ReadonlyMap<YamlDocument, readonly Found[]>;
  isFresh: boolean;
}

/** `check` runs a rule on a namespace; it does not throw, unless nobody wants to hear of rules that do. */
export function createScopeVerdicts(
  rules: readonly NamespaceRule[],
  sourceOf: (scope: NamespaceScope) => NamespaceSource,
  check: (rule: NamespaceRule, scope: NamespaceScope, namespaces: Namespaces) => readonly Found[],
): ScopeVerdicts {
  const verdicts = new WeakMap<NamespaceScope, Verdict>();
  /** By an aspect: the runs that read it. */
  const readers = new Map<string, Map<Run, NamespaceRule>>();
  const effort = { scopes: 0, checks: 0 };

  const run = (rule: NamespaceRule, scope: NamespaceScope): Run => {
    effort.checks++;
    const [namespaces, read] = readThrough(scope, sourceOf(scope));
    const found = check(rule, scope, namespaces);
    const result: Run = { scope, found, reads: read() };
    for (const aspect of result.reads) {
      const known = readers.get(aspect);
      if (known) known.set(result, rule);
      else readers.set(aspect, new Map([[result, rule]]));
    }
    return result;
  };

  const forget = (rule: NamespaceRule, old: Run): void => {
    for (const aspect of old.reads) {
      const known = readers.get(aspect);
      known?.delete(old);
      if (known?.size === 0) readers.delete(aspect);
    }
    const verdict = verdicts.get(old.scope);
    verdict?.runs.delete(rule);
    if (verdict) verdict.isFresh = false;
  };

  return {
    effort,
    of(scope) {
      const verdict = verdicts.get(scope) ?? { runs: new Map(), byDocument: new Map(), isFresh: false };
      if (verdict.isFresh) return verdict.byDocument;
      verdicts.set(scope, verdict);
      effort.scopes++;
      const found = rules.flatMap((rule) => {
        const known = verdict.runs.get(rule) ?? run(rule, scope);
        verdict.runs.set(rule, known);
        return known.found;
      });
      verdict.byDocument = byDocument(found, verdict.byDocument);
      verdict.isFresh = true;
      return verdict.byDocument;
    },
    invalidate(scope, change) {
      const concerned = new Set([scope]);
      for (const [rule, old] of [...(verdicts.get(scope)?.runs ?? [])]) forget(rule, old);
      for (const aspect of aspectsOf(scope, change))
        for (const [old, rule] of [...(readers.get(aspect) ?? [])]) {
          concerned.add(old.scope);
          forget(rule, old);
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
