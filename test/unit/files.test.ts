/** Which files a run reads, in which workspace, under which config. */
import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import { join, posix, sep, win32 } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { ignoreTest } from '../../server/src/files/ignore.ts';
import { displayPath, isInside } from '../../server/src/files/paths.ts';
import { readManifest, readManifests } from '../../server/src/files/read.ts';
import { type Selected, select, selectStdin } from '../../server/src/files/selection.ts';
import { folderWith } from '../support/folder.ts';

const RULE_IDS = new Set(['world-cidr']);
const LINKS = process.platform === 'win32' && 'links need a privilege on Windows';

async function selectIn(cwd: string, paths: string[], config: string | null = null): Promise<Selected> {
  return select(paths, { cwd, knownRules: RULE_IDS, config });
}

/** What was selected, by workspace: all files, those that are only context in brackets. */
function shown(root: string, { selections }: Selected): string[] {
  return selections.map(({ manifests, reported }) =>
    manifests
      .map(({ path }) => {
        const name = displayPath(root, path);
        return reported.has(path) ? name : `(${name})`;
      })
      .join(' '),
  );
}

/** The faults as `file:line:column: message`. */
function faults(root: string, selected: Selected): string[] {
  return selected.faults.map(({ path, position, message }) => {
    const place = position ? `:${position.line + 1}:${position.character + 1}` : '';
    return `${displayPath(root, path)}${place}: ${message}`;
  });
}

suite('discovery', () => {
  test('manifests in every folder, but for those of packages and of version control', async (t) => {
    const root = folderWith(t, {
      'a.yaml': '',
      'b/b.yml': '',
      'b/c/.hidden/d.json': '',
      'b/readme.md': '',
      'b/a.yaml.bak': '',
      'node_modules/x/a.yaml': '',
      'b/.git/hooks.yaml': '',
      '.hg/a.yaml': '',
      '.svn/a.yaml': '',
      '.jj/a.yaml': '',
    });
    assert.deepEqual(shown(root, await selectIn(root, ['.'])), ['a.yaml b/b.yml b/c/.hidden/d.json']);
  });

  test('a path that is named is always taken, once', async (t) => {
    const root = folderWith(t, { '.git/': '', 'a.txt': '', 'node_modules/b/c.yaml': '', 'd/e.yaml': '' });
    const selected = await selectIn(root, ['a.txt', 'node_modules', 'd', 'd/e.yaml', join(root, 'd')]);
    assert.deepEqual(shown(root, selected), ['a.txt d/e.yaml node_modules/b/c.yaml']);
  });

  test('links to files are followed once, links to folders are not', { skip: LINKS }, async (t) => {
    const elsewhere = folderWith(t, { 'target.yaml': '' });
    const root = folderWith(t, { '.git/': '', 'a/real.yaml': '' });
    symlinkSync('..', join(root, 'a/loop'));
    symlinkSync(join(root, 'a/real.yaml'), join(root, 'same.yaml'));
    symlinkSync(join(elsewhere, 'target.yaml'), join(root, 'one.yaml'));
    symlinkSync(join(elsewhere, 'target.yaml'), join(root, 'two.yaml'));
    symlinkSync('nowhere.yaml', join(root, 'dangling.yaml'));
    const selected = await selectIn(root, ['.']);
    assert.deepEqual(shown(root, selected), ['a/real.yaml one.yaml']);
    assert.deepEqual(
      selected.skipped.map(({ path, reason, unreadable }) => [displayPath(root, path), reason, unreadable]),
      [['dangling.yaml', 'does not exist', false]],
    );
  });

  test('a named path that is not there', async (t) => {
    const root = folderWith(t, { 'a.yaml': '' });
    const { selections, unreadable } = await selectIn(root, ['a.yaml', 'b.yaml']);
    assert.deepEqual(selections, []);
    assert.deepEqual(
      unreadable.map(({ path, reason }) => `${displayPath(root, path)} ${reason}`),
      ['b.yaml does not exist'],
    );
  });

  test('a file and a folder that may not be read', {
    skip: process.getuid?.() === 0 ? 'root may read everything' : LINKS,
  }, async (t) => {
    const root = folderWith(t, { '.git/': '', 'a.yaml': '', 'secret.yaml': '', 'closed/b.yaml': '' });
    chmodSync(join(root, 'secret.yaml'), 0);
    chmodSync(join(root, 'closed'), 0);
    t.after(() => chmodSync(join(root, 'closed'), 0o700));
    const { skipped } = await selectIn(root, ['.']);
    assert.deepEqual(
      skipped.map(({ path, reason, unreadable }) => [displayPath(root, path), reason, unreadable]),
      [
        ['closed', 'may not be read (permission denied)', true],
        ['secret.yaml', 'may not be read (permission denied)', true],
      ],
    );
  });

  test('a config under a name that is not read is pointed out', async (t) => {
    const root = folderWith(t, { '.git/': '', 'a.yaml': '', '.netpol-guard.yml': 'rules: {}' });
    const { skipped } = await selectIn(root, ['.']);
    assert.deepEqual(
      skipped.map(({ path, remedy }) => [displayPath(root, path), remedy]),
      [['.netpol-guard.yml', 'Rename it to .netpol-guard.yaml.']],
    );
  });
});

