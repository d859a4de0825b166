/**
 * Owns the division of a folder into workspaces and the list of the manifests in each. A config file whose folder no other
 * config covers makes its folder a workspace of its own; below it, a config belongs to a subfolder.
 */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CONFIG_FILE } from '../core/config.ts';
import { type ConfigFault, type ConfigFile, readConfig } from './config-file.ts';
import { ignoreTest } from './ignore.ts';
import { displayPath } from './paths.ts';
import { refused, type Skipped } from './read.ts';
import { Slicer } from './slicer.ts';

/** The files that are judged together, under one root config. */
export interface FileSet {
  /** The workspace's folder, absolute. */
  readonly root: string;
  readonly config: ConfigFile | null;
  readonly subfolders: readonly ConfigFile[];
  /** Absolute paths of the manifests, sorted. */
  readonly files: readonly string[];
}

export interface Survey {
  readonly sets: readonly FileSet[];
  /** What could not be listed or followed. */
  readonly skipped: readonly Skipped[];
  /** Config files that could not be read. */
  readonly faults: readonly ConfigFault[];
  /** Every folder that was looked into. */
  readonly folders: ReadonlySet<string>;
  /** How many manifests `ignore` left out. Folders that were left out are not looked into, and count as one. */
  readonly ignored: number;
}

export interface SurveyOptions {
  readonly knownRules: ReadonlySet<string>;
  /** Takes the place of whatever config is in the root. */
  readonly config?: ConfigFile;
  /** False looks at the root's own files only. */
  readonly deep?: boolean;
  /** False reads no config below the root and ignores nothing. */
  readonly heedConfigs?: boolean;
  readonly onProgress?: (found: number) => void;
}

/** What never holds manifests of one's own. */
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.hg', '.svn', '.jj', '.bzr', 'CVS']);
/** Names under which a config is looked for in vain. */
const MISNAMED_CONFIGS = new Set(['.netpol-guard.yml', '.netpol-guard.json']);
const MANIFEST = /\.(?:ya?ml|json)$/;
/** What kustomize reads under this name, too, is YAML. */
const BARE_KUSTOMIZATION = 'Kustomization';

interface Growing {
  readonly root: string;
  config: ConfigFile | null;
  readonly subfolders: ConfigFile[];
  readonly files: string[];
  ignores: (relativePath: string) => boolean;
}

/** Whether a survey of a folder above `path` would list it, as far as its name tells. */
export function isSurveyed(path: string): boolean {
  const names = path.split(sep);
  return (
    (MANIFEST.test(path) || names.at(-1) === BARE_KUSTOMIZATION) &&
    !names.some((name) => SKIPPED_FOLDERS.has(name) || MISNAMED_CONFIGS.has(name))
  );
}

/** Lists the manifests below `root`, in slices. Links to files are followed, links to folders are not, as kubectl does it. */
export async function survey(root: string, options: SurveyOptions): Promise<Survey> {
  const slicer = new Slicer();
  const walk = new Walk(root, options);
  for (let next = walk.pending.pop(); next; next = walk.pending.pop()) {
    if (slicer.isOver) {
      options.onProgress?.(walk.found);
      await slicer.yield();
    }
    walk.visit(next.folder, next.set);
  }
  return walk.finish();
}

class Walk {
  readonly pending: { folder: string; set: Growing }[];
  private readonly root: string;
  private readonly options: SurveyOptions;
  private readonly sets: Growing[];
  private readonly links: { path: string; set: Growing }[] = [];
  private readonly skipped: Skipped[] = [];
  private readonly faults: ConfigFault[] = [];
  private readonly folders = new Set<string>();
  private ignored = 0;

  constructor(root: string, options: SurveyOptions) {
    this.root = root;
    this.options = options;
    this.sets = [newSet(root, options.config ?? null)];
    this.pending = [{ folder: root, set: this.sets[0] as Growing }];
  }

  get found(): number {
    return this.sets.reduce((sum, set) => sum + set.files.length, 0);
  }

  visit(folder: string, outer: Growing): void {
    this.folders.add(folder);
    const entries = this.list(folder);
    const set = this.withConfig(folder, outer, entries);
    const prefix = folder.endsWith(sep) ? folder : folder + sep;
    for (const entry of entries) {
      const { name } = entry;
      const isFolder = entry.isDirectory();
      if (isFolder ? SKIPPED_FOLDERS.has(name) || this.options.deep === false : !isManifest(name)) continue;
      const path = prefix + name;
      if (set.ignores(displayPath(set.root, path))) this.ignored++;
      else if (MISNAMED_CONFIGS.has(name)) this.skipped.push({ path, ...MISNAMED });
      else if (isFolder) this.pending.push({ folder: path, set });
      else if (entry.isFile()) set.files.push(path);
      else if (entry.isSymbolicLink()) this.links.push({ path, set });
    }
  }

  private list(folder: string): Dirent[] {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.skipped.push(refused(folder, error));
      return [];
    }
  }

  /** The set that `folder` belongs to, once the config in it, if there is one, has been read. */
  private withConfig(folder: string, outer: Growing, entries: readonly Dirent[]): Growing {
    const { options } = this;
    if (options.heedConfigs === false || !entries.some((e) => e.name === CONFIG_FILE)) return outer;
    const path = join(folder, CONFIG_FILE);
    // A config that was named takes the place of the root's own, and is not a subfolder's besides.
    if (options.config && (folder === this.root || path === options.config.path)) return outer;
    const config = readConfig(path, options.knownRules);
    if ('message' in config) {
      this.faults.push(config);
      return outer;
    }
    if (outer.config) {
      outer.subfolders.push(config);
      return outer;
    }
    if (folder === outer.root) {
      takeConfig(outer, config);
      return outer;
    }
    const set = newSet(folder, config);
    this.sets.push(set);
    return set;
  }

  finish(): Survey {
    this.followLinks();
    for (const set of this.sets) set.files.sort();
    const { sets, skipped, faults, folders, ignored } = this;
    return { sets, skipped: skipped.sort(byPath), faults: faults.sort(byPath), folders, ignored };
  }

  /** Takes in what links to files lead to, unless the file is listed already. */
  private followLinks(): void {
    if (this.links.length === 0) return;
    const realRoot = realpathSync(this.root);
    const listed = new Set<string>();
    for (const set of this.sets)
      for (const file of set.files) listed.add(realRoot + file.slice(this.root.length));
    for (const { path, set } of this.links.sort(byPath)) {
      try {
        if (!statSync(path).isFile()) continue;
        const target = realpathSync(path);
        if (listed.has(target)) continue;
        listed.add(target);
        set.files.push(path);
      } catch (error) {
        this.skipped.push(refused(path, error));
      }
    }
  }
}

const MISNAMED = {
  reason: 'is not read: configs have another name',
  remedy: `Rename it to ${CONFIG_FILE}.`,
  unreadable: false,
};

function newSet(root: string, config: ConfigFile | null): Growing {
  const set: Growing = { root, config: null, subfolders: [], files: [], ignores: () => false };
  if (config) takeConfig(set, config);
  return set;
}

function takeConfig(set: Growing, config: ConfigFile): void {
  set.config = config;
  set.ignores = ignoreTest(config.parsed.config.ignore);
}

function isManifest(name: string): boolean {
  return (MANIFEST.test(name) && name !== CONFIG_FILE) || name === BARE_KUSTOMIZATION;
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
