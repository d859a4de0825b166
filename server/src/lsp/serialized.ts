/**
 * Owns the JSON of long lists that are sent again with every keystroke though hardly anything in them has changed. A list is
 * known by its identity; what is in it, and how it is sent, is decided elsewhere.
 */

const jsonOfPart = new WeakMap<readonly unknown[], string>();
const partsOf = new WeakMap<readonly unknown[], readonly (readonly unknown[])[]>();

/** The JSON of a part of a list, without its brackets and in ASCII; made once. Neither it nor what is in it may change. */
export function partJson(part: readonly unknown[]): string {
  const known = jsonOfPart.get(part);
  if (known !== undefined) return known;
  const json = inAscii(JSON.stringify(part).slice(1, -1));
  jsonOfPart.set(part, json);
  return json;
}

/** Joins parts to one list, and remembers of which parts it consists. */
export function joinParts<T>(parts: readonly (readonly T[])[]): readonly T[] {
  const list = parts.flat();
  partsOf.set(list, parts);
  return list;
}

/** The JSON, in ASCII, of a list that was joined here; null for any other value. */
export function listJson(value: unknown): string | null {
  const parts = Array.isArray(value) ? partsOf.get(value) : undefined;
  if (!parts) return null;
  const filled = parts.filter((part) => part.length > 0);
  return `[${filled.map(partJson).join(',')}]`;
}

function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
