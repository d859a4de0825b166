// What is a comment and what only looks like one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import { commentsIn } from '../../server/src/core/yaml/comments.ts';

function comments(text: string, from = 0, to = text.length): string[] {
  const document = new YamlDocument('file:///a.yaml', text);
  return commentsIn(document, { start: from, end: to }).map(({ start, end }) => text.slice(start, end));
}

const CASES: readonly [name: string, text: string, expected: string[]][] = [
  ['on lines of their own and behind values', '# a\nb: c # d\n  # e\n', ['# a', '# d', '# e']],
  ['a # inside a word', 'a: b#c\n', []],
  ['in quotes', 'a: "b # c"\nd: \'e # f\'\n', []],
  ['behind quotes', 'a: "b # c" # d\n', ['# d']],
  ['in a block scalar', 'a: |\n  # b\n  c\n# d\n', ['# d']],
  ['behind the header of a block scalar', 'a: | # b\n  c # d\n', ['# b']],
  ['a # within a comment', '# a # b\n', ['# a # b']],
  ['with CRLF', 'a: b # c\r\n# d\r\n', ['# c', '# d']],
  ['in flow style', 'a: [b, # c\n  d]\n', ['# c']],
  ['nothing behind the #', 'a: b #\n', ['#']],
];

for (const [name, text, expected] of CASES) test(name, () => assert.deepEqual(comments(text), expected));

test('only those that start within the span', () => {
  const text = '# a\nb: c # d\n# e\n';
  assert.deepEqual(comments(text, 1, 13), ['# d']);
});
