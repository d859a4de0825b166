// One item out of two, and two out of one: everything that is written stays, and the other items mean what they did.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import type { Edit } from '../../server/src/core/rule.ts';
import { applyEdits } from '../../server/src/core/safe-fixes.ts';
import { mergeItems, outdentPair, splitItem } from '../../server/src/core/yaml/items.ts';
import { type Json, toJson } from '../../server/src/core/yaml/json.ts';
import { asMap, asSeq, get, type YamlMap, type YamlSeq } from '../../server/src/core/yaml/nodes.ts';

type Change = (document: YamlDocument, list: YamlSeq) => readonly Edit[] | null;

/** Applies a change to the list under the key `x` and compares the text; null means that there is no edit. */
function check(before: string, change: Change, after: string | null): void {
  for (const [text, wanted] of [
    [before, after],
    [before.replaceAll('\n', '\r\n'), after?.replaceAll('\n', '\r\n') ?? null],
  ] as const) {
    const document = new YamlDocument('file:///edited.yaml', text);
    const list = asSeq(get(document.yaml.root, 'x'));
    assert.ok(list);
    const edits = change(document, list);
    assert.equal(edits && applyEdits(text, edits), wanted);
  }
}

function itemsOf(text: string): Json[] {
  const { yaml } = new YamlDocument('file:///edited.yaml', text);
  assert.deepEqual(yaml.problems, []);
  return JSON.parse(JSON.stringify(toJson(get(yaml.root, 'x') ?? null)));
}

suite('mergeItems', () => {
  const merge: Change = (document, list) =>
    mergeItems(document, list, list.items[0] as YamlMap, list.items[1] as YamlMap);
  const cases: Readonly<Record<string, readonly [before: string, after: string]>> = {
    blocks: ['x:\n  - a: 1\n  - b:\n      c: 2\n  - d: 3\n', 'x:\n  - a: 1\n    b:\n      c: 2\n  - d: 3\n'],
    'a list that is not indented': ['x:\n- a: 1\n- b: 2\n', 'x:\n- a: 1\n  b: 2\n'],
    'comments on every line': [
      'x: # x\n  - a: 1 # a\n  # about b\n  - b: # b\n      # about c\n      c: 2 # c\n',
      'x: # x\n  - a: 1 # a\n    # about b\n    b: # b\n      # about c\n      c: 2 # c\n',
    ],
    'a wider second': ['x:\n  - a: 1\n  -   b:\n        c: 2\n', 'x:\n  - a: 1\n    b:\n      c: 2\n'],
    'a wider first': [
      'x:\n  -   a: 1\n  - b:\n      c: |\n        text\n          more\n',
      'x:\n  -   a: 1\n      b:\n        c: |\n          text\n            more\n',
    ],
    'dashes on lines of their own': [
      'x:\n  -\n    a: 1\n  -\n    b:\n      c: 2\n',
      'x:\n  -\n    a: 1\n    b:\n      c: 2\n',
    ],
    'a flow map behind a block': [
      'x:\n  - a: 1\n  - { b: { c: 2 } } # b\n',
      'x:\n  - a: 1\n    b: { c: 2 } # b\n',
    ],
    'a block behind a flow map': [
      "x:\n  - {a: 'one'}\n  - b:\n      c: 2\n",
      "x:\n  - a: 'one'\n    b:\n      c: 2\n",
    ],
    'flow maps as items of a block': ['x:\n- {a: 1}\n- {b: 2}\n', 'x:\n- a: 1\n  b: 2\n'],
    'flow maps': ['x: [{ a: 1 }, { b: "2" }, { c: 3 }]\n', 'x: [{ a: 1, b: "2" }, { c: 3 }]\n'],
    'JSON over lines': [
      '{\n  "x": [\n    {\n      "a": 1\n    },\n    {\n      "b": 2\n    }\n  ]\n}\n',
      '{\n  "x": [\n    {\n      "a": 1,\n      "b": 2\n    }\n  ]\n}\n',
    ],
    'an anchor inside': ['x:\n  - a: &v 1\n  - b: *v\n', 'x:\n  - a: &v 1\n    b: *v\n'],
    'the end of a text': ['x:\n  - a: 1\n  - b: 2', 'x:\n  - a: 1\n    b: 2'],
  };
  for (const [name, [before, after]] of Object.entries(cases))
    test(name, () => {
      check(before, merge, after);
      const [first, second, ...rest] = itemsOf(before);
      assert.deepEqual(itemsOf(after), [Object.assign({}, first, second), ...rest]);
    });
  const refused: Readonly<Record<string, string>> = {
    'the same key': 'x:\n  - a: 1\n  - a: 2\n',
    'an anchor on the first': 'x:\n  - &i\n    a: 1\n  - b: 2\ny: *i\n',
    'an anchor on the second': 'x:\n  - a: 1\n  - &i\n    b: 2\ny: *i\n',
    'an empty item': 'x:\n  - a: 1\n  - {}\n',
    'a comment between brackets': 'x: [{ a: 1 }, # one\n  { b: 2 }]\n',
    'a flow map with two pairs': 'x:\n  - a: 1\n  - { b: 2, c: 3 }\n',
    'a value stuck to its key': 'x:\n  - a: 1\n  - {"b":2}\n',
    'a comment behind the dash': 'x:\n  - a: 1\n  - # about b\n    b: 2\n',
    'template actions between': 'x:\n  - a: 1\n  # {{- if .b }}\n  - b: 2\n',
    'a tag': 'x:\n  - a: 1\n  - !!map\n    b: 2\n',
  };
  for (const [name, before] of Object.entries(refused)) test(`not ${name}`, () => check(before, merge, null));
  test('not two that are no neighbours', () => {
    const ends: Change = (document, list) =>
      mergeItems(document, list, list.items[0] as YamlMap, list.items[2] as YamlMap);
    check('x:\n  - a: 1\n  - b: 2\n  - c: 3\n', ends, null);
  });
});

