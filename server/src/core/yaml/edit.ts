/**
 * Owns small edits to a YAML text that keep everything else as it is: comments, indentation, quoting, anchors, line ends.
 * Every function gives the edit, or null where the place does not allow it without rewriting what the author wrote.
 */
import type { YamlDocument } from '../document.ts';
import type { Edit } from '../rule.ts';
import type { Span } from '../span.ts';
import { ancestorsOf, pairHolding } from './ancestors.ts';
import type { Json } from './json.ts';
import { losesAnchor } from './lost-anchors.ts';
import type { YamlMap, YamlNode, YamlPair, YamlSeq } from './nodes.ts';
import { DEFAULT_STYLE, renderFlow, renderFlowPair, renderInline, renderPair, type Style } from './render.ts';

/** Replaces `span` by `text`, whose LF line ends become those of the document. */
export function replace(document: YamlDocument, span: Span, text: string): Edit {
  return {
    at: { document, span },
    text: lineEnd(document) === '\n' ? text : text.replaceAll('\n', lineEnd(document)),
  };
}

/** The line end a document uses: that of its first line, or LF when it has only one. */
function lineEnd(document: YamlDocument): string {
  const at = document.text.search(/[\r\n]/);
  if (at < 0) return '\n';
  if (document.text[at] === '\n') return '\n';
  return document.text[at + 1] === '\n' ? '\r\n' : '\r';
}

/** The column of `offset`: how many characters stand between it and the start of its line. */
export function columnOf(document: YamlDocument, offset: number): number {
  return offset - lineStart(document.text, offset);
}

/** The offset at which the line of `offset` starts; a byte order mark stands in front of it. */
function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !/[\n\r\uFEFF]/.test(text[at - 1] as string)) at--;
  return at;
}

/** The offset of the line break (or the end of the text) that ends the line holding the last character before `offset`. */
export function endOfLine(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && (text[at - 1] === '\n' || text[at - 1] === '\r')) at--;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/** The offset behind the line break that ends the line holding the last character before `offset`. */
function nextLine(text: string, offset: number): number {
  const at = endOfLine(text, offset);
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
  return Math.min(at + 1, text.length);
}

/**
 * The lines from `start`, where one begins, to the one that holds the last character before `end`, with the line break behind
 * them; at the end of a text that has none, the one in front of them.
 */
function wholeLines(text: string, start: number, end: number): Span {
  const next = nextLine(text, end);
  if (next < text.length || /[\n\r]$/.test(text)) return { start, end: next };
  return { start: start - (/(?:\r\n|[\n\r])$/.exec(text.slice(0, start))?.[0].length ?? 0), end: next };
}

/** A block scalar's span takes in the line break behind it, which is not for an edit to touch. */
function withoutTrailingBreaks({ text }: YamlDocument, { start, end }: Span): Span {
  let last = end;
  while (last > start && /\s/.test(text[last - 1] as string)) last--;
  return { start, end: last };
}

const styles = new WeakMap<YamlDocument, Style>();

/** The indentation a document uses, learnt from its first nested mapping and its first list under a key. */
export function styleOf(document: YamlDocument): Style {
  const known = styles.get(document);
  if (known) return known;
  let step: number | null = null;
  let listIndent: number | null = null;
  const visit = (node: YamlNode): void => {
    if (step !== null && listIndent !== null) return;
    if (node.kind === 'seq') node.items.forEach(visit);
    if (node.kind !== 'map' || node.style === 'flow') return;
    for (const { key, value } of node.pairs) {
      const deeper = columnOf(document, value.span.start) - columnOf(document, key.span.start);
      if (value.kind === 'map' && value.style === 'block' && deeper > 0) step ??= deeper;
      if (value.kind === 'seq' && value.style === 'block' && deeper >= 0) listIndent ??= deeper;
      visit(value);
    }
  };
  if (document.yaml.root) visit(document.yaml.root);
  const style = {
    step: step ?? DEFAULT_STYLE.step,
    listIndent: listIndent ?? step ?? DEFAULT_STYLE.listIndent,
  };
  styles.set(document, style);
  return style;
}

/** Whether `node` stands in flow style (`{…}`, `[…]`, JSON) because something around it does. */
export function isInsideFlow(document: YamlDocument, node: YamlNode): boolean {
  return ancestorsOf(document.yaml.root, node).some((ancestor) => ancestor.style === 'flow');
}

