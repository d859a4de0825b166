/**
 * Owns the guess that a selector which matches nothing was meant for an object whose labels it misses by a slip: one label under
 * another key, or with a value spelt a little differently. What is in use elsewhere, and so is no slip, is for its callers to know.
 */
import { editDistance } from '../core/spelling.ts';
import { NAMESPACE_NAME_LABEL } from './dns-servers.ts';
import { type Labels, matches, type Requirement, type Selector } from './selector.ts';

export interface NearMiss<T> {
  readonly item: T;
  /** The one requirement that the item does not meet; it demands one value of one key. */
  readonly requirement: Requirement;
  /** The label that the item has instead. */
  readonly key: string;
  readonly value: string;
  /** Whether it differs in form alone (case, separators, a key that is used for the same); otherwise letters differ. */
  readonly inForm: boolean;
}

/** The items that `selector` misses by a slip in one requirement while they meet all others; those in form first. */
export function nearMisses<T>(
  selector: Selector,
  items: readonly T[],
  labelsOf: (item: T) => Labels,
): NearMiss<T>[] {
  const found = items.flatMap((item) => slipsOf(selector, item, labelsOf(item)));
  return found.sort((a, b) => Number(b.inForm) - Number(a.inForm));
}

function slipsOf<T>(selector: Selector, item: T, labels: Labels): NearMiss<T>[] {
  const broken = selector.requirements.filter((r) => !matches({ requirements: [r] }, labels));
  const [requirement, another] = broken;
  const [wanted, second] = requirement?.values ?? [];
  if (!requirement || another || requirement.operator !== 'In') return [];
  if (wanted === undefined || second !== undefined) return [];
  const own = labels.get(requirement.key);
  if (own !== undefined) {
    const alike = likeness(own, wanted);
    return alike ? [{ item, requirement, key: requirement.key, value: own, inForm: alike === 'form' }] : [];
  }
  const isDemanded = (key: string) => selector.requirements.some((r) => r.key === key);
  return [...labels]
    .filter(([key, value]) => value === wanted && !isDemanded(key))
    .flatMap(([key, value]) => {
      const alike = keyLikeness(key, requirement.key, value);
      return alike ? [{ item, requirement, key, value, inForm: alike === 'form' }] : [];
    });
}

type Likeness = 'form' | 'letters' | null;

/** Keys that say what an application, or a namespace, is called. */
const SAME_USE: readonly ReadonlySet<string>[] = [
  new Set([
    'app',
    'application',
    'app.kubernetes.io/component',
    'app.kubernetes.io/instance',
    'app.kubernetes.io/name',
    'component',
    'k8s-app',
    'name',
    'run',
    'service',
  ]),
  new Set([
    NAMESPACE_NAME_LABEL,
    'kubernetes.io/metadata-name',
    'kubernetes.io/name',
    'kubernetes.io/namespace',
    'metadata.name',
    'name',
    'namespace',
    'ns',
  ]),
];

/** Values that many labels have: that two keys share one says nothing. */
const COMMON_VALUE = /^(?:true|false|yes|no|on|off|allow(?:ed)?|enabled?|disabled?|\d*)$/i;

function keyLikeness(a: string, b: string, value: string): Likeness {
  if (stripped(afterSlash(a)) === stripped(afterSlash(b))) return 'form';
  if (COMMON_VALUE.test(value)) return mistyped(a, b) ? 'letters' : null;
  if (SAME_USE.some((keys) => keys.has(a) && keys.has(b))) return 'form';
  return mistyped(a, b) || editDistance(a, b) === 1 ? 'letters' : null;
}

function likeness(a: string, b: string): Likeness {
  if (stripped(a) === stripped(b)) return 'form';
  return mistyped(a, b) ? 'letters' : null;
}

/** The name of a key without its prefix. */
function afterSlash(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function stripped(text: string): string {
  return text.toLowerCase().replace(/[-_.]/g, '');
}

/**
 * Whether one is the other mistyped: all words are the same but one, and that one is long enough for the slip to be none of
 * the small differences by which things of one kind are told apart (web-1 and web-2, api and app, east and west).
 */
function mistyped(a: string, b: string): boolean {
  const left = a.toLowerCase().split(/[-_./]/);
  const right = b.toLowerCase().split(/[-_./]/);
  if (left.length !== right.length) return false;
  const differing = left.map((word, i) => [word, right[i] ?? ''] as const).filter(([x, y]) => x !== y);
  const [pair, another] = differing;
  return pair !== undefined && another === undefined && isSlip(...pair);
}

/** The shortest word in which one letter too many, too few or another one is a slip. */
const SHORTEST_WORD = 5;
/** The shortest ones in which letters that are swapped, or typed twice, are. Acronyms are shorter. */
const SHORTEST_SWAPPED = 4;
const SHORTEST_DOUBLED = 3;
/** From this length on, two letters may differ. */
const LONG_WORD = 9;

function isSlip(a: string, b: string): boolean {
  if (a[0] !== b[0] || a.replace(/\d/g, '') === b.replace(/\d/g, '')) return false;
  const shorter = Math.min(a.length, b.length);
  const distance = editDistance(a, b);
  if (distance === 1 && sorted(a) === sorted(b)) return shorter >= SHORTEST_SWAPPED;
  if (distance === 1 && onceEach(a) === onceEach(b)) return shorter >= SHORTEST_DOUBLED;
  return shorter >= LONG_WORD ? distance <= 2 : shorter >= SHORTEST_WORD && distance === 1;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}

/** The word with every letter once where it stands twice or more in a row. */
function onceEach(word: string): string {
  return word.replace(/(.)\1+/g, '$1');
}
