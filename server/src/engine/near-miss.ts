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

/** Objects by their labels, and what was found out about how alike those are. */
export interface LabelIndex<T> {
  readonly items: readonly T[];
  readonly labels: readonly Labels[];
  /** By key, then by value. */
  readonly byKey: ReadonlyMap<string, ReadonlyMap<string, Spelling>>;
  readonly alike: Map<string, readonly Alike[]>;
}

/** A value as it is compared with others, and the places of the items that have it. */
interface Spelling {
  readonly words: readonly Word[];
  readonly stripped: string;
  readonly places: number[];
}

interface Word {
  readonly text: string;
  readonly withoutDigits: string;
}

/** A label that some items have and that is nearly the one wanted. */
interface Alike {
  readonly key: string;
  readonly value: string;
  readonly inForm: boolean;
  readonly places: readonly number[];
}

export function indexLabels<T>(items: readonly T[], labelsOf: (item: T) => Labels): LabelIndex<T> {
  const labels = items.map(labelsOf);
  const byKey = new Map<string, Map<string, Spelling>>();
  labels.forEach((ofItem, place) => {
    for (const [key, value] of ofItem) {
      const byValue = byKey.get(key) ?? new Map<string, Spelling>();
      byKey.set(key, byValue);
      const known = byValue.get(value);
      if (known) known.places.push(place);
      else byValue.set(value, { ...spellingOf(value), places: [place] });
    }
  });
  return { items, labels, byKey, alike: new Map() };
}

/** The items that `selector` misses by a slip in one requirement while they meet all others; those in form first. */
export function nearMisses<T>(selector: Selector, index: LabelIndex<T>): NearMiss<T>[] {
  const found: (NearMiss<T> & { readonly place: number })[] = [];
  for (const requirement of selector.requirements) {
    const [wanted, another] = requirement.values;
    if (requirement.operator !== 'In' || wanted === undefined || another !== undefined) continue;
    const others = { requirements: selector.requirements.filter((r) => r !== requirement) };
    for (const { key, value, inForm, places } of alikeIn(index, requirement.key, wanted)) {
      const isOtherKey = key !== requirement.key;
      if (isOtherKey && others.requirements.some((r) => r.key === key)) continue;
      for (const place of places) {
        const labels = index.labels[place] as Labels;
        if ((isOtherKey && labels.has(requirement.key)) || !matches(others, labels)) continue;
        found.push({ item: index.items[place] as T, requirement, key, value, inForm, place });
      }
    }
  }
  return found.sort((a, b) => Number(b.inForm) - Number(a.inForm) || a.place - b.place);
}

function alikeIn(index: LabelIndex<unknown>, key: string, wanted: string): readonly Alike[] {
  const id = `${key}=${wanted}`;
  const alike = index.alike.get(id) ?? [...sameKey(index, key, wanted), ...sameValue(index, key, wanted)];
  index.alike.set(id, alike);
  return alike;
}

function* sameKey({ byKey }: LabelIndex<unknown>, key: string, wanted: string): Iterable<Alike> {
  const spelling = spellingOf(wanted);
  for (const [value, other] of byKey.get(key) ?? []) {
    const likeness = value === wanted ? null : likenessOf(spelling, other);
    if (likeness) yield { key, value, inForm: likeness === 'form', places: other.places };
  }
}

function* sameValue({ byKey }: LabelIndex<unknown>, wantedKey: string, value: string): Iterable<Alike> {
  for (const [key, byValue] of byKey) {
    const places = key === wantedKey ? undefined : byValue.get(value)?.places;
    const likeness = places ? keyLikeness(key, wantedKey, value) : null;
    if (places && likeness) yield { key, value, inForm: likeness === 'form', places };
  }
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
  if (COMMON_VALUE.test(value)) return isMistyped(wordsOf(a), wordsOf(b)) ? 'letters' : null;
  if (SAME_USE.some((keys) => keys.has(a) && keys.has(b))) return 'form';
  return isMistyped(wordsOf(a), wordsOf(b)) || editDistance(a, b) === 1 ? 'letters' : null;
}

function likenessOf(a: Omit<Spelling, 'places'>, b: Omit<Spelling, 'places'>): Likeness {
  if (a.stripped === b.stripped) return 'form';
  return isMistyped(a.words, b.words) ? 'letters' : null;
}

function spellingOf(text: string): Omit<Spelling, 'places'> {
  return { words: wordsOf(text), stripped: stripped(text) };
}

function wordsOf(text: string): Word[] {
  return text
    .toLowerCase()
    .split(/[-_./]/)
    .map((word) => ({ text: word, withoutDigits: word.replace(/\d/g, '') }));
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
function isMistyped(a: readonly Word[], b: readonly Word[]): boolean {
  if (a.length !== b.length) return false;
  const at = a.findIndex((word, i) => word.text !== b[i]?.text);
  const [left, right] = [a[at], b[at]];
  if (!left || !right || !isSlip(left, right)) return false;
  return a.every((word, i) => i <= at || word.text === b[i]?.text);
}

/** The shortest word in which one letter too many, too few or another one is a slip. */
const SHORTEST_WORD = 5;
/** The shortest ones in which letters that are swapped, or typed twice, are. Acronyms are shorter. */
const SHORTEST_SWAPPED = 4;
const SHORTEST_DOUBLED = 3;
/** From this length on, two letters may differ. */
const LONG_WORD = 9;

function isSlip(left: Word, right: Word): boolean {
  const [a, b] = [left.text, right.text];
  if (a[0] !== b[0] || left.withoutDigits === right.withoutDigits) return false;
  const shorter = Math.min(a.length, b.length);
  if (Math.abs(a.length - b.length) > 2) return false;
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
