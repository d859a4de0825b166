/**
 * Owns the guess at what a misspelt name was meant to be.
 */

/** The one of `names` that `name` was probably meant to be; null when none is like it. */
export function nearestName(name: string, names: Iterable<string>): string | null {
  const limit = name.length <= 4 ? 1 : name.length <= 8 ? 2 : 3;
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of names) {
    const distance = distanceWithin(candidate.toLowerCase(), wanted, bestDistance - 1);
    if (distance === null) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** The edit distance where it is at most `limit`, else null. Most names are ruled out by their length or their letters. */
export function distanceWithin(a: string, b: string, limit: number): number | null {
  if (Math.abs(a.length - b.length) > limit) return null;
  // A change brings in one letter at the most, and takes one away.
  if (bitsIn(lettersOf(a) ^ lettersOf(b)) > 2 * limit) return null;
  const distance = editDistance(a, b);
  return distance <= limit ? distance : null;
}

/** Which letters a name has, as bits; some letters share one. */
function lettersOf(name: string): number {
  let letters = 0;
  for (let i = 0; i < name.length; i++) letters |= 1 << (name.charCodeAt(i) & 31);
  return letters;
}

function bitsIn(number: number): number {
  let bits = 0;
  for (let left = number; left !== 0; left &= left - 1) bits++;
  return bits;
}

/** How many letters must be added, taken away, exchanged or swapped with their neighbour to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + same,
        swapped ? (beforeLast[j - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}
