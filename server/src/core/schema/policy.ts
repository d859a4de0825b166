/**
 * Owns the structural check of one NetworkPolicy against schemas/networkpolicy.schema.json. What each violation means to the
 * author is the rules' business.
 */
import type { Resource } from '../resource.ts';
import { toJson } from '../yaml/json.ts';
import { asScalar } from '../yaml/nodes.ts';
import { isTemplated } from '../yaml/template.ts';
import { validateNetworkPolicy } from './validators.generated.ts';
import { type Violation, violationsOf } from './violation.ts';

const cache = new WeakMap<Resource, readonly Violation[]>();

/**
 * The structural violations of `policy`, each once, at most one for a value. Those at template text are left out, since nobody
 * knows what it renders to, and so is what may only be the echo of a syntax problem.
 */
export function policyViolations(policy: Resource): readonly Violation[] {
  const known = cache.get(policy);
  if (known) return known;
  const value = toJson(policy.root);
  const all = value === undefined ? [] : violationsOf(validateNetworkPolicy, value, policy.root);
  const found = all.length === 0 ? all : distinct(all).filter((violation) => isSure(violation, policy));
  cache.set(policy, found);
  return found;
}

/** `{{ x }}` parses as a mapping with a mapping for a key, so a key that is no scalar is template text too. */
function isSure(violation: Violation, { document }: Resource): boolean {
  const key = violation.keyword === 'additionalProperties' ? violation.pair?.key : undefined;
  if (key && !asScalar(key)) return false;
  const node = key ?? violation.node;
  return node.span.end <= document.soundUntil && !(document.isTemplate && isTemplated(node, document.text));
}

/** A value of the wrong type fails every other test too, and a value that aliases repeat fails at each of them. */
function distinct(violations: readonly Violation[]): readonly Violation[] {
  const mistyped = new Set(violations.filter((v) => v.keyword === 'type').map((v) => v.instancePath));
  const seen = new Set<string>();
  return violations.filter((violation) => {
    const { keyword, instancePath, span } = violation;
    if (keyword !== 'type' && keyword !== 'additionalProperties' && mistyped.has(instancePath)) return false;
    const place = `${keyword} ${span.start} ${span.end}`;
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  });
}
