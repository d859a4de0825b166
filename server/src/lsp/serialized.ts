/**
 * Owns the JSON of long lists that are sent again with every keystroke though hardly anything in them has changed. A list is
 * known by its identity; what is in it, and how it is sent, is decided elsewhere.
 */

type Part = readonly unknown[];

/** Neighbouring parts of a list, whose JSON is kept as one string. */
interface Chunk {
  readonly parts: readonly Part[];
  /** Without the brackets; empty until it is asked for. */
  json: string;
}

/** Parts in a chunk. With more, a change makes more of the JSON anew; with fewer, there are more strings to send. */
const CHUNK = 64;

const jsonOfPart = new WeakMap<Part, string>();
const chunksOf = new WeakMap<Part, readonly Chunk[]>();

/** The JSON of a part of a list, without its brackets and in ASCII; made once. Neither it nor what is in it may change. */
export function partJson(part: Part): string {
  const known = jsonOfPart.get(part);
  if (known !== undefined) return known;
  const json = inAscii(JSON.stringify(part).slice(1, -1));
  jsonOfPart.set(part, json);
  return json;
}

/** Joins parts, none of them empty, to one list. `before` is the list that it takes the place of, if there is one. */
export function joinParts<T>(parts: readonly (readonly T[])[], before: readonly T[] = []): readonly T[] {
  const list = parts.flat();
  chunksOf.set(list, chunksFrom(parts, chunksOf.get(before) ?? []));
  return list;
}

/** The JSON, in ASCII, of a list that was joined here, in pieces; null for any other value. */
export function listJson(value: unknown): readonly string[] | null {
  const chunks = Array.isArray(value) ? chunksOf.get(value) : undefined;
  if (!chunks) return null;
  const pieces = ['['];
  for (const chunk of chunks) {
    if (pieces.length > 1) pieces.push(',');
    chunk.json ||= chunk.parts.map(partJson).join(',');
    pieces.push(chunk.json);
  }
  pieces.push(']');
  return pieces;
}

/** Chunks of `parts`, among them those of `known` at both ends that are as they were. */
function chunksFrom(parts: readonly Part[], known: readonly Chunk[]): Chunk[] {
  let [first, last, from, to] = [0, known.length, 0, parts.length];
  for (let chunk = known[first]; chunk && first < last; chunk = known[++first]) {
    if (!startsWith(parts, chunk.parts, from, to)) break;
    from += chunk.parts.length;
  }
  for (let chunk = known[last - 1]; chunk && first < last; chunk = known[--last - 1]) {
    if (!startsWith(parts, chunk.parts, to - chunk.parts.length, to) || to - chunk.parts.length < from) break;
    to -= chunk.parts.length;
  }
  // Evenly, so that one more part does not leave a chunk of its own behind.
  const count = Math.ceil((to - from) / CHUNK);
  const between = Array.from({ length: count }, (_, i) => {
    const at = (n: number) => from + Math.round(((to - from) * n) / count);
    return { parts: parts.slice(at(i), at(i + 1)), json: '' };
  });
  return [...known.slice(0, first), ...between, ...known.slice(last)];
}

/** Whether `some` stand in `parts` from `from` on, and end in front of `to`. */
function startsWith(parts: readonly Part[], some: readonly Part[], from: number, to: number): boolean {
  return from >= 0 && from + some.length <= to && some.every((part, i) => part === parts[from + i]);
}

function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
