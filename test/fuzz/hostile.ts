/**
 * Owns inputs that are small to write and might be dear to read: deep nesting, aliases that multiply, huge scalars, endless
 * lines, thousands of small things. Their sizes are random up to 64 Ki characters.
 */
import type { Random } from '../support/random-yaml.ts';

const FULL = 64 * 1024;

/** Mostly moderate, sometimes all there is room for. */
function size(random: Random): number {
  return random.chance(0.25) ? FULL : 1 << random.below(16);
}

function repeated(random: Random, unit: string): string {
  return unit.repeat(Math.ceil(size(random) / unit.length)).slice(0, FULL);
}

/** `unit(0)`, `unit(1)`, … up to a random size. */
function counted(random: Random, unit: (i: number) => string, reserve = 0): string {
  const limit = Math.min(size(random), FULL - reserve);
  let text = '';
  for (let i = 0; text.length < limit; i++) text += unit(i);
  return text.slice(0, FULL - reserve);
}

const POLICY =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: x\n  namespace: shop\n';

/** A policy whose text ends in whatever comes next. */
function inPolicy(random: Random, rest: string): string {
  const head = random.pick([
    `${POLICY}spec:\n`,
    `${POLICY}spec: `,
    `${POLICY}spec:\n  podSelector: `,
    POLICY,
    '',
  ]);
  return head + rest;
}

const LINE_UNITS = [
  ...[
    'a: ',
    '- ',
    '? ',
    '{',
    '[',
    '}',
    ']',
    '"',
    "'",
    '#',
    ' #',
    ', ',
    ': ',
    '&a ',
    '*a ',
    '!t ',
    '|',
    '>',
    '{{',
    '}}',
    '{%',
    '$(',
    '\\',
  ],
  ...[
    'netpol-guard: ignore[',
    '# netpol-guard: ignore[a] b ',
    '#netpol-guard:',
    'kind: ',
    '"kind":',
    'kind:&',
    'kind',
    'apiVersion: ',
  ],
  ...[
    '%',
    '\t',
    ' ',
    '\r',
    '\u2028',
    '\uFEFF',
    '--- ',
    '... ',
    'x#y ',
    '<<: ',
    '- - ',
    '\\"',
    'a:b,',
    '[a,',
    '{a: ',
    '{a: 1, ',
    'a b ',
    '\u{1F680}',
  ],
  ...[
    "''",
    '""',
    '": "',
    '&a',
    '!',
    '@',
    '`',
    '\0',
    '-',
    '?',
    ':',
    '=======',
    '<<<<<<< ',
    '$A',
    '1.',
    '0',
    '_',
    '.1',
    'é',
  ],
];

const LINES = [
  ...[
    '---\n',
    '...\n',
    '--- #\n',
    '\n',
    '\r\n',
    '#\n',
    'a:\n',
    '- \n',
    '-\n',
    '? a\n',
    'a: 1\n',
    '- a\n',
    '- a: 1\n',
    'a: |\n',
    '  x\n',
    'a: "\n',
  ],
  ...[
    '<<: *a\n',
    'a: &a {}\n',
    '- *a\n',
    '%YAML 1.1\n',
    '\t\n',
    ' \t\n',
    '- \t\n',
    'a: [\n',
    'b: {\n',
    '"\n',
    "a: 'b\n",
    '# netpol-guard: ignore[x] y\n',
  ],
  ...[
    'kind: NetworkPolicy\n',
    'kind: List\n',
    'kind: &a\n',
    '---\nkind: Pod\n',
    '{}\n',
    '[]\n',
    'a: {{ x }}\n',
    '{{- if }}\n',
    '=======\n',
    '---\r',
    'a: b: c\n',
  ],
  ...[
    '---\napiVersion: v1\nkind: Pod\nmetadata: {namespace: a}\n',
    `---\n${POLICY}spec: {}\n`,
    `---\n${POLICY}spec: {ingress: [{}], egress: [{}]}\n`,
  ],
];

const PEERS = [
  '      - podSelector: {}\n',
  '      - ipBlock: { cidr: 0.0.0.0/0 }\n',
  '      - {}\n',
  '      - *a\n',
  '      - namespaceSelector: {}\n      - podSelector: {}\n',
];

function nested(random: Random): string {
  const open = random.pick([
    '[',
    '{a: ',
    '{',
    '[[',
    '- ',
    'a:\n',
    '? ',
    '- a: ',
    '[{',
    '{? ',
    '!a [',
    '&a [',
  ]);
  if (open === 'a:\n') return counted(random, (i) => `${' '.repeat(i)}a:\n`);
  const depth = random.below(1 << (1 + random.below(13)));
  const close = open.includes('{') ? '}' : open.includes('[') ? ']' : '';
  return inPolicy(random, open.repeat(depth) + (random.chance(0.5) ? close.repeat(depth) : ''));
}

/** Each level holds the one before it several times. */
function aliasBomb(random: Random): string {
  const levels = 1 + random.below(40);
  const width = 1 + random.below(12);
  const lines = ['a0: &a0 [x]\n'];
  for (let i = 1; i < levels; i++) {
    const aliases = Array.from({ length: width }, () => `*a${i - 1}`);
    lines.push(`a${i}: &a${i} [${aliases.join(', ')}]\n`);
  }
  const use = random.pick(['', `spec: { ingress: *a${levels - 1} }\n`, `spec: *a${levels - 1}\n`]);
  return `${random.pick([POLICY, ''])}${lines.join('')}${use}`;
}

