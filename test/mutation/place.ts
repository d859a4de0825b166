/** Owns the way from an offset in a text to the line it is on. */

/** The line at `offset` and its number, from 1 on. */
export function placeOf(text: string, offset: number): { readonly line: string; readonly number: number } {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return {
    line: text.slice(from, end < 0 ? text.length : end),
    number: text.slice(0, from).split('\n').length,
  };
}
