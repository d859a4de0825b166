// A file has its old or its new content at every moment, and nothing that somebody else put into it is lost.
import assert from 'node:assert/strict';
import fs, {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { type Manifest, readManifest } from '../../server/src/files/read.ts';
import { replaceText } from '../../server/src/files/write.ts';
import { folderWith } from '../support/folder.ts';

const POSIX = process.platform === 'win32' && 'no such thing on Windows';

async function manifestAt(path: string): Promise<Manifest> {
  const result = await readManifest(path);
  assert.ok('manifest' in result);
  return result.manifest;
}

/** A folder with one file that has been read. */
async function oneFile(t: TestContext, content = 'a: 1\n') {
  const folder = folderWith(t, { 'a.yaml': content });
  const path = join(folder, 'a.yaml');
  return { folder, path, manifest: await manifestAt(path) };
}

suite('a file is replaced', () => {
  test('with nothing left beside it', async (t) => {
    const { folder, path, manifest } = await oneFile(t);
    assert.equal(replaceText(manifest, 'a: ü\n'), null);
    assert.equal(readFileSync(path, 'utf8'), 'a: ü\n');
    assert.deepEqual(readdirSync(folder), ['a.yaml']);
  });

  test('and keeps its byte order mark', async (t) => {
    const { path, manifest } = await oneFile(t, '\uFEFFa: 1\n');
    assert.equal(replaceText(manifest, 'a: 2\n'), null);
    assert.equal(readFileSync(path, 'utf8'), '\uFEFFa: 2\n');
  });

  test('and keeps its mode', { skip: POSIX }, async (t) => {
    const { path, manifest } = await oneFile(t);
    for (const mode of [0o600, 0o664, 0o755]) {
      chmodSync(path, mode);
      assert.equal(replaceText({ ...manifest, text: readFileSync(path, 'utf8') }, `a: ${mode}\n`), null);
      assert.equal(statSync(path).mode & 0o7777, mode);
    }
  });

  test('behind a link, which stays one', { skip: POSIX }, async (t) => {
    const folder = folderWith(t, { 'real/a.yaml': 'a: 1\n' });
    const link = join(folder, 'link.yaml');
    symlinkSync('real/a.yaml', link);
    assert.equal(replaceText(await manifestAt(link), 'a: 2\n'), null);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readlinkSync(link), 'real/a.yaml');
    assert.equal(readFileSync(join(folder, 'real/a.yaml'), 'utf8'), 'a: 2\n');
    assert.deepEqual(readdirSync(join(folder, 'real')), ['a.yaml']);
  });

  test('once, when it is reached in two ways', { skip: POSIX }, async (t) => {
    const { folder, path, manifest } = await oneFile(t);
    const link = join(folder, 'link.yaml');
    symlinkSync(path, link);
    const other = await manifestAt(link);
    assert.equal(replaceText(manifest, 'a: 2\n'), null);
    assert.equal(replaceText(other, 'a: 2\n'), null);
  });

  test('though a killed run left its half behind', async (t) => {
    const { folder, path, manifest } = await oneFile(t);
    writeFileSync(join(folder, `.a.yaml.${process.pid}.tmp`), 'half');
    assert.equal(replaceText(manifest, 'a: 2\n'), null);
    assert.equal(readFileSync(path, 'utf8'), 'a: 2\n');
    assert.deepEqual(readdirSync(folder), ['a.yaml']);
  });
});

suite('a file is left as it is', () => {
  test('when it was changed meanwhile', async (t) => {
    const { folder, path, manifest } = await oneFile(t);
    writeFileSync(path, 'a: theirs\n');
    assert.match(replaceText(manifest, 'a: 2\n')?.reason ?? '', /^was changed by somebody else/);
    assert.equal(readFileSync(path, 'utf8'), 'a: theirs\n');
    assert.deepEqual(readdirSync(folder), ['a.yaml']);
  });

  test('when it is changed at the last moment', async (t) => {
    const { folder, path, manifest } = await oneFile(t);
    intercept(t, 'fsyncSync', () => writeFileSync(path, 'a: theirs\n'));
    assert.match(replaceText(manifest, 'a: 2\n')?.reason ?? '', /^was changed by somebody else/);
    assert.equal(readFileSync(path, 'utf8'), 'a: theirs\n');
    assert.deepEqual(readdirSync(folder), ['a.yaml']);
  });

  test('when it is read-only', { skip: POSIX }, async (t) => {
    const { path, manifest } = await oneFile(t);
    chmodSync(path, 0o444);
    assert.equal(replaceText(manifest, 'a: 2\n')?.reason, 'is read-only');
    assert.equal(readFileSync(path, 'utf8'), 'a: 1\n');
  });

  test('when it is gone', async (t) => {
    const { path, manifest } = await oneFile(t);
    rmSync(path);
    assert.equal(replaceText(manifest, 'a: 2\n')?.reason, 'is gone');
  });

  test('when there is a folder in its place', async (t) => {
    const { path, manifest } = await oneFile(t);
    rmSync(path);
    mkdirSync(path);
    assert.match(replaceText(manifest, 'a: 2\n')?.reason ?? '', /^is a pipe or a device/);
  });

  for (const step of ['openSync', 'writeFileSync', 'fchmodSync', 'fsyncSync', 'renameSync'] as const)
    test(`when ${step} fails`, async (t) => {
      const { folder, path, manifest } = await oneFile(t);
      intercept(t, step, () => {
        throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      });
      assert.equal(replaceText(manifest, 'a: 2\n')?.reason, 'cannot be written: the disk is full');
      t.mock.restoreAll();
      syncBuiltinESMExports();
      assert.equal(readFileSync(path, 'utf8'), 'a: 1\n');
      assert.deepEqual(readdirSync(folder), ['a.yaml']);
    });
});

/** Does something else in place of the next call of a function of the file system, for the rest of the test. */
function intercept(
  t: TestContext,
  name: 'openSync' | 'writeFileSync' | 'fchmodSync' | 'fsyncSync' | 'renameSync',
  instead: () => void,
): void {
  const original = fs[name] as (...args: unknown[]) => unknown;
  let isFirst = true;
  t.mock.method(fs, name, (...args: unknown[]) => {
    if (!isFirst) return original(...args);
    isFirst = false;
    return instead();
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
}
