/**
 * Owns the driver: which rule runs on what, what is remembered between edits, the severity a finding ends up with, and
 * whether it is suppressed. A rule that throws loses only itself.
 */
import { type Config, DEFAULT_CONFIG, severityUnder } from './config.ts';
import { contractorsOf } from './contractor.ts';
import type { Place, YamlDocument } from './document.ts';
import { type Found, gravestOf, NONE } from './found.ts';
import { lineAt } from './lines.ts';
import { ANY_CHANGE, type ScopeChange } from './neighbours.ts';
import { type Resource, resourcesOf } from './resource.ts';
import type { Diagnosis, Finding, Rule, RuleContext, SuppressionState } from './rule.ts';
import type { NamespaceScope } from './scope.ts';
import { createScopeVerdicts, type ScopeRule } from './scope-verdicts.ts';
import type { Severity } from './severity.ts';
import { contains } from './span.ts';
import { type Suppression, suppressionsIn } from './suppression.ts';
import type { Workspace } from './workspace.ts';

/** The configs in force: the root's, and for a file those of the subfolders above it, outermost first. */
export interface Configs {
  readonly root: Config;
  readonly subfoldersOf: (uri: string) => readonly Config[];
}

const DEFAULT_CONFIGS: Configs = { root: DEFAULT_CONFIG, subfoldersOf: () => [] };

export interface LintOptions {
  readonly rules: readonly Rule[];
  readonly configs?: Configs;
  /** Told of a rule that threw. The default rethrows. */
  readonly onRuleError?: (ruleId: string, error: unknown, uri: string) => void;
}

