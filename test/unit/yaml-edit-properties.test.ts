// Whatever the style of a text: an edit changes what it is meant to change in its value, and nothing else.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { YamlDocument } from '../../server/src/core/document.ts';
import type { Edit } from '../../server/src/core/rule.ts';
import type { Span } from '../../server/src/core/span.ts';
import {
  appendItem,
  insertCommentAbove,
  insertPair,
  prependPair,
  removeItem,
  removePair,
  replaceValue,
} from '../../server/src/core/yaml/edit.ts';
import { type Json, toJson } from '../../server/src/core/yaml/json.ts';
import type { YamlMap, YamlNode, YamlSeq } from '../../server/src/core/yaml/nodes.ts';
import { replaceString, wrapInList, wrapInMap } from '../../server/src/core/yaml/reshape.ts';
import { type Random, randomFrom, randomMap, randomValue, renderRandomly } from '../support/random-yaml.ts';

/** A change to a copy of the value, by the path to where it happens. */
type Change = (container: Json) => void;

interface Attempt {
  readonly edit: Edit | readonly Edit[] | null;
  readonly expected: Json;
  /** The text whose lines may be gone, with the comments on them. */
  readonly gone: Span | null;
}

function meaningOf(text: string): Json {
  const { root, problems } = new YamlDocument('file:///a.yaml', text).yaml;
  assert.deepEqual(problems, [], `problems in:\n${text}`);
  return plain(toJson(root));
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** Every collection under `node`, with the path to it. */
function* collections(
  node: YamlNode,
  path: readonly (string | number)[] = [],
): Iterable<[YamlMap | YamlSeq, typeof path]> {
  if (node.kind !== 'map' && node.kind !== 'seq') return;
  yield [node, path];
  if (node.kind === 'seq')
    for (const [i, item] of node.items.entries()) yield* collections(item, [...path, i]);
  else for (const pair of node.pairs) yield* collections(pair.value, [...path, pair.name]);
}

function changed(value: Json, path: readonly (string | number)[], change: Change): Json {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, Json>;
  for (const step of path) at = at[step] as typeof at;
  change(at as Json);
  return copy;
}

type Operation = (document: YamlDocument, random: Random, value: Json) => Attempt | null;

function on<K extends 'map' | 'seq'>(
  kind: K,
  attempt: (
    document: YamlDocument,
    random: Random,
    node: Extract<YamlMap | YamlSeq, { kind: K }>,
    apply: (change: (at: K extends 'map' ? Record<string, Json> : Json[]) => void) => Json,
  ) => Attempt | null,
): Operation {
  return (document, random, value) => {
    const all = document.yaml.root
      ? [...collections(document.yaml.root)].filter(([node]) => node.kind === kind)
      : [];
    if (all.length === 0) return null;
    const [node, path] = random.pick(all);
    return attempt(document, random, node as never, (change) => changed(value, path, change as never));
  };
}

/** Puts entries back in the given order. */
function reorder(at: Record<string, Json>, entries: readonly (readonly [string, Json])[]): void {
  for (const key of Object.keys(at)) delete at[key];
  for (const [key, value] of entries) at[key] = value;
}

const NEW_VALUES: readonly Json[] = [
  'web',
  'a: b',
  80,
  null,
  [],
  {},
  ['x'],
  { new: 'x' },
  [{ podSelector: {} }, { ipBlock: { cidr: '::/0' } }],
  { a: { b: ['c', { d: 'e' }] }, f: [['g']] },
];

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'replaceValue of a pair': on('map', (document, random, map, apply) => {
    if (map.pairs.length === 0) return null;
    const pair = random.pick(map.pairs);
    const value = random.pick(NEW_VALUES);
    const edit = replaceValue(document, pair.value, value);
    return {
      edit,
      expected: apply((at) => {
        at[pair.name] = value;
      }),
      gone: pair.value.span,
    };
  }),
  'replaceValue of an item': on('seq', (document, random, seq, apply) => {
    if (seq.items.length === 0) return null;
    const index = random.below(seq.items.length);
    const item = seq.items[index] as YamlNode;
    const value = random.pick(NEW_VALUES);
    return {
      edit: replaceValue(document, item, value),
      expected: apply((at) => {
        at[index] = value;
      }),
      gone: item.span,
    };
  }),
  'insertPair at the end': on('map', (document, random, map, apply) => {
    const value = random.pick(NEW_VALUES);
    return {
      edit: insertPair(document, map, 'inserted', value),
      expected: apply((at) => {
        at.inserted = value;
      }),
      gone: map.pairs.length === 0 ? map.span : null,
    };
  }),
  'insertPair behind a key': on('map', (document, random, map, apply) => {
    if (map.pairs.length === 0) return null;
    const after = random.pick(map.pairs).name;
    const value = random.pick(NEW_VALUES);
    const edit = insertPair(document, map, 'inserted', value, after);
    const expected = apply((at) =>
      reorder(
        at,
        Object.entries(at).flatMap(([k, v]) =>
          k === after
            ? [
                [k, v],
                ['inserted', value],
              ]
            : [[k, v]],
        ) as [string, Json][],
      ),
    );
    return { edit, expected, gone: null };
  }),
  prependPair: on('map', (document, random, map, apply) => {
    const value = random.pick(NEW_VALUES);
    return {
      edit: prependPair(document, map, 'inserted', value),
      expected: apply((at) => reorder(at, [['inserted', value], ...Object.entries(at)])),
      gone: map.pairs.length === 0 ? map.span : null,
    };
  }),
  removePair: on('map', (document, random, map, apply) => {
    if (map.pairs.length === 0) return null;
    const pair = random.pick(map.pairs);
    const edit = removePair(document, map, pair);
    const own = { start: pair.key.span.start, end: pair.value.span.end };
    const gone = map.pairs.length === 1 ? map.span : own;
    return { edit, expected: apply((at) => void delete at[pair.name]), gone };
  }),
  removeItem: on('seq', (document, random, seq, apply) => {
    if (seq.items.length < 2) return null;
    const index = random.below(seq.items.length);
    const item = seq.items[index] as YamlNode;
    return {
      edit: removeItem(document, seq, item),
      expected: apply((at) => void at.splice(index, 1)),
      gone: item.span,
    };
  }),
  'appendItem at the end': on('seq', (document, random, seq, apply) => {
    const value = random.pick(NEW_VALUES);
    return {
      edit: appendItem(document, seq, value),
      expected: apply((at) => void at.push(value)),
      gone: seq.items.length === 0 ? seq.span : null,
    };
  }),
  'appendItem behind an item': on('seq', (document, random, seq, apply) => {
    if (seq.items.length === 0) return null;
    const index = random.below(seq.items.length);
    const value = random.pick(NEW_VALUES);
    return {
      edit: appendItem(document, seq, value, seq.items[index]),
      expected: apply((at) => void at.splice(index + 1, 0, value)),
      gone: null,
    };
  }),
  'wrapInMap of a value': on('map', (document, random, map, apply) => {
    const pair = map.pairs.length > 0 ? random.pick(map.pairs) : null;
    if (pair?.value.kind !== 'map' || pair.value.pairs.length === 0) return null;
    const edit = wrapInMap(document, pair.value, 'wrapped');
    return {
      edit,
      expected: apply((at) => {
        at[pair.name] = { wrapped: at[pair.name] as Json };
      }),
      gone: null,
    };
  }),
  'wrapInList of a value': on('map', (document, random, map, apply) => {
    const pair = map.pairs.length > 0 ? random.pick(map.pairs) : null;
    if (!pair) return null;
    const edit = wrapInList(document, pair.value);
    // Not every scalar can stand in brackets as it is written.
    if (!edit && pair.value.kind === 'scalar') return null;
    return {
      edit,
      expected: apply((at) => {
        at[pair.name] = [at[pair.name] as Json];
      }),
      gone: null,
    };
  }),
  'replaceString of a value': on('map', (document, random, map, apply) => {
    const pair = map.pairs.length > 0 ? random.pick(map.pairs) : null;
    if (pair?.value.kind !== 'scalar' || /literal|folded|absent/.test(pair.value.style)) return null;
    const text = random.pick([
      'web',
      'yes',
      "it's",
      'a: b',
      '80',
      '',
      '#no',
      '10.0.0.0/8',
      '::/0',
      '- a',
      'a\\b',
    ]);
    return {
      edit: replaceString(document, pair.value, text),
      expected: apply((at) => {
        at[pair.name] = text;
      }),
      gone: null,
    };
  }),
  insertCommentAbove: on('seq', (document, random, seq, apply) => {
    if (seq.items.length === 0) return null;
    const edit = insertCommentAbove(document, random.pick(seq.items), 'new comment');
    return { edit, expected: apply(() => {}), gone: null };
  }),
};

