/**
 * Owns what a NetworkPolicy says, read from its tree once: selectors, isolation, rules, peers and ports, each with the node it
 * came from. Semantics: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/.
 * What cannot be known (template text, a field of the wrong type, a misspelt key beside a missing one) is `unknown`.
 */
import type { Resource } from '../core/resource.ts';
import type { Span } from '../core/span.ts';
import type { YamlMap, YamlNode, YamlPair } from '../core/yaml/nodes.ts';
import { asMap, asSeq, asString, deref, get, isNull, pairOf } from '../core/yaml/nodes.ts';
import { isTemplated } from '../core/yaml/template.ts';
import { type Direction, RULES_FIELD } from './direction.ts';
import { type PolicyRule, readRule } from './policy-rule.ts';
import { type Labels, readSelector, type Selector } from './selector.ts';

export interface SelectorField {
  /** The pair in the text; null when the field is absent. */
  readonly pair: YamlPair | null;
  /** Null when it cannot be known. */
  readonly selector: Selector | null;
}

export interface DirectionRules {
  /** The `ingress` or `egress` pair; null when absent. */
  readonly pair: YamlPair | null;
  readonly rules: readonly PolicyRule[];
  /** Whether there may be rules that cannot be read. */
  readonly unknown: boolean;
}

export interface TypeItem {
  readonly node: YamlNode;
  readonly value: string | null;
}

export interface Policy {
  readonly resource: Resource;
  readonly spec: YamlMap;
  readonly podSelector: SelectorField;
  /** The `policyTypes` pair; null when absent. */
  readonly policyTypesPair: YamlPair | null;
  /** What `policyTypes` lists; null when it is absent, null or empty, so that the server's default applies. */
  readonly policyTypes: readonly TypeItem[] | null;
  /** Whether the policy isolates the pods it selects for a direction: the effective policyTypes. Null when unknown. */
  readonly isolates: Readonly<Record<Direction, boolean | null>>;
  readonly ingress: DirectionRules;
  readonly egress: DirectionRules;
}

const SPEC_FIELDS = new Set(['podSelector', 'policyTypes', 'ingress', 'egress']);
const cache = new WeakMap<Resource, Policy | null>();

/** Reads a resource of role `policy`; null for a partial object or one without a readable spec. */
export function policyOf(resource: Resource): Policy | null {
  const known = cache.get(resource);
  if (known !== undefined) return known;
  const spec = asMap(get(resource.root, 'spec'));
  const policy = spec && !resource.partial ? read(resource, spec) : null;
  cache.set(resource, policy);
  return policy;
}

/** What `policyOf` gives, but null where a syntax error, or template text that is not YAML, may have changed what it says. */
export function soundPolicyOf(resource: Resource): Policy | null {
  return isReadWhole(resource) ? policyOf(resource) : null;
}

/** A syntax error also cuts short what stands last in front of it: what the author wrote behind it is not in the tree. */
function isReadWhole({ document, root }: Resource): boolean {
  if (document.soundUntil === Number.POSITIVE_INFINITY) return true;
  const isLast = (document.yaml.root?.span.end ?? 0) <= root.span.end;
  return !isLast && root.span.end <= document.soundUntil;
}

/** The rules of one direction. */
export function rulesOf(policy: Policy, direction: Direction): DirectionRules {
  return direction === 'Ingress' ? policy.ingress : policy.egress;
}

function read(resource: Resource, spec: YamlMap): Policy {
  const text = resource.document.text;
  const misspelt = hasUnknownKey(spec, SPEC_FIELDS);
  const selectorPair = pairOf(spec, 'podSelector') ?? null;
  const absentAndDoubtful = selectorPair === null && misspelt;
  const added = resource.derived?.selectorLabels;
  const ingress = readRules(spec, 'Ingress', text, misspelt, added);
  const egress = readRules(spec, 'Egress', text, misspelt, added);
  const policyTypesPair = pairOf(spec, 'policyTypes') ?? null;
  const policyTypes = readTypes(policyTypesPair);
  return {
    resource,
    spec,
    podSelector: {
      pair: selectorPair,
      selector: absentAndDoubtful ? null : readSelector(selectorPair?.value, text, added),
    },
    policyTypesPair,
    policyTypes,
    isolates: isolation(policyTypesPair, policyTypes, egress, misspelt, text),
    ingress,
    egress,
  };
}

function readTypes(pair: YamlPair | null): readonly TypeItem[] | null {
  const items = asSeq(pair?.value)?.items ?? [];
  return items.length === 0 ? null : items.map((node) => ({ node, value: asString(node) }));
}

/**
 * The server's defaulting: without policyTypes a policy isolates ingress, and egress exactly when it has an egress rule, so
 * that `egress: []` isolates nothing.
 */
function isolation(
  pair: YamlPair | null,
  types: readonly TypeItem[] | null,
  egress: DirectionRules,
  misspelt: boolean,
  text: string,
): Record<Direction, boolean | null> {
  if (pair && isTemplated(pair.value, text)) return { Ingress: null, Egress: null };
  if (types) {
    const known = types.every(({ value }) => value === 'Ingress' || value === 'Egress');
    const has = (direction: Direction) => types.some((t) => t.value === direction) || (known ? false : null);
    return { Ingress: has('Ingress'), Egress: has('Egress') };
  }
  const readable = pair === null ? !misspelt : isNull(pair.value) || asSeq(pair.value) !== null;
  if (!readable) return { Ingress: null, Egress: null };
  return { Ingress: true, Egress: egress.rules.length > 0 ? true : egress.unknown ? null : false };
}

function readRules(
  spec: YamlMap,
  direction: Direction,
  text: string,
  misspelt: boolean,
  added: Labels | undefined,
): DirectionRules {
  const pair = pairOf(spec, RULES_FIELD[direction]) ?? null;
  if (pair === null) return { pair, rules: [], unknown: misspelt };
  const value = deref(pair.value);
  if (isNull(value)) return { pair, rules: [], unknown: false };
  if (value?.kind !== 'seq' || (isTemplated(pair.value, text) && value.items.length === 0))
    return { pair, rules: [], unknown: true };
  return { pair, rules: value.items.map((node) => readRule(node, direction, text, added)), unknown: false };
}

/** Whether `map` has a key that is none of `fields`: the field its author meant is then absent only by a slip. */
function hasUnknownKey(map: YamlMap, fields: ReadonlySet<string>): boolean {
  return map.effective.some(({ name }) => !fields.has(name));
}

/** What to underline for a node: its own text, or, when that is empty, the text of `fallback`. */
export function visibleSpan(node: YamlNode | null | undefined, fallback: Span): Span {
  return node && node.span.end > node.span.start ? node.span : fallback;
}
