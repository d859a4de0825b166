// Offsets and positions are translated as the Language Server Protocol says.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { lineAt, lineStarts, offsetAt, positionAt } from '../../server/src/core/lines.ts';

suite('examples', () => {
  const starts: readonly [text: string, starts: number[]][] = [
    ['', [0]],
    ['a', [0]],
    ['a\n', [0, 2]],
    ['a\nb', [0, 2]],
    ['a\r\nb', [0, 3]],
    ['a\rb', [0, 2]],
    ['a\r\r\nb', [0, 2, 4]],
    ['a\n\rb', [0, 2, 3]],
    ['\r\n', [0, 2]],
    ['a\u2028b\u0085c', [0]],
  ];
  for (const [text, expected] of starts)
    test(`line starts of ${JSON.stringify(text)}`, () => assert.deepEqual(lineStarts(text), expected));

  const text = 'ab\r\n\u{1F680}c\rd\n';
  const offsets: readonly [line: number, character: number, offset: number][] = [
    [0, 0, 0],
    [0, 2, 2],
    [0, 3, 2],
    [0, 99, 2],
    [1, 0, 4],
    [1, 1, 5],
    [1, 2, 6],
    [1, 3, 7],
    [1, 4, 7],
    [2, 0, 8],
    [2, 1, 9],
    [3, 0, 10],
    [3, 5, 10],
    [4, 0, 10],
    [-1, 5, 0],
    [1, -3, 4],
  ];
  for (const [line, character, offset] of offsets)
    test(`${line}:${character} is at ${offset}`, () =>
      assert.equal(offsetAt(lineStarts(text), text, { line, character }), offset));
});

const texts = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', '\u{1F680}', '\u2028', ' '), { maxLength: 20 })
  .map((parts) => parts.join(''));

suite('any text', () => {
  test('a line starts behind each line end, and nowhere else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const ends = [...text.matchAll(/\r\n|\n|\r/g)].map((m) => m.index + m[0].length);
        assert.deepEqual(lineStarts(text), [0, ...ends]);
      }),
    );
  });

  test('an offset is in the last line that starts at or before it', () => {
    fc.assert(
      fc.property(texts, fc.nat(30), (text, offset) => {
        const starts = lineStarts(text);
        assert.equal(lineAt(starts, offset), starts.filter((start) => start <= offset).length - 1);
      }),
    );
  });

  test('every offset but those within a line end comes back from its position', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const starts = lineStarts(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const insideLineEnd = text[offset - 1] === '\r' && text[offset] === '\n';
          const back = offsetAt(starts, text, positionAt(starts, offset));
          assert.equal(back, insideLineEnd ? offset - 1 : offset);
        }
      }),
    );
  });
});
