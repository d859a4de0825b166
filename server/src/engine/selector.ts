/**
 * Owns label selectors: reading them, matching labels, and comparing selectors without any objects to try them on.
 * Semantics: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors. matchLabels and
 * matchExpressions are all ANDed; NotIn and DoesNotExist also match objects that lack the key.
 */
import { asMap, asScalar, asSeq, asString, get, isNull, type YamlNode } from '../core/yaml/nodes.ts';
import { isTemplated } from '../core/yaml/template.ts';

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/** All requirements must hold; none means everything matches. */
export interface Selector {
  readonly requirements: readonly Requirement[];
}

export type Labels = ReadonlyMap<string, string>;

export const EVERYTHING: Selector = { requirements: [] };

const NO_LABELS: Labels = new Map();

/**
 * Reads the selector at `node` (missing or null reads as empty); null when it is template text or not well-formed. `added` are
 * labels that kustomize writes into its `matchLabels`, where it has them.
 */
export function readSelector(
  node: YamlNode | undefined,
  documentText: string,
  added: Labels = NO_LABELS,
): Selector | null {
  if (node === undefined || isNull(node)) return EVERYTHING;
  const map = asMap(node);
  if (!map || isTemplated(node, documentText)) return null;
  for (const { name } of map.effective)
    if (name !== 'matchLabels' && name !== 'matchExpressions') return null;
  const labels = readMatchLabels(get(map, 'matchLabels'), added);
  const expressions = readExpressions(get(map, 'matchExpressions'));
  return labels && expressions && { requirements: [...labels, ...expressions] };
}

function readMatchLabels(node: YamlNode | undefined, added: Labels): Requirement[] | null {
  if (isNull(node)) return [];
  const map = asMap(node);
  if (!map) return null;
  const result: Requirement[] = [...added].map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  for (const { name: key, value: written } of map.effective) {
    if (added.has(key)) continue;
    const value = isNull(written) ? '' : asString(written);
    if (value === null) return null;
    result.push({ key, operator: 'In', values: [value] });
  }
  return result;
}

const OPERATORS = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

function readExpressions(node: YamlNode | undefined): Requirement[] | null {
  if (isNull(node)) return [];
  const seq = asSeq(node);
  if (!seq) return null;
  const result: Requirement[] = [];
  for (const item of seq.items) {
    const key = asString(get(item, 'key'));
    const operator = asString(get(item, 'operator'));
    const values = (asSeq(get(item, 'values'))?.items ?? []).map((v) =>
      isNull(v) ? '' : asScalar(v)?.value,
    );
    if (key === null || operator === null || !OPERATORS.has(operator)) return null;
    if (!values.every((v): v is string => typeof v === 'string')) return null;
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (needsValues !== values.length > 0) return null;
    result.push({ key, operator: operator as Operator, values });
  }
  return result;
}

const keys = new WeakMap<Selector, string>();

/** The same text for selectors that demand the same in the same order, to remember by. */
export function selectorKey(selector: Selector): string {
  const key = keys.get(selector) ?? JSON.stringify(selector.requirements);
  keys.set(selector, key);
  return key;
}

/** Whether an object with these labels, and no others, matches. */
export function matches(selector: Selector, labels: Labels): boolean {
  return selector.requirements.every((r) => holds(r, labels.get(r.key)));
}

function holds(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Whether an object matches of which only some labels are known: null when it depends on the labels that are not. */
export function matchesPartly(selector: Selector, known: Labels): boolean | null {
  let sure = true;
  for (const requirement of selector.requirements) {
    const value = known.get(requirement.key);
    if (value === undefined) sure = false;
    else if (!holds(requirement, value)) return false;
  }
  if (sure) return true;
  return canMatchTogether(selector) ? null : false;
}

/** What a selector demands of one key: the values it may have, and whether it may be absent. */
interface Domain {
  /** Null for any value. */
  allowed: Set<string> | null;
  readonly excluded: Set<string>;
  mustExist: boolean;
  mustNotExist: boolean;
}

function domains(selectors: readonly Selector[]): Map<string, Domain> {
  const result = new Map<string, Domain>();
  for (const { key, operator, values } of selectors.flatMap((s) => s.requirements)) {
    const domain = result.get(key) ?? {
      allowed: null,
      excluded: new Set(),
      mustExist: false,
      mustNotExist: false,
    };
    result.set(key, domain);
    if (operator === 'In') {
      const allowed = domain.allowed;
      domain.allowed = new Set(allowed ? values.filter((v) => allowed.has(v)) : values);
      domain.mustExist = true;
    } else if (operator === 'NotIn') for (const value of values) domain.excluded.add(value);
    else if (operator === 'Exists') domain.mustExist = true;
    else domain.mustNotExist = true;
  }
  return result;
}

/** The values a domain leaves, or null for infinitely many. */
function remaining(domain: Domain): string[] | null {
  return domain.allowed && [...domain.allowed].filter((v) => !domain.excluded.has(v));
}

function isImpossible(domain: Domain): boolean {
  if (domain.mustNotExist) return domain.mustExist;
  return domain.mustExist && remaining(domain)?.length === 0;
}

/** Whether some object could match all of `selectors` at once. */
export function canMatchTogether(...selectors: Selector[]): boolean {
  return ![...domains(selectors).values()].some(isImpossible);
}

/** Whether every object that matches `inner` matches `outer`. */
export function isSelectorSubset(inner: Selector, outer: Selector): boolean {
  const { byKey, impossible } = demandsOf(inner);
  return impossible || outer.requirements.every((r) => follows(r, byKey.get(r.key)));
}

interface Demands {
  readonly byKey: ReadonlyMap<string, Domain>;
  /** Whether no object can meet them. */
  readonly impossible: boolean;
}

const demands = new WeakMap<Selector, Demands>();

/** What one selector demands of each key; each is compared with many others. */
function demandsOf(selector: Selector): Demands {
  const known = demands.get(selector);
  if (known) return known;
  const byKey = domains([selector]);
  const read = { byKey, impossible: [...byKey.values()].some(isImpossible) };
  demands.set(selector, read);
  return read;
}

/** Whether a requirement holds for every value (or absence) that a domain allows. */
function follows(requirement: Requirement, domain: Domain | undefined): boolean {
  if (!domain) return false;
  const values = remaining(domain);
  switch (requirement.operator) {
    case 'Exists':
      return domain.mustExist;
    case 'DoesNotExist':
      return domain.mustNotExist;
    case 'In':
      return domain.mustExist && (values?.every((v) => requirement.values.includes(v)) ?? false);
    case 'NotIn':
      if (domain.mustNotExist) return true;
      if (values) return !values.some((v) => requirement.values.includes(v));
      return requirement.values.every((v) => domain.excluded.has(v));
  }
}

/** Whether both select exactly the same objects, whatever objects there are. */
export function equalSelectors(a: Selector, b: Selector): boolean {
  return isSelectorSubset(a, b) && isSelectorSubset(b, a);
}

/** `app=web, tier in (db, cache)`, for messages; `everything` for an empty selector. */
export function describeSelector(selector: Selector): string {
  if (selector.requirements.length === 0) return 'everything';
  return selector.requirements
    .map(({ key, operator, values }) => {
      if (operator === 'In')
        return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(', ')})`;
      if (operator === 'NotIn')
        return values.length === 1 ? `${key}!=${values[0]}` : `${key} not in (${values.join(', ')})`;
      return operator === 'Exists' ? `${key} present` : `${key} absent`;
    })
    .join(', ');
}