/** Whether a flow mapping quotes its keys as JSON does. */
export function isJson(document: YamlDocument): boolean {
  return /^\s*(?:---\s*)?[{[]\s*"/.test(document.text);
}

/** Replaces the value `node` by `value`, in flow style where the node stands in flow style. */
export function replaceValue(document: YamlDocument, node: YamlNode, value: Json): Edit | null {
  const { text } = document;
  const own = withoutTrailingBreaks(document, node.span);
  if (losesAnchor(document, own)) return null;
  const before = text.slice(lineStart(text, own.start), own.start);
  const onLine = (rendered: string) => {
    const lead = /[:-]$/.test(before) ? ' ' : '';
    return replace(document, own, lead + rendered + (text[own.end] === '#' ? ' ' : ''));
  };
  if (isInsideFlow(document, node)) return onLine(renderFlow(value, isJson(document)));
  const dash = /-[ \t]*$/.exec(before);
  if (dash) {
    const column = Math.max(before.length, dash.index + 2);
    return onLine(renderInline(value, column, styleOf(document)));
  }
  const isEmpty = value === null || typeof value !== 'object' || Object.keys(value).length === 0;
  if (before.trim() === '') {
    const beside = isEmpty ? besideKey(document, node) : null;
    if (beside !== null)
      return replace(document, { start: beside, end: own.end }, ` ${renderFlow(value, false)}`);
    const missing = isEmpty || !Array.isArray(value) ? missingIndent(document, node, before.length) : 0;
    return onLine(' '.repeat(missing) + renderInline(value, before.length + missing, styleOf(document)));
  }
  if (isEmpty) return onLine(renderFlow(value, false));
  if (!/:[ \t]*$/.test(before)) return null;
  const key = /^[ \t]*(?:-[ \t]+)*/.exec(before)?.[0].length ?? 0;
  const style = styleOf(document);
  const column = key + (Array.isArray(value) ? style.listIndent : style.step);
  const rendered = `\n${' '.repeat(column)}${renderInline(value, column, style)}`;
  const { start, end } = own;
  if (text[end] !== '#') {
    const padding = /[ \t]*$/.exec(before)?.[0].length ?? 0;
    return replace(document, { start: start - padding, end }, rendered);
  }
  if (start < end) return replace(document, own, `${rendered} `);
  const behind = endOfLine(text, end);
  return replace(document, { start: behind, end: behind }, rendered);
}

/** The offset behind the colon of the key that holds `node`, where there is nothing but white space between them. */
function besideKey(document: YamlDocument, node: YamlNode): number | null {
  const key = pairHolding(document.yaml.root, node)?.key.span;
  const gap = key && /^[ \t]*:\s*$/.exec(document.text.slice(key.end, node.span.start))?.[0];
  return key && gap !== undefined ? key.end + gap.indexOf(':') + 1 : null;
}

/** How many columns a value at `column` must move to stand deeper than its key: only a list may stand below it as it is. */
function missingIndent(document: YamlDocument, node: YamlNode, column: number): number {
  const holder = pairHolding(document.yaml.root, node);
  const key = holder ? columnOf(document, holder.key.span.start) : -1;
  return column > key ? 0 : key + styleOf(document).step - column;
}

/** Adds `name: value` to `map`, behind the pair `after` where there is one, otherwise at the end. */
export function insertPair(
  document: YamlDocument,
  map: YamlMap,
  name: string,
  value: Json,
  after?: string,
): Edit | null {
  const previous = map.pairs.find((pair) => pair.name === after) ?? map.pairs.at(-1);
  if (!previous) return replaceValue(document, map, { [name]: value });
  const end = Math.max(previous.key.span.end, previous.value.span.end);
  if (map.style === 'flow' || isInsideFlow(document, map)) {
    const column = columnOf(document, previous.key.span.start);
    const ownLine =
      document.text.slice(previous.key.span.start - column, previous.key.span.start).trim() === '';
    const lead = ownLine ? `,\n${' '.repeat(column)}` : ', ';
    return replace(document, { start: end, end }, lead + renderFlowPair(name, value, isJson(document)));
  }
  const column = columnOf(document, previous.key.span.start);
  const at = endOfLine(document.text, end);
  const pair = renderPair(name, value, column, styleOf(document));
  return replace(document, { start: at, end: at }, `\n${' '.repeat(column)}${pair}`);
}

/** Adds `name: value` to `map` as its first pair. */
export function prependPair(document: YamlDocument, map: YamlMap, name: string, value: Json): Edit | null {
  const first = map.pairs[0];
  if (!first) return replaceValue(document, map, { [name]: value });
  const { start } = first.key.span;
  const span = { start, end: start };
  const column = columnOf(document, start);
  const ownLine = document.text.slice(start - column, start).trim() === '';
  const next = `\n${' '.repeat(column)}`;
  if (map.style === 'flow' || isInsideFlow(document, map))
    return replace(
      document,
      span,
      `${renderFlowPair(name, value, isJson(document))},${ownLine ? next : ' '}`,
    );
  return replace(document, span, renderPair(name, value, column, styleOf(document)) + next);
}

/** Takes `span` out; null where an alias elsewhere needs an anchor in it. */
function cut(document: YamlDocument, span: Span): Edit | null {
  return losesAnchor(document, span) ? null : replace(document, span, '');
}

/** Takes `pair` out of `map`. Comments on lines of their own stay. */
export function removePair(document: YamlDocument, map: YamlMap, pair: YamlPair): Edit | null {
  if (map.pairs.length === 1) return replaceValue(document, map, {});
  const index = map.pairs.indexOf(pair);
  if (map.style === 'flow') return cut(document, flowSpan(map.pairs.map(pairSpan), index));
  const { text } = document;
  const start = lineStart(text, pair.key.span.start);
  const ownLine = text.slice(start, pair.key.span.start).trim() === '';
  const end = pairSpan(pair).end;
  if (ownLine) return cut(document, wholeLines(text, start, end));
  const next = map.pairs[index + 1];
  return next ? cut(document, { start: pair.key.span.start, end: next.key.span.start }) : null;
}

/** Takes `item` out of `seq`. The last item cannot be taken out this way: an empty list means something else. */
export function removeItem(document: YamlDocument, seq: YamlSeq, item: YamlNode): Edit | null {
  if (seq.items.length === 1) return null;
  const index = seq.items.indexOf(item);
  const { text } = document;
  if (seq.style === 'flow') {
    const spans = seq.items.map((i) => i.span);
    const { start, end } = item.span;
    const before = text.slice(spans[index - 1]?.end ?? seq.span.start, start);
    const behind = text.slice(end, spans[index + 1]?.start ?? end);
    // An anchor or a tag, which stands in front of its item, would become that of another.
    return /[&!]/.test(before + behind) ? null : cut(document, flowSpan(spans, index));
  }
  const dash = dashOf(document, item);
  if (dash === null) return null;
  const start = lineStart(text, dash);
  if (text.slice(start, dash).trim() === '')
    return cut(document, wholeLines(text, start, Math.max(item.span.end, dash + 1)));
  const next = seq.items[index + 1];
  const nextDash = next ? dashOf(document, next) : null;
  return nextDash === null ? null : cut(document, { start: dash, end: nextDash });
}

/** Adds `value` to `seq`, behind the item `after`: at the end, if none is given. */
export function appendItem(
  document: YamlDocument,
  seq: YamlSeq,
  value: Json,
  after: YamlNode | undefined = seq.items.at(-1),
): Edit | null {
  if (!after) return replaceValue(document, seq, [value]);
  if (seq.style === 'flow' || isInsideFlow(document, seq)) {
    const at = after.span.end;
    return replace(document, { start: at, end: at }, `, ${renderFlow(value, isJson(document))}`);
  }
  const dash = dashOf(document, after);
  if (dash === null) return null;
  const column = columnOf(document, dash);
  const at = endOfLine(document.text, Math.max(after.span.end, dash + 1));
  const text = renderInline(value, column + 2, styleOf(document));
  return replace(document, { start: at, end: at }, `\n${' '.repeat(column)}- ${text}`);
}

/**
 * Adds a document behind `document`. `text` is its content in block style, ending with a line break. A document that is
 * closed by `...` gives its successor one too, since what follows it may do without `---`.
 */
export function appendDocument(document: YamlDocument, text: string): Edit {
  const { text: own } = document;
  const lead = own === '' || /[\n\r]$/.test(own) ? '' : '\n';
  const isClosed = /(?:^|[\n\r])\.\.\.(?:[ \t][^\n\r]*)?(?:\r\n|\r|\n)?$/.test(own);
  const span = { start: own.length, end: own.length };
  return replace(document, span, `${lead}---\n${text}${isClosed ? '...\n' : ''}`);
}

/** Adds a line with a comment above an item of a list; null where the item does not start a line. */
export function insertCommentAbove(document: YamlDocument, item: YamlNode, comment: string): Edit | null {
  const dash = dashOf(document, item);
  if (dash === null) return null;
  const start = lineStart(document.text, dash);
  const indent = document.text.slice(start, dash);
  return indent.trim() === '' ? replace(document, { start, end: start }, `${indent}# ${comment}\n`) : null;
}

/** The offset of the dash in front of an item of a block list; null when there is none. */
export function dashOf(document: YamlDocument, item: YamlNode): number | null {
  let at = item.span.start - 1;
  while (at >= 0 && /\s/.test(document.text[at] as string)) at--;
  return document.text[at] === '-' ? at : null;
}

function pairSpan(pair: YamlPair): Span {
  return { start: pair.key.span.start, end: Math.max(pair.key.span.end, pair.value.span.end) };
}

/** What to cut to take one of several comma-separated spans out, with one comma. */
function flowSpan(spans: readonly Span[], index: number): Span {
  const own = spans[index] as Span;
  const next = spans[index + 1];
  const previous = spans[index - 1];
  if (next) return { start: own.start, end: next.start };
  return { start: previous ? previous.end : own.start, end: own.end };
}
