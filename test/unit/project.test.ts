// The project's own files agree with each other: lock files, versions and what the package promises.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface LockedPackage {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

suite('lock files', () => {
  for (const folder of ['', 'tools/node24/', 'tools/editor/']) {
    const lock: { packages: Record<string, LockedPackage> } = read(`${folder}package-lock.json`);
    const entries = Object.entries(lock.packages);

    test(`${folder}package-lock.json names no registry`, () => {
      assert.deepEqual(
        entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
        [],
      );
    });

    // npm leaves out what its registry could not serve when the lock was written; `npm ci` then refuses the lock.
    test(`${folder}package-lock.json has the packages of every platform`, () => {
      const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies).filter((name) => !isLocked(lock.packages, path, name)),
      );
      assert.deepEqual(missing, []);
    });
  }
});

/** Node's resolution: the package's own node_modules, then those of the folders above. */
function isLocked(packages: Record<string, LockedPackage>, path: string, name: string): boolean {
  const place = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`;
  if (packages[place]?.version !== undefined) return true;
  return (
    path !== '' && isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name)
  );
}

suite('package.json', () => {
  const manifest = read('package.json');

  test('pins every dependency exactly', () => {
    const versions = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies });
    assert.deepEqual(
      versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });

  test('compiles against the oldest VS Code that it says it runs in', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
  });
});
