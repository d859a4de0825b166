// Builds the bundles and packs them as netpol-guard-VERSION.vsix; refuses a package above the size that we promise.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { buildAll } from './build.ts';
import { isMain, repository } from './lib/process.ts';

const limit = 2 * 1024 * 1024;

/** Writes the .vsix into the repository's root and answers with its absolute path. */
export async function packageExtension(): Promise<string> {
  await buildAll({ dev: false });
  const { name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const file = join(repository, `${name}-${version}.vsix`);
  await createVSIX({
    cwd: repository,
    packagePath: file,
    // Everything needed is in the bundles.
    dependencies: false,
    // The links in the README are relative on purpose: there is no address yet that they could be rewritten to.
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  const { size } = statSync(file);
  console.log(`${name}-${version}.vsix`.padEnd(20), `${(size / 1024).toFixed(0)} KB`);
  if (size > limit) throw new Error(`the package is ${size} bytes, above the limit of ${limit}`);
  return file;
}

if (isMain(import.meta)) await packageExtension();
