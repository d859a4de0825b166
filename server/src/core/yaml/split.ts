/**
 * Owns the division of a text into YAML documents. It looks at line starts only: `---` or `...` at column 0 followed by
 * white space or the end ends every construct (YAML 1.2.2, 9.1.2), so no lexer state is needed.
 */

/** One document of a stream: where it starts and ends in the scanned text, as offsets. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

export interface Split {
  readonly pieces: readonly Piece[];
  /**
   * How the text ends: behind a `...` line (whatever follows is a new document), inside a run of comments and directives
   * (a `---` that follows belongs to it), or inside a document (only a `---` ends it).
   */
  readonly tail: 'closed' | 'prefix' | 'open';
}

const MARKER = /(?:^\uFEFF?|[\n\r])(---|\.\.\.)(?=[ \t\r\n]|$)/g;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Splits `text`, which must start at a document boundary; `opensFile` says whether it is the start of a file, where a byte order
 * mark may stand in front of a marker. Every character belongs to exactly one piece; a text without
 * markers, even an empty one, is one piece. Directives and comments in front of a `---` belong to the document it opens
 * at the start of the text and behind a `...`; elsewhere comments in front of a `---` belong to the document before it.
 */
export function splitDocuments(text: string, opensFile = true): Split {
  const pieces: Piece[] = [];
  let start = 0;
  const cut = (at: number) => {
    if (at > start) pieces.push({ start, end: at });
    start = at;
  };
  for (const match of text.matchAll(MARKER)) {
    const at = match.index + match[0].length - 3;
    if (!opensFile && match[0][0] === BYTE_ORDER_MARK) continue;
    if (match[1] === '...') cut(lineEnd(text, at));
    else if (!onlyPrefix(text, start, at)) cut(at);
  }
  if (start === text.length && pieces.length > 0) return { pieces, tail: 'closed' };
  pieces.push({ start, end: text.length });
  return { pieces, tail: onlyPrefix(text, start, text.length) ? 'prefix' : 'open' };
}

/** The offset behind the line break that ends the line at `at`, or the end of the text. */
function lineEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') return i + 1;
    if (c === '\r') return text[i + 1] === '\n' ? i + 2 : i + 1;
  }
  return text.length;
}

/** Whether every line of `text` from `start` to `end` is blank, a comment or a directive. */
function onlyPrefix(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at = lineEnd(text, at)) {
    let i = text[at] === BYTE_ORDER_MARK ? at + 1 : at;
    if (text[i] === '%') continue;
    while (i < end && (text[i] === ' ' || text[i] === '\t')) i++;
    const c = text[i];
    if (i < end && c !== '#' && c !== '\n' && c !== '\r') return false;
  }
  return true;
}
