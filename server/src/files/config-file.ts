/**
 * Owns the reading of config files, and which of them are in force where. What a config may say is core's business.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CONFIG_FILE,
  type Configs,
  DEFAULT_CONFIG,
  type ParsedConfig,
  parseConfig,
  subfolderProblems,
} from '../core/config.ts';
import type { Position } from '../core/lines.ts';
import { decode, refused, type Skipped } from './read.ts';
import { foldersUpToGitRoot } from './scope.ts';

/** A config file that could be read; what is wrong in it is in `parsed.problems`. */
export interface ConfigFile {
  readonly path: string;
  readonly parsed: ParsedConfig;
}

/** Something a person has to put right before a config counts. */
export interface ConfigFault {
  readonly path: string;
  /** Zero-based; null when the file could not be read at all. */
  readonly position: Position | null;
  readonly message: string;
}

/** Reads a config file. It is small and everything waits for it, so it is read at once. */
export function readConfig(path: string, knownRules: ReadonlySet<string>): ConfigFile | ConfigFault {
  const uri = pathToFileURL(path).href;
  try {
    const result = decode(path, uri, readFileSync(path));
    if ('skipped' in result) return unreadable(result.skipped);
    return { path, parsed: parseConfig(uri, result.manifest.text, knownRules) };
  } catch (error) {
    return unreadable(refused(path, error));
  }
}

function unreadable({ path, reason, remedy }: Skipped): ConfigFault {
  return { path, position: null, message: `The config ${reason}. ${remedy}` };
}

/** The configs from the topmost folder that may hold one down to `folder`. Those that cannot be read are left out. */
export function configsAbove(folder: string, knownRules: ReadonlySet<string>): ConfigFile[] {
  const found: ConfigFile[] = [];
  for (const at of foldersUpToGitRoot(folder)) {
    const path = join(at, CONFIG_FILE);
    const config = existsSync(path) ? readConfig(path, knownRules) : null;
    if (config && 'parsed' in config) found.unshift(config);
  }
  return found;
}

/** What is wrong with a config file, in the order of the text. */
export function configFaults({ path, parsed }: ConfigFile, isRoot: boolean): ConfigFault[] {
  const problems = isRoot ? parsed.problems : [...parsed.problems, ...subfolderProblems(parsed)];
  return [...problems]
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ span, message }) => ({ path, position: parsed.document.rangeOf(span).start, message }));
}

/** The configs in force: the root's, and for each file those of the subfolders above it, outermost first. */
export function configsInForce(root: ConfigFile | null, subfolders: readonly ConfigFile[]): Configs {
  const byFolder = subfolders
    .map(({ path, parsed }) => ({ folder: `${pathToFileURL(dirname(path)).href}/`, config: parsed.config }))
    .sort((a, b) => a.folder.length - b.folder.length);
  return {
    root: root?.parsed.config ?? DEFAULT_CONFIG,
    subfoldersOf: (uri) => byFolder.filter(({ folder }) => uri.startsWith(folder)).map((f) => f.config),
  };
}
