/**
 * Owns edits that make two items of a list out of one, or one out of two, and leave everything else as it is written. Every
 * function gives its edits, or null where the place does not allow it.
 */
import type { YamlDocument } from '../document.ts';
import type { Edit } from '../rule.ts';
import type { Span } from '../span.ts';
import { columnOf, dashOf, replace } from './edit.ts';
import type { YamlMap, YamlPair, YamlSeq } from './nodes.ts';
import { indentRest } from './reshape.ts';
import { hasAction } from './template.ts';

/** Makes `pair`, the first or the last of several in an item of a list, an item of its own. */
export function splitItem(
  document: YamlDocument,
  list: YamlSeq,
  item: YamlMap,
  pair: YamlPair,
): Edit[] | null {
  const index = item.pairs.indexOf(pair);
  const isFirst = index === 0;
  if (!list.items.includes(item) || index < 0 || (!isFirst && index !== item.pairs.length - 1)) return null;
  const before = item.pairs[isFirst ? 0 : index - 1];
  const behind = item.pairs[isFirst ? 1 : index];
  if (!before || !behind) return null;
  const { start } = behind.key.span;
  if (hasAction(document.text.slice(item.span.start, item.span.end))) return null;
  if (item.style === 'flow') return splitFlow(document, list, item, { start: endOf(before), end: start });
  const column = columnOf(document, start);
  const lead = document.text.slice(start - column, start);
  const dash = dashOf(document, item);
  if (lead.trim() !== '' || dash === null) return null;
  const at = start - column + columnOf(document, dash);
  return at < start ? [replace(document, { start: at, end: at + 1 }, '-')] : null;
}

/** Closes and opens a flow mapping at `gap`, which is what stands between two of its pairs. */
function splitFlow(document: YamlDocument, list: YamlSeq, item: YamlMap, gap: Span): Edit[] | null {
  const { text } = document;
  const [first, last] = [item.pairs[0], item.pairs.at(-1)];
  if (!first || !last) return null;
  const head = withLf(text.slice(item.span.start + 1, first.key.span.start));
  const tail = withLf(text.slice(endOf(last), item.span.end - 1));
  if (!/^\s*,\s*$/.test(text.slice(gap.start, gap.end)) || (head + tail).trim() !== '') return null;
  const between = list.style === 'flow' ? `,${tail.includes('\n') ? tail : ' '}` : nextItem(document, item);
  return between === null ? null : [replace(document, gap, `${tail}}${between}{${head}`)];
}

/** A line break and the dash of an item that follows `item` in a block; null where its own dash does not begin a line. */
function nextItem(document: YamlDocument, item: YamlMap): string | null {
  const dash = dashOf(document, item);
  if (dash === null) return null;
  const indent = document.text.slice(dash - columnOf(document, dash), dash);
  return indent.trim() === '' ? `\n${indent}- ` : null;
}

/** Makes one item of two neighbours in a list, with the pairs of the first in front. No key may be in both. */
export function mergeItems(
  document: YamlDocument,
  list: YamlSeq,
  first: YamlMap,
  second: YamlMap,
): Edit[] | null {
  const index = list.items.indexOf(first);
  const next = second.pairs[0];
  if (index < 0 || list.items[index + 1] !== second || !next || first.pairs.length === 0) return null;
  // What stands between template actions may be there or not.
  if (hasAction(document.text.slice(first.span.start, second.span.end))) return null;
  // What an anchor names would be more than before, or nothing any more.
  if (first.anchor !== undefined || second.anchor !== undefined) return null;
  if (first.pairs.some(({ name }) => second.pairs.some((pair) => pair.name === name))) return null;
  if (list.style === 'flow') return joinFlow(document, first, second);
  const opened = first.style === 'flow' ? withoutBraces(document, first) : [];
  const closed = second.style === 'flow' ? withoutBraces(document, second) : [];
  // Without its brace, the key of the first begins where the brace stood.
  const column = columnOf(document, first.span.start);
  const key = next.key.span.start;
  const dashless = withoutDash(document, second, key, column);
  const rest = shiftRest(document, key, second.span.end, column - columnOf(document, key));
  if (!opened || !closed || !dashless || !rest) return null;
  const comments = indentComments(document, first.span.end, second, column);
  return [...opened, ...comments, ...dashless, ...closed.slice(1), ...rest];
}

