/**
 * Owns edits that keep what is written and change the level it stands at, or how a scalar is spelt. Comments, order and line
 * ends stay. Every function gives its edits, or null where the place does not allow it.
 */
import type { YamlDocument } from '../document.ts';
import type { Edit } from '../rule.ts';
import { columnOf, isInsideFlow, isJson, replace, styleOf } from './edit.ts';
import type { YamlMap, YamlNode } from './nodes.ts';
import { renderScalar } from './render.ts';
import { resolvePlain } from './scalar.ts';

/** Writes `text` as a string in place of a scalar, in the quotes it has, or in those it needs. */
export function replaceString(document: YamlDocument, node: YamlNode, text: string): Edit | null {
  if (node.kind !== 'scalar' || node.tag !== undefined || node.style === 'literal' || node.style === 'folded')
    return null;
  const single = node.style === 'single' && !/[\n\r]/.test(text);
  const plain = node.style === 'plain' && !(isJson(document) && isInsideFlow(document, node));
  const quoted = !plain ? JSON.stringify(text) : isPlainLike(text, node.text) ? text : renderScalar(text);
  return replace(document, node.span, single ? `'${text.replaceAll("'", "''")}'` : quoted);
}

/** Whether `text` needs no quotes although it has colons: the text it replaces, such as another IPv6 range, had none either. */
function isPlainLike(text: string, replaced: string): boolean {
  const isColoned = /^\w[\w./-]*:[\w./:-]*[\w/]$/;
  return isColoned.test(text) && isColoned.test(replaced);
}

/** Writes a number in place of a scalar, without quotes. */
export function replaceNumber(document: YamlDocument, node: YamlNode, value: number): Edit | null {
  if (node.kind !== 'scalar' || node.tag !== undefined) return null;
  return replace(document, node.span, String(value));
}

/** Puts everything in `map` below a new key of its own. */
export function wrapInMap(document: YamlDocument, map: YamlMap, name: string): Edit[] | null {
  const first = map.pairs[0];
  if (!first) return null;
  if (map.style === 'flow') {
    const key = isJson(document) ? JSON.stringify(name) : name;
    return wrapInFlow(document, map, `${key}: {`, '}');
  }
  const { step } = styleOf(document);
  const { start } = first.key.span;
  const head = `${renderScalar(name)}:\n${' '.repeat(columnOf(document, start) + step)}`;
  return [replace(document, { start, end: start }, head), ...indentRest(document, start, map.span.end, step)];
}

/** Makes `node` the only item of a list in its place. */
export function wrapInList(document: YamlDocument, node: YamlNode): Edit[] | null {
  const { start, end } = node.span;
  if (start === end || node.kind === 'alias') return null;
  const insert = (at: number, text: string) => replace(document, { start: at, end: at }, text);
  const block = node.kind !== 'scalar' && node.style === 'block';
  if (block) return [insert(start, '- '), ...indentRest(document, start, end, 2)];
  if (node.kind === 'scalar' && !fitsInFlow(document.text.slice(start, end))) return null;
  return [insert(start, '['), insert(end, ']')];
}

/** Indents the lines from `start` to `end`, except the one that holds `start`. */
export function indentRest(document: YamlDocument, start: number, end: number, by: number): Edit[] {
  const edits: Edit[] = [];
  for (const line of document.lineStarts)
    if (line > start && line < end && !/^[ \t]*(?:[\r\n]|$)/.test(document.text.slice(line, end)))
      edits.push(replace(document, { start: line, end: line }, ' '.repeat(by)));
  return edits;
}

function wrapInFlow(document: YamlDocument, map: YamlMap, open: string, close: string): Edit[] {
  const inner = document.text.slice(map.span.start + 1, map.span.end - 1);
  const lead = /^\s*/.exec(inner)?.[0] ?? '';
  const trail = /\s*$/.exec(inner)?.[0] ?? '';
  const pad = /[\r\n]/.test(lead + trail) ? '' : lead;
  const start = map.span.start + 1 + lead.length;
  const end = map.span.end - 1 - trail.length;
  return [
    replace(document, { start, end: start }, open + pad),
    replace(document, { start: end, end }, pad + close),
  ];
}

/** Whether a scalar's source text means the same inside brackets. */
function fitsInFlow(source: string): boolean {
  if (/^["']/.test(source)) return true;
  return !/[,[\]{}\n\r]|^:/.test(source) && resolvePlain(source) === source;
}
