/**
 * Owns the language server as a process: the connection over stdio or a parent's IPC channel, and the files on disk.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import {
  type Connection,
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
} from 'vscode-languageserver/node';
import type { Rule } from '../core/rule.ts';
import { readManifest, type Skipped } from '../files/read.ts';
import { packagedPage, webPage } from '../files/rule-pages.ts';
import { scopeOf } from '../files/scope.ts';
import { isSurveyed, survey } from '../files/survey.ts';
import { RULE_IDS, RULES } from '../rules/index.ts';
import type { FileHost } from './files-on-disk.ts';
import { PipeWriter } from './pipe-writer.ts';
import { startServer } from './server.ts';
import { pathOf } from './uri.ts';

/** Serves the client this process was started by, over the channel its arguments name (`--stdio`, `--node-ipc`). */
export function serve(rules: readonly Rule[] = RULES): void {
  // What is parsed is kept. Room that V8 adds for short-lived objects while files are read is never given back to the system.
  setFlagsFromString('--semi-space-growth-factor=1');
  const version = process.env.NETPOL_GUARD_VERSION ?? '0.0.0';
  const homepage = process.env.NETPOL_GUARD_HOMEPAGE ?? '';
  const ruleUri = (id: string) => webPage(homepage, id) ?? packagedPage(process.argv[1], id);
  const isShutDown = () => server.isShutDown();
  const connection = process.argv.includes('--stdio')
    ? overStdio(isShutDown)
    : createConnection(ProposedFeatures.all);
  const server = startServer(connection, { files: DISK, version, rules, ruleUri });
}

/** A client that does not speak LSP, or stops speaking, ends the process, which would wait for ever. */
function overStdio(isShutDown: () => boolean): Connection {
  const reader = new StreamMessageReader(process.stdin);
  reader.onClose(() => process.exit(isShutDown() ? 0 : 1));
  reader.onError((error) => {
    // The message came whole; only what it says makes no sense. The next one may.
    if (error instanceof SyntaxError || error instanceof TypeError) return;
    process.stderr.write(`netpol-guard: what comes over standard input is not LSP. ${error.message}\n`);
    process.exit(1);
  });
  return createConnection(ProposedFeatures.all, reader, new PipeWriter(process.stdout));
}

/** The same files that the command line looks at. */
const DISK: FileHost = {
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
