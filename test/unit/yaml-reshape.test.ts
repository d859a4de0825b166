// Edits that change the level of what is written: everything around it stays.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import type { Edit } from '../../server/src/core/rule.ts';
import { asMap, asSeq, get, type YamlMap, type YamlNode } from '../../server/src/core/yaml/nodes.ts';
import { replaceNumber, replaceString, wrapInList, wrapInMap } from '../../server/src/core/yaml/reshape.ts';

type Change = (document: YamlDocument, value: YamlNode) => readonly Edit[] | Edit | null;

/** Applies a change to the value of the first key `x` and compares the text; null means that there is no edit. */
function check(before: string, change: Change, after: string | null): void {
  for (const [text, wanted] of [
    [before, after],
    [before.replaceAll('\n', '\r\n'), after?.replaceAll('\n', '\r\n') ?? null],
  ] as const) {
    const document = new YamlDocument('file:///edited.yaml', text);
    const value = get(asMap(document.yaml.root), 'x');
    assert.ok(value);
    const result = change(document, value);
    const edits = result === null ? null : ([result].flat() as Edit[]);
    assert.equal(edits && apply(text, edits), wanted);
    if (wanted !== null) assert.deepEqual(new YamlDocument('file:///edited.yaml', wanted).yaml.problems, []);
  }
}

function apply(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => b.at.span.start - a.at.span.start);
  return sorted.reduce((result, { at: { span }, text: insert }) => {
    return result.slice(0, span.start) + insert + result.slice(span.end);
  }, text);
}

suite('replaceString', () => {
  const to =
    (text: string): Change =>
    (document, node) =>
      replaceString(document, node, text);
  test('plain', () => check('x: tcp # c\n', to('TCP'), 'x: TCP # c\n'));
  test('plain that needs quotes', () => check('x: a\n', to('yes'), 'x: "yes"\n'));
  test('plain with colons, as plain as before', () =>
    check(
      'x: [2001:DB8::/32, b]\n',
      (document, node) => replaceString(document, asSeq(node)?.items[0] as YamlNode, '2001:db8::/32'),
      'x: [2001:db8::/32, b]\n',
    ));
  test('colons where there were none', () => check('x: a\n', to('a:b'), 'x: "a:b"\n'));
  test('a colon that ends the text', () => check('x: a:b\n', to('a:'), 'x: "a:"\n'));
  test('double', () => check('x: "tcp"\n', to('TCP'), 'x: "TCP"\n'));
  test('single', () => check("x: 'tcp'\n", to("T'CP"), "x: 'T''CP'\n"));
  test('a number', () => check('x: 1.0\n', to('1.0'), 'x: "1.0"\n'));
  test('JSON', () => check('{"x": true}\n', to('true'), '{"x": "true"}\n'));
  test('with an anchor', () => check('x: &a yes\n', to('yes'), 'x: &a "yes"\n'));
  test('not with a tag', () => check('x: !!bool yes\n', to('yes'), null));
  test('not a block scalar', () => check('x: |\n  a\n', to('b'), null));
});

suite('replaceNumber', () => {
  const to80: Change = (document, node) => replaceNumber(document, node, 80);
  test('unquotes', () => check('x: "80" # web\n', to80, 'x: 80 # web\n'));
  test('not with a tag', () => check('x: !!str 80\n', to80, null));
});

suite('wrapInMap', () => {
  const wrap: Change = (document, node) => wrapInMap(document, node as YamlMap, 'inner');
  test('block', () =>
    check(
      'x:\n  a: 1 # one\n  # and\n\n  b:\n    c: 2\ny: 3\n',
      wrap,
      'x:\n  inner:\n    a: 1 # one\n    # and\n\n    b:\n      c: 2\ny: 3\n',
    ));
  test('block with wide steps', () => check('x:\n    a: 1\n', wrap, 'x:\n    inner:\n        a: 1\n'));
  test('flow', () => check('x: {a: 1}\n', wrap, 'x: {inner: {a: 1}}\n'));
  test('padded flow', () => check('x: { a: 1 }\n', wrap, 'x: { inner: { a: 1 } }\n'));
  test('JSON over lines', () =>
    check('{\n  "x": {\n    "a": 1\n  }\n}\n', wrap, '{\n  "x": {\n    "inner": {"a": 1}\n  }\n}\n'));
  test('not an empty map', () => check('x: {}\n', wrap, null));
});

suite('wrapInList', () => {
  test('block map', () =>
    check(
      'x:\n  a: 1\n  b:\n    c: 2 # c\ny: 3\n',
      wrapInList,
      'x:\n  - a: 1\n    b:\n      c: 2 # c\ny: 3\n',
    ));
  test('flow map', () => check('x: {a: 1}\n', wrapInList, 'x: [{a: 1}]\n'));
  test('plain scalar', () => check('x: Ingress # c\n', wrapInList, 'x: [Ingress] # c\n'));
  test('quoted scalar', () => check('x: "::/0"\n', wrapInList, 'x: ["::/0"]\n'));
  test('not a scalar that reads otherwise in brackets', () => check('x: ::/0\n', wrapInList, null));
  test('not nothing', () => check('x:\n', wrapInList, null));
});
