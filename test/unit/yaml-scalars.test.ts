// What parseYaml makes of a text is what the API server makes of it, by recordings of the server's own reader.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { type ParsedYaml, parseYaml } from '../../server/src/core/yaml/parse.ts';

/** JSON text, a refusal, or one of several at random. */
type Outcome = string | { readonly error: string } | { readonly varies: readonly Outcome[] };

const POSITIONS = {
  value: (text: string) => `a: ${text}\n`,
  key: (text: string) => `${text}: v\n`,
  item: (text: string) => `- ${text}\n`,
  flowValue: (text: string) => `{a: ${text}}\n`,
  flowItem: (text: string) => `[${text}, z]\n`,
} as const;
type Position = keyof typeof POSITIONS;

interface Recording {
  readonly scalars: readonly ({ readonly text?: string } & Readonly<Record<Position, Outcome>>)[];
  readonly structures: readonly {
    readonly name: string;
    readonly yaml?: string;
    readonly strict: Outcome;
    readonly lenient?: Outcome;
  }[];
  readonly streams: readonly {
    readonly name: string;
    readonly yaml?: string;
    readonly documents: readonly string[];
    readonly error?: string;
  }[];
}

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/yaml-scalars/scalars.json', import.meta.url), 'utf8'),
) as Recording;

function isError(outcome: Outcome): boolean {
  return typeof outcome === 'object' && 'error' in outcome;
}

/** Minus zero is zero, and JSON text is parsed, so that numbers beyond a double compare as doubles. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_, v) => (Object.is(v, -0) ? 0 : v));
}

/** How the reading differs from what was recorded; null when it does not. `lenient` is what it reads as. */
function difference(parsed: ParsedYaml, strict: Outcome, lenient: Outcome = strict): string | null {
  const message = parsed.problems[0]?.message;
  const varies = typeof strict === 'object' && 'varies' in strict;
  if (varies || isError(strict)) {
    if (message === undefined) return `no problem, but ${JSON.stringify(strict)}`;
  } else if (message !== undefined) return `a problem: ${message}`;
  const outcomes = typeof lenient === 'object' && 'varies' in lenient ? lenient.varies : [lenient];
  if (outcomes.some(isError)) return null;
  const got = plain(toJson(parsed.root));
  const found = outcomes.some((o) => isDeepStrictEqual(got, plain(JSON.parse(o as string))));
  return found ? null : `${JSON.stringify(got)} instead of ${JSON.stringify(lenient)}`;
}

/** Where the server's answer is not followed, and why. */
const EXCEPTIONS: readonly { readonly reason: string; readonly yaml: RegExp }[] = [
  {
    reason: 'what stands behind the end of the first value is ignored by the server; here it is a problem',
    yaml: /^(?:\[\]x|\[a\]b|\[\],|\{a: \}x|\{a: a\}b|\{a: \}\}|\[\]: v|\{\}: v|80\u2028: v|\[\], z)/,
  },
  {
    reason: 'the parser takes a colon or a dash in front of a bracket for the start of a mapping or a list',
    yaml: /^(?:\{a: (?:\S*:|-)\}|\[-, z\])/,
  },
  {
    reason: 'the server reads the comma into the tag; a problem says so',
    yaml: /^\[![^ ]*, z\]/,
  },
  {
    reason:
      'in brackets the server reads ?x as a key without a blank behind the question mark; here it is a problem',
    yaml: /^\[\?x, z\]/,
  },
  { reason: 'the parser reads a colon into the name of an alias', yaml: /\{\*x: 2\}/ },
  {
    reason: 'a line separator inside a scalar is kept by the server and read as a blank here',
    yaml: /^[{[](?:a: )?a\u2028b/,
  },
  { reason: 'a second byte order mark is skipped by the server only', yaml: /^\uFEFF\uFEFF/ },
  { reason: 'a document end without a document is harmless where files are split', yaml: /^\.\.\.\n/ },
  { reason: 'template text is nobody’s YAML', yaml: /\{\{ x \}\}/ },
  { reason: 'a bad character is a problem of the document that has it', yaml: /^a: 1\n---\nb: "[^ -~]"/ },
];

function unexplained(yaml: string, found: string | null): string[] {
  if (found === null || EXCEPTIONS.some((e) => e.yaml.test(yaml))) return [];
  return [`${JSON.stringify(yaml)}: ${found}`];
}

suite('scalars', () => {
  for (const position of Object.keys(POSITIONS) as Position[])
    test(`as ${position}`, () => {
      const differences = recorded.scalars.flatMap(({ text, [position]: outcome }) => {
        if (text === undefined) return [];
        const yaml = POSITIONS[position](text);
        return unexplained(yaml, difference(parseYaml(yaml), outcome));
      });
      assert.deepEqual(differences, []);
    });
});

suite('structures', () => {
  for (const { name, yaml, strict, lenient } of recorded.structures) {
    if (yaml === undefined) continue;
    test(name, () => {
      const parsed = new SourceFile('file:///a.yaml', yaml).documents[0]?.yaml;
      assert.ok(parsed);
      assert.deepEqual(unexplained(yaml, difference(parsed, strict, lenient)), []);
    });
  }
});

/** Where kubectl cuts a stream elsewhere than YAML says, or mends what YAML forbids. */
const ODD_STREAMS: ReadonlySet<string> = new Set([
  'JSON concatenated', // Objects one behind another need no marker in JSON.
  'JSON lines',
  'BOM', // It begins a document of its own for kubectl, and is part of a key in a stream.
]);

suite('streams', () => {
  for (const { name, yaml, documents, error } of recorded.streams) {
    if (yaml === undefined || error !== undefined || ODD_STREAMS.has(name)) continue;
    test(name, () => {
      const file = new SourceFile('file:///a.yaml', yaml);
      const read = file.documents.map((d) => plain(toJson(d.yaml.root))).filter((value) => value !== null);
      const expected = documents.filter((text) => text !== '').map((text) => plain(JSON.parse(text)));
      // kubectl ends a chunk at `---` only, and reads the first document of a chunk.
      assert.deepEqual(name === 'end mark only' ? read.slice(0, 1) : read, expected);
    });
  }
});

test('every exception is still one', () => {
  const scalars = recorded.scalars.flatMap((scalar) =>
    (Object.keys(POSITIONS) as Position[]).map((position) => ({
      yaml: scalar.text === undefined ? undefined : POSITIONS[position](scalar.text),
      strict: scalar[position],
    })),
  );
  const differing = [...scalars, ...recorded.structures].flatMap(({ yaml, strict, ...rest }) => {
    if (yaml === undefined) return [];
    const parsed = new SourceFile('file:///a.yaml', yaml).documents[0]?.yaml as ParsedYaml;
    const lenient = 'lenient' in rest ? rest.lenient : undefined;
    return difference(parsed, strict, lenient) === null ? [] : [yaml];
  });
  for (const { reason, yaml } of EXCEPTIONS)
    assert.ok(
      differing.some((text) => yaml.test(text)),
      reason,
    );
});
