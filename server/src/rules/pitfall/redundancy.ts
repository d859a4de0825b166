/**
 * Owns the judgement which policies, rules, peers and ports of a namespace add nothing to what others say. How to say so, and
 * what to do about it, is not its business.
 */
import type { NamespaceScope } from '../../core/workspace.ts';
import type { YamlSeq } from '../../core/yaml/nodes.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { type Policy, rulesOf } from '../../engine/policy.ts';
import type { Peers, PolicyRule } from '../../engine/policy-rule.ts';
import { EVERYTHING } from '../../engine/selector.ts';
import { ruleCovers } from '../../engine/subsumption.ts';
import { type Cover, type Covers, coversIn, partsOf, readable } from './covers.ts';
import { ownList, type SurplusItem, surplusItems } from './surplus-items.ts';

/** Something that could be deleted without a change to what is allowed. */
export type Surplus =
  | SurplusPolicy
  | SurplusRule
  | (SurplusItem & { readonly rule: PolicyRule; readonly policy: Policy });

export interface SurplusPolicy {
  readonly kind: 'policy';
  readonly policy: Policy;
  /** What says all that it says; never empty. */
  readonly covers: readonly Cover[];
}

export interface SurplusRule {
  readonly kind: 'rule';
  readonly policy: Policy;
  readonly rule: PolicyRule;
  readonly cover: Cover;
  /** The list it can be taken out of; null where nothing would be left in it. */
  readonly list: YamlSeq | null;
}

/**
 * What adds nothing, in the order of the policies. All of it can go at once: of two that say the same only one is named, and
 * whatever is named is covered by something that is not.
 */
export function* surplusIn(scope: NamespaceScope): Iterable<Surplus> {
  const elsewhere = coversIn(scope);
  for (const resource of scope.policies) {
    const policy = readable(resource);
    if (!policy) continue;
    const covers = elsewhere.get(policy) ?? [];
    yield* surplusOf(policy, covers);
  }
}

const judged = new WeakMap<Policy, { readonly covers: Covers; readonly found: readonly Surplus[] }>();

/** The same objects as long as they are covered by the same. */
function surplusOf(policy: Policy, covers: Covers): readonly Surplus[] {
  const known = judged.get(policy);
  if (known?.covers.length === covers.length && known.covers.every((cover, i) => cover === covers[i]))
    return known.found;
  const found: readonly Surplus[] = isSurplus(policy, covers)
    ? [{ kind: 'policy', policy, covers }]
    : [...surplusWithin(policy, covers)];
  judged.set(policy, { covers, found });
  return found;
}

/** Whether other policies say everything that a policy says, its denials included. */
function isSurplus(policy: Policy, covers: Covers): covers is readonly Cover[] {
  if (covers.length === 0 || covers.includes(null)) return false;
  return DIRECTIONS.every(
    (d) => policy.isolates[d] === false || (policy.isolates[d] === true && !rulesOf(policy, d).unknown),
  );
}

function* surplusWithin(policy: Policy, covers: Covers): Iterable<Surplus> {
  const parts = partsOf(policy).flatMap(({ direction, rule }, i) => {
    const own = rule && coverWithin(rule, policy);
    // Beside a rule for everybody, that rule is the mistake, and is reported as such.
    if (!rule || (own?.rule && allowsEverybody(own.rule.peers) && !allowsEverybody(rule.peers))) return [];
    return [{ direction, rule, cover: own ?? covers[i] ?? null }];
  });
  for (const { direction, rule, cover } of parts) {
    const { pair, rules } = rulesOf(policy, direction);
    const list = ownList(policy.spec, pair);
    if (!list) continue;
    const gone = parts.filter((other) => other.direction === direction && other.cover);
    if (cover) yield { kind: 'rule', policy, rule, cover, list: gone.length < rules.length ? list : null };
    else if (!allowsEverybody(rule.peers))
      for (const item of surplusItems(rule, policy)) yield { policy, rule, ...item };
  }
}

/** Whether peers leave out nobody in the cluster, or nobody in the world. */
export function allowsEverybody(peers: Peers): boolean {
  if (peers.kind !== 'some') return peers.kind === 'any';
  return peers.items.some(
    (peer) =>
      (peer.kind === 'cidr' && peer.cidr?.cidr?.prefix === 0) ||
      (peer.kind === 'pods' &&
        peer.namespaceSelector?.requirements.length === 0 &&
        (peer.podSelector ?? EVERYTHING).requirements.length === 0),
  );
}

const within = new WeakMap<PolicyRule, Cover | null>();

/** What covers a rule in its own policy; of two that say the same, the first is kept. */
function coverWithin(rule: PolicyRule, policy: Policy): Cover | null {
  const known = within.get(rule);
  if (known !== undefined) return known;
  const { namespace } = policy.resource;
  const { rules } = rulesOf(policy, rule.direction);
  const own = rules.indexOf(rule);
  const other = rules.find(
    (r, i) => i !== own && ruleCovers(r, rule, namespace) && !(own < i && ruleCovers(rule, r, namespace)),
  );
  const cover = other ? { policy, rule: other } : null;
  within.set(rule, cover);
  return cover;
}
