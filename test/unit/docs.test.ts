// The documentation for people: its links lead somewhere, and what it counts is there.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { RULES } from '../../server/src/rules/index.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/*.md'], { cwd: root });
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The text without what is shown as code. */
function prose(text: string): string {
  return text.replaceAll(/^( *)(`{3,}).*?^\1\2$/gms, '').replaceAll(/`[^`\n]*`/g, '');
}

/** Where the links and pictures of a page lead, as far as that is another file or a place in one. */
function linksOf(text: string): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"\s]+)"/g)];
  return targets.map(([, markdown, html]) => markdown ?? html ?? '').filter((to) => !/^[a-z]+:/.test(to));
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

suite('links', () => {
  for (const page of pages)
    test(page, () => {
      const dead = linksOf(read(page)).filter((to) => {
        const [path = '', anchor] = to.split('#');
        const target = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
      });
      assert.deepEqual(dead, []);
    });

  test('are found', () => {
    const text =
      '# A page of `code`, too\n[a](b.md#c) `[d](e.md)` [f](https://example.com) <img src="g.png">\n';
    assert.deepEqual(linksOf(text), ['b.md#c', 'g.png']);
    assert.deepEqual(anchorsOf(text), ['a-page-of-code-too']);
    assert.ok(pages.includes('README.md') && pages.includes('docs/rules/README.md'));
  });
});

suite('what is counted', () => {
  test('the rules', () => {
    assert.match(read('CHANGELOG.md'), new RegExp(`^\\* ${RULES.length} rules,`, 'm'));
  });

  test('the settings', () => {
    const { properties } = JSON.parse(read('package.json')).contributes.configuration;
    const named = [...read('README.md').matchAll(/^\| `(netpolGuard\.[\w.]+)`/gm)].map(([, name]) => name);
    assert.deepEqual(named, Object.keys(properties));
  });
});
