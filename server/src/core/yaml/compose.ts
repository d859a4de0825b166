/**
 * Owns running the `yaml` package over a text, within bounds: what nests without end, or is no YAML at all, is given up. What
 * its nodes mean is decided elsewhere.
 */
import { Composer, type CST, isScalar, Lexer, type Node, Parser } from 'yaml';

/** Deeper nesting than any manifest has; beyond it recursion would exhaust the stack. */
export const MAX_DEPTH = 200;

/** More errors than anybody reads. A text that is no YAML has thousands, and its tree means nothing. */
const MAX_ERRORS = 100;

export interface ParserError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

export interface Composition {
  /** The root of the first document; null when there is none, nothing in it, or the text was given up. */
  readonly contents: Node | null;
  /** In the order of the text. */
  readonly errors: readonly ParserError[];
  /** Where nesting exceeds MAX_DEPTH. */
  readonly tooDeepAt: number | null;
}

const OPTIONS = {
  schema: 'failsafe',
  version: '1.1',
  merge: false,
  uniqueKeys: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

export function compose(text: string): Composition {
  const composer = new Composer(OPTIONS);
  const errors = collectErrors(composer);
  const parser = new Parser();
  const documents = [];
  try {
    for (const lexeme of new Lexer().lex(text)) {
      for (const token of parser.next(lexeme)) documents.push(...advance(composer, token, errors));
      if (parser.stack.length > MAX_DEPTH) return { contents: null, errors: [], tooDeepAt: parser.offset };
    }
    for (const token of parser.end()) documents.push(...advance(composer, token, errors));
    documents.push(...composer.end(true, text.length));
  } catch (error) {
    if (error !== TOO_MANY_ERRORS) throw error;
    return { contents: null, errors: inOrder(errors), tooDeepAt: null };
  }
  errors.push(...documents.flatMap((document) => document.errors));
  const contents = documents[0]?.contents as Node | null;
  return { contents: isEmpty(contents) ? null : contents, errors: inOrder(errors), tooDeepAt: null };
}

const TOO_MANY_ERRORS = new Error('too many errors');

function inOrder(errors: ParserError[]): ParserError[] {
  return errors.sort((a, b) => a.pos[0] - b.pos[0]);
}

function add(errors: ParserError[], error: ParserError): void {
  errors.push(error);
  if (errors.length >= MAX_ERRORS) throw TOO_MANY_ERRORS;
}

/** What the composer is told about: a place in one of several forms. */
type Place = number | readonly number[] | { readonly offset: number; readonly source?: unknown };

/**
 * The errors the composer will find. It would make an Error object of each, and go on however many there are, so it is told to
 * report them elsewhere; its types keep that function to themselves.
 */
function collectErrors(composer: Composer): ParserError[] {
  const errors: ParserError[] = [];
  const onError = (place: Place, code: string, message: string, isWarning?: boolean) => {
    if (!isWarning) add(errors, { code, message, pos: spanOf(place) });
  };
  Object.assign(composer, { onError });
  return errors;
}

function spanOf(place: Place): [number, number] {
  if (typeof place === 'number') return [place, place + 1];
  if ('offset' in place)
    return [place.offset, place.offset + (typeof place.source === 'string' ? place.source.length : 1)];
  return [place[0] ?? 0, place[1] ?? 0];
}

/** Hands a token to the composer, except for those that are errors themselves. */
function advance(composer: Composer, token: CST.Token, errors: ParserError[]) {
  if (token.type !== 'error') return composer.next(token);
  const message = token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message;
  add(errors, { code: 'UNEXPECTED_TOKEN', message, pos: spanOf(token) });
  return [];
}

/** Whether a document holds nothing at all, which is not the same as a null that somebody wrote. */
function isEmpty(contents: Node | null): boolean {
  if (!isScalar(contents)) return contents === null;
  return contents.value === '' && contents.type === 'PLAIN' && !contents.anchor && !contents.tag;
}
