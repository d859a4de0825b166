/**
 * Owns sets of small numbers as bits in words, of which only those that are not zero are kept. A set may also be everything but
 * some numbers, so that "all" and "all others" cost nothing.
 */

export interface Bits {
  /** The places of the words, ascending. */
  readonly at: readonly number[];
  /** The words at those places, none of them zero. */
  readonly words: readonly number[];
  /** Whether the set is everything that is not in the words. */
  readonly isRest: boolean;
}

export const NO_BITS: Bits = { at: [], words: [], isRest: false };
export const ALL_BITS: Bits = { at: [], words: [], isRest: true };

/** The set of some numbers, each at most once and in ascending order. */
export function bitsOf(ascending: Iterable<number>): Bits {
  const at: number[] = [];
  const words: number[] = [];
  let last = -1;
  for (const i of ascending) {
    const place = i >>> 5;
    if (place === at[last]) words[last] = (words[last] as number) | (1 << (i & 31));
    else {
      last = at.push(place) - 1;
      words.push(1 << (i & 31));
    }
  }
  return at.length === 0 ? NO_BITS : { at, words, isRest: false };
}

export function hasBit({ at, words, isRest }: Bits, i: number): boolean {
  const found = placeOf(at, i >>> 5);
  const isIn = at[found] === i >>> 5 && (((words[found] as number) >>> (i & 31)) & 1) === 1;
  return isIn !== isRest;
}

export function andBits(a: Bits, b: Bits): Bits {
  if (a.isRest) return b.isRest ? notBits(joined(a, b)) : without(b, a);
  return b.isRest ? without(a, b) : shared(a, b);
}

export function andNotBits(a: Bits, b: Bits): Bits {
  return andBits(a, notBits(b));
}

export function orBits(a: Bits, b: Bits): Bits {
  if (!a.isRest && !b.isRest) return joined(a, b);
  return notBits(andBits(notBits(a), notBits(b)));
}

function notBits({ at, words, isRest }: Bits): Bits {
  return { at, words, isRest: !isRest };
}

/** Whether it is surely empty. Everything but all the numbers there are is empty, too, but does not look it. */
export function isEmptyBits({ at, isRest }: Bits): boolean {
  return at.length === 0 && !isRest;
}

/** The numbers of the set below `size`, ascending. */
export function listBits({ at, words, isRest }: Bits, size: number): number[] {
  const list: number[] = [];
  if (!isRest) {
    for (let i = 0; i < at.length; i++) addNumbers(list, at[i] as number, words[i] as number);
    return list;
  }
  const last = (size + 31) >>> 5;
  for (let place = 0, i = 0; place < last; place++) {
    let word = -1;
    if (at[i] === place) word = ~(words[i++] as number);
    if (place === last - 1 && size % 32 !== 0) word &= 2 ** (size % 32) - 1;
    addNumbers(list, place, word);
  }
  return list;
}

/** A text for remembering by: sets with the same text are equal. */
export function keyOfBits({ at, words, isRest }: Bits): string {
  return `${isRest ? 'not ' : ''}${at.join()}/${words.join()}`;
}

function addNumbers(list: number[], place: number, word: number): void {
  for (let rest = word; rest !== 0; rest &= rest - 1) list.push(place * 32 + 31 - Math.clz32(rest & -rest));
}

/** Where in an ascending list a value is, or would be. */
function placeOf(at: readonly number[], value: number, from = 0): number {
  let [low, high] = [from, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One list that is this many times longer than the other is searched, not walked. */
const MUCH_LONGER = 8;

/** What is in the words of both. */
function shared(a: Bits, b: Bits): Bits {
  if (a.at.length > b.at.length) return shared(b, a);
  const isSearched = b.at.length > a.at.length * MUCH_LONGER;
  const at: number[] = [];
  const words: number[] = [];
  for (let i = 0, j = 0; i < a.at.length && j < b.at.length; i++) {
    const place = a.at[i] as number;
    if (isSearched) j = placeOf(b.at, place, j);
    else while (j < b.at.length && (b.at[j] as number) < place) j++;
    if (b.at[j] !== place) continue;
    const word = (a.words[i] as number) & (b.words[j] as number);
    if (word === 0) continue;
    at.push(place);
    words.push(word);
  }
  return at.length === 0 ? NO_BITS : { at, words, isRest: false };
}

/** What is in the words of `a` and not in those of `b`. */
function without(a: Bits, b: Bits): Bits {
  if (b.at.length === 0) return { at: a.at, words: a.words, isRest: false };
  const isSearched = b.at.length > a.at.length * MUCH_LONGER;
  const at: number[] = [];
  const words: number[] = [];
  for (let i = 0, j = 0; i < a.at.length; i++) {
    const place = a.at[i] as number;
    if (isSearched) j = placeOf(b.at, place, j);
    else while (j < b.at.length && (b.at[j] as number) < place) j++;
    const word =
      b.at[j] === place ? (a.words[i] as number) & ~(b.words[j] as number) : (a.words[i] as number);
    if (word === 0) continue;
    at.push(place);
    words.push(word);
  }
  return at.length === 0 ? NO_BITS : { at, words, isRest: false };
}

/** What is in the words of one or the other. */
function joined(a: Bits, b: Bits): Bits {
  if (a.at.length === 0) return { at: b.at, words: b.words, isRest: false };
  if (b.at.length === 0) return { at: a.at, words: a.words, isRest: false };
  const at: number[] = [];
  const words: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.at.length || j < b.at.length) {
    const left = i < a.at.length ? (a.at[i] as number) : Number.POSITIVE_INFINITY;
    const right = j < b.at.length ? (b.at[j] as number) : Number.POSITIVE_INFINITY;
    at.push(Math.min(left, right));
    if (left === right) words.push((a.words[i++] as number) | (b.words[j++] as number));
    else words.push(left < right ? (a.words[i++] as number) : (b.words[j++] as number));
  }
  return { at, words, isRest: false };
}