function mergeBomb(random: Random): string {
  const lines = ['a0: &a0 { k0: v }\n'];
  const levels = 1 + random.below(1200);
  const width = 1 + random.below(random.chance(0.5) ? 2 : 10);
  for (let i = 1; i < levels; i++) {
    const aliases = Array.from({ length: width }, () => `*a${random.chance(0.9) ? i - 1 : random.below(i)}`);
    lines.push(`a${i}: &a${i} { <<: [${aliases.join(', ')}], k${i}: v }\n`);
  }
  return lines.join('') + (random.chance(0.5) ? `metadata: *a${levels - 1}\n${POLICY}` : POLICY);
}

/** One large mapping that many others merge, or many aliases of one large node inside a policy. */
function wideAliases(random: Random): string {
  const keys = counted(random, (i) => `  k${i}: v\n`, FULL / 2);
  const uses = counted(random, () => random.pick(['- <<: *a\n', '- *a\n']), FULL / 2);
  const peers = counted(random, () => '    - *p\n', FULL / 2);
  return random.chance(0.5)
    ? `x: &a\n${keys}items:\n${uses}`
    : `${POLICY}spec:\n  ingress:\n    - &p\n      from:\n${counted(random, () => random.pick(PEERS), FULL / 2 + 200)}${peers}`;
}

function hugeScalar(random: Random): string {
  const unit = random.pick([
    'x',
    '9',
    '0',
    '_',
    '1_',
    'é',
    '\\',
    '\\"',
    '\\u0041',
    "''",
    ' ',
    ' x',
    '\n  ',
    '.',
    '1e',
    '/',
    ':',
    'a-',
    'A',
    '\u{1F680}',
    '0.',
  ]);
  const body = repeated(random, unit);
  const key = random.pick([
    'name',
    'a',
    'cidr',
    '- ',
    'kind',
    'port',
    '!!binary',
    '!!int',
    '"',
    "'",
    '|\n  ',
    '>\n  ',
    '? ',
    '&',
    '*',
    '!',
  ]);
  return inPolicy(
    random,
    random.pick([
      `  ${key}: ${body}\n`,
      `  ${key}: "${body}"\n`,
      `  ${key}: |\n    ${body}\n`,
      `${key}${body}`,
      `${body}: x\n`,
    ]),
  );
}

function manyThings(random: Random): string {
  const label = (i: number) => `      l${i}: v\n`;
  const port = (i: number) => `        - port: ${random.pick([i % 70000, `"${i}"`, 'http'])}\n`;
  const cidr = (i: number) => `              - ${i >> 8}.${i & 255}.0.0/16\n`;
  return random.pick([
    () => `${POLICY}spec:\n  podSelector:\n    matchLabels:\n${counted(random, label, 300)}`,
    () => `${POLICY}spec:\n  ingress:\n    - ports:\n${counted(random, port, 300)}`,
    () =>
      `${POLICY}spec:\n  ingress:\n${counted(random, () => random.pick(['    - {}\n', '    -\n', '    - from: []\n', '    - form: []\n']), 300)}`,
    () => `${POLICY}spec:\n  ingress:\n    - from:\n${counted(random, () => random.pick(PEERS), 300)}`,
    () =>
      `${POLICY}spec:\n  egress:\n    - to:\n        - ipBlock:\n            cidr: 0.0.0.0/0\n            except:\n${counted(random, cidr, 300)}`,
    () =>
      `${POLICY}spec:\n  egress:\n    - to:\n${counted(random, (i) => `      - ipBlock: {cidr: ${i >> 8}.${i & 255}.0.0/16}\n`, 300)}`,
    () => `${POLICY}${counted(random, (i) => `unknown${i}: x\n`, 300)}`,
    () => `${POLICY}spec:\n${counted(random, () => '  podSelector: {}\n', 300)}`,
    () =>
      `${POLICY}  annotations:\n${counted(random, (i) => `    netpol-guard/ignore.rule${i}: why\n`, 300)}`,
    () =>
      counted(
        random,
        (i) => `---\n${POLICY}spec:\n  podSelector: {matchLabels: {a: v${i}}}\n  egress: [{}]\n`,
      ),
    () => counted(random, (i) => `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n${i}}\n`),
    () =>
      counted(
        random,
        (i) => `---\napiVersion: v1\nkind: Pod\nmetadata: {namespace: n${i % 7}, labels: {a: v${i}}}\n`,
      ),
    () =>
      `apiVersion: v1\nkind: List\nitems:\n${counted(random, () => '- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, spec: {}}\n', 300)}`,
    () => `${counted(random, (i) => `# netpol-guard: ignore[${'r,'.repeat(i % 50)}] x\n`, 300)}${POLICY}`,
    () =>
      `${POLICY}spec: {podSelector: {}} # netpol-guard: ignore[${counted(random, (i) => `r${i}, `, 300)}] x\n`,
  ])();
}

export const HOSTILE: Readonly<Record<string, (random: Random) => string>> = {
  nested,
  'alias bombs': aliasBomb,
  'merge bombs': mergeBomb,
  'wide aliases': wideAliases,
  'huge scalars': hugeScalar,
  'one line': (random) => inPolicy(random, repeated(random, random.pick(LINE_UNITS))),
  'one line of several': (random) =>
    inPolicy(
      random,
      repeated(random, random.pick(LINE_UNITS) + random.pick(LINE_UNITS) + random.pick(LINE_UNITS)),
    ),
  'many lines': (random) => inPolicy(random, repeated(random, random.pick(LINES))),
  'many lines of several': (random) =>
    repeated(random, random.pick(LINES) + random.pick(LINES) + random.pick(LINES)),
  'many things': manyThings,
};
