// Edits to YAML text: what the author wrote around them stays, and the result says what the edit meant.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import type { Edit } from '../../server/src/core/rule.ts';
import { insertPair, removeItem, removePair, replaceValue } from '../../server/src/core/yaml/edit.ts';
import { type Json, toJson } from '../../server/src/core/yaml/json.ts';
import { asMap, asSeq, get } from '../../server/src/core/yaml/nodes.ts';

function apply(document: YamlDocument, edit: Edit | null): string {
  assert.ok(edit);
  return document.text.slice(0, edit.at.span.start) + edit.text + document.text.slice(edit.at.span.end);
}

/** The value of `to` in `text`, which must have no problems. */
function valueOfTo(text: string): Json {
  const { yaml } = new YamlDocument('file:///edited.yaml', text);
  assert.deepEqual(yaml.problems, []);
  return JSON.parse(JSON.stringify(toJson(get(yaml.root, 'to') ?? null)));
}

suite('replaceValue where there is no value yet', () => {
  const cases: readonly [name: string, before: string, value: Json, after: string][] = [
    ['behind a key', 'to:\nports: []\n', [{ a: 'b' }], 'to:\n  - a: b\nports: []\n'],
    [
      'behind a key with a comment',
      'to: # all\nports: []\n',
      [{ a: 'b' }],
      'to: # all\n  - a: b\nports: []\n',
    ],
    ['behind a key, an empty value', 'to:\nports: []\n', {}, 'to: {}\nports: []\n'],
    ['behind a key with a comment, an empty value', 'to: # all\n', {}, 'to: {} # all\n'],
    ['in a flow map', '{ to: , ports: [] }\n', ['a'], '{ to: [a], ports: [] }\n'],
    ['in a tight flow map', '{"to":, ports: []}\n', ['a'], '{"to": ["a"], ports: []}\n'],
  ];
  for (const [name, before, value, after] of cases)
    test(name, () => {
      const document = new YamlDocument('file:///edited.yaml', before);
      const node = get(asMap(document.yaml.root), 'to');
      assert.ok(node);
      assert.equal(apply(document, replaceValue(document, node, value)), after);
      assert.deepEqual(valueOfTo(after), value);
    });
});

suite('replaceValue of a list item that is empty', () => {
  const cases: readonly [name: string, before: string, after: string][] = [
    ['nothing behind the dash', 'to:\n  -\n  - x\n', 'to:\n  - a: b\n    c: d\n  - x\n'],
    ['a space behind the dash', 'to:\n  - \n', 'to:\n  - a: b\n    c: d\n'],
    ['a comment behind the dash', 'to:\n  - # all\n', 'to:\n  - a: b\n    c: d # all\n'],
    ['a written null', 'to:\n  - ~ # all\n', 'to:\n  - a: b\n    c: d # all\n'],
    ['at the end of the text', 'to:\n  -', 'to:\n  - a: b\n    c: d'],
  ];
  for (const [name, before, after] of cases)
    test(name, () => {
      const document = new YamlDocument('file:///edited.yaml', before);
      const node = asSeq(get(asMap(document.yaml.root), 'to'))?.items[0];
      assert.ok(node);
      assert.equal(apply(document, replaceValue(document, node, { a: 'b', c: 'd' })), after);
      assert.deepEqual((valueOfTo(after) as Json[])[0], { a: 'b', c: 'd' });
    });
});

test('replaceValue of a value with a comment stuck to it', () => {
  const document = new YamlDocument('file:///edited.yaml', 'to: {}# all\nports: []\n');
  const node = get(document.yaml.root, 'to');
  assert.ok(node);
  const after = apply(document, replaceValue(document, node, { a: 'b' }));
  assert.equal(after, 'to: \n  a: b # all\nports: []\n');
});

test('replaceValue of a block on lines of its own', () => {
  const before = 'to:\n    a: {}\n    # empty too\n    b: []\nports: []\n';
  const document = new YamlDocument('file:///edited.yaml', before);
  const node = get(document.yaml.root, 'to');
  assert.ok(node);
  const after = apply(document, replaceValue(document, node, { c: { d: 'e' } }));
  assert.equal(after, 'to:\n    c:\n        d: e\nports: []\n');
  assert.deepEqual(valueOfTo(after), { c: { d: 'e' } });
});

