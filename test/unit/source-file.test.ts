// An edited file is what it would be had it been read anew, and keeps every document that the edit does not touch.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { YamlDocument } from '../../server/src/core/document.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { edited, edits, files } from '../support/edits.ts';
import { runs } from '../support/runs.ts';

const URI = 'file:///workspace/a.yaml';

function shapeOf(documents: readonly YamlDocument[]): object[] {
  return documents.map(({ text, start, startLine, yaml }) => ({ text, start, startLine, yaml }));
}

/** How many entries from the end are equal. */
function commonTail(a: readonly YamlDocument[], b: readonly YamlDocument[]): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length)?.text === b.at(-1 - length)?.text)
    length++;
  return length;
}

suite('random edits', () => {
  test('the documents are those of a file read anew', () => {
    fc.assert(
      fc.property(files, fc.array(edits, { minLength: 1, maxLength: 8 }), (text, list) => {
        const file = new SourceFile(URI, text);
        let model = text;
        for (const edit of list) {
          model = edited(model, edit);
          file.apply(edit);
          assert.equal(file.text, model);
          assert.deepEqual(shapeOf(file.documents), shapeOf(new SourceFile(URI, model).documents));
        }
      }),
      { numRuns: runs(375) },
    );
  });

  test('documents the edit does not touch are the same objects, and the change names all others', () => {
    fc.assert(
      fc.property(files, edits, (text, edit) => {
        const file = new SourceFile(URI, text);
        const before = [...file.documents];
        const first = before.indexOf(file.documentAt(edit.start.line));
        const last = Math.max(first, before.indexOf(file.documentAt(edit.end.line)));
        const change = file.apply(edit);
        const after = file.documents;
        for (let i = 0; i < first - 1; i++) assert.equal(after[i], before[i]);
        const tail = Math.min(commonTail(before, after), before.length - 1 - last);
        for (let i = 1; i <= tail; i++) assert.equal(after.at(-i), before.at(-i));
        assert.deepEqual(
          change.removed,
          before.filter((d) => !after.includes(d)),
        );
        assert.deepEqual(
          change.added,
          after.filter((d) => !before.includes(d)),
        );
      }),
      { numRuns: runs(375) },
    );
  });

  test('a replaced text is the same as a file read anew, and what is kept keeps its order', () => {
    fc.assert(
      fc.property(files, files, (text, next) => {
        const file = new SourceFile(URI, text);
        const before = [...file.documents];
        const change = file.replace(next);
        assert.equal(file.text, next);
        assert.deepEqual(shapeOf(file.documents), shapeOf(new SourceFile(URI, next).documents));
        const kept = file.documents.filter((d) => before.includes(d)).map((d) => before.indexOf(d));
        assert.deepEqual(
          kept,
          kept.toSorted((a, b) => a - b),
        );
        assert.deepEqual(
          change.removed,
          before.filter((d) => !file.documents.includes(d)),
        );
      }),
      { numRuns: runs(250) },
    );
  });
});

suite('examples', () => {
  const FIRST = 'a: 1\n';
  const SECOND = '---\nb: 2\n';
  const THIRD = '---\nc: 3\n';
  const at = (line: number, character: number) => ({ line, character });

  test('typing in one document keeps the others', () => {
    const file = new SourceFile(URI, FIRST + SECOND + THIRD);
    const [first, , third] = file.documents;
    const { removed, added } = file.apply({ start: at(2, 3), end: at(2, 4), text: '20' });
    assert.equal(file.text, `${FIRST}---\nb: 20\n${THIRD}`);
    assert.equal(file.documents[0], first);
    assert.equal(file.documents[2], third);
    assert.deepEqual([removed.length, added.length], [1, 1]);
  });

  test('documents behind an inserted line move', () => {
    const file = new SourceFile(URI, FIRST + SECOND + THIRD);
    file.apply({ start: at(0, 0), end: at(0, 0), text: '# new\n' });
    assert.deepEqual(
      file.documents.map((d) => [d.start, d.startLine]),
      [
        [0, 0],
        [11, 2],
        [20, 4],
      ],
    );
    assert.equal(file.documentAt(3), file.documents[1]);
    assert.equal(file.documentAt(99), file.documents[2]);
  });

  test('deleting a marker joins two documents', () => {
    const file = new SourceFile(URI, FIRST + SECOND + THIRD);
    file.apply({ start: at(1, 0), end: at(2, 0), text: '' });
    assert.deepEqual(
      file.documents.map((d) => d.text),
      ['a: 1\nb: 2\n', THIRD],
    );
  });

  test('two documents that change places are not the documents they were', () => {
    const file = new SourceFile(URI, FIRST + SECOND + THIRD);
    const { added, removed } = file.replace(FIRST + THIRD + SECOND);
    assert.deepEqual([added.length, removed.length], [1, 1]);
  });

  test('the range of a span counts lines of the file', () => {
    const file = new SourceFile(URI, 'a: 1\r\n---\r\nb: "\u{1F680}" # c\r\n');
    const document = file.documents[1] as YamlDocument;
    const start = document.text.indexOf('#');
    assert.deepEqual(document.rangeOf({ start, end: start + 1 }), { start: at(2, 8), end: at(2, 9) });
  });
});
