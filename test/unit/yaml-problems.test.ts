// YAML problems: where they stand, in words, and which constructs the API server's reader takes although they look wrong.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import type { YamlProblem } from '../../server/src/core/yaml/problem.ts';
import { unmark } from '../support/example.ts';

/** The first problem of a text must be of this kind, say this, and stand at the mark. */
function check(marked: string, message: string, kind: YamlProblem['kind'] = 'syntax'): void {
  const { text, spans } = unmark(marked);
  const problems = [...parseYaml(text).problems].sort((a, b) => a.span.start - b.span.start);
  const first = problems.find((p) => p.kind === kind);
  assert.ok(first, 'a problem');
  assert.ok(first.message.includes(message), first.message);
  assert.deepEqual(first.span, spans[0]);
}

suite('syntax problems in words', () => {
  const cases: readonly [text: string, message: string][] = [
    ['a:\n  b: 1\n⟦\t⟧c: 2\n', 'A tab indents this line'],
    ['a:\n  b: 1\n   ⟦c⟧: 2\n', 'indented too far'],
    ['a:\r\n  b: 1\r\n   ⟦c⟧: 2\r\n', 'indented too far'],
    ['a:\n  b: {}\n   ⟦c⟧: 2\n', 'not in line with the keys around it'],
    ['a:\n    b: {}\n  ⟦c⟧: 2\n', 'not in line with the keys around it'],
    ['a:\n  b: 1\n  ⟦half⟧\n', 'A colon is missing behind this word'],
    ['a: [b\n⟦c⟧', 'A "]" is missing'],
    ['a: {b: 1⟦⟧', 'A "}" is missing'],
    ['a: "b⟦⟧', 'A quote is opened and never closed'],
    ['a: ⟦b⟧: 1\n', 'a second colon on this line'],
    ['a: ⟦-⟧ b\n', 'on the line below its key'],
    ['a: { b: 1 }⟦}⟧\n', 'This "}" closes nothing'],
    ['a: [⟦,⟧ b]\n', 'nothing in front of this comma'],
    ['a: "b" ⟦c⟧\n', 'text behind a value that has already ended'],
    ['a: ⟦@⟧b\n', 'begins with @ must be in quotes'],
    ['a: "⟦\\⟧d"\n', 'A backslash in double quotes is written twice'],
    ['a: |⟦foo⟧\n  b\n', 'Only a line break or a comment'],
    ['a: ⟦*b⟧\n', 'there is none above it'],
    ['a: {b: ⟦::1⟧}\n', 'must be in quotes: "::1"'],
    ['⟦~⟧: 1\n', 'A key is missing in front of the colon'],
    ['⟦[a]⟧: 1\n', 'not a list or a mapping'],
    ['a: { <<: ⟦1⟧ }\n', 'takes a mapping or a list of mappings'],
  ];
  for (const [text, message] of cases) test(text.trim(), () => check(text, message));
});

suite('duplicate keys', () => {
  test('a repeated key', () => check('a: 1\nb: 2\n⟦a⟧: 3\n', 'given twice', 'duplicate-key'));
  test('the same name in another spelling', () => check('yes: 1\n⟦on⟧: 2\n', 'given twice', 'duplicate-key'));
  test('a merge behind what it brings in', () =>
    check('a: &x { b: 1 }\nc:\n  b: 2\n  ⟦<<⟧: *x\n', 'overwrites "b"', 'duplicate-key'));
  test('each of three repeats the one before it', () => {
    const pairs = parseYaml('a: 1\na: 2\na: 3\n').problems.map(({ first, pair }) => [
      first && toJson(first.value),
      pair && toJson(pair.value),
    ]);
    assert.deepEqual(pairs, [
      [1, 2],
      [2, 3],
    ]);
  });
});

test('a key behind a merge that brings the same is no duplicate, though a strict reader says so', () => {
  const text = 'a: &x { b: 1, c: 1 }\nd:\n  <<: *x\n  ⟦b⟧: 2\n';
  check(text, '"b" takes the place of what a merge (<<) brings', 'merge-override');
  const { root, problems } = parseYaml(unmark(text).text);
  assert.equal(problems.length, 1);
  assert.deepEqual(JSON.parse(JSON.stringify(toJson(root))), { a: { b: 1, c: 1 }, d: { b: 2, c: 1 } });
});

suite('what only looks wrong', () => {
  const cases: readonly [text: string, value: unknown][] = [
    ['a: {\n  b: 1\n}\nc: 2\n', { a: { b: 1 }, c: 2 }],
    ['a:\n  b: [1,\n2,\n  3\n]\n  c: 4\n', { a: { b: [1, 2, 3], c: 4 } }],
    ['a: {\r\n  b: 1\r\n}\r\n', { a: { b: 1 } }],
    ["a: 'x'#c\n", { a: 'x' }],
    ['a: |# c\n  x\n', { a: 'x\n' }],
    ['a: ::1\n', { a: '::1' }],
  ];
  for (const [text, value] of cases)
    test(text.trim(), () => {
      const { root, problems } = parseYaml(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(JSON.parse(JSON.stringify(toJson(root))), value);
    });

  test('but a bracket that is really missing is reported where the next line begins', () =>
    check('a: [1,\n  2\n⟦c⟧: 3\n', 'A "]" is missing'));
});

test('merges: what is written last wins, and of several maps the first', () => {
  const value = (text: string) => JSON.parse(JSON.stringify(toJson(parseYaml(text).root)));
  assert.deepEqual(value('a: &x { b: 1 }\nc:\n  b: 2\n  <<: *x\n').c, { b: 1 });
  assert.deepEqual(value('a: &x { b: 1 }\nd: &y { b: 2 }\nc:\n  <<: [*x, *y]\n').c, { b: 1 });
  assert.deepEqual(value('a: &x { b: 1 }\nd: &y { b: 2 }\nc:\n  <<: *x\n  <<: *y\n').c, { b: 2 });
});