suite('the workspace', () => {
  const CONFIG = 'rules: {}\n';
  const layout = { 'a/one.yaml': '', 'a/b/two.yaml': '', 'c/three.yaml': '' };

  const cases: readonly (readonly [string, Record<string, string>, string[], string[]])[] = [
    ['is the git root', { '.git/': '' }, ['a/b'], ['a/b/two.yaml (a/one.yaml) (c/three.yaml)']],
    [
      'is the git root of a worktree',
      { '.git': 'gitdir: x' },
      ['c'],
      ['(a/b/two.yaml) (a/one.yaml) c/three.yaml'],
    ],
    ['is the folder itself without git and config', {}, ['a/b', 'c'], ['a/b/two.yaml', 'c/three.yaml']],
    ['of a file without git and config is its folder, not what is below', {}, ['a/one.yaml'], ['a/one.yaml']],
    [
      'is the folder of the only config on the way up',
      { '.git/': '', 'a/.netpol-guard.yaml': CONFIG },
      ['a/b/two.yaml'],
      ['a/b/two.yaml (a/one.yaml)'],
    ],
    [
      'is the folder of the topmost config on the way up',
      { '.git/': '', '.netpol-guard.yaml': CONFIG, 'a/.netpol-guard.yaml': CONFIG },
      ['a/b'],
      ['a/b/two.yaml (a/one.yaml) (c/three.yaml)'],
    ],
    [
      'does not reach beyond the git root',
      { 'a/.git/': '', '.netpol-guard.yaml': CONFIG },
      ['a/b'],
      ['a/b/two.yaml (a/one.yaml)'],
    ],
    [
      'below a path is that of each config',
      { '.git/': '', 'a/.netpol-guard.yaml': CONFIG },
      ['.'],
      ['c/three.yaml', 'a/b/two.yaml a/one.yaml'],
    ],
    [
      'of a nested repository that is named besides is the outer one',
      { '.git/': '', 'a/.git/': '' },
      ['.', 'a'],
      ['a/b/two.yaml a/one.yaml c/three.yaml'],
    ],
  ];
  for (const [name, files, paths, expected] of cases)
    test(name, async (t) => {
      const root = folderWith(t, { ...layout, ...files });
      assert.deepEqual(
        shown(root, await selectIn(root, paths))
          .map(sortWords)
          .sort(),
        expected.map(sortWords).sort(),
      );
    });

  const sortWords = (text: string) => text.split(' ').sort().join(' ');
});

