/**
 * Owns a quick way to read YAML as nearly all manifests are written: block mappings and lists, scalars and brackets on one line,
 * literal texts. It takes a tenth of the time of the full parser, and gives up on everything else, mistakes above all: it must
 * never read a text otherwise than the full parser does.
 */
import type { YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from './nodes.ts';
import { absentAt } from './parser-node.ts';
import { resolvePlain } from './scalar.ts';

const [LF, CR, SPACE, HASH, DASH, COLON, COMMA] = [10, 13, 32, 35, 45, 58, 44];
const [DOUBLE, SINGLE, BAR] = [34, 39, 124];
const [OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [91, 93, 123, 125];

/** Control characters, tabs, odd line breaks, byte order marks and surrogates: whatever may mean more than it seems. */
const UNUSUAL = /[^\n\r -~\u00A0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]|\r(?!\n)/;
/** What a plain scalar must not start with, or only where more is looked at than here. */
const INDICATORS = new Set([...'?:,[]{}#&*!|>\'"%@`'].map((c) => c.charCodeAt(0)));
/** A plain scalar inside of brackets, in the characters that mean nothing there. */
const IN_FLOW = /[\w./][\w./*+@=^-]*/y;
/** Longer keys are an error to the parser. */
const MAX_KEY = 1000;
const MAX_DEPTH = 50;

/** Thrown where the full parser has to read the text. */
const GIVE_UP = new Error('not plain');

/** The tree of a document that is plain YAML without a mistake, null where there is nothing in it; undefined for any other. */
export function readPlain(text: string): YamlNode | null | undefined {
  if (UNUSUAL.test(text)) return undefined;
  try {
    return new Reader(text).document();
  } catch (error) {
    if (error !== GIVE_UP) throw error;
    return undefined;
  }
}

class Reader {
  private readonly text: string;
  /** Where the next thing to read is: the first character of a line, but for blanks, unless something on it has been read. */
  private at = 0;
  /** The column of `at` where that starts a line; -1 at the end of the text. */
  private column = -1;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): YamlNode | null {
    this.seek(0);
    if (this.column === 0 && this.text.startsWith('---', this.at)) {
      if (!this.isBlank(this.at + 3)) throw GIVE_UP;
      this.endLine(this.at + 3);
    }
    if (this.column < 0) return null;
    const root = this.block();
    if (this.column >= 0) throw GIVE_UP;
    return root;
  }

  /** Goes to the first line at or behind `from`, the start of a line, that is neither empty nor a comment. */
  private seek(from: number): void {
    const { text } = this;
    let start = from;
    while (start < text.length) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at++;
      const c = text.charCodeAt(at);
      if (at < text.length && c !== LF && c !== CR && c !== HASH) {
        this.at = at;
        this.column = at - start;
        return;
      }
      const end = text.indexOf('\n', at);
      start = end < 0 ? text.length : end + 1;
    }
    this.at = text.length;
    this.column = -1;
  }

  /** Whether nothing, a blank or a line break is at `offset`. */
  private isBlank(offset: number): boolean {
    const c = this.text.charCodeAt(offset);
    return c === SPACE || c === LF || c === CR || offset >= this.text.length;
  }

  private skipBlanks(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === SPACE) at++;
    return at;
  }

  /** Whether only a comment, if anything, follows on the line from `offset` on. */
  private isLineEnd(offset: number): boolean {
    const at = this.skipBlanks(offset);
    const c = this.text.charCodeAt(at);
    return c === LF || c === CR || at >= this.text.length || (c === HASH && at > offset);
  }

  /** Goes on to the next line from `offset`, behind which nothing but a comment may follow. */
  private endLine(offset: number): void {
    if (!this.isLineEnd(offset)) throw GIVE_UP;
    const end = this.text.indexOf('\n', offset);
    this.seek(end < 0 ? this.text.length : end + 1);
  }

  private isDash(offset: number): boolean {
    return this.text.charCodeAt(offset) === DASH && this.isBlank(offset + 1);
  }

  /** The mapping or list whose first line is next. */
  private block(): YamlNode {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP;
    const node = this.isDash(this.at) ? this.seq() : this.map();
    this.depth--;
    return node;
  }

  private map(): YamlMap {
    const { at: start, column } = this;
    const pairs: YamlPair[] = [];
    do pairs.push(this.pair(column));
    while (this.column === column && !this.isDash(this.at));
    if (this.column >= column) throw GIVE_UP;
    refuseDuplicates(pairs);
    const span = { start, end: endOf(pairs) };
    // Trees are kept for as long as a file is known, and an array that has grown has room for more.
    const all = pairs.slice();
    return { kind: 'map', span, style: 'block', pairs: all, effective: all };
  }

  private pair(column: number): YamlPair {
    const key = this.key();
    return { key, name: key.text, value: this.value(key.span.end + 1, column) };
  }

  private key(): YamlScalar {
    const { at } = this;
    const end = this.keyEnd(at);
    if (end < 0 || end - at > MAX_KEY) throw GIVE_UP;
    const c = this.text.charCodeAt(at);
    return c === DOUBLE || c === SINGLE ? this.quoted(at) : named(this.plain(at, end));
  }

  /** Where the key that starts at `start` ends and its colon stands; -1 where none is. */
  private keyEnd(start: number): number {
    const { text } = this;
    const c = text.charCodeAt(start);
    if (c === DOUBLE || c === SINGLE) {
      const end = text.indexOf(text[start] as string, start + 1) + 1;
      return end > 0 && text.charCodeAt(end) === COLON && this.isBlank(end + 1) ? end : -1;
    }
    for (let at = start; at < text.length; at++) {
      const next = text.charCodeAt(at);
      if (next === COLON && this.isBlank(at + 1)) return at;
      if (next === LF || (next === HASH && text.charCodeAt(at - 1) === SPACE)) return -1;
    }
    return -1;
  }

  /** The value of a key in `column` whose colon ends in front of `behind`. */
  private value(behind: number, column: number): YamlNode {
    if (!this.isLineEnd(behind)) return this.inline(this.skipBlanks(behind), column);
    this.endLine(behind);
    if (this.column > column || (this.column === column && this.isDash(this.at))) return this.block();
    return absentAt(this.skipBlanks(behind));
  }

  private seq(): YamlSeq {
    const { at: start, column } = this;
    const items: YamlNode[] = [];
    do items.push(this.item(column));
    while (this.column === column && this.isDash(this.at));
    if (this.column > column) throw GIVE_UP;
    const span = { start, end: (items.at(-1) as YamlNode).span.end };
    return { kind: 'seq', span, style: 'block', items: items.slice() };
  }

  /** What follows the dash at `at`, in `column`. */
  private item(column: number): YamlNode {
    const behind = this.at + 1;
    if (this.isLineEnd(behind)) {
      this.endLine(behind);
      return this.column > column ? this.block() : absentAt(this.skipBlanks(behind));
    }
    const at = this.skipBlanks(behind);
    if (this.isDash(at)) throw GIVE_UP;
    if (this.keyEnd(at) < 0) return this.inline(at, column);
    this.column = column + at - this.at;
    this.at = at;
    return this.block();
  }

  /** A value that starts at `at`, on the line of its key or dash in `column`. */
  private inline(at: number, column: number): YamlNode {
    const c = this.text.charCodeAt(at);
    if (c === BAR) return this.literal(at, column);
    const node =
      c === DOUBLE || c === SINGLE
        ? this.quoted(at)
        : c === OPEN_LIST || c === OPEN_MAP
          ? this.flow(at)
          : this.plain(at, this.plainEnd(at));
    this.endLine(node.span.end);
    return node;
  }

  /** Where a plain scalar that starts at `start` ends. */
  private plainEnd(start: number): number {
    const { text } = this;
    let end = start;
    for (let at = start; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (c === LF || (c === HASH && text.charCodeAt(at - 1) === SPACE)) break;
      if (c === COLON && this.isBlank(at + 1)) throw GIVE_UP;
      if (c !== SPACE && c !== CR) end = at + 1;
    }
    return end;
  }

  private plain(start: number, end: number): YamlScalar {
    const c = this.text.charCodeAt(start);
    const isOdd = c === DASH && (this.isBlank(start + 1) || this.text.charCodeAt(start + 1) === DASH);
    const isMarker = this.text.startsWith('...', start);
    if (isOdd || isMarker || INDICATORS.has(c) || this.text.charCodeAt(end - 1) === SPACE) throw GIVE_UP;
    const text = this.text.slice(start, end);
    const value = resolvePlain(text);
    if (typeof value === 'number' && !Number.isFinite(value)) throw GIVE_UP;
    return { kind: 'scalar', span: { start, end }, text, value, style: 'plain' };
  }

  /** A quoted scalar without an escape. */
  private quoted(start: number): YamlScalar {
    const { text: source } = this;
    const isDouble = source.charCodeAt(start) === DOUBLE;
    const end = source.indexOf(isDouble ? '"' : "'", start + 1) + 1;
    const text = source.slice(start + 1, Math.max(end - 1, start + 1));
    const isPlain = end > 0 && !text.includes('\n') && !(isDouble && text.includes('\\'));
    if (!isPlain || (!isDouble && source.charCodeAt(end) === SINGLE)) throw GIVE_UP;
    return { kind: 'scalar', span: { start, end }, text, value: text, style: isDouble ? 'double' : 'single' };
  }

  /** Brackets that close on their line. */
  private flow(start: number): YamlNode {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP;
    const isList = this.text.charCodeAt(start) === OPEN_LIST;
    const close = isList ? CLOSE_LIST : CLOSE_MAP;
    const items: YamlNode[] = [];
    const pairs: YamlPair[] = [];
    let at = this.skipBlanks(start + 1);
    while (this.text.charCodeAt(at) !== close) {
      if (items.length + pairs.length > 0) at = this.skipBlanks(this.expect(at, COMMA));
      const entry = isList ? this.inFlow(at) : this.pairInFlow(at);
      if ('key' in entry) pairs.push(entry);
      else items.push(entry);
      at = this.skipBlanks('key' in entry ? entry.value.span.end : entry.span.end);
    }
    this.depth--;
    const span = { start, end: at + 1 };
    if (isList) return { kind: 'seq', span, style: 'flow', items: items.slice() };
    refuseDuplicates(pairs);
    const all = pairs.slice();
    return { kind: 'map', span, style: 'flow', pairs: all, effective: all };
  }

  private pairInFlow(at: number): YamlPair {
    const key = this.inFlow(at);
    if (key.kind !== 'scalar') throw GIVE_UP;
    const behind = this.expect(key.span.end, COLON);
    if (this.text.charCodeAt(behind) !== SPACE) throw GIVE_UP;
    return { key: named(key), name: key.text, value: this.inFlow(this.skipBlanks(behind)) };
  }

  private inFlow(at: number): YamlNode {
    const c = this.text.charCodeAt(at);
    if (c === DOUBLE || c === SINGLE) return this.quoted(at);
    if (c === OPEN_LIST || c === OPEN_MAP) return this.flow(at);
    IN_FLOW.lastIndex = at;
    if (!IN_FLOW.test(this.text)) throw GIVE_UP;
    return this.plain(at, IN_FLOW.lastIndex);
  }

  private expect(at: number, character: number): number {
    if (this.text.charCodeAt(at) !== character) throw GIVE_UP;
    return at + 1;
  }

  /** A literal block scalar, `|` or `|-`, of a key or dash in `column`. Its first line sets the indentation. */
  private literal(start: number, column: number): YamlScalar {
    const { text: source } = this;
    const isStripped = source.charCodeAt(start + 1) === DASH;
    let at = start + (isStripped ? 2 : 1);
    if (source.charCodeAt(at) !== LF) throw GIVE_UP;
    const indent = this.skipBlanks(at + 1) - at - 1;
    const lines: string[] = [];
    let end = at + 1;
    let filled = 0;
    for (at = end; at < source.length; at = source.indexOf('\n', at) + 1) {
      const content = this.skipBlanks(at);
      const isEmpty = source.charCodeAt(content) === LF;
      if (isEmpty ? content - at > indent || lines.length === 0 : source.indexOf('\n', content) < 0)
        throw GIVE_UP;
      // A file may mix line breaks, and those within a text are read as one kind.
      if (source.charCodeAt(source.indexOf('\n', content) - 1) === CR) throw GIVE_UP;
      if (!isEmpty && content - at < indent) break;
      lines.push(source.slice(Math.min(at + indent, content), source.indexOf('\n', content)));
      if (isEmpty) continue;
      filled = lines.length;
      end = source.indexOf('\n', content) + 1;
    }
    if (indent <= column || filled === 0) throw GIVE_UP;
    this.seek(end);
    const text = lines.slice(0, filled).join('\n') + (isStripped ? '' : '\n');
    return { kind: 'scalar', span: { start, end }, text, value: text, style: 'literal' };
  }
}

/** `key`, where it is a name of its own: no number, no word that YAML knows, and no instruction to merge. */
function named(key: YamlScalar): YamlScalar {
  if (typeof key.value !== 'string' || (key.style === 'plain' && key.text === '<<')) throw GIVE_UP;
  return key;
}

/** Few keys are compared with each other quicker than they are looked up. */
const FEW = 12;

function refuseDuplicates(pairs: readonly YamlPair[]): void {
  if (pairs.length > FEW) {
    if (new Set(pairs.map(({ name }) => name)).size < pairs.length) throw GIVE_UP;
    return;
  }
  for (let i = 1; i < pairs.length; i++) {
    const { name } = pairs[i] as YamlPair;
    for (let j = 0; j < i; j++) if (pairs[j]?.name === name) throw GIVE_UP;
  }
}

function endOf(pairs: readonly YamlPair[]): number {
  return (pairs.at(-1) as YamlPair).value.span.end;
}