function applied(text: string, edit: Edit | readonly Edit[]): string {
  const edits = [edit].flat() as Edit[];
  const lastFirst = edits.toSorted((a, b) => b.at.span.start - a.at.span.start);
  return lastFirst.reduce(
    (result, { at: { span }, text: inserted }) =>
      result.slice(0, span.start) + inserted + result.slice(span.end),
    text,
  );
}

/** The comments of `text` that are not on the lines of `gone`. */
function commentsOutside(text: string, gone: Span | null): string[] {
  const lineOf = (offset: number) => text.slice(0, offset).split(/\r\n|\r|\n/).length;
  const [first, last] = gone ? [lineOf(gone.start), lineOf(Math.max(gone.end - 1, gone.start))] : [0, 0];
  return [...text.matchAll(/# c\d+/g)]
    .filter((m) => lineOf(m.index) < first || lineOf(m.index) > last)
    .map((m) => m[0]);
}

function lineEnds(text: string): Set<string> {
  return new Set(text.match(/\r\n|\r|\n/g));
}

/** Tries one operation on one random text. Answers whether the operation applied. */
function attempt(operation: Operation, seed: number): boolean | null {
  const random = randomFrom(seed);
  const value = random.chance(0.8) ? randomMap(random, 1 + random.below(4), 3) : randomValue(random, 4);
  if (value === null || typeof value !== 'object') return null;
  const text = renderRandomly(value, random);
  assert.deepEqual(meaningOf(text), value, `the text means something else:\n${text}`);
  const document = new YamlDocument('file:///a.yaml', text);
  const found = operation(document, random, value);
  if (!found) return null;
  const { edit, expected, gone } = found;
  if (!edit) return false;
  const after = applied(text, edit);
  const both = `${text}\n=== became ===\n${after}`;
  assert.equal(JSON.stringify(meaningOf(after)), JSON.stringify(expected), both);
  for (const comment of commentsOutside(text, gone))
    assert.ok(after.includes(comment), `${comment} is lost:\n${both}`);
  if (lineEnds(text).size === 1 && lineEnds(after).size > 1)
    assert.fail(`mixed line ends:\n${JSON.stringify(both)}`);
  return true;
}

suite('random texts', () => {
  for (const [name, operation] of Object.entries(OPERATIONS))
    test(name, () => {
      const outcomes = { applied: 0, refused: 0 };
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const outcome = attempt(operation, seed);
          if (outcome !== null) outcomes[outcome ? 'applied' : 'refused']++;
        }),
        { numRuns: 500 },
      );
      assert.ok(outcomes.applied > outcomes.refused, JSON.stringify(outcomes));
    });
});
