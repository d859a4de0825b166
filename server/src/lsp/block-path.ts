/**
 * Owns telling from indentation alone where in a block-style document a line stands. It works on text that does not parse,
 * as text being typed seldom does.
 */

/** A mapping or list item around a place: the line it starts on and the column of its keys. */
export interface BlockObject {
  readonly line: number;
  readonly column: number;
}

export interface BlockPlace {
  /** Field names and, for list items, `[]`, from the root to the mapping or list the cursor's line is in. */
  readonly path: readonly string[];
  /** For each `[]` of the path, the item. */
  readonly items: readonly BlockObject[];
  /** The key whose value is being typed; null while it is a key, or a list item, that is being typed. */
  readonly key: string | null;
  /** The column at which the key or value being typed starts. */
  readonly column: number;
  /** What the list has already, where the cursor is in a list in brackets. */
  readonly flowItems: readonly string[];
  /** Whether a dash stands in front of what is being typed. */
  readonly startsItem: boolean;
}

/** A line as far as indentation and keys go. */
interface Line {
  /** The columns of its dashes. */
  readonly dashes: readonly number[];
  /** The column of what follows the dashes. */
  readonly column: number;
  readonly key: string | null;
  /** What follows the key, or the dashes when there is no key; without comment. */
  readonly value: string;
}

const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#:'"{[&*!|>-][^:#]*?|[^\s#:'"{[&*!|>-]))[ \t]*:(?:[ \t]+|$)/;

/** Reads one line; null for blank lines, comments, and what parts documents. */
export function readLine(text: string): Line | null {
  if (/^\s*(?:#|$)/.test(text) || /^(?:---|\.\.\.)(?:\s|$)/.test(text)) return null;
  const dashes: number[] = [];
  let column = text.length - text.trimStart().length;
  for (let dash = DASH.exec(text.slice(column)); dash; dash = DASH.exec(text.slice(column))) {
    dashes.push(column);
    column += dash[0].length;
  }
  const rest = text.slice(column).replace(/(?:^|\s)#.*$/, '');
  const key = KEY.exec(rest);
  const name = key ? (key[1] ?? key[2] ?? key[3] ?? null) : null;
  return { dashes, column, key: name, value: rest.slice(key?.[0].length ?? 0).trim() };
}

const DASH = /^-(?:[ \t]+|$)/;

/** The place of `character` on line `lineNumber` of one document; null in a comment or in a block of text. */
export function blockPlaceAt(
  lines: readonly string[],
  lineNumber: number,
  character: number,
): BlockPlace | null {
  const text = (lines[lineNumber] ?? '').slice(0, character);
  if (/(?:^|\s)#/.test(text)) return null;
  const lead = /^[ \t]*(?:-[ \t]+)*/.exec(text)?.[0] ?? '';
  const own = readLine(`${lead}x`) as Line;
  const above = ancestors(lines, lineNumber, own);
  if (!above) return null;
  const startsItem = own.dashes.length > 0;
  const rest = text.slice(lead.length);
  const value = /^(.*?):[ \t]+(.*)$/.exec(rest);
  if (!value) return { ...above, key: null, column: lead.length, flowItems: [], startsItem };
  const key = (value[1] as string).replace(/^(["'])(.*)\1$/, '$2');
  const typed = value[2] as string;
  const list = /^\[(.*?)([^,\s]*)$/.exec(typed);
  if (!list) return { ...above, key, column: text.length - typed.length, flowItems: [], startsItem };
  const flowItems = (list[1] as string).split(',').map((item) => item.trim());
  const column = text.length - (list[2] as string).length;
  return { ...above, path: [...above.path, key, '[]'], key: null, column, flowItems, startsItem };
}

/** The way from the root to the mapping that `own` belongs to; null in a block of text. */
function ancestors(
  lines: readonly string[],
  lineNumber: number,
  own: Line,
): Pick<BlockPlace, 'path' | 'items'> | null {
  const path: string[] = [];
  const items: BlockObject[] = [];
  let { column } = own;
  let isList = false;
  const enter = (line: Line, n: number, itemColumn = line.column) => {
    for (const _ of line.dashes) {
      path.unshift('[]');
      items.unshift({ line: n, column: itemColumn });
    }
    column = line.dashes[0] ?? line.column;
    isList = line.dashes.length > 0;
  };
  enter(own, lineNumber);
  for (let n = lineNumber - 1; n >= 0 && (column > 0 || isList); n--) {
    const line = readLine(lines[n] as string);
    if (!line) continue;
    const startsHere = !isList && line.dashes.length > 0 && line.column === column;
    const isBareDash = !isList && line.dashes.length > 0 && line.value === '' && line.key === null;
    if (line.key !== null && (line.column < column || (isList && line.column === column))) {
      if (/^[|>]/.test(line.value)) return null;
      path.unshift(line.key);
      enter(line, n);
    } else if (startsHere || (isBareDash && (line.dashes.at(-1) as number) < column)) {
      enter(line, n, column);
    }
  }
  return { path, items };
}

/** A field of a mapping: its key, what follows on the line, and the line. */
export interface BlockField {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** The other fields of the mapping whose keys stand at the column of `object`, which has a key or is being typed on its line. */
export function fieldsAround(
  lines: readonly string[],
  object: BlockObject,
  startsItem: boolean,
): BlockField[] {
  const found: BlockField[] = [];
  /** Takes note of line `n`; answers whether the mapping may go on behind it. */
  const visit = (n: number, isAbove: boolean): boolean => {
    const line = readLine(lines[n] as string);
    if (!line || (line.dashes[0] ?? line.column) > object.column) return true;
    const belongs = line.column === object.column && (isAbove || line.dashes.length === 0);
    if (belongs && line.key !== null) found.push({ key: line.key, value: line.value, line: n });
    // A list may stand at the column of the key it belongs to.
    const isList = line.dashes[0] === object.column;
    return isList || (belongs && line.dashes.length === 0);
  };
  if (!startsItem) for (let n = object.line - 1; n >= 0 && visit(n, true); n--);
  for (let n = object.line + 1; n < lines.length && visit(n, false); n++);
  return found;
}

/** The scalars of the list that the item on a line belongs to, without its own. */
export function itemsAround(lines: readonly string[], lineNumber: number, dash: number): string[] {
  const found: string[] = [];
  const visit = (n: number): boolean => {
    const line = readLine(lines[n] as string);
    if (!line || (line.dashes[0] ?? line.column) > dash) return true;
    if (line.dashes[0] !== dash) return false;
    found.push(line.value);
    return true;
  };
  for (let n = lineNumber - 1; n >= 0 && visit(n); n--);
  for (let n = lineNumber + 1; n < lines.length && visit(n); n++);
  return found;
}
