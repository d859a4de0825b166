/**
 * Owns writing values as YAML text in the style of the document they go into. Lines end with LF here; the edit that carries
 * the text turns them into the document's own line ends.
 */
import type { Json } from './json.ts';
import { resolvePlain } from './scalar.ts';

/** How a document is written: columns per level, and how far a list is indented under its key. */
export interface Style {
  readonly step: number;
  readonly listIndent: number;
}

export const DEFAULT_STYLE: Style = { step: 2, listIndent: 2 };

/** Block text of `value` whose first line continues the current line at `column`: what follows `- `. */
export function renderInline(value: Json, column: number, style: Style): string {
  if (isList(value) && value.length > 0) {
    const lead = `\n${' '.repeat(column)}- `;
    return `- ${value.map((item) => renderInline(item, column + 2, style)).join(lead)}`;
  }
  if (isMapping(value) && Object.keys(value).length > 0) {
    const lead = `\n${' '.repeat(column)}`;
    return Object.entries(value)
      .map(([key, item]) => renderPair(key, item, column, style))
      .join(lead);
  }
  return renderFlow(value, false);
}

/** Block text of `key: value` for a key at `column`. */
export function renderPair(key: string, value: Json, column: number, style: Style): string {
  const name = renderScalar(key);
  const isEmpty = isList(value)
    ? value.length === 0
    : isMapping(value)
      ? Object.keys(value).length === 0
      : true;
  if (isEmpty) return `${name}: ${renderFlow(value, false)}`;
  const inner = column + (isList(value) ? style.listIndent : style.step);
  return `${name}:\n${' '.repeat(inner)}${renderInline(value, inner, style)}`;
}

/** Flow text of `value` on one line; `json` quotes every string. */
export function renderFlow(value: Json, json: boolean): string {
  if (isList(value)) return `[${value.map((item) => renderFlow(item, json)).join(', ')}]`;
  if (isMapping(value)) {
    const pairs = Object.entries(value).map(([key, item]) => renderFlowPair(key, item, json));
    return pairs.length === 0 ? '{}' : json ? `{${pairs.join(', ')}}` : `{ ${pairs.join(', ')} }`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  return json ? JSON.stringify(value) : renderScalar(value);
}

export function renderFlowPair(key: string, value: Json, json: boolean): string {
  return `${json ? JSON.stringify(key) : renderScalar(key)}: ${renderFlow(value, json)}`;
}

/** A string as a plain scalar where that reads back as the same string, otherwise in double quotes. */
export function renderScalar(text: string): string {
  const plain = /^[A-Za-z0-9_./][\w./-]*$/.test(text) && resolvePlain(text) === text;
  return plain ? text : JSON.stringify(text);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMapping(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