/** Moves comments that stand above the dash of an item, and as far to the right, above its keys. */
function indentComments(document: YamlDocument, from: number, item: YamlMap, column: number): Edit[] {
  const dash = dashOf(document, item) ?? item.span.start;
  const indent = columnOf(document, dash);
  return document.lineStarts
    .filter((line) => line >= from && line < dash)
    .filter((line) => /^[ \t]*#/.exec(document.text.slice(line, dash))?.[0].length === indent + 1)
    .map((line) => replace(document, { start: line, end: line + indent }, ' '.repeat(column)));
}

/** Moves a pair of a block, with what stands below it, to the left into `column`; its lines stay in their places. */
export function outdentPair(document: YamlDocument, pair: YamlPair, column: number): Edit[] | null {
  const { start } = pair.key.span;
  const line = start - columnOf(document, start);
  const rest = shiftRest(document, start, pair.value.span.end, column - columnOf(document, start));
  if (document.text.slice(line, start).trim() !== '' || !rest) return null;
  return [replace(document, { start: line, end: start }, ' '.repeat(column)), ...rest];
}

/** Takes away the dash of an item and puts its first key, at the offset `key`, into `column`. */
function withoutDash(document: YamlDocument, item: YamlMap, key: number, column: number): Edit[] | null {
  const { text } = document;
  const dash = dashOf(document, item);
  if (dash === null) return null;
  const line = dash - columnOf(document, dash);
  const gap = text.slice(dash + 1, key);
  if (text.slice(line, dash).trim() !== '' || !/^\s*\{?\s*$/.test(gap)) return null;
  const keyLine = key - columnOf(document, key);
  const indent = replace(document, { start: keyLine, end: key }, ' '.repeat(column));
  return keyLine === line ? [indent] : [replace(document, { start: line, end: keyLine }, ''), indent];
}

/** Takes the braces off a flow mapping with one pair: the opening one first. Null where the rest would mean something else. */
function withoutBraces(document: YamlDocument, map: YamlMap): Edit[] | null {
  const [pair] = map.pairs;
  if (!pair || map.pairs.length > 1) return null;
  const { start, end } = map.span;
  const behindKey = document.text.slice(pair.key.span.end, pair.value.span.start);
  if (/[\n\r]/.test(document.text.slice(start, end)) || !/^[ \t]*:[ \t]+$/.test(behindKey)) return null;
  return [
    replace(document, { start, end: pair.key.span.start }, ''),
    replace(document, { start: pair.value.span.end, end }, ''),
  ];
}

/** Makes one flow mapping of two neighbours with nothing but brackets between them. */
function joinFlow(document: YamlDocument, first: YamlMap, second: YamlMap): Edit[] | null {
  const [last, next] = [first.pairs.at(-1), second.pairs[0]];
  if (!last || !next || first.style !== 'flow' || second.style !== 'flow') return null;
  const span = { start: endOf(last), end: next.key.span.start };
  const between = withLf(document.text.slice(span.start, span.end));
  if (!/^[\s,]*\}\s*,\s*\{\s*$/.test(between)) return null;
  const lines = between.slice(between.indexOf('{') + 1);
  return [replace(document, span, lines.includes('\n') ? `,${lines}` : ', ')];
}

/** Source text as an edit takes it, which gives it the line ends of its document. */
function withLf(source: string): string {
  return source.replace(/\r\n?/g, '\n');
}

function endOf({ key, value }: YamlPair): number {
  return Math.max(key.span.end, value.span.end);
}

/** Moves the lines from `start` to `end`, except the one that holds `start`; null where one of them has no room. */
function shiftRest(document: YamlDocument, start: number, end: number, by: number): Edit[] | null {
  if (by === 0) return [];
  if (by > 0) return indentRest(document, start, end, by);
  const edits: Edit[] = [];
  for (const line of document.lineStarts) {
    if (line <= start || line >= end) continue;
    const text = document.text.slice(line, end);
    const indent = /^ */.exec(text)?.[0].length ?? 0;
    if (indent >= -by) edits.push(replace(document, { start: line, end: line - by }, ''));
    else if (/^[ \t]*[^\s#]/.test(text)) return null;
  }
  return edits;
}
