/**
 * Owns the inputs of the fuzzer: seeded, so that every one can be made again. Each kind is a way in which real input goes wrong.
 */
import { RULES } from '../../server/src/rules/index.ts';
import { unmark } from '../support/example.ts';

export type Random = () => number;

/** A small fast generator (mulberry32): the same seed gives the same numbers. */
export function randomFrom(seed: number): Random {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SEEDS: readonly string[] = RULES.flatMap((rule) => rule.meta.examples.map((e) => unmark(e.yaml).text));

const TOKENS = [
  ...[
    '---\n',
    '...\n',
    '- ',
    '  ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ': ',
    ':',
    '{',
    '}',
    '[',
    ']',
    ',',
    '#',
    '&a ',
    '*a',
    '<<: *a\n',
  ],
  ...[
    '"',
    "'",
    '|',
    '>',
    '!!int ',
    '!x ',
    '%YAML 1.1\n',
    '? ',
    '\uFEFF',
    '\0',
    '\u2028',
    '😀',
    '{{ .Values.x }}',
    '{%- if x %}',
  ],
  ...[
    'apiVersion: networking.k8s.io/v1\n',
    'kind: NetworkPolicy\n',
    'kind: List\n',
    'items:\n',
    'metadata:\n',
    'spec:\n',
  ],
  ...[
    'podSelector: {}',
    'namespaceSelector:',
    'matchLabels:',
    'ipBlock:',
    'cidr: ::/0',
    'except:',
    'ingress:\n',
    'egress:\n',
  ],
  ...[
    'from:',
    'to:',
    'ports:',
    'port: 080',
    'endPort:',
    'protocol: tcp',
    'policyTypes: [Egress]',
    'null',
    '~',
    '1e3',
    '0x1F',
  ],
  ...['# netpol-guard: ignore[peer-and-or] why\n', 'netpol-guard/ignore.x: y\n', '\ud800', 'x'.repeat(300)],
];

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

function soup(random: Random): string {
  return Array.from({ length: between(random, 1, 120) }, () => pick(random, TOKENS)).join('');
}

function mutated(random: Random): string {
  let text = pick(random, SEEDS);
  for (let n = between(random, 1, 8); n > 0; n--) {
    const at = between(random, 0, text.length);
    const cut = random() < 0.5 ? between(random, 0, 12) : 0;
    const middle = random() < 0.7 ? pick(random, TOKENS) : text.slice(at, at + between(random, 0, 200));
    text = text.slice(0, at) + middle + text.slice(at + cut);
  }
  return text;
}

function truncated(random: Random): string {
  const text = pick(random, SEEDS);
  return text.slice(0, between(random, 0, text.length));
}

function binary(random: Random): string {
  return String.fromCharCode(
    ...Array.from({ length: between(random, 1, 2000) }, () => Math.floor(random() * 65536)),
  );
}

const HEAD =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x, namespace: y}\nspec:\n  podSelector: {}\n';

/** Shapes that have brought parsers down, up to 64 KB. */
const HUGE: readonly ((random: Random) => string)[] = [
  (r) =>
    `${HEAD}  ingress: ${pick(r, ['[', '{', '[{', '- '])}`.padEnd(
      between(r, 100, 60_000),
      pick(r, ['[', '{', '- ', '? ']),
    ),
  (r) => bomb(between(r, 2, 12), between(r, 2, 10)),
  (r) => `${HEAD}  ingress:\n${'    - from: [{podSelector: {}}]\n'.repeat(between(r, 1, 1800))}`,
  (r) =>
    `${HEAD}  egress:\n    - to:\n${'        - ipBlock: {cidr: 10.0.0.0/8}\n'.repeat(between(r, 1, 1500))}`,
  (r) => `${HEAD}  note: ${'x'.repeat(between(r, 1, 60_000))}\n`,
  (r) => `${HEAD}  ${'a: '.repeat(between(r, 1, 20_000))}\n`,
  (r) => '---\n'.repeat(between(r, 1, 16_000)),
  (r) => `${HEAD}${Array.from({ length: between(r, 1, 4000) }, (_, i) => `  k${i}: v\n`).join('')}`,
  (r) => `${HEAD}${'  # netpol-guard: ignore[peer-and-or] because\n'.repeat(between(r, 1, 1300))}`,
  (r) => `${'# '.repeat(between(r, 1, 30_000))}\n${HEAD}`,
  (r) => Array.from({ length: between(r, 1, 400) }, () => HEAD).join('---\n'),
  (r) =>
    `${HEAD}  podSelector:\n${Array.from({ length: between(r, 1, 150) }, (_, i) => `${' '.repeat(4 + i)}a:\n`).join('')}`,
];

/** A billion laughs: `depth` lists, each of `width` aliases to the one before. */
function bomb(depth: number, width: number): string {
  const lines = ['a0: &a0 [x, x]'];
  for (let i = 1; i < depth; i++)
    lines.push(
      `a${i}: &a${i} [${Array(width)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return `${HEAD}${lines.map((line) => `  ${line}\n`).join('')}  ingress: *a${depth - 1}\n`;
}

const KINDS: readonly (readonly [weight: number, make: (random: Random) => string])[] = [
  [35, mutated],
  [25, soup],
  [15, truncated],
  [10, binary],
  [15, (random) => pick(random, HUGE)(random)],
];

/** The input of a seed, at most 64 KB long. */
export function inputOf(seed: number): string {
  const random = randomFrom(seed);
  let at = random() * 100;
  for (const [weight, make] of KINDS) {
    if (at < weight) return make(random).slice(0, 64 * 1024);
    at -= weight;
  }
  return '';
}