suite('configs', () => {
  test('ignore leaves out files and whole folders, and configs in them', async (t) => {
    const root = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': 'ignore: ["vendor/**", "**/*.gen.yaml"]\n',
      'a.yaml': '',
      'b/c.gen.yaml': '',
      'vendor/d.yaml': '',
      'vendor/.netpol-guard.yaml': 'contractors: []\n',
    });
    const selected = await selectIn(root, ['.']);
    assert.deepEqual(faults(root, selected), []);
    assert.deepEqual(shown(root, selected), ['a.yaml']);
    assert.equal(selected.ignored, 2);
    assert.deepEqual(shown(root, await selectIn(root, ['vendor'])), ['(a.yaml) vendor/d.yaml']);
    assert.deepEqual(shown(root, await selectIn(root, ['b/c.gen.yaml'])), ['(a.yaml) b/c.gen.yaml']);
  });

  test('a mistake is named at its key; nothing is selected', async (t) => {
    const root = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': '# ours\nrules:\n  x: off\n',
      'a.yaml': '',
    });
    const selected = await selectIn(root, ['a.yaml']);
    assert.deepEqual(faults(root, selected), [
      '.netpol-guard.yaml:3:3: There is no rule "x". List them with: netpol-guard rules',
    ]);
    assert.deepEqual(selected.selections, []);
  });

  test('a config in a subfolder counts where it bears on what is checked, and may only raise', async (t) => {
    const root = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': 'rules: {}\n',
      'a/.netpol-guard.yaml': 'ignore: []\n',
      'a/b/c.yaml': '',
      'd/e.yaml': '',
    });
    for (const path of ['.', 'a', 'a/b', 'a/b/c.yaml'])
      assert.match(
        faults(root, await selectIn(root, [path])).join(),
        /^a\/\.netpol-guard\.yaml:1:1: "ignore" counts/,
        path,
      );
    assert.deepEqual(faults(root, await selectIn(root, ['d'])), []);
  });

  test('a config that is no text', async (t) => {
    const root = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': Buffer.from('fffe', 'hex'),
      'a.yaml': '',
    });
    assert.deepEqual(faults(root, await selectIn(root, ['.'])), [
      '.netpol-guard.yaml: The config is UTF-16 text. Save it as UTF-8.',
    ]);
  });

  test('a named config takes the place of the one in the root, and is not a subfolder besides', async (t) => {
    const root = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': 'nonsense: 1\n',
      'ci/.netpol-guard.yaml': 'contractors: []\nignore: ["b"]\n',
      'a/a.yaml': '',
      'b/b.yaml': '',
    });
    const selected = await selectIn(root, ['.'], 'ci/.netpol-guard.yaml');
    assert.deepEqual(faults(root, selected), []);
    assert.deepEqual(shown(root, selected), ['a/a.yaml']);
    assert.equal(selected.selections[0]?.config?.parsed.config.contractors?.length, 0);
    assert.match(
      faults(root, await selectIn(root, ['.'], 'no.yaml')).join(),
      /^no\.yaml: The config does not exist/,
    );
  });

  test('the folder of a named config is the workspace of what is in it', async (t) => {
    const root = folderWith(t, {
      'ci/strict.yaml': 'rules: {}\n',
      'ci/a/a.yaml': '',
      'ci/b.yaml': '',
      'c/c.yaml': '',
    });
    assert.deepEqual(shown(root, await selectIn(root, ['ci/a'], 'ci/strict.yaml')), [
      'ci/a/a.yaml (ci/b.yaml) (ci/strict.yaml)',
    ]);
    assert.deepEqual(shown(root, await selectIn(root, ['c'], 'ci/strict.yaml')), ['c/c.yaml']);
  });

  test('standard input is a workspace of its own under the config of the current folder', (t) => {
    const root = folderWith(t, {
      '.git/': '',
      '.netpol-guard.yaml': 'kubernetes: "1.30"\n',
      'a/.netpol-guard.yaml': 'rules: { world-cidr: error }\n',
      'a/a.yaml': '',
    });
    const options = { cwd: join(root, 'a'), knownRules: RULE_IDS, config: null };
    const selected = selectStdin(Buffer.from('kind: X'), options);
    assert.deepEqual(shown(join(root, 'a'), selected), ['<stdin>']);
    assert.equal(selected.selections[0]?.config?.parsed.config.kubernetesMinor, 30);
    assert.equal(selected.selections[0]?.subfolders.length, 1);
  });

  for (const [glob, matched, unmatched] of [
    ['vendor', ['vendor'], ['a/vendor', 'vendors']],
    ['vendor/', ['vendor'], ['vendor2']],
    ['./vendor/**', ['vendor', 'vendor/a', 'vendor/.a/b'], ['x/vendor/a']],
    ['/vendor', ['vendor'], []],
    ['**/testdata', ['testdata', 'a/b/testdata'], ['testdata2']],
    ['*.yaml', ['a.yaml', '.a.yaml'], ['a/b.yaml']],
    ['a/{b,c}/*.json', ['a/b/x.json', 'a/c/x.json'], ['a/d/x.json', 'a/b/c/x.json']],
  ] as const)
    test(`ignore ${glob}`, () => {
      const ignores = ignoreTest([glob]);
      for (const path of matched) assert.equal(ignores(path), true, path);
      for (const path of unmatched) assert.equal(ignores(path), false, path);
    });
});