/** Judges the documents of one workspace and remembers the verdicts until what they depend on changes. */
export interface Linter {
  /** Everything found in `document`, suppressed findings included and marked, in the order of the text. */
  diagnose(document: YamlDocument): readonly Diagnosis[];
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
  const context: RuleContext = { config: configs.root, contractors: contractorsOf(configs.root.contractors) };
  const ruleIds = options.rules.map((rule) => rule.meta.id);
  const ownFindings = new WeakMap<YamlDocument, Own>();
  const namespaceOf = new WeakMap<NamespaceScope, Resource | null>();
  const verdicts = new WeakMap<YamlDocument, Verdict>();
  const foundBefore = new WeakMap<Finding, Found>();
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
    for (const rule of options.rules) {
      if (rule.on === 'document')
        found.push(...run(rule, document.uri, null, () => rule.check(document, context)));
      if (rule.on !== 'policy') continue;
      for (const policy of rule.meta.family === 'validity' ? asWritten(views) : views)
        if (policy.role === 'policy')
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

  const isContractor = (resource: Resource | null): boolean => {
    if (!resource) return false;
    const { ofNamespace } = context.contractors;
    const scopes = workspace().scopesOf(resource);
    if (scopes.length === 0)
      return resource.role === 'namespace'
        ? ofNamespace(resource.name, resource) !== null
        : ofNamespace(resource.namespace, null) !== null;
    return scopes.some((scope) => ofNamespace(scope.name, namespaceFor(scope, workspace())) !== null);
  };

  const severityOf = ({ meta, finding, resource }: Found, uri: string): Severity | 'off' => {
    if (finding.unknown !== undefined) {
      const configured = severityUnder(configs.root, configs.subfoldersOf(uri), meta.id, 'hint');
      return configured === 'off' ? 'off' : 'hint';
    }
    const contractor = isContractor(resource);
    const usual = contractor ? (meta.contractorSeverity ?? meta.severity) : meta.severity;
    const lowered = contractor ? (finding.contractorSeverity ?? finding.severity) : finding.severity;
    return severityUnder(configs.root, configs.subfoldersOf(uri), meta.id, lowered ?? usual);
  };

  const judge = (document: YamlDocument, found: readonly Found[]): Diagnosis[] => {
    const suppressions = suppressionsIn(document);
    const covered = new Map<Suppression, Found[]>();
    const result: Diagnosis[] = [];
    const add = (item: Found, suppressed: Suppression | null) => {
      const severity = severityOf(item, document.uri);
      if (severity === 'off') return;
      const { meta: rule, finding, resource } = item;
      const suppressible = refusal(rule.id, resource) === null;
      result.push({ rule, severity, finding, message: finding.message, resource, suppressed, suppressible });
    };
    for (const item of gravestOf(found, (each) => severityOf(each, document.uri))) {
      const matching = suppressions.filter((s) => s.ruleId === item.meta.id && covers(s, item, document));
      for (const s of matching) covered.set(s, [...(covered.get(s) ?? []), item]);
      const effective = matching.find((s) => s.reason !== '' && refusal(s.ruleId, item.resource) === null);
      add(item, effective ?? null);
    }
    for (const suppression of suppressions) {
      const items = covered.get(suppression) ?? [];
      const resource = items[0]?.resource ?? subjectOf(suppression);
      const state = stateOf(suppression, items.length, resource);
      for (const rule of options.rules) {
        if (rule.on !== 'suppressions') continue;
        for (const item of run(rule, document.uri, resource, () => toList(rule.check(suppression, state))))
          add(item, null);
      }
    }
    return result.sort(inTextOrder);
  };

  const stateOf = (s: Suppression, count: number, resource: Resource | null): SuppressionState => {
    const { document } = s.at;
    const readable = !document.isTemplate && document.soundUntil === Number.POSITIVE_INFINITY;
    const enough = ruleOf(options.rules, s.ruleId)?.meta.sees === 'document' || workspace().complete;
    return { ruleIds, covers: count, refused: refusal(s.ruleId, resource), judged: readable && enough };
  };

  /** Why a suppression of this rule is not in effect for a finding about `resource`: see SuppressionState. */
  const refusal = (ruleId: string, resource: Resource | null): SuppressionState['refused'] => {
    const rule = ruleOf(options.rules, ruleId);
    if (rule?.on === 'suppressions') return 'suppression';
    if (rule?.meta.family === 'validity') return 'validity';
    return isContractor(resource) && !configs.root.suppressible.has(ruleId) ? 'contractor' : null;
  };

  return {
    diagnose(document) {
      const { complete } = workspace();
      const views = workspace().viewsOf(document);
      const known = verdicts.get(document);
      const isKnown = known?.complete === complete && known.views === views;
      // After a keystroke this is asked of every document of the file; nearly all are done here.
      if (isKnown && known.isFresh) return known.result;
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
      const known = verdicts.get(document);
      // As with `diagnose`: after a keystroke nearly every document of the file is as it was.
      if (known?.isFresh && known.complete && known.views === workspace().viewsOf(document)) return true;
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
  if (rule.on === 'namespace' || rule.on === 'placed-policy') return [rule];
  return rule.on === 'policy' && rule.across
    ? [{ on: 'namespace', meta: rule.meta, check: rule.across }]
    : [];
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

/** The Namespace object of a scope: its own, else that of a world that may be applied beside it. */
function namespaceFor(scope: NamespaceScope, workspace: Workspace): Resource | null {
  if (scope.namespace) return scope.namespace;
  const { beside } = workspace.namespacesBeside(scope);
  return beside(scope).find((other) => other.namespace)?.namespace ?? null;
}

function sameParts(a: readonly (readonly Found[])[], b: readonly (readonly Found[])[]): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

function covers(suppression: Suppression, item: Found, document: YamlDocument): boolean {
  if (suppression.by === 'annotation') return suppression.resource?.root === item.resource?.root;
  return suppression.lines.includes(lineAt(document.lineStarts, item.finding.at.span.start));
}

/** The object a suppression that covers nothing is about: the one on the lines it covers. */
function subjectOf({ at: { document }, resource, lines }: Suppression): Resource | null {
  if (resource) return resource;
  const starts = document.lineStarts;
  const from = starts[lines[0] ?? 0] ?? 0;
  const to = starts[(lines.at(-1) ?? 0) + 1] ?? document.text.length;
  return resourcesOf(document).find((r) => r.root.span.start < to && from <= r.root.span.end) ?? null;
}

/** The object whose text a place is in. */
function resourceAt({ document, span }: Place): Resource | null {
  return resourcesOf(document).find((r) => contains(r.root.span, span)) ?? null;
}

function ruleOf(rules: readonly Rule[], id: string): Rule | null {
  return rules.find((rule) => rule.meta.id === id) ?? null;
}

function toList(finding: Finding | null): Finding[] {
  return finding ? [finding] : [];
}

function inTextOrder(a: Diagnosis, b: Diagnosis): number {
  const { span: left } = a.finding.at;
  const { span: right } = b.finding.at;
  return (
    left.start - right.start ||
    left.end - right.end ||
    (a.rule.id < b.rule.id ? -1 : a.rule.id > b.rule.id ? 1 : 0)
  );
}
