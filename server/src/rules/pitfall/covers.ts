/**
 * Owns what in a policy another policy of its namespace already says for at least the same pods, kept up to date as policies
 * come and go. What follows for the policy is not its business.
 */
import type { Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { isSelectorSubset } from '../../engine/selector.ts';
import { indexBySelector } from '../../engine/selector-index.ts';
import { ruleCovers } from '../../engine/subsumption.ts';

/** What a policy says for one direction: a rule, or, where it has none, that nothing is allowed. */
export interface Part {
  readonly direction: Direction;
  readonly rule: PolicyRule | null;
}

/** What says the same or more: a rule, or, for a policy that allows nothing, a policy that allows nothing either. */
export interface Cover {
  readonly policy: Policy;
  readonly rule: PolicyRule | null;
}

/** For each part of a policy what covers it, the first if there are several. */
export type Covers = readonly (Cover | null)[];

const parts = new WeakMap<Policy, readonly Part[]>();

/** The parts of a policy that can be read, in the directions for which it isolates. */
export function partsOf(policy: Policy): readonly Part[] {
  const known = parts.get(policy);
  if (known) return known;
  const found = DIRECTIONS.filter((d) => policy.isolates[d] === true).flatMap((direction): Part[] => {
    const { rules, unknown } = rulesOf(policy, direction);
    if (rules.length === 0 && !unknown) return [{ direction, rule: null }];
    return rules.map((rule) => ({ direction, rule }));
  });
  parts.set(policy, found);
  return found;
}

/** Longer lists are nobody's writing, and comparing each item with each takes too long: nothing is said of them. */
const MOST_COMPARED = 250;

/** The policy, unless other parts of it are rendered or still being written, or it is too long to be compared. */
export function readable(resource: Resource): Policy | null {
  const policy = resource.document.isTemplate ? null : soundPolicyOf(resource);
  return policy && DIRECTIONS.every((d) => isComparable(rulesOf(policy, d).rules)) ? policy : null;
}

function isComparable(rules: readonly PolicyRule[]): boolean {
  const lengths = rules.flatMap(({ peers, ports }) => [
    peers.kind === 'some' ? peers.items.length : 0,
    ports.kind === 'some' ? ports.items.length : 0,
  ]);
  return [rules.length, ...lengths].every((length) => length <= MOST_COMPARED);
}

interface Memory {
  readonly place: ReadonlyMap<Policy, number>;
  readonly covers: Map<Policy, (Cover | null)[]>;
}

const memories = new WeakMap<NamespaceScope, Memory>();

/** Beyond so many new policies everything is looked at again. */
const FEW = 8;

/** What covers the parts of each policy of the namespace that can be compared with others. */
export function coversIn(scope: NamespaceScope): ReadonlyMap<Policy, Covers> {
  const policies = comparablePolicies(scope);
  const place = new Map(policies.map((policy, i) => [policy, i]));
  const groups = Map.groupBy(policies, ({ resource }) => groupOf(resource));
  const before = memories.get(scope);
  const added = policies.filter((policy) => !before?.place.has(policy));
  const covers =
    before && added.length <= FEW
      ? updated(before, { place, groups, added })
      : new Map([...groups.values()].flatMap((group) => [...coversAmong(group, place)]));
  memories.set(scope, { place, covers });
  return covers;
}

interface Update {
  readonly place: ReadonlyMap<Policy, number>;
  readonly groups: ReadonlyMap<string, readonly Policy[]>;
  readonly added: readonly Policy[];
}

/** Everything looked at anew, with the help of an index. */
function* coversAmong(
  group: readonly Policy[],
  place: ReadonlyMap<Policy, number>,
): Iterable<[Policy, (Cover | null)[]]> {
  const index = indexBySelector(group, (policy) => policy.podSelector.selector);
  for (const policy of group) {
    const { selector } = policy.podSelector;
    const near = selector ? new Set(index.overlapping(selector)) : [];
    const wider = [...near].filter((other) => isWider(other, policy));
    wider.sort((a, b) => placeOf(a, place) - placeOf(b, place));
    yield [policy, partsOf(policy).map((part) => firstCover(policy, part, wider, place))];
  }
}

/** What was known, brought up to date with the policies that came and went. */
function updated({ covers }: Memory, { place, groups, added }: Update): Map<Policy, (Cover | null)[]> {
  for (const policy of covers.keys()) if (!place.has(policy)) covers.delete(policy);
  for (const group of groups.values()) {
    const newcomers = added.filter((policy) => group.includes(policy));
    for (const policy of group) {
      const known = covers.get(policy);
      if (newcomers.length === 0 && known?.every((cover) => !cover || place.has(cover.policy))) continue;
      const found = partsOf(policy).map((part, i) => {
        const old = known?.[i];
        if (old === undefined || (old && !place.has(old.policy)))
          return firstCover(policy, part, group, place);
        const newer = firstCover(policy, part, newcomers, place);
        if (!old || !newer) return old ?? newer;
        return placeOf(newer.policy, place) < placeOf(old.policy, place) ? newer : old;
      });
      covers.set(policy, found);
    }
  }
  return covers;
}

function placeOf(policy: Policy, place: ReadonlyMap<Policy, number>): number {
  return place.get(policy) ?? 0;
}

/** The first of `others`, which are in order, that covers a part of `policy`. */
function firstCover(
  policy: Policy,
  { direction, rule }: Part,
  others: readonly Policy[],
  place: ReadonlyMap<Policy, number>,
): Cover | null {
  const { namespace } = policy.resource;
  for (const other of others) {
    if (other === policy || other.isolates[direction] !== true || !isWider(other, policy)) continue;
    // Of two that say the same for the same pods, the first is kept.
    const yields = () => placeOf(policy, place) < placeOf(other, place) && isWider(policy, other);
    const { rules, unknown } = rulesOf(other, direction);
    if (!rule) {
      if (rules.length === 0 && !unknown && !yields()) return { policy: other, rule: null };
      continue;
    }
    const cover = rules.find(
      (r) => ruleCovers(r, rule, namespace) && !(ruleCovers(rule, r, namespace) && yields()),
    );
    if (cover) return { policy: other, rule: cover };
  }
  return null;
}

/** Whether `outer` surely selects every pod that `inner` selects. */
function isWider(outer: Policy, inner: Policy): boolean {
  const [wide, narrow] = [outer.podSelector.selector, inner.podSelector.selector];
  if (!wide || !narrow) return false;
  if (wide.requirements.length === 0) return true;
  // Most are about other pods, which one look at the keys tells.
  return (
    wide.requirements.every(({ key }) => narrow.requirements.some((r) => r.key === key)) &&
    isSelectorSubset(narrow, wide)
  );
}

/** The policies that are surely applied as they stand. Objects of one name are one object, and a patch changes another. */
function comparablePolicies(scope: NamespaceScope): Policy[] {
  const names = new Map<string | null, number>();
  for (const { name } of scope.policies) names.set(name, (names.get(name) ?? 0) + 1);
  return scope.policies.flatMap((resource) => {
    const policy = resource.name !== null && names.get(resource.name) === 1 ? readable(resource) : null;
    return policy?.podSelector.selector ? [policy] : [];
  });
}

const OWNERSHIP = /^(?:netpol-guard|meta\.helm\.sh)\//;
const groupKeys = new WeakMap<Resource, string>();

/**
 * What policies must share to be compared: the kustomization that lists them (what an overlay adds is not beside its base in
 * other overlays), or a folder, or, where they name no namespace, a file; labels; and annotations that say whose they are.
 * Otherwise one may well be applied, or given up, without the other.
 */
function groupOf(resource: Resource): string {
  let key = groupKeys.get(resource);
  if (key === undefined) {
    const { document, namespace, labels, annotations, derived } = resource;
    const folder = document.uri.slice(0, document.uri.lastIndexOf('/'));
    const place = derived?.listedIn.uri ?? (namespace === null ? document.uri : folder);
    const owners = [...annotations].filter(([name]) => OWNERSHIP.test(name));
    key = JSON.stringify([place, [...labels].sort(), owners.sort()]);
    groupKeys.set(resource, key);
  }
  return key;
}
