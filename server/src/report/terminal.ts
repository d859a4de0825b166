/**
 * Owns text on a terminal: widths, wrapping, colour, and making what comes from a file harmless to show.
 */
import { styleText } from 'node:util';
import { eastAsianWidth } from 'get-east-asian-width';

export type Style = Parameters<typeof styleText>[0];

/** Applies a style, or does not where there is no colour. */
export type Paint = (style: Style, text: string) => string;

export function painter(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

/** Control characters (an escape sequence could rewrite the screen), and marks that turn the direction of the text. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** `text` with every character that could do something other than stand there replaced by U+FFFD. */
export function harmless(text: string): string {
  return text.replace(UNSAFE, '\uFFFD');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns a terminal gives to one character as a person sees it. */
function graphemeWidth(grapheme: string): number {
  if (/^[\x20-\x7e]$/.test(grapheme)) return 1;
  if (/^[\p{M}\p{Cf}]+$/u.test(grapheme)) return 0;
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  return eastAsianWidth(grapheme.codePointAt(0) as number);
}

/** The columns that `text` takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Breaks `text` at spaces into lines of at most `width` columns; a longer word stays whole. No width, one line. */
export function wrap(text: string, width: number | null): string[] {
  if (width === null) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

const TAB = 4;
/** Columns of a line that are shown; a minified JSON file is one line. */
const MAX_COLUMNS = 120;
/** UTF-16 units in front of the marked place that stay when a line is cut. */
const LEAD = 40;

/** A source line and, column for column below it, the marks for its part from `start` to `end` (UTF-16 units). */
export function excerpt(line: string, start: number, end: number): { source: string; marks: string } {
  const first = line.length > MAX_COLUMNS ? Math.max(0, start - LEAD) : 0;
  let source = first > 0 ? '…' : '';
  let column = source.length;
  let markedFrom = -1;
  let markedTo = -1;
  for (const { segment, index } of graphemes.segment(line.slice(first, first + 4 * MAX_COLUMNS))) {
    const at = first + index;
    if (column >= MAX_COLUMNS) {
      source += '…';
      break;
    }
    if (markedFrom < 0 && at + segment.length > start) markedFrom = column;
    const shown = segment === '\t' ? ' '.repeat(TAB - (column % TAB)) : harmless(segment);
    source += shown;
    column += segment === '\t' ? shown.length : graphemeWidth(shown);
    if (at < end) markedTo = column;
  }
  const from = markedFrom < 0 ? column : markedFrom;
  return { source, marks: ' '.repeat(from) + '^'.repeat(Math.max(1, markedTo - from)) };
}
