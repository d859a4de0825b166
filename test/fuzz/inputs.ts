/**
 * Owns random inputs for the fuzzer: what people might have in a file, and what somebody who means harm might put there.
 * Everything follows from a source of random numbers. No input has more than 64 Ki characters.
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RULES } from '../../server/src/rules/index.ts';
import { unmark } from '../support/example.ts';
import { type Random, randomMap, renderRandomly } from '../support/random-yaml.ts';
import { HOSTILE } from './hostile.ts';
import { randomObject } from './objects.ts';

export const MAX_LENGTH = 64 * 1024;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files of the repository and the rules' examples: what random changes start from. */
const SEEDS: readonly string[] = [
  ...globSync(['examples/**/*.{yaml,json}', 'test/fixtures/yaml/*.{yaml,json}'], { cwd: root })
    .sort()
    .map((path) => readFileSync(`${root}/${path}`, 'utf8'))
    .filter((text) => text.length <= MAX_LENGTH),
  ...RULES.flatMap((rule) => rule.meta.examples.map((example) => unmark(example.yaml).text)),
];

/** What mutations put in: what has a meaning to YAML, to Kubernetes or to us. */
export const FRAGMENTS: readonly string[] = [
  ...[
    '---',
    '---\n',
    '...',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '  ',
    '- ',
    '-',
    ': ',
    ':',
    '? ',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '{}',
    '[]',
  ],
  ...[
    '"',
    "'",
    '\\',
    '|\n',
    '>-\n',
    '#',
    ' # ',
    '&a ',
    '*a',
    '<<: *a',
    '!!str ',
    '!x ',
    '%YAML 1.2\n',
    '@',
    '`',
    '~',
    'null',
    'yes',
  ],
  ...[
    '{{ .Values.x }}',
    '{{- if x }}\n',
    '{% if x %}',
    '$(NAME)',
    '\uFEFF',
    '\u0000',
    '\u2028',
    '\u0085',
    '\uD83D',
    '\u{1F680}',
    'é',
  ],
  ...[
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/8',
    '169.254.169.254/32',
    '80',
    '65536',
    '1e999',
    '0x50',
    '.inf',
    'TCP',
    'Ingress',
    'kind: ',
  ],
  ...[
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n',
    'kind: List\nitems:\n',
    'ingress:\n',
    'from:\n',
    'ports:\n',
  ],
  ...[
    'podSelector: {}',
    'namespace: acme-vendor\n',
    '# netpol-guard: ignore[allow-all-ingress] why\n',
    'netpol-guard/ignore.x: y\n',
  ],
];

function mutated(random: Random, text: string): string {
  let result = text;
  for (let n = random.below(8); n >= 0; n--) {
    const at = random.below(result.length + 1);
    const end = Math.min(result.length, at + random.below(12));
    const lines = result.split('\n');
    const line = random.below(lines.length);
    switch (random.below(7)) {
      case 0:
        result = result.slice(0, at) + random.pick(FRAGMENTS) + result.slice(at);
        break;
      case 1:
        result = result.slice(0, at) + result.slice(end);
        break;
      case 2:
        result = result.slice(0, at) + random.pick(FRAGMENTS) + result.slice(end);
        break;
      case 3:
        lines.splice(line, random.below(4));
        result = lines.join('\n');
        break;
      case 4:
        lines.splice(random.below(lines.length), 0, ...lines.slice(line, line + 1 + random.below(5)));
        result = lines.join('\n');
        break;
      case 5:
        lines[line] = ' '.repeat(random.below(6)) + lines[line]?.trimStart();
        result = lines.join('\n');
        break;
      default:
        result = result.slice(0, at) + random.pick(SEEDS).slice(0, 300) + result.slice(at);
    }
  }
  return result;
}

function binary(random: Random): string {
  const bytes = Uint8Array.from({ length: random.below(4000) }, () => random.below(256));
  const text = random.chance(0.5) ? new TextDecoder().decode(bytes) : String.fromCharCode(...bytes);
  return random.chance(0.5) ? text : random.pick(SEEDS).slice(0, 200) + text;
}

function files(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(6) }, () =>
    random.chance(0.7) ? randomObject(random) : random.pick(SEEDS),
  );
  return parts.join(random.pick(['---\n', '---\n', '...\n', '\n---\n']));
}

type Maker = (random: Random) => string;

/** By kind: what makes such an input, and how often it is made beside the others. */
export const KINDS: Readonly<Record<string, readonly [weight: number, make: Maker]>> = {
  objects: [12, files],
  'mutated objects': [12, (random) => mutated(random, files(random))],
  'mutated seeds': [20, (random) => mutated(random, random.pick(SEEDS))],
  'truncated seeds': [6, (random) => truncated(random, random.pick(SEEDS))],
  'any YAML': [6, (random) => renderRandomly(randomMap(random, 1 + random.below(4), 4), random)],
  fragments: [6, (random) => Array.from({ length: random.below(60) }, () => random.pick(FRAGMENTS)).join('')],
  binary: [4, binary],
  ...Object.fromEntries(Object.entries(HOSTILE).map(([name, make]) => [name, [1, make] as const])),
};

function truncated(random: Random, text: string): string {
  return text.slice(0, random.below(text.length + 1));
}

const WEIGHT = Object.values(KINDS).reduce((sum, [weight]) => sum + weight, 0);

/** A random input and its kind. */
export function randomInput(random: Random): { kind: string; text: string } {
  let at = random.below(WEIGHT);
  for (const [kind, [weight, make]] of Object.entries(KINDS)) {
    at -= weight;
    if (at < 0) return { kind, text: make(random).slice(0, MAX_LENGTH) };
  }
  throw new Error('the weights do not add up');
}
