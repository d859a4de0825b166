/** Owns listing things in a sentence. */

/** `a`, `a and b`, or with more than `most` of them `a, b, c and 4 more`. */
export function listOf(names: readonly string[], most = 3): string {
  if (names.length <= most) return joinWithAnd(names);
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

function joinWithAnd(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