suite('splitItem', () => {
  const split =
    (name: string): Change =>
    (document, list) => {
      const item = asMap(list.items[0]) as YamlMap;
      const pair = item.pairs.find((p) => p.name === name);
      return pair ? splitItem(document, list, item, pair) : null;
    };
  const cases: Readonly<Record<string, readonly [pair: string, before: string, after: string]>> = {
    'the last of a block': ['b', 'x:\n  - a: 1\n    b:\n      c: 2\n', 'x:\n  - a: 1\n  - b:\n      c: 2\n'],
    'the first of a block': ['a', 'x:\n- a: 1\n  b: 2\n', 'x:\n- a: 1\n- b: 2\n'],
    'a wide dash': ['b', 'x:\n  -   a: 1\n      b: 2 # b\n', 'x:\n  -   a: 1\n  -   b: 2 # b\n'],
    'a dash on a line of its own': [
      'b',
      'x:\n  -\n      a: 1\n      b: 2\n',
      'x:\n  -\n      a: 1\n  -   b: 2\n',
    ],
    flow: ['b', 'x: [{a: 1, b: 2}]\n', 'x: [{a: 1}, {b: 2}]\n'],
    'flow in a block': [
      'b',
      'x:\n  - {a: 1, b: 2} # c\n  - {}\n',
      'x:\n  - {a: 1}\n  - {b: 2} # c\n  - {}\n',
    ],
    'padded flow': ['a', 'x: [{ a: 1, b: 2 }]\n', 'x: [{ a: 1 }, { b: 2 }]\n'],
    'JSON over lines': [
      'b',
      '{\n  "x": [\n    {\n      "a": 1,\n      "b": 2\n    }\n  ]\n}\n',
      '{\n  "x": [\n    {\n      "a": 1\n    },\n    {\n      "b": 2\n    }\n  ]\n}\n',
    ],
  };
  for (const [name, [pair, before, after]] of Object.entries(cases))
    test(name, () => {
      check(before, split(pair), after);
      assert.equal(itemsOf(after).length, itemsOf(before).length + 1);
      assert.deepEqual(Object.assign({}, ...itemsOf(after)), itemsOf(before)[0]);
    });
  test('not one in the middle', () => check('x:\n  - a: 1\n    b: 2\n    c: 3\n', split('b'), null));
  test('not around template actions', () =>
    check('x:\n  - a: 1\n    # {{- if .b }}\n    b: 2\n', split('b'), null));
  test('not with a comment between brackets', () =>
    check('x: [{ a: 1, # one\n  b: 2 }]\n', split('b'), null));
});

suite('outdentPair', () => {
  const outdent: Change = (document, list) => {
    const item = asMap(list.items[0]);
    const pair = item?.pairs.at(-1);
    return pair ? outdentPair(document, pair, 0) : null;
  };
  test('with everything below it', () =>
    check(
      'x:\n  - a: 1\n    # about b\n    b: # b\n      c: |\n        text\n\n      d: 2 # d\n',
      outdent,
      'x:\n  - a: 1\n    # about b\nb: # b\n  c: |\n    text\n\n  d: 2 # d\n',
    ));
  test('not behind a dash', () => check('x:\n  - a: 1\n', outdent, null));
  test('not in brackets', () => check('x: [{ a: 1, b: 2 }]\n', outdent, null));
});
