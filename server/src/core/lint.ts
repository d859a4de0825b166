/**
 * Owns the driver: which rule runs on what, and what is remembered between edits. What becomes of a finding is decided
 * elsewhere. A rule that throws loses only itself.
 */
import { type Configs, DEFAULT_CONFIG } from './config.ts';
import { contractorsOf } from './contractor.ts';
import type { Day } from './day.ts';
import type { Place, YamlDocument } from './document.ts';
import { type Found, NONE } from './found.ts';
import { createJudge } from './judge.ts';
import { ANY_CHANGE, type ScopeChange } from './neighbours.ts';
import { type Resource, resourcesOf } from './resource.ts';
import type { Diagnosis, Finding, Rule, RuleContext } from './rule.ts';
import type { NamespaceScope } from './scope.ts';
import { createScopeVerdicts, type ScopeRule } from './scope-verdicts.ts';
import { contains } from './span.ts';
import type { Workspace } from './workspace.ts';

const DEFAULT_CONFIGS: Configs = { root: DEFAULT_CONFIG, subfoldersOf: () => [] };

export interface LintOptions {
  readonly rules: readonly Rule[];
  readonly configs?: Configs;
  /** Told of a rule that threw. The default rethrows. */
  /** What day it is. Without it, nothing is near its end or past it. */
  readonly today?: Day;
  readonly onRuleError?: (ruleId: string, error: unknown, uri: string) => void;
}

/** Judges the documents of one workspace and remembers the verdicts until what they depend on changes. */
export interface Linter {
  /** Everything found in `document`, suppressed findings included and marked, in the order of the text. */
  diagnose(document: YamlDocument): readonly Diagnosis[];
  /** What `diagnose` would answer, if nothing has to be judged for that; else null. */
  settled(document: YamlDocument): readonly Diagnosis[] | null;
  /**
   * Judges the namespaces of `document` as far as `diagnose` would have to: at least one step, and more while `goOn` says yes.
   * Answers whether nothing is left. The first verdict on a full namespace takes its time, and nobody should have to wait for it.
   */
  prepare(document: YamlDocument, goOn: () => boolean): boolean;
  /**
   * Forgets what was concluded from this scope; to be called when its contents change. Answers the scopes whose documents may
   * have other verdicts now: itself, and those whose rules read of it what has changed.
   */
  invalidate(scope: NamespaceScope, change?: ScopeChange): Iterable<NamespaceScope>;
  readonly effort: Effort;
}

/** What has been judged so far, for those who want to see that no more is judged than depends on a change. */
export interface Effort {
  /** Documents judged by themselves. */
  readonly documents: number;
  /** Namespaces judged, by one rule or by many. */
  readonly scopes: number;
  /** Times a rule judged a namespace. */
  readonly checks: number;
}

/** The keys `apiVersion` and `kind` alone take more: a shorter document holds nothing to judge. */
const SHORTEST_OBJECT = 'apiVersion:kind:'.length;

/** What was concluded about a document by itself, and from which of its objects. */
interface Own {
  readonly views: readonly Resource[];
  readonly found: readonly Found[];
}

/** What was concluded about a document, and from what. */
interface Verdict {
  readonly views: readonly Resource[];
  readonly parts: readonly (readonly Found[])[];
  readonly complete: boolean;
  readonly result: readonly Diagnosis[];
  /** False when a scope has changed since, so that the parts must be looked at again. */
  isFresh: boolean;
}

