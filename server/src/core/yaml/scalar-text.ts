/**
 * Owns what the API server's YAML scanner, which is older than YAML 1.2, refuses in the text of one scalar although the parser
 * takes it. Every function gives the objection in a sentence for people, or null.
 */
import type { Span } from '../span.ts';
import type { ScalarStyle } from './nodes.ts';

/** What the scanner refuses inside { } and [ ]. */
export function objectionInFlow(
  text: string,
  span: Span,
  style: ScalarStyle,
  tagged: boolean,
): string | null {
  if (style === 'absent')
    return tagged && /^[,\]}]/.test(text.slice(span.end, span.end + 1))
      ? 'Inside { } and [ ] a blank is needed behind a tag'
      : null;
  if (style !== 'plain') return null;
  const source = text.slice(span.start, span.end);
  if (source[0] === ':')
    return `Inside { } and [ ] a value that starts with a colon must be in quotes: "${source}"`;
  return source.includes('?')
    ? `Inside { } and [ ] a value with a question mark must be in quotes: "${source}"`
    : null;
}

/** Whether there is a line break in the key at `span`, or between it and its colon, though it is not written with `?`. */
export function isBrokenKey(text: string, span: Span): boolean {
  let colon = span.end;
  while (/[ \t]/.test(text[colon] ?? '')) colon++;
  const broken =
    text[colon] === ':' ? text.slice(span.start, colon).includes('\n') : /[#\r\n]/.test(text[colon] ?? '');
  if (!broken) return false;
  const found = /(?:#[^\n]*|[ \t\r\n])*/y;
  found.lastIndex = colon;
  const next = colon + (found.exec(text)?.[0].length ?? 0);
  return text[next] === ':' && /[ \t\r\n]/.test(text[next + 1] ?? '\n') && !isExplicit(text, span.start);
}

function isExplicit(text: string, start: number): boolean {
  return /(?:^|[\s,{[])\?\s+(?:[&!]\S+\s+)*$/.test(text.slice(Math.max(0, start - 200), start));
}

/** JSON's escapes `\/` and surrogate pairs are none of YAML 1.1. They are fine where all of the document is JSON. */
export function objectionToEscape(text: string, span: Span): string | null {
  const source = text.slice(span.start, span.end);
  if (!source.includes('\\')) return null;
  for (const [found] of source.matchAll(/\\(?:u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/gs))
    if ((found === '\\/' || found.length > 2) && !isJsonDocument(text))
      return `${found} is an escape of JSON and not of YAML; write the character itself`;
  return null;
}

/** Whether the document is JSON from its first brace on, so that kubectl reads it as JSON. */
function isJsonDocument(text: string): boolean {
  const content = text.replace(/^\uFEFF?(?:---[ \t]*[\r\n]+)?/, '').trim();
  if (!content.startsWith('{')) return false;
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}
