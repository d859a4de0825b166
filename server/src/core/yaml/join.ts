/**
 * Owns making brackets and quotes readable whose later lines are not indented enough for the parser. The API server's reader does
 * not mind: inside brackets and quotes a line break is only white space.
 */
import { CST } from 'yaml';
import type { Span } from '../span.ts';
import type { ScalarStyle } from './nodes.ts';

/**
 * `text` with blanks in place of the line breaks and comments inside the brackets or quotes that open at `start`, as long as
 * before, and where they close. Null when nothing closes them. What it gives must be parsed to be believed: strings are told
 * by their looks.
 */
export function joinLines(text: string, start: number): { text: string; end: number } | null {
  const comments: Span[] = [];
  const end = isQuote(text[start]) ? closingQuote(text, start) : closingBracket(text, start, comments);
  if (end === null) return null;
  let result = text.slice(0, start);
  let at = start;
  for (const comment of [...comments, { start: end, end }]) {
    result += text.slice(at, comment.start).replace(/\r?\n[ \t]*/g, blanks);
    result += blanks(text.slice(comment.start, comment.end));
    at = comment.end;
  }
  return { text: result + text.slice(end), end };
}

function blanks(found: string): string {
  return ' '.repeat(found.length);
}

function isQuote(c: string | undefined): boolean {
  return c === '"' || c === "'";
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
]);

/** The offset behind what closes the bracket at `start`. Comments on the way are added to `comments`. */
function closingBracket(text: string, start: number, comments: Span[]): number | null {
  const expected: string[] = [];
  for (let at = start; at < text.length; at++) {
    const c = text[at] as string;
    const closing = CLOSING.get(c);
    if (closing) expected.push(closing);
    else if (c === '}' || c === ']') {
      if (expected.pop() !== c) return null;
      if (expected.length === 0) return at + 1;
    } else if ((c === '#' || isQuote(c)) && /[\s[{,:]/.test(text[at - 1] as string)) {
      const end = c === '#' ? endOfLine(text, at) : closingQuote(text, at);
      if (end === null) return null;
      if (c === '#') comments.push({ start: at, end });
      at = end - 1;
    }
  }
  return null;
}

function closingQuote(text: string, start: number): number | null {
  const pattern = text[start] === '"' ? /"(?:[^"\\]|\\.)*"/sy : /'(?:[^']|'')*'/sy;
  pattern.lastIndex = start;
  const found = pattern.exec(text);
  return found && start + found[0].length;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

const TOKENS = { plain: 'scalar', single: 'single-quoted-scalar', double: 'double-quoted-scalar' } as const;

/** The content of a scalar that spans lines, whatever their indentation; null for one on a single line, and block scalars. */
export function foldedText(source: string, style: ScalarStyle): string | null {
  if (!source.includes('\n') || !(style === 'plain' || style === 'single' || style === 'double')) return null;
  return CST.resolveAsScalar({ type: TOKENS[style], offset: 0, indent: 0, source, end: [] })?.value ?? null;
}
