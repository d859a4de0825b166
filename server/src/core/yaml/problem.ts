/**
 * Owns what can be wrong with a YAML text, and saying it in words of people who write manifests: the parser's own words are
 * about its grammar.
 */
import type { Span } from '../span.ts';
import type { YamlPair } from './nodes.ts';

/** Something the YAML parser or the API server's YAML reader would refuse. */
export interface YamlProblem {
  /**
   * `syntax`: nobody can read it, or the API server's reader refuses it. `duplicate-key`: a strict reader refuses it, others take
   * the last pair. `merge-override`: the same, but what is overridden came from a merge, so that is probably what was meant.
   */
  readonly kind: 'syntax' | 'duplicate-key' | 'merge-override';
  /** May be empty, at the end of the text. */
  readonly span: Span;
  /** One sentence without a full stop. */
  readonly message: string;
  /** For a duplicate key: the earlier pair, and the later one that takes its place; the latter may be a merge key. */
  readonly first?: YamlPair;
  readonly pair?: YamlPair;
}

/** The problems behind one error of the `yaml` package; none when the API server's reader does not share its view. */
export function fromParser(
  code: string,
  message: string,
  pos: readonly number[],
  text: string,
): YamlProblem[] {
  if (/^Comments must be separated/.test(message)) return [];
  const [from = 0, to = from] = pos;
  const tooFar = /IMPLICIT_KEY$/.test(code) ? continuation(text, from) : null;
  if (tooFar) return [{ kind: 'syntax', span: tooFar, message: CONTINUED }];
  const span = wholeWord(text, Math.min(from, text.length), Math.min(Math.max(from, to), text.length));
  const source = text.slice(span.start, span.end);
  const words = isConflictMarker(text, span.start) ? CONFLICT : inPlainWords(code, message, source);
  return [{ kind: 'syntax', span, message: words }];
}

const CONTINUED = 'This line is indented too far: it is read as a part of the value above it';

/**
 * Where a key begins that its indentation makes a part of the value at `from`, which stands beside a key of its own; null when
 * the colon that is one too many is on the line of `from`.
 */
function continuation(text: string, from: number): Span | null {
  const lineStart = Math.max(text.lastIndexOf('\n', from - 1), text.lastIndexOf('\r', from - 1)) + 1;
  const [match, ownLine = ''] = /^([^\r\n]*)[\r\n]\s*/.exec(text.slice(from)) ?? [];
  if (!match || !/:[ \t]+$/.test(text.slice(lineStart, from)) || /:(?:[ \t]|$)/.test(ownLine)) return null;
  const start = from + match.length;
  const word = /^[\w./-]*/.exec(text.slice(start, start + 200))?.[0] ?? '';
  return word === '' ? null : { start, end: start + word.length };
}

/** The parser points at one character: the first of a word, or a blank in front of one on the same line. */
function wholeWord(text: string, from: number, to: number): Span {
  if (to - from > 1) return { start: from, end: to };
  const [match, blanks = '', word = ''] = /^( *)([\w./-]*)/.exec(text.slice(from, from + 200)) ?? [];
  if (!match || word === '' || (to === from && blanks !== '')) return { start: from, end: to };
  return { start: from + blanks.length, end: from + match.length };
}

const CONFLICT =
  'A merge conflict is left in the file: decide between the two sides and delete the marker lines';

function isConflictMarker(text: string, offset: number): boolean {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^(?:<{7}|={7}|>{7})(?:[ \r\n]|$)/.test(text.slice(start, start + 8));
}

type Words = string | ((source: string) => string);

/** By the parser's error code; where one code covers several mistakes, the parser's message decides. First match wins. */
const WORDS: readonly (readonly [code: string, message: RegExp, words: Words])[] = [
  ['TAB_AS_INDENT', /./, 'A tab indents this line; YAML allows only blanks there'],
  ['BAD_INDENT', /mapping items/, 'This key is not in line with the keys around it'],
  ['BAD_INDENT', /sequence items/, 'This list item is not in line with the items around it'],
  ['BAD_INDENT', /^Flow map/, 'A "}" is missing: the "{" above is never closed'],
  ['BAD_INDENT', /^Flow sequence/, 'A "]" is missing: the "[" above is never closed'],
  ['BAD_INDENT', /./, 'The indentation of this line does not fit what stands above it'],
  ['MISSING_CHAR', /end with a \}/, 'A "}" is missing: the "{" above is never closed'],
  ['MISSING_CHAR', /end with a \]/, 'A "]" is missing: the "[" above is never closed'],
  ['MISSING_CHAR', /followed by map values/, 'A colon is missing behind this word'],
  ['MISSING_CHAR', /closing ["']/, 'A quote is opened and never closed'],
  ['MISSING_CHAR', /^Missing ,/, 'A comma is missing in front of this'],
  ['MISSING_CHAR', /space after :/, 'A blank is missing behind the colon'],
  [
    'MISSING_CHAR',
    /without - indicator/,
    'This is not in line with the list above it, or its "- " is missing',
  ],
  [
    'MULTILINE_IMPLICIT_KEY',
    /./,
    'This is read as a key over several lines: a colon or a closing bracket is missing',
  ],
  ['BLOCK_AS_IMPLICIT_KEY', /sequence/, 'This list item is not in line with the items around it'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    /./,
    'There is a second colon on this line: begin a new line, or put the text in quotes',
  ],
  ['BLOCK_IN_FLOW', /./, 'Inside { } and [ ] everything is written with { } and [ ], and commas'],
  ['UNEXPECTED_TOKEN', /block-seq-ind/, 'A list begins on the line below its key, not beside it'],
  ['UNEXPECTED_TOKEN', /-end\b/, (source) => `This "${source}" closes nothing`],
  ['UNEXPECTED_TOKEN', /Unexpected ,|empty item/, 'There is nothing in front of this comma'],
  ['UNEXPECTED_TOKEN', /at node end/, 'There is text behind a value that has already ended'],
  ['UNEXPECTED_TOKEN', /header/, 'Only a line break or a comment may stand behind | and >'],
  ['UNEXPECTED_TOKEN', /./, 'This does not belong here'],
  ['BAD_SCALAR_START', /./, (source) => `A text that begins with ${source.slice(0, 1)} must be in quotes`],
  [
    'BAD_DQ_ESCAPE',
    /./,
    'A backslash in double quotes is written twice, or the text is put in single quotes',
  ],
  ['BAD_ALIAS', /./, 'A text that begins with * or & must be in quotes'],
];

function inPlainWords(code: string, message: string, source: string): string {
  const found = WORDS.find(([ofCode, pattern]) => ofCode === code && pattern.test(message))?.[2];
  if (found === undefined) return `This is not valid YAML (${message})`;
  return typeof found === 'string' ? found : found(source);
}