suite('what is taken out of the end of a text without a last line break leaves none', () => {
  for (const [lineEnd, name] of [
    ['\n', 'LF'],
    ['\r\n', 'CRLF'],
    ['\r', 'CR'],
  ] as const) {
    test(`a pair, ${name}`, () => {
      const document = new YamlDocument('file:///edited.yaml', `a: 1${lineEnd}b: 2 # last`);
      const map = asMap(document.yaml.root);
      assert.ok(map?.pairs[1]);
      assert.equal(apply(document, removePair(document, map, map.pairs[1])), 'a: 1');
    });
    test(`an item, ${name}`, () => {
      const document = new YamlDocument('file:///edited.yaml', `- a${lineEnd}- b`);
      const seq = asSeq(document.yaml.root);
      assert.ok(seq?.items[1]);
      assert.equal(apply(document, removeItem(document, seq, seq.items[1])), '- a');
    });
  }
});

suite('an anchor that is needed elsewhere stays', () => {
  const cases: readonly [name: string, text: string, removed: string | null][] = [
    ['in an item', 'to:\n  - a: &x 1\n  - b\nz: *x\n', null],
    ['in an item, for that item alone', 'to:\n  - { a: &x 1, b: *x }\n  - b\n', 'to:\n  - b\n'],
    ['in an item, for nobody', 'to:\n  - a: &x 1\n  - b\n', 'to:\n  - b\n'],
    ['in an item, for another item', 'to:\n  - a: &x [1]\n  - { b: *x }\n', null],
    ['in an item, as a key', 'to:\n  - &x k: 1\n  - { *x : 2 }\n', null],
    ['in an item, to be merged', 'to:\n  - a: &x { k: 1 }\n  - { <<: *x }\n', null],
    ['above an item that needs it', 'z: &x 1\nto:\n  - *x\n  - b\n', 'z: &x 1\nto:\n  - b\n'],
    ['that is given again', 'to:\n  - a: &x 1\n  - &x b\nz: *x\n', 'to:\n  - &x b\nz: *x\n'],
    ['in front of an item in brackets', 'to: [&x a, b]\nz: *x\n', null],
    ['in front of the next item in brackets', 'to: [a, &x b]\nz: *x\n', null],
    ['in an item in brackets', 'to: [{ a: &x 1 }, b]\nz: *x\n', null],
    ['in an item in brackets, for nobody', 'to: [{ a: &x 1 }, b]\n', 'to: [b]\n'],
    ['elsewhere in the brackets', 'to: [a, b, &x c]\nz: *x\n', 'to: [b, &x c]\nz: *x\n'],
    ['a tag in front of an item in brackets', 'to: [!!str a, b]\n', null],
  ];
  for (const [name, text, removed] of cases)
    test(name, () => {
      const document = new YamlDocument('file:///edited.yaml', text);
      const seq = asSeq(get(document.yaml.root, 'to'));
      assert.ok(seq?.items[0]);
      const edit = removeItem(document, seq, seq.items[0]);
      assert.equal(edit && apply(document, edit), removed);
    });
  test('in a pair', () => {
    for (const text of ['to: &x 1\nz: *x\n', '{ to: { a: &x 1 }, z: *x }\n']) {
      const document = new YamlDocument('file:///edited.yaml', text);
      const map = asMap(document.yaml.root);
      assert.ok(map?.pairs[0]);
      assert.equal(removePair(document, map, map.pairs[0]), null);
    }
  });
  test('in a value, but a value with the anchor itself may change', () => {
    const edit = (text: string) => {
      const document = new YamlDocument('file:///edited.yaml', text);
      const node = get(document.yaml.root, 'to');
      assert.ok(node);
      const made = replaceValue(document, node, 'new');
      return made && apply(document, made);
    };
    assert.equal(edit('to: { a: &x 1 }\nz: *x\n'), null);
    assert.equal(edit('to: &x old\nz: *x\n'), 'to: &x new\nz: *x\n');
    assert.equal(edit('to: [&x 1, *x]\n'), 'to: new\n');
  });
});

suite('an empty value in place of lines', () => {
  const cases: readonly [name: string, before: string, after: string][] = [
    ['stands beside its key', 'to:\n  a: b\n  c: d\nports: []\n', 'to: {}\nports: []\n'],
    ['stays below a comment', 'to: # all\n  a: b\nports: []\n', 'to: # all\n  {}\nports: []\n'],
  ];
  for (const [name, before, after] of cases)
    test(name, () => {
      const document = new YamlDocument('file:///edited.yaml', before);
      const node = get(document.yaml.root, 'to');
      assert.ok(node);
      assert.equal(apply(document, replaceValue(document, node, {})), after);
      assert.deepEqual(valueOfTo(after), {});
    });
});

test('a byte order mark is no column', () => {
  const document = new YamlDocument('file:///edited.yaml', '\uFEFFa: 1\n');
  const map = asMap(document.yaml.root);
  assert.ok(map);
  assert.equal(apply(document, insertPair(document, map, 'b', 2)), '\uFEFFa: 1\nb: 2\n');
});
