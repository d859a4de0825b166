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
