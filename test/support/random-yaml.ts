/**
 * Owns random YAML as people write it: values rendered in block and flow style, as JSON, with various indentation, comments and
 * line ends. Everything follows from a seed.
 */
import type { Json } from '../../server/src/core/yaml/json.ts';

/** A source of random numbers that follows from a seed. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: small, and good enough to choose test inputs.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] as never,
  };
}

const KEYS = ['from', 'to', 'ports', 'podSelector', 'matchLabels', 'app', 'a/b', 'on', '80', 'two words'];
const SCALARS: readonly Json[] = [
  'web',
  'x: y',
  '#no',
  '',
  'yes',
  '80',
  80,
  true,
  null,
  '10.0.0.0/8',
  '::/0',
  'two\nlines',
];

export function randomValue(random: Random, depth: number): Json {
  const kind = depth === 0 ? 0 : random.below(5);
  if (kind < 2) return random.pick(SCALARS);
  const size = random.below(4);
  if (kind === 2) return Array.from({ length: size }, () => randomValue(random, depth - 1));
  return randomMap(random, size, depth - 1);
}

export function randomMap(random: Random, size: number, depth: number): Json {
  const keys = Array.from({ length: size }, () => random.pick(KEYS));
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth)]));
}

interface Layout {
  readonly random: Random;
  readonly step: number;
  /** Columns between a key and the dashes of its list. */
  readonly listIndent: number;
  readonly commentChance: number;
  comments: number;
}

/** The text of `value`, a mapping or a list, in a random style. Comments are numbered: `# c1`. */
export function renderRandomly(value: Json, random: Random): string {
  const lineEnd = random.pick(['\n', '\n', '\n', '\r\n', '\r']);
  if (random.chance(0.1))
    return JSON.stringify(value, null, random.pick([0, 2, 4])).replaceAll('\n', lineEnd);
  const step = random.pick([2, 2, 3, 4]);
  const listIndent = random.pick([0, 0, step, 2]);
  const layout: Layout = { random, step, listIndent, commentChance: random.pick([0, 0.15]), comments: 0 };
  const lines = isEmpty(value) ? [flow(layout, value)] : block(layout, value, 0);
  if (random.chance(0.1)) lines.unshift('---');
  const text = lines.join('\n') + (random.chance(0.9) ? '\n' : '');
  return text.replaceAll('\n', lineEnd);
}

function isEmpty(value: Json): boolean {
  return value === null || typeof value !== 'object' || Object.keys(value).length === 0;
}

/** The lines of a mapping or list that is not empty, indented by `column`. */
function block(layout: Layout, value: Json, column: number): string[] {
  const { random } = layout;
  const pad = ' '.repeat(column);
  const lines: string[] = [];
  const entries: [head: string, child: Json, isItem: boolean][] = Array.isArray(value)
    ? value.map((item: Json) => ['-', item, true])
    : Object.entries(value as object).map(([key, child]) => [`${scalar(layout, key, true)}:`, child, false]);
  for (const [head, child, isItem] of entries) {
    if (random.chance(layout.commentChance)) lines.push(pad + comment(layout));
    if (random.chance(layout.commentChance / 2)) lines.push('');
    lines.push(...entry(layout, pad + head, child, column, isItem));
  }
  return lines;
}

/** The lines of one list item or pair, whose dash or key is in `head`. */
function entry(layout: Layout, head: string, value: Json, column: number, isItem: boolean): string[] {
  const { random } = layout;
  const behind = () => (random.chance(layout.commentChance) ? ` ${comment(layout)}` : '');
  if (typeof value === 'string' && value.includes('\n') && random.chance(0.5)) {
    const pad = ' '.repeat(column + layout.step);
    return [`${head} |-${behind()}`, ...value.split('\n').map((line) => pad + line)];
  }
  if (isEmpty(value) || random.chance(0.15)) {
    const text = flow(layout, value);
    if (text === '' && random.chance(0.5)) return [head + behind()];
    return [`${head} ${text}${behind()}`];
  }
  if (isItem && random.chance(0.8)) {
    const inner = column + 2;
    const [first, ...rest] = block({ ...layout, commentChance: 0 }, value, inner);
    return [`${head} ${(first as string).trimStart()}`, ...rest];
  }
  const inner = column + (Array.isArray(value) && !isItem ? layout.listIndent : layout.step);
  return [head + behind(), ...block(layout, value, inner)];
}

function comment(layout: Layout): string {
  layout.comments++;
  return `# c${layout.random.below(1_000_000)}`;
}

function flow(layout: Layout, value: Json): string {
  const { random } = layout;
  if (value === null) return random.pick(['null', '~', 'null']);
  if (typeof value !== 'object')
    return typeof value === 'string' ? scalar(layout, value, false) : String(value);
  const pad = random.pick(['', ' ']);
  const inner = (child: Json) => flow(layout, child);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${pad}${value.map(inner).join(', ')}${pad}]`;
  const pairs = Object.entries(value).map(([key, child]) => `${scalar(layout, key, true)}: ${inner(child)}`);
  return pairs.length === 0 ? '{}' : `{${pad}${pairs.join(', ')}${pad}}`;
}

const PLAIN = new Set([
  'from',
  'to',
  'ports',
  'podSelector',
  'matchLabels',
  'app',
  'a/b',
  'two words',
  'web',
  '10.0.0.0/8',
]);

function scalar({ random }: Layout, text: string, isKey: boolean): string {
  if (PLAIN.has(text) && random.chance(0.8)) return text;
  if (!text.includes('\n') && random.chance(0.5)) return `'${text.replaceAll("'", "''")}'`;
  return isKey || random.chance(2) ? JSON.stringify(text) : text;
}
