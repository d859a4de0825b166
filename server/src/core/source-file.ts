/**
 * Owns the text of one file as a list of YAML documents, and edits to it. An edit re-splits only around itself: documents it
 * does not touch stay the same objects, with everything already known about them.
 */
import { YamlDocument } from './document.ts';
import { offsetAt, type Position } from './lines.ts';
import { splitDocuments } from './yaml/split.ts';

/** A replacement of the text between two positions, as LSP's incremental change. */
export interface Edit {
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
}

/** What an edit exchanged, for those who keep an index of documents. */
export interface Change {
  readonly removed: readonly YamlDocument[];
  readonly added: readonly YamlDocument[];
}

export class SourceFile {
  readonly uri: string;
  private list: YamlDocument[];

  constructor(uri: string, text: string) {
    this.uri = uri;
    this.list = splitDocuments(text).pieces.map((p) => new YamlDocument(uri, text.slice(p.start, p.end)));
    this.place(0);
  }

  /** A file of the same documents that does not follow the edits to this one. */
  copy(): SourceFile {
    const copy = new SourceFile(this.uri, '');
    copy.list = [...this.list];
    return copy;
  }

  get documents(): readonly YamlDocument[] {
    return this.list;
  }

  /** The whole text, put together from the documents. */
  get text(): string {
    return this.list.length === 1
      ? (this.list[0] as YamlDocument).text
      : this.list.map((d) => d.text).join('');
  }

  /** The document that holds `line` (zero-based); the last one for lines beyond the end. */
  documentAt(line: number): YamlDocument {
    return this.list[this.indexAt(line)] as YamlDocument;
  }

  /** Replaces the whole text. Documents whose text is unchanged are kept. */
  replace(text: string): Change {
    return this.exchange(0, this.list.length, text);
  }

  /** Applies one edit; positions out of range are clamped. */
  apply(edit: Edit): Change {
    const from = this.indexAt(edit.start.line);
    const to = Math.max(from, this.indexAt(edit.end.line));
    const first = this.list[from] as YamlDocument;
    const last = this.list[to] as YamlDocument;
    const head = first.text.slice(0, offsetIn(first, edit.start));
    const tail = last.text.slice(
      from === to ? Math.max(head.length, offsetIn(last, edit.end)) : offsetIn(last, edit.end),
    );
    const before = from > 0 ? (this.list[from - 1] as YamlDocument).text : '';
    return this.exchange(Math.max(0, from - 1), to + 1, before + head + edit.text + tail);
  }

  /** Replaces the documents from `from` up to `to` by those in `text`, taking in more behind while their borders move. */
  private exchange(from: number, to: number, text: string): Change {
    let end = to;
    let region = text;
    let split = splitDocuments(region, from === 0);
    while (end < this.list.length && !holds(split.tail, this.list[end] as YamlDocument)) {
      region += (this.list[end] as YamlDocument).text;
      end++;
      split = splitDocuments(region, from === 0);
    }
    const old = this.list.slice(from, end);
    const fresh = this.keep(
      old,
      split.pieces.map((piece) => region.slice(piece.start, piece.end)),
    );
    this.list.splice(from, end - from, ...fresh);
    this.place(from);
    const kept = new Set(fresh);
    const known = new Set(old);
    return { removed: old.filter((d) => !kept.has(d)), added: fresh.filter((d) => !known.has(d)) };
  }

  /**
   * Documents with these texts: those of `old` where they have the same text, in the same order. What has moved past another
   * is made anew, since an index goes by the order.
   */
  private keep(old: readonly YamlDocument[], texts: readonly string[]): YamlDocument[] {
    const shorter = Math.min(old.length, texts.length);
    let head = 0;
    while (head < shorter && old[head]?.text === texts[head]) head++;
    let tail = 0;
    while (tail < shorter - head && old.at(-1 - tail)?.text === texts.at(-1 - tail)) tail++;
    const places = new Map<string, number[]>();
    for (let i = old.length - tail - 1; i >= head; i--) {
      const { text } = old[i] as YamlDocument;
      const known = places.get(text);
      if (known) known.push(i);
      else places.set(text, [i]);
    }
    let next = head;
    const middle = texts.slice(head, texts.length - tail).map((text) => {
      const candidates = places.get(text) ?? [];
      let place = candidates.pop();
      while (place !== undefined && place < next) place = candidates.pop();
      if (place === undefined) return new YamlDocument(this.uri, text);
      next = place + 1;
      return old[place] as YamlDocument;
    });
    return [...old.slice(0, head), ...middle, ...old.slice(old.length - tail)];
  }

  private place(from: number): void {
    const previous = this.list[from - 1];
    let start = previous ? previous.start + previous.text.length : 0;
    let line = previous ? previous.startLine + breaks(previous) : 0;
    for (const document of this.list.slice(from)) {
      document.start = start;
      document.startLine = line;
      start += document.text.length;
      line += breaks(document);
    }
  }

  private indexAt(line: number): number {
    let low = 0;
    let high = this.list.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.list[middle] as YamlDocument).startLine <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Whether the border in front of `next` still stands behind a text that ends as `tail` says. */
function holds(tail: 'closed' | 'prefix' | 'open', next: YamlDocument): boolean {
  return tail === 'closed' || (tail === 'open' && /^---(?=[ \t\r\n]|$)/.test(next.text));
}

/** The number of line breaks in a document. A document but the last ends with one. */
function breaks(document: YamlDocument): number {
  return document.lineStarts.length - 1;
}

function offsetIn(document: YamlDocument, position: Position): number {
  return offsetAt(document.lineStarts, document.text, {
    line: position.line - document.startLine,
    character: position.character,
  });
}
