/**
 * Owns what a run looks at when a side is a git revision: the workspaces in a folder as they were then, by the same rules as on
 * disk.
 */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONFIG_FILE, parseConfig } from '../core/config.ts';
import { type ConfigFault, type ConfigFile, configFaults } from './config-file.ts';
import { type GitTree, gitContents, gitTree } from './git.ts';
import { ignoreTest } from './ignore.ts';
import { displayPath, isInside } from './paths.ts';
import { decode, type ReadResult } from './read.ts';
import type { Selected, Selection } from './selection.ts';
import { isSurveyed } from './survey.ts';

/** What is in `folder` (absolute) in a revision of its repository. Rejects with a GitError. */
export async function selectRevision(
  folder: string,
  revision: string,
  knownRules: ReadonlySet<string>,
): Promise<Selected> {
  const tree = await gitTree(folder, revision);
  const configs = await configsIn(tree, knownRules);
  const roots = rootsIn(tree.top, folder, configs);
  const isRelevant = (path: string) => isInside(folder, path) || isInside(dirname(path), folder);
  const faults = [...configs.values()].flatMap((config) =>
    isRelevant(config.path) ? configFaults(config, roots.has(dirname(config.path))) : [],
  );
  if (faults.length > 0) return { ...NOTHING, faults: faults.map((fault) => atRevision(fault, revision)) };
  const results = await read(tree, pathsToRead(tree, configs, roots));
  const manifests = results.flatMap((r) => ('manifest' in r ? r.manifest : []));
  const selections = [...roots].map((root): Selection => {
    const config = configs.get(root) ?? null;
    const own = manifests.filter(({ path }) => rootOf(path, roots) === root);
    const reported = new Set(own.map(({ path }) => path).filter((path) => isInside(folder, path)));
    return { root, config, subfolders: [], manifests: own, reported };
  });
  const skipped = results.flatMap((r) =>
    'skipped' in r && isInside(folder, r.skipped.path) ? r.skipped : [],
  );
  return { ...NOTHING, selections: selections.filter(({ reported }) => reported.size > 0), skipped };
}

const NOTHING: Selected = { selections: [], faults: [], unreadable: [], skipped: [], ignored: 0 };

function atRevision(fault: ConfigFault, revision: string): ConfigFault {
  return { ...fault, message: `At ${revision}: ${fault.message}` };
}

/** The configs of a revision by their folders. */
async function configsIn(tree: GitTree, knownRules: ReadonlySet<string>): Promise<Map<string, ConfigFile>> {
  const paths = [...tree.files.keys()].filter((path) => path.endsWith(CONFIG_FILE) && isNamed(path));
  const configs = new Map<string, ConfigFile>();
  for (const result of await read(tree, paths)) {
    if (!('manifest' in result)) continue;
    const { path, uri, text } = result.manifest;
    configs.set(dirname(path), { path, parsed: parseConfig(uri, text, knownRules) });
  }
  return configs;
}

function isNamed(path: string): boolean {
  return path === `${dirname(path)}/${CONFIG_FILE}` || path === `${dirname(path)}\\${CONFIG_FILE}`;
}

/** The folders of the workspaces that have something in `folder`: that around it, and those below it where that has no config. */
function rootsIn(top: string, folder: string, configs: ReadonlyMap<string, ConfigFile>): Set<string> {
  const folders = [...configs.keys()].sort((a, b) => a.length - b.length);
  const around = folders.find((at) => isInside(at, folder));
  if (around !== undefined) return new Set([around]);
  const below = folders.filter((at) => isInside(top, at));
  const outermost = below.filter((at) => !below.some((other) => other !== at && isInside(other, at)));
  return new Set([top, ...outermost]);
}

function rootOf(path: string, roots: ReadonlySet<string>): string | null {
  let best: string | null = null;
  for (const root of roots)
    if (isInside(root, path) && (best === null || root.length > best.length)) best = root;
  return best;
}

function pathsToRead(
  { files }: GitTree,
  configs: ReadonlyMap<string, ConfigFile>,
  roots: ReadonlySet<string>,
): string[] {
  const ignores = new Map(
    [...roots].map((root) => [root, ignoreTest(configs.get(root)?.parsed.config.ignore ?? [])]),
  );
  const isIgnored = (path: string): boolean => {
    const root = rootOf(path, roots);
    const test = root === null ? undefined : ignores.get(root);
    if (root === null || !test) return true;
    // What is in a folder that is left out is left out.
    for (let at = path; at !== root && at !== dirname(at); at = dirname(at))
      if (test(displayPath(root, at))) return true;
    return false;
  };
  return [...files.keys()]
    .filter((path) => isSurveyed(path) && !path.endsWith(CONFIG_FILE) && !isIgnored(path))
    .sort();
}

async function read(tree: GitTree, paths: readonly string[]): Promise<ReadResult[]> {
  const ids = paths.map((path) => tree.files.get(path) as string);
  const contents = await gitContents(tree, ids);
  return paths.map((path, i) => decode(path, pathToFileURL(path).href, contents[i] as Buffer));
}