suite('reading', () => {
  const read = async (t: TestContext, content: string | Buffer) =>
    readManifest(join(folderWith(t, { 'a.yaml': content }), 'a.yaml'));

  test('a byte order mark is taken off and remembered', async (t) => {
    const result = await read(t, '\uFEFFkind: Ä');
    assert.ok('manifest' in result);
    assert.equal(result.manifest.text, 'kind: Ä');
    assert.equal(result.manifest.bom, true);
    const without = await read(t, 'kind: Ä');
    assert.ok('manifest' in without && !without.manifest.bom);
  });

  const refused: readonly (readonly [string, Buffer, RegExp])[] = [
    ['UTF-16', Buffer.from('\uFEFFkind: X', 'utf16le'), /is UTF-16 text\. Save it as UTF-8/],
    ['big-endian UTF-16', Buffer.from('feff006b', 'hex'), /is UTF-16 text/],
    ['a NUL byte', Buffer.from('kind: \0X'), /is binary .*add it to `ignore`/],
    ['Latin-1', Buffer.from('kind: Ä', 'latin1'), /is not UTF-8 text\. Save it as UTF-8/],
    [
      'more than 10 MB',
      Buffer.alloc(10_000_001, '#'),
      /is too large \(10\.0 MB; the limit is 10 MB\)\. Split it/,
    ],
  ];
  for (const [name, bytes, expected] of refused)
    test(`${name} is skipped, with the reason and the remedy`, async (t) => {
      const result = await read(t, bytes);
      assert.ok('skipped' in result);
      assert.match(`${result.skipped.reason}. ${result.skipped.remedy}`, expected);
      assert.equal(result.skipped.unreadable, false);
    });

  test('an empty file is a manifest; a folder and a file that is gone are not', async (t) => {
    const root = folderWith(t, { 'empty.yaml': '' });
    const results = await readManifests(['empty.yaml', '', 'gone.yaml'].map((name) => join(root, name)));
    assert.ok(results[0] && 'manifest' in results[0] && results[0].manifest.text === '');
    assert.deepEqual(
      results.slice(1).map((r) => ('skipped' in r ? r.skipped.reason : '')),
      ['is a folder', 'does not exist'],
    );
  });

  test('many files keep their order, and each is counted', async (t) => {
    const names = Array.from({ length: 200 }, (_, i) => `${i}.yaml`);
    const root = folderWith(t, Object.fromEntries(names.map((name) => [name, `name: ${name}`])));
    const counts: number[] = [];
    const results = await readManifests(
      names.map((name) => root + sep + name),
      (done) => counts.push(done),
    );
    assert.deepEqual(
      results.map((r) => ('manifest' in r ? r.manifest.text : '')),
      names.map((name) => `name: ${name}`),
    );
    assert.deepEqual(
      counts,
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
  });
});

suite('paths', () => {
  test('are shown from the current folder, with slashes', () => {
    assert.equal(displayPath('/a/b', '/a/b/c/d.yaml', posix), 'c/d.yaml');
    assert.equal(displayPath('/a/b', '/a/c.yaml', posix), '../c.yaml');
    assert.equal(displayPath('/a/b', '/a/b', posix), '.');
    assert.equal(displayPath('C:\\a', 'C:\\a\\b\\c.yaml', win32), 'b/c.yaml');
    assert.equal(displayPath('C:\\a', 'D:\\b\\c.yaml', win32), 'D:/b/c.yaml');
  });
  test('a folder holds itself and what is below, whatever the names begin with', () => {
    assert.equal(isInside('/a', '/a', posix), true);
    assert.equal(isInside('/a', '/a/..b', posix), true);
    assert.equal(isInside('/a', '/ab', posix), false);
    assert.equal(isInside('/a/b', '/a', posix), false);
    assert.equal(isInside('C:\\a', 'c:\\A\\b', win32), true);
    assert.equal(isInside('C:\\a', 'D:\\a\\b', win32), false);
  });
});
