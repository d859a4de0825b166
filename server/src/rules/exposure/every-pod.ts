/**
 * Owns which policies of a namespace allow the same to pods that are told apart by labels, and with it to every pod there is.
 */
import { type Json, toJson } from '../../core/yaml/json.ts';
import { asMap, isNull } from '../../core/yaml/nodes.ts';
import { leastCover } from '../../engine/cover.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { coverEverything } from '../../engine/isolation.ts';
import { type Policy, rulesOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { EVERYTHING, type Selector } from '../../engine/selector.ts';

/** Whether a rule allows more than looking names up; not, when its ports cannot be read and might be those of DNS. */
export function isMoreThanDns(rule: PolicyRule): boolean {
  if (!isNull(rule.node) && !asMap(rule.node)) return false;
  return rule.direction === 'Ingress' || (rule.ports.kind !== 'unknown' && !isDnsOnly(rule));
}

/** Sets of policies that have a rule in common and together select every pod, as none of them does alone. */
export function policiesForEveryPod(policies: readonly Policy[]): (readonly [Policy, ...Policy[]])[] {
  const found = new Map<Policy, readonly [Policy, ...Policy[]]>();
  for (const direction of DIRECTIONS) {
    const allowing = policies.filter((p) => p.isolates[direction] === true && isNarrow(p));
    // Nearly always some pod is in none of them, which saves comparing their rules.
    if (coverEverything(allowing.map(selectorOf)) !== true) continue;
    for (const sharing of byRule(allowing, direction).values()) {
      const [first, ...others] = leastCover([...sharing], selectorOf) ?? [];
      if (first && !found.has(first)) found.set(first, [first, ...others]);
    }
  }
  return [...found.values()];
}

function isNarrow({ podSelector }: Policy): boolean {
  return podSelector.selector !== null && podSelector.selector.requirements.length > 0;
}

function selectorOf({ podSelector }: Policy): Selector {
  return podSelector.selector ?? EVERYTHING;
}

function byRule(policies: readonly Policy[], direction: Direction): Map<string, Set<Policy>> {
  const result = new Map<string, Set<Policy>>();
  for (const policy of policies)
    for (const rule of rulesOf(policy, direction).rules.filter(isMoreThanDns)) {
      const json = toJson(rule.node);
      if (json === undefined) continue;
      const key = JSON.stringify(sorted(json));
      result.set(key, (result.get(key) ?? new Set()).add(policy));
    }
  return result;
}

/** The same value with the keys of its objects in order. */
function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
