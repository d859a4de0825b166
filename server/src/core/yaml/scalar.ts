/**
 * Owns how the API server reads a plain YAML scalar: sigs.k8s.io/yaml resolves it by YAML 1.1-like rules (go.yaml.in/yaml/v2,
 * resolve.go) and converts the result to JSON. Checked against recordings in test/fixtures/yaml-scalars.
 */
import type { JsonScalar } from './nodes.ts';

const WORDS: ReadonlyMap<string, JsonScalar> = new Map<string, JsonScalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((w) => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (w) => [w, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((w) => [w, null] as const),
]);
const SPECIAL_FLOATS: ReadonlyMap<string, number> = new Map([
  ...['.nan', '.NaN', '.NAN'].map((w) => [w, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((w) => [w, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((w) => [w, Number.NEGATIVE_INFINITY] as const),
]);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const LEADING_DOT_FLOAT = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
const SIGNED_BINARY = /^0b([-+])([01]+)$/;
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** The JSON value of a plain scalar without a tag. Integers beyond 2^53 lose precision, as they do in JavaScript's JSON. */
export function resolvePlain(text: string): JsonScalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const special = SPECIAL_FLOATS.get(text);
  if (special !== undefined) return special;
  const first = text[0] as string;
  if (first === '.') return (LEADING_DOT_FLOAT.test(text) ? finite(text.replaceAll('_', '')) : null) ?? text;
  if (first !== '+' && first !== '-' && !(first >= '0' && first <= '9')) return text;
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? (FLOAT.test(plain) ? finite(plain) : null) ?? signedBinary(plain) ?? text;
}

function finite(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Go's strconv.ParseInt and ParseUint with base 0: prefixes 0x, 0o, 0b, and a leading 0 for octal; null beyond 64 bits. */
function integer(text: string): number | null {
  const match = INTEGER.exec(text);
  if (!match) return null;
  const digits = match[2] as string;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (match[1] === '-') return value <= INT64_MAX + 1n ? Number(-value) : null;
  return value <= (match[1] === '+' ? INT64_MAX : UINT64_MAX) ? Number(value) : null;
}

function signedBinary(text: string): number | null {
  const match = SIGNED_BINARY.exec(text);
  if (!match) return null;
  const value = BigInt(`0b${match[2]}`);
  if (value > INT64_MAX) return null;
  return match[1] === '-' ? Number(-value) : Number(value);
}

const CORE_TAG = 'tag:yaml.org,2002:';

/**
 * The JSON value of a scalar with an explicit tag, quoted or not; undefined when the text is not what the tag says, which
 * fails the whole document. Tags the API server does not know leave the text a string.
 */
export function resolveTagged(text: string, tag: string): JsonScalar | undefined {
  const name = tag.startsWith(CORE_TAG) ? tag.slice(CORE_TAG.length) : '';
  if (!TAGS.has(name)) return text;
  if (name === 'timestamp') return text;
  const value = resolvePlain(text);
  if (name === 'null') return value === null ? null : undefined;
  if (name === 'bool') return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'number') return undefined;
  const isInteger = INTEGER.test(text.replaceAll('_', '')) || SIGNED_BINARY.test(text.replaceAll('_', ''));
  return name === 'int' && !isInteger ? undefined : value;
}

const TAGS = new Set(['int', 'float', 'bool', 'null', 'timestamp']);

/** The name a mapping key gets in JSON; null for a null key, which the API server refuses. */
export function keyName(value: JsonScalar): string | null {
  if (value === null) return null;
  return typeof value === 'number' && !Number.isInteger(value) ? String(Math.fround(value)) : String(value);
}
