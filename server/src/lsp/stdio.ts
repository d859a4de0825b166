/**
 * Owns the language server as a process: the connection over stdio or a parent's IPC channel, and the files on disk.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { FileHost } from './indexing.ts';
import { startServer } from './server.ts';

/** Serves the client this process was started by, over the channel its arguments name (`--stdio`, `--node-ipc`). */
export function serve(): void {
  const version = process.env.NETPOL_GUARD_VERSION ?? '0.0.0';
  startServer(createConnection(ProposedFeatures.all), { files: DISK, version, ruleUri: packagedPage });
}

/** The page of a rule as it ships beside the bundle; null when it does not. */
function packagedPage(ruleId: string): string | null {
  const main = process.argv[1];
  if (main === undefined) return null;
  const page = path.resolve(path.dirname(main), '..', 'docs', 'rules', `${ruleId}.md`);
  return existsSync(page) ? pathToFileURL(page).href : null;
}

const DISK: FileHost = {
  async list(folder) {
    const root = fileURLToPath(folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
      .filter(
        (e) =>
          e.isFile() &&
          /\.(ya?ml|json)$/.test(e.name) &&
          !/node_modules|[\\/]\.git([\\/]|$)/.test(e.parentPath),
      )
      .map((e) => pathToFileURL(path.join(e.parentPath, e.name)).href)
      .sort();
  },
  async read(uri) {
    try {
      return await readFile(fileURLToPath(uri), 'utf8');
    } catch {
      return null;
    }
  },
};
