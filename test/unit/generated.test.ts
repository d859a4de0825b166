/** What is made from something else is made from what is there now. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { generatedFiles } from '../../scripts/generate.ts';

const root = resolve(import.meta.dirname, '../..');
const files = await generatedFiles();

suite('generated files', () => {
  for (const [file, text] of files)
    test(`${file} is fresh`, () => {
      const path = join(root, file);
      assert.ok(existsSync(path), `${file} is missing. Run: npm run generate`);
      assert.ok(readFileSync(path, 'utf8') === text, `${file} is stale. Run: npm run generate`);
    });

  test('docs/rules holds no page of a rule that is gone', () => {
    const pages = globSync('docs/rules/*.md', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
    assert.deepEqual(
      pages.filter((page) => !files.has(page)),
      [],
    );
  });
});

suite('links in docs/', () => {
  for (const page of globSync('docs/**/*.md', { cwd: root }))
    test(page, () => {
      const text = readFileSync(join(root, page), 'utf8');
      const targets = Array.from(text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g), (m) => [
        m[1] ?? '',
        m[2] ?? '',
      ]);
      for (const [file, anchor] of targets) {
        const target = join(root, page, file === '' ? '' : '..', file as string);
        assert.ok(existsSync(target), `${page} links to ${file}, which does not exist`);
        if (anchor !== '')
          assert.ok(anchorsOf(target).has(anchor as string), `${file} has no heading #${anchor}`);
      }
    });
});

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(path: string): Set<string> {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
