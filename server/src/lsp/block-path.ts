/**
 * Owns telling from indentation alone where in a block-style document a line stands. It works on text that does not parse,
 * as text being typed seldom does.
 */

export interface BlockPlace {
  /** Field names and, for list items, `[]`, from the root to the mapping or list the cursor's line is in. */
  readonly path: readonly string[];
  /** What stands in front of the cursor on its line, list dashes taken off: a key being typed, or `key: value`. */
  readonly key: string | null;
  /** The text between the start of the key or value being typed and the cursor. */
  readonly typed: string;
  /** The column at which `typed` starts. */
  readonly column: number;
  /** Keys that the same mapping has already. */
  readonly siblings: ReadonlySet<string>;
  /** Whether the cursor's line has a dash in front of the key: a new list item. */
  readonly startsItem: boolean;
}

interface Line {
  readonly indent: number;
  readonly dashes: readonly number[];
  readonly key: string | null;
}

/** Reads one line: its indentation, the columns of its dashes, and its key, if it has one. */
function readLine(text: string): Line | null {
  if (/^\s*(?:#|$)/.test(text)) return null;
  const dashes: number[] = [];
  let at = text.length - text.trimStart().length;
  const indent = at;
  for (;;) {
    const dash = /^-(?:[ \t]+|$)/.exec(text.slice(at));
    if (!dash) break;
    dashes.push(at);
    at += dash[0].length;
  }
  const key = /^(?:"([^"]*)"|'([^']*)'|([^\s#:'"][^:#]*?))\s*:(?:\s|$)/.exec(text.slice(at));
  return {
    indent: dashes.length > 0 ? at : indent,
    dashes,
    key: key ? (key[1] ?? key[2] ?? key[3] ?? null) : null,
  };
}

/** The place of `character` on line `lineNumber` of `lines`, the lines of one document; null in a comment. */
export function blockPlaceAt(
  lines: readonly string[],
  lineNumber: number,
  character: number,
): BlockPlace | null {
  const text = (lines[lineNumber] ?? '').slice(0, character);
  if (/(?:^|\s)#/.test(text)) return null;
  const lead = /^[ \t]*(?:-[ \t]+)*/.exec(text)?.[0] ?? '';
  const rest = text.slice(lead.length);
  const value = /^(.*?):[ \t]+(.*)$/.exec(rest);
  const typed = value ? (value[2] as string) : rest;
  const column = text.length - typed.length;
  const own = readLine(`${lead}x: `) as Line;
  const path = [...ancestors(lines, lineNumber, own)];
  if (value) return { path, key: value[1] as string, typed, column, siblings: new Set(), startsItem: false };
  const startsItem = own.dashes.length > 0;
  return { path, key: null, typed, column, siblings: siblingsOf(lines, lineNumber, own), startsItem };
}

/** The path to the mapping that a line with this indentation belongs to. */
function ancestors(lines: readonly string[], lineNumber: number, own: Line): string[] {
  const path: string[] = own.dashes.map(() => '[]');
  let limit = own.dashes[0] ?? own.indent;
  let needsKeyAtLimit = own.dashes.length > 0;
  for (let n = lineNumber - 1; n >= 0 && (limit > 0 || needsKeyAtLimit); n--) {
    const line = readLine(lines[n] as string);
    if (!line) continue;
    const column = line.indent;
    const isParent =
      line.key !== null &&
      (column < limit || (needsKeyAtLimit && column === limit && line.dashes.length === 0));
    if (isParent) {
      path.unshift(line.key as string);
      for (const _ of line.dashes) path.unshift('[]');
      limit = line.dashes[0] ?? column;
      needsKeyAtLimit = line.dashes.length > 0;
    } else if (line.dashes.length > 0 && column === limit && !needsKeyAtLimit) {
      for (const _ of line.dashes) path.unshift('[]');
      limit = line.dashes[0] as number;
      needsKeyAtLimit = true;
    }
  }
  return path;
}

/** The keys of the mapping the line belongs to, looked for above and below it. */
function siblingsOf(lines: readonly string[], lineNumber: number, own: Line): Set<string> {
  const found = new Set<string>();
  const visit = (n: number): boolean => {
    const line = readLine(lines[n] as string);
    if (!line) return true;
    if (line.indent < own.indent) return false;
    if (line.indent === own.indent && line.key !== null) found.add(line.key);
    return !(line.indent === own.indent && line.dashes.length > 0);
  };
  if (own.dashes.length === 0) for (let n = lineNumber - 1; n >= 0 && visit(n); n--);
  for (let n = lineNumber + 1; n < lines.length; n++) {
    const line = readLine(lines[n] as string);
    if (line && line.indent === own.indent && line.dashes.length > 0) break;
    if (!visit(n)) break;
  }
  return found;
}
