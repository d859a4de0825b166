// Installs the embedded editor (a VS Code server) and the browser driver into tools/editor, once.
// Both are large and only `npm start` without a desktop VS Code and the editor tests need them, so they are no
// dependency of the project itself.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, repository, run } from './lib/process.ts';

const tools = join(repository, 'tools/editor');
const vscode = join(tools, 'node_modules/code-server/lib/vscode');
const stamp = join(tools, 'node_modules/.netpol-guard-stamp');

/** The VS Code server's program, to be run with Node 24. */
export const editorServer: string = join(vscode, 'out/server-main.js');

/** Installs what is missing. Throws with a message for the reader when that is not possible. */
export async function installEditorTools(): Promise<void> {
  if (process.platform === 'win32') throw new Error('the embedded editor runs on Linux and macOS only');
  const wanted = createHash('sha256')
    .update(readFileSync(join(tools, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing the embedded editor, once (about 800 MB) …');
  // Install scripts stay off: code-server's would compile native modules, none of which we need.
  await npm(['ci'], tools);
  // code-server leaves these two to its install script. `npm ci` refuses them because their shrinkwrap is
  // incomplete, so this step is not locked as a whole: what the shrinkwrap pins is exact, and the few packages that
  // it forgets (tslib) float within the ranges of a code-server version that is itself pinned.
  await npm(['install', '--omit=dev'], vscode);
  await npm(['install', '--omit=dev'], join(vscode, 'extensions'));
  writeFileSync(stamp, wanted);
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const program = process.env.NETPOL_GUARD_NPM;
  if (program === undefined) throw new Error('start this through scripts/bootstrap.mjs, which finds npm');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  // npm's chatter goes to standard error, which is not a result of any script.
  const code = await run(process.execPath, [program, ...args, ...quiet], { cwd, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new Error(`npm ${args[0]} failed in ${cwd}: is the npm registry reachable?`);
}

if (isMain(import.meta)) await installEditorTools();
