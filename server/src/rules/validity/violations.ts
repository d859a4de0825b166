/**
 * Owns which rule speaks for which violation of the NetworkPolicy schema, so that each is reported once, and what validity
 * findings have in common.
 */
import type { Resource } from '../../core/resource.ts';
import type { Edit, Fix } from '../../core/rule.ts';
import { policyViolations } from '../../core/schema/policy.ts';
import type { SchemaError, Violation } from '../../core/schema/violation.ts';
import type { Span } from '../../core/span.ts';
import { itemSpan } from '../spans.ts';

/** What becomes of a policy that the API server cannot accept. */
export const REFUSED = 'The API server refuses the whole policy.';

type Owner =
  | 'unknown-field'
  | 'wrong-type'
  | 'policy-types'
  | 'port-protocol'
  | 'port-value'
  | 'end-port'
  | 'selector-operator';

const OWNERS: readonly (readonly [keyword: RegExp, path: RegExp, owner: Owner])[] = [
  [/^additionalProperties$/, /^/, 'unknown-field'],
  [/^(?:type|pattern)$/, /^/, 'wrong-type'],
  [/^enum$/, /\/policyTypes\/\d+$/, 'policy-types'],
  [/^enum$/, /\/protocol$/, 'port-protocol'],
  [/^enum$/, /\/operator$/, 'selector-operator'],
  [/^(?:minimum|maximum)$/, /\/port$/, 'port-value'],
  [/^(?:minimum|maximum)$/, /\/endPort$/, 'end-port'],
];

/** The rule that reports this violation; null for one that nobody reports, which a test forbids. */
export function ownerOf({ keyword, instancePath }: SchemaError): Owner | null {
  return OWNERS.find(([word, path]) => word.test(keyword) && path.test(instancePath))?.[2] ?? null;
}

/** The violations in `policy` that `owner` reports. */
export function violationsFor(policy: Resource, owner: Owner): readonly Violation[] {
  return policyViolations(policy).filter((violation) => ownerOf(violation) === owner);
}

/** What to underline: the violation's own span or, for an item of a list without any text, its dash. */
export function spanOf({ document }: Resource, { node, span }: Violation): Span {
  return span.end > span.start ? span : (itemSpan(document, node) ?? span);
}

/** The steps of a JSON Pointer, with `[]` for a step into a list. */
export function pathOf(instancePath: string): readonly string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? '[]' : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** A fix as a list, empty where the text does not allow its edits. */
export function fixes(title: string, safe: boolean, ...parts: (Edit | readonly Edit[] | null)[]): Fix[] {
  const edits: Edit[] = [];
  for (const part of parts) {
    if (part === null) return [];
    edits.push(...[part].flat());
  }
  return [{ title, safe, edits }];
}
