/**
 * Owns the findings on the items of roles that contractors have: one for each resource and way round, whatever the number of
 * bindings. The rules differ in the way alone.
 */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, NamespaceContext } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { AccessEntry, AccessRule } from '../../engine/rbac/access-rule.ts';
import { type Breach, breachesBy, gravest, harmlessVerbs } from './breaches.ts';
import type { DangerRule } from './dangers.ts';
import { type ContractorGrant, grantsOfRolesIn } from './grants.ts';
import { leaveVerbs, resourceSpan } from './role-edits.ts';
import { grantedBy, inCode, relatedBindings, releaseNote, whereOf, whoOf } from './words.ts';

/** An item of `resources` in a role of the workspace, with all that contractors may do by it. */
export interface Item {
  readonly role: Resource;
  readonly rule: AccessRule;
  readonly entry: AccessEntry;
  /** By the grants that lead to it, the gravest first. */
  readonly ways: readonly Way[];
}

interface Way {
  readonly grant: ContractorGrant;
  readonly breaches: readonly Breach[];
}

/** The items of roles in `scope` by which contractors get somewhere they should not. */
export function itemsIn(scope: NamespaceScope, context: NamespaceContext): Item[] {
  const items = new Map<AccessEntry, Item & { ways: Way[] }>();
  for (const grant of grantsOfRolesIn(scope, context))
    for (const rule of grant.rules ?? []) {
      const { role } = rule;
      if (!role || !scope.accessRoles.includes(role)) continue;
      for (const entry of rule.resources) {
        const breaches = breachesBy(rule, entry, grant, context.config.kubernetesMinor);
        if (breaches.length === 0) continue;
        const item = items.get(entry) ?? { role, rule, entry, ways: [] };
        items.set(entry, item);
        item.ways.push({ grant, breaches });
      }
    }
  return [...items.values()];
}

/** What a rule about one way round says of the roles in `scope`. `effect` is what is lost, a sentence. */
export function* roleFindings(
  rule: DangerRule,
  effect: string,
  scope: NamespaceScope,
  context: NamespaceContext,
): Iterable<Finding> {
  for (const item of itemsIn(scope, context)) {
    // A star is every way at once, which is a rule of its own.
    if (item.entry.text === '*') continue;
    const ways = item.ways.flatMap(({ grant, breaches }) => {
      const own = breaches.filter(({ danger }) => danger.rule === rule);
      return own.length > 0 ? [{ grant, breaches: own }] : [];
    });
    if (ways.length > 0) yield finding(item, ways, effect, context.config.kubernetesMinor);
  }
}

function finding(item: Item, ways: readonly Way[], effect: string, minor: number | null): Finding {
  const severity = gravest(ways.flatMap(({ breaches }) => breaches));
  const worst = ways.find(({ breaches }) => gravest(breaches) === severity) as Way;
  const { role, entry } = item;
  const [first] = worst.breaches as [Breach];
  const kept = keptIn(item, minor);
  const remedy =
    kept.length > 0 ? `Leave ${inCode(kept)}` : `Take \`${entry.text}\` out of what contractors are given`;
  return {
    at: { document: role.document, span: resourceSpan(role, entry) },
    resource: role,
    severity,
    message: `${whereOf(worst.grant, first.danger)}${whoOf(worst.grant.subjects)} can ${first.danger.lets} (${grantedBy(worst.breaches, entry.text)}). ${effect} ${remedy}.${releaseNote(worst.breaches)}`,
    related: relatedBindings(ways.map(({ grant }) => grant)),
    get fixes() {
      return fixesFor(item, kept);
    },
  };
}

/** The verbs that are harmless by whichever grant. */
function keptIn({ rule, entry, ways }: Item, minor: number | null): readonly string[] {
  const kept = ways.map(({ grant }) => harmlessVerbs(rule, entry, grant, minor));
  return (kept[0] ?? []).filter((verb) => kept.every((verbs) => verbs.includes(verb)));
}

function fixesFor({ role, rule, entry }: Item, kept: readonly string[]): Fix[] {
  const edits = leaveVerbs(role, rule, entry, kept);
  if (!edits) return [];
  const title =
    kept.length > 0
      ? `Leave ${kept.join(', ')} of ${entry.text} in the role`
      : `Take ${entry.text} out of the role`;
  return [{ title, safe: false, edits }];
}
