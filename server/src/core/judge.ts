/**
 * Owns what becomes of what rules found in a document: the severity of each finding under the configs, inside a contractor's
 * boundary or outside, and whether a suppression covers it. What the rules look at is not its business.
 */
import { type Configs, severityUnder } from './config.ts';
import type { YamlDocument } from './document.ts';
import { type Found, gravestOf } from './found.ts';
import { lineAt } from './lines.ts';
import { type Resource, resourcesOf } from './resource.ts';
import type { Diagnosis, Finding, Rule, RuleContext, SuppressionState } from './rule.ts';
import type { NamespaceScope } from './scope.ts';
import type { Severity } from './severity.ts';
import { type Suppression, suppressionsIn } from './suppression.ts';
import type { Workspace } from './workspace.ts';

/** Makes diagnoses, in the order of the text, of everything that was found in a document. */
export type Judge = (document: YamlDocument, found: readonly Found[]) => Diagnosis[];

/** Runs one check of a rule on what is in a file; a rule that throws finds nothing. */
export type RunRule = (
  rule: Rule,
  uri: string,
  resource: Resource | null,
  check: () => Iterable<Finding>,
) => Found[];

export function createJudge(
  workspace: () => Workspace,
  configs: Configs,
  context: RuleContext,
  rules: readonly Rule[],
  run: RunRule,
): Judge {
  const ruleIds = rules.map((rule) => rule.meta.id);

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

  const judge: Judge = (document, found) => {
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
      for (const rule of rules) {
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
    const enough = ruleOf(rules, s.ruleId)?.meta.sees === 'document' || workspace().complete;
    return { ruleIds, covers: count, refused: refusal(s.ruleId, resource), judged: readable && enough };
  };

  /** Why a suppression of this rule is not in effect for a finding about `resource`: see SuppressionState. */
  const refusal = (ruleId: string, resource: Resource | null): SuppressionState['refused'] => {
    const rule = ruleOf(rules, ruleId);
    if (rule?.on === 'suppressions') return 'suppression';
    if (rule?.meta.family === 'validity') return 'validity';
    return isContractor(resource) && !configs.root.suppressible.has(ruleId) ? 'contractor' : null;
  };

  return judge;
}

/** The Namespace object of a scope: its own, else that of a world that may be applied beside it. */
function namespaceFor(scope: NamespaceScope, workspace: Workspace): Resource | null {
  if (scope.namespace) return scope.namespace;
  const { beside } = workspace.namespacesBeside(scope);
  return beside(scope).find((other) => other.namespace)?.namespace ?? null;
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