export function createLinter(workspace: () => Workspace, options: LintOptions): Linter {
  const configs = options.configs ?? DEFAULT_CONFIGS;
  const context: RuleContext = {
    config: configs.root,
    contractors: contractorsOf(configs.root.contractors),
    today: options.today ?? null,
  };
  const ownFindings = new WeakMap<YamlDocument, Own>();
  const namespaceOf = new WeakMap<NamespaceScope, Resource | null>();
  const verdicts = new WeakMap<YamlDocument, Verdict>();
  const foundBefore = new WeakMap<Finding, Found>();
  // Most documents of a workspace hold no policy.
  const documentRules = options.rules.filter(({ on }) => on === 'document');
  const ownRules = options.rules.filter(({ on }) => on === 'document' || on === 'policy');
  let documentsJudged = 0;

  const run = (
    rule: Rule,
    uri: string,
    resource: Resource | null,
    check: () => Iterable<Finding>,
  ): Found[] => {
    if (options.configs?.root.rules.get(rule.meta.id) === 'off' && configs.subfoldersOf(uri).length === 0)
      return [];
    try {
      return Array.from(check(), (finding) => foundOf(rule, finding, resource));
    } catch (error) {
      if (!options.onRuleError) throw error;
      options.onRuleError(rule.meta.id, error, uri);
      return [];
    }
  };

  /** Rules may find what they have found before: then nothing that was concluded from it changes. */
  const foundOf = ({ meta }: Rule, finding: Finding, resource: Resource | null): Found => {
    const known = foundBefore.get(finding);
    if (known?.meta === meta) return known;
    const found = { meta, finding, resource: finding.resource ?? resource ?? resourceAt(finding.at) };
    foundBefore.set(finding, found);
    return found;
  };

  const own = (document: YamlDocument, views: readonly Resource[]): readonly Found[] => {
    const known = ownFindings.get(document);
    if (known?.views === views) return known.found;
    if (document.text.length < SHORTEST_OBJECT) return NONE;
    documentsJudged++;
    const found: Found[] = [];
    const policies = views.filter(({ role }) => role === 'policy');
    for (const rule of policies.length > 0 ? ownRules : documentRules) {
      if (rule.on === 'document')
        found.push(...run(rule, document.uri, null, () => rule.check(document, context)));
      if (rule.on !== 'policy') continue;
      for (const policy of rule.meta.family === 'validity' ? asWritten(policies) : policies)
        found.push(...run(rule, document.uri, policy, () => rule.check(policy, context)));
    }
    const result = found.length === 0 ? NONE : found;
    ownFindings.set(document, { views, found: result });
    return result;
  };

  const scopeVerdicts = createScopeVerdicts(
    options.rules.flatMap(aboutNamespaces),
    (scope) => workspace().namespacesBeside(scope),
    (rule, policy, { scope, namespaces }) => {
      const within = { ...context, namespaces };
      if (rule.on === 'placed-policy')
        return policy
          ? run(rule, policy.document.uri, policy, () => rule.check(policy, scope, within))
          : NONE;
      const uri = (scope.namespace ?? scope.policies[0] ?? scope.workloads[0])?.document.uri ?? '';
      return run(rule, uri, null, () => rule.check(scope, within));
    },
  );

  const parts = (document: YamlDocument, views: readonly Resource[]): (readonly Found[])[] => {
    const found = own(document, views);
    if (!workspace().complete) return [found];
    const scopes = scopesOf(views, workspace());
    return [found, ...scopes.map((scope) => scopeVerdicts.of(scope).get(document) ?? NONE)];
  };

  const judge = createJudge(workspace, configs, context, options.rules, run);

  const settled = (document: YamlDocument): readonly Diagnosis[] | null => {
    const known = verdicts.get(document);
    const isSettled =
      known?.isFresh &&
      known.complete === workspace().complete &&
      known.views === workspace().viewsOf(document);
    return isSettled ? known.result : null;
  };

  return {
    settled,
    diagnose(document) {
      const standing = settled(document);
      if (standing) return standing;
      const { complete } = workspace();
      const views = workspace().viewsOf(document);
      const known = verdicts.get(document);
      const isKnown = known?.complete === complete && known.views === views;
      const found = parts(document, views);
      if (isKnown && sameParts(known.parts, found)) {
        known.isFresh = true;
        return known.result;
      }
      const result = judge(document, found.flat());
      verdicts.set(document, { views, parts: found, complete, result, isFresh: true });
      return result;
    },
    prepare(document, goOn) {
      if (!workspace().complete) return true;
      if (settled(document)) return true;
      let first = true;
      const once = () => {
        const yes = first || goOn();
        first = false;
        return yes;
      };
      const scopes = scopesOf(workspace().viewsOf(document), workspace());
      return scopes.every((scope) => scopeVerdicts.prepare(scope, once));
    },
    invalidate(scope, change = ANY_CHANGE) {
      const concerned = new Set(scopeVerdicts.invalidate(scope, change));
      // Contractor status comes from the Namespace object, the scope's own or one of a world beside it, and with it the severity
      // of what the documents hold.
      const isOther = namespaceOf.get(scope) !== scope.namespace;
      namespaceOf.set(scope, scope.namespace);
      if (isOther)
        for (const other of workspace().namespacesBeside(scope).beside(scope)) concerned.add(other);
      for (const each of concerned)
        for (const { document } of each.members) {
          const verdict = isOther && each.name === scope.name ? undefined : verdicts.get(document);
          if (verdict) verdict.isFresh = false;
          else verdicts.delete(document);
        }
      return concerned;
    },
    get effort() {
      return { documents: documentsJudged, ...scopeVerdicts.effort };
    },
  };
}

/** What a rule says about namespaces and what is in them: all of it, or what it finds across the policies of one. */
function aboutNamespaces(rule: Rule): ScopeRule[] {
  if (rule.on === 'namespace') return [rule];
  if (rule.on !== 'policy' && rule.on !== 'placed-policy') return [];
  const across: ScopeRule[] = rule.across ? [{ on: 'namespace', meta: rule.meta, check: rule.across }] : [];
  return rule.on === 'placed-policy' ? [rule, ...across] : across;
}

/** The objects behind views, as they are written, each once. */
function asWritten(views: readonly Resource[]): Iterable<Resource> {
  return new Set(views.map((view) => view.derived?.from ?? view));
}

/** The scopes that objects belong to, each once. */
function scopesOf(resources: readonly Resource[], workspace: Workspace): NamespaceScope[] {
  const scopes = resources.flatMap((resource) => workspace.scopesOf(resource));
  return scopes.length > 1 ? [...new Set(scopes)] : scopes;
}

function sameParts(a: readonly (readonly Found[])[], b: readonly (readonly Found[])[]): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

/** The object whose text a place is in. */
function resourceAt({ document, span }: Place): Resource | null {
  return resourcesOf(document).find((r) => contains(r.root.span, span)) ?? null;
}
