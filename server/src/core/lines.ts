/**
 * Owns the translation between character offsets and line/column positions of one text.
 * Line ends are LF, CRLF and lone CR, as in the Language Server Protocol; columns count UTF-16 code units.
 */

/** A zero-based position; `character` counts UTF-16 code units from the start of the line. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Offsets at which the lines of a text start. The first is always 0. */
export type LineStarts = readonly number[];

const CR = 13;
const LF = 10;

/** Computes where each line of `text` starts. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === LF || (c === CR && text.charCodeAt(i + 1) !== LF)) starts.push(i + 1);
  }
  return starts;
}

/** The index of the last entry of the ascending `starts` that is not greater than `offset`. */
export function lineAt(starts: LineStarts, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The position of `offset`; offsets beyond the text are clamped by the caller's text length. */
export function positionAt(starts: LineStarts, offset: number): Position {
  const line = lineAt(starts, offset);
  return { line, character: offset - (starts[line] as number) };
}

/** The offset of `position` in a text of `length` units; out-of-range lines and columns are clamped as LSP demands. */
export function offsetAt(starts: LineStarts, text: string, position: Position): number {
  if (position.line < 0) return 0;
  const start = starts[position.line];
  if (start === undefined) return text.length;
  let end = starts[position.line + 1] ?? text.length;
  while (end > start && (text.charCodeAt(end - 1) === LF || text.charCodeAt(end - 1) === CR)) end--;
  return Math.min(start + Math.max(0, position.character), end);
}
