/**
 * Owns the structural check of one NetworkPolicy against schemas/networkpolicy.schema.json. What each violation means to the
 * author is the rules' business.
 */
import type { Resource } from '../resource.ts';
import { toJson } from '../yaml/json.ts';
import { isTemplated } from '../yaml/template.ts';
import { validateNetworkPolicy } from './validators.generated.ts';
import { type Violation, violationsOf } from './violation.ts';

const cache = new WeakMap<Resource, readonly Violation[]>();

/** Every structural violation of `policy`; those at template text are left out, since nobody knows what it renders to. */
export function policyViolations(policy: Resource): readonly Violation[] {
  const known = cache.get(policy);
  if (known) return known;
  const value = toJson(policy.root);
  const all = value === undefined ? [] : violationsOf(validateNetworkPolicy, value, policy.root);
  const text = policy.document.text;
  const found = policy.document.isTemplate ? all.filter((v) => !isTemplated(at(v), text)) : all;
  cache.set(policy, found);
  return found;
}

function at(violation: Violation) {
  return violation.keyword === 'additionalProperties' && violation.pair ? violation.pair.key : violation.node;
}
