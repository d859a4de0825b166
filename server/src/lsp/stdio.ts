/**
 * Owns the language server as a process: the connection over stdio or a parent's IPC channel, and the files on disk.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { readManifest, type Skipped } from '../files/read.ts';
import { packagedPage, webPage } from '../files/rule-pages.ts';
import { scopeOf } from '../files/scope.ts';
import { isSurveyed, survey } from '../files/survey.ts';
import { RULE_IDS, RULES } from '../rules/index.ts';
import type { FileHost } from './files-on-disk.ts';
import { startServer } from './server.ts';
import { pathOf } from './uri.ts';

/** Serves the client this process was started by, over the channel its arguments name (`--stdio`, `--node-ipc`). */
export function serve(): void {
  const version = process.env.NETPOL_GUARD_VERSION ?? '0.0.0';
  const homepage = process.env.NETPOL_GUARD_HOMEPAGE ?? '';
  const ruleUri = (id: string) => webPage(homepage, id) ?? packagedPage(process.argv[1], id);
  startServer(createConnection(ProposedFeatures.all), { files: DISK, version, rules: RULES, ruleUri });
}

/** The same files that the command line looks at. */
export const DISK: FileHost = {
  scopeOf(folder, isFile) {
    const own = pathOf(folder);
    if (own === null) return { root: folder, deep: !isFile };
    const { root, deep } = scopeOf(path.resolve(own), isFile, true);
    return { root: folderUrl(root), deep };
  },
  async list({ root, deep }) {
    const { sets, skipped, faults } = await survey(path.resolve(fileURLToPath(root)), {
      knownRules: RULE_IDS,
      deep,
    });
    const configs = sets.flatMap((set) => [...(set.config ? [set.config] : []), ...set.subfolders]);
    const paths = [...configs.map((config) => config.path), ...sets.flatMap((set) => set.files)];
    return {
      uris: paths.map((file) => pathToFileURL(file).href),
      problems: [...skipped.map(sentence), ...faults.map((fault) => `${fault.path}: ${fault.message}`)],
    };
  },
  async read(uri) {
    const file = pathOf(uri);
    if (file === null) return { leftOut: null };
    const result = await readManifest(file);
    if ('manifest' in result) return { text: result.manifest.text };
    return { leftOut: existsSync(file) ? sentence(result.skipped) : null };
  },
  isListed(uri) {
    const file = pathOf(uri);
    return file !== null && isSurveyed(file);
  },
};

function sentence({ path, reason, remedy }: Skipped): string {
  return `${path} ${reason}. ${remedy}`;
}

function folderUrl(folder: string): string {
  return pathToFileURL(folder).href.replace(/\/*$/, '/');
}
