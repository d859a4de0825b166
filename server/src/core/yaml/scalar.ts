/**
 * Owns how the API server reads a YAML scalar: sigs.k8s.io/yaml resolves it by YAML 1.1-like rules (go.yaml.in/yaml/v2,
 * resolve.go) and converts the result to JSON. Checked against recordings in test/fixtures/yaml-scalars.
 */
import type { JsonScalar } from './nodes.ts';

const WORDS: ReadonlyMap<string, JsonScalar> = new Map<string, JsonScalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((w) => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (w) => [w, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((w) => [w, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((w) => [w, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((w) => [w, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((w) => [w, Number.NEGATIVE_INFINITY] as const),
]);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const LEADING_DOT_FLOAT = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
const SIGNED_BINARY = /^0b([-+])([01]+)$/;
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** A number as the server types it: int64, else (only for what exceeds it) uint64, else float64. */
type Numeric =
  | { readonly type: 'int' | 'uint'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number };

/**
 * The JSON value of a plain scalar without a tag. Integers beyond 2^53 lose precision, as they do in JavaScript's JSON.
 * Infinity and NaN are values here, though the server refuses them.
 */
export function resolvePlain(text: string): JsonScalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const numeric = numericOf(text);
  return numeric === null ? text : Number(numeric.value);
}

/** What `text`, which is none of WORDS, is as a number; null when it is a string. */
function numericOf(text: string): Numeric | null {
  const first = text[0] as string;
  if (first === '.') return LEADING_DOT_FLOAT.test(text) ? float(text.replaceAll('_', '')) : null;
  if (first !== '+' && first !== '-' && !(first >= '0' && first <= '9')) return null;
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? (FLOAT.test(plain) ? float(plain) : null) ?? signedBinary(plain);
}

function float(text: string): Numeric | null {
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : null;
}

/** Go's strconv.ParseInt and ParseUint with base 0: prefixes 0x, 0o, 0b, and a leading 0 for octal; null beyond 64 bits. */
function integer(text: string): Numeric | null {
  const match = INTEGER.exec(text);
  if (!match) return null;
  const digits = match[2] as string;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (match[1] === '-') return value <= INT64_MAX + 1n ? { type: 'int', value: -value } : null;
  if (value <= INT64_MAX) return { type: 'int', value };
  return match[1] === '' && value <= UINT64_MAX ? { type: 'uint', value } : null;
}

function signedBinary(text: string): Numeric | null {
  const match = SIGNED_BINARY.exec(text);
  if (!match) return null;
  const value = BigInt(`0b${match[2]}`) * (match[1] === '-' ? -1n : 1n);
  return value <= INT64_MAX && value >= -INT64_MAX - 1n ? { type: 'int', value } : null;
}

const CORE_TAG = 'tag:yaml.org,2002:';
const RESOLVED_TAGS = new Set(['int', 'float', 'bool', 'null']);
const DATE = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d{2}:\d{2})?)?$/;

/**
 * The JSON value of a scalar with an explicit tag, quoted or not; undefined when the text is not what the tag says, which
 * fails the whole document. Tags the API server does not know leave the text a string.
 */
export function resolveTagged(text: string, tag: string): JsonScalar | undefined {
  const name = tag.startsWith(CORE_TAG) ? tag.slice(CORE_TAG.length) : '';
  if (name === 'binary') return decodeBase64(text);
  if (name === 'timestamp') return DATE.test(text) ? text : undefined;
  if (!RESOLVED_TAGS.has(name)) return text;
  const value = resolvePlain(text);
  if (name === 'null') return value === null ? null : undefined;
  if (name === 'bool') return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'number') return undefined;
  const type = WORDS.has(text) ? 'float' : numericOf(text)?.type;
  const fits = name === 'int' ? type !== 'float' : type !== 'uint';
  return fits ? value : undefined;
}

/** Padded standard base64, in which line breaks are skipped. Bytes that are not UTF-8 become U+FFFD, as in JSON. */
function decodeBase64(text: string): string | undefined {
  const packed = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)) return undefined;
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/**
 * The JSON name of a mapping key that is not a string, from its text, value and tag; null for the kinds the server refuses as
 * keys (null, and integers beyond int64).
 */
export function keyName(text: string, value: JsonScalar, tag: string | undefined): string | null {
  if (value === null) return null;
  if (typeof value !== 'number') return String(value);
  const numeric = numericOf(text);
  if (!numeric || numeric.type === 'float' || tag === `${CORE_TAG}float`) return float32Name(value);
  return numeric.type === 'uint' ? null : String(numeric.value);
}

/** Go's shortest text of a number rounded to 32 bits: strconv.FormatFloat(value, 'g', -1, 32). */
function float32Name(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded < 0 ? '-.inf' : '.inf';
  if (rounded === 0) return Object.is(rounded, -0) ? '-0' : '0';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(rounded.toExponential(digits - 1))) !== rounded) digits++;
  const [mantissa, exponent] = rounded.toExponential(digits - 1).split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return rounded.toFixed(Math.max(0, digits - 1 - power));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
