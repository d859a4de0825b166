/**
 * Owns what a run looks at: the workspaces around the paths a person named, their configs and texts, and which files are to
 * be reported.
 */
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ConfigFault, type ConfigFile, configFaults, configsAbove, readConfig } from './config-file.ts';
import { isInside } from './paths.ts';
import { decode, type Manifest, type ReadResult, readManifests, type Skipped } from './read.ts';
import type { Scope } from './scope.ts';
import { type FileSet, type Survey, survey } from './survey.ts';
import { coverage, scopeOfTarget, type Target, targetAt } from './target.ts';

/** What standard input is called in reports. */
const STDIN = '<stdin>';

/** One workspace that was read. */
export interface Selection {
  /** The folder that `ignore` in the config is relative to, absolute. */
  readonly root: string;
  readonly config: ConfigFile | null;
  readonly subfolders: readonly ConfigFile[];
  /** Sorted by path. */
  readonly manifests: readonly Manifest[];
  /** The paths of the manifests to report; the others only lend context. */
  readonly reported: ReadonlySet<string>;
}

export interface Selected {
  /** Empty when there are faults or unreadable targets: what is half understood is not judged. */
  readonly selections: readonly Selection[];
  readonly faults: readonly ConfigFault[];
  /** Paths that were named and cannot be read. */
  readonly unreadable: readonly Skipped[];
  /** What is in the named paths and was not judged. */
  readonly skipped: readonly Skipped[];
  /** How many files and folders `ignore` left out. */
  readonly ignored: number;
}

export interface Progress {
  readonly step: 'finding' | 'reading';
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
}

export interface SelectOptions {
  readonly cwd: string;
  readonly knownRules: ReadonlySet<string>;
  /** The path of the config file that was named, relative to `cwd`; null when none was. */
  readonly config: string | null;
  readonly onProgress?: (progress: Progress) => void;
}

/** A workspace before its files are read. */
interface Group {
  readonly root: string;
  readonly config: ConfigFile | null;
  readonly subfolders: readonly ConfigFile[];
  readonly files: readonly string[];
  readonly reported: ReadonlySet<string>;
}

const NOTHING: Selected = { selections: [], faults: [], unreadable: [], skipped: [], ignored: 0 };

/** Finds and reads everything that the verdicts on `paths` (relative to `cwd`) depend on. */
export async function select(paths: readonly string[], options: SelectOptions): Promise<Selected> {
  const config = namedConfig(options);
  if (config && 'message' in config) return { ...NOTHING, faults: [config] };
  const found = [...new Set(paths)].map((path) => targetAt(options.cwd, path));
  const unreadable = found.filter((t) => 'reason' in t);
  if (unreadable.length > 0) return { ...NOTHING, unreadable };
  const targets = found.filter((t) => 'kind' in t);
  const { groups, skipped, faults, ignored } = await groupsAround(targets, config, options);
  if (faults.length > 0) return { ...NOTHING, faults };
  const selections: Selection[] = [];
  for (const { files, ...group } of groups) {
    const results = await readAll(files, options);
    selections.push({ ...group, manifests: results.flatMap((r) => ('manifest' in r ? r.manifest : [])) });
    skipped.push(
      ...results.flatMap((r) => ('skipped' in r && group.reported.has(r.skipped.path) ? r.skipped : [])),
    );
  }
  return { ...NOTHING, selections, skipped, ignored };
}

/** Takes bytes from standard input: a workspace of its own, under the config that holds in `cwd`. */
export function selectStdin(bytes: Buffer, options: SelectOptions): Selected {
  const config = namedConfig(options);
  if (config && 'message' in config) return { ...NOTHING, faults: [config] };
  const path = join(options.cwd, STDIN);
  const { files: _, ...group } = loneGroup(path, config, options);
  const faults = faultsOf(group, () => true);
  if (faults.length > 0) return { ...NOTHING, faults };
  const result = decode(path, pathToFileURL(path).href, bytes);
  if ('skipped' in result) return { ...NOTHING, skipped: [result.skipped] };
  return { ...NOTHING, selections: [{ ...group, manifests: [result.manifest] }] };
}

function namedConfig({ config, cwd, knownRules }: SelectOptions): ConfigFile | ConfigFault | null {
  return config === null ? null : readConfig(resolve(cwd, config), knownRules);
}

function readAll(files: readonly string[], { onProgress }: SelectOptions): Promise<ReadResult[]> {
  return readManifests(files, (done) => onProgress?.({ step: 'reading', done, total: files.length }));
}

/** What no folder is surveyed for: one text, under the config that holds in `cwd`. */
function loneGroup(path: string, config: ConfigFile | null, { cwd, knownRules }: SelectOptions): Group {
  const above = config ? [config] : configsAbove(cwd, knownRules);
  return {
    root: cwd,
    config: above[0] ?? null,
    subfolders: above.slice(1),
    files: [path],
    reported: new Set([path]),
  };
}

interface Grouped {
  readonly groups: readonly Group[];
  readonly skipped: Skipped[];
  readonly faults: readonly ConfigFault[];
  readonly ignored: number;
}

/** The workspaces around the targets. A file that several of them hold is reported by the outermost. */
async function groupsAround(
  targets: readonly Target[],
  config: ConfigFile | null,
  options: SelectOptions,
): Promise<Grouped> {
  const covers = coverage(targets);
  const isRelevant = (path: string) => covers(path) || targets.some((t) => isInside(dirname(path), t.path));
  const groups = targets.filter((t) => t.kind === 'stream').map((t) => loneGroup(t.path, config, options));
  const faults: ConfigFault[] = [];
  const skipped: Skipped[] = [];
  let ignored = 0;
  const claimed = new Set<string>();
  for (const [scope, inScope] of scopesOf(targets, config)) {
    const found = await surveyScope(scope, inScope, config, options);
    for (const set of found.sets) {
      const reported = new Set(set.files.filter((file) => covers(file) && !claimed.has(file)));
      for (const file of reported) claimed.add(file);
      if (reported.size > 0) groups.push({ ...set, reported });
      faults.push(...faultsOf(set, isRelevant));
    }
    faults.push(...found.faults.filter((fault) => isRelevant(fault.path)));
    skipped.push(...found.skipped.filter((skip) => isRelevant(skip.path)));
    ignored += found.ignored;
  }
  return { groups, skipped, faults: faults.sort(byPath), ignored };
}

/** Each folder to survey once, outer before inner, with the targets it is surveyed for. */
function scopesOf(targets: readonly Target[], config: ConfigFile | null): [Scope, Target[]][] {
  const byRoot = new Map<string, [Scope, Target[]]>();
  for (const target of targets) {
    if (target.kind === 'stream') continue;
    const scope = scopeOfTarget(target, config?.path ?? null);
    const key = `${scope.deep} ${scope.root}`;
    const known = byRoot.get(key) ?? [scope, []];
    known[1].push(target);
    byRoot.set(key, known);
  }
  return [...byRoot.values()].sort(([a], [b]) => a.root.length - b.root.length);
}

/** Surveys a scope. What was named is taken even where the survey passes it over: ignored, or under an unusual name. */
async function surveyScope(
  scope: Scope,
  targets: readonly Target[],
  config: ConfigFile | null,
  { knownRules, onProgress }: SelectOptions,
): Promise<Survey> {
  const found = await survey(scope.root, {
    knownRules,
    deep: scope.deep,
    ...(config && { config }),
    onProgress: (done) => onProgress?.({ step: 'finding', done, total: null }),
  });
  const files = found.sets.map((set) => new Set(set.files));
  for (const { path, kind } of targets) {
    const own = files[innermost(found.sets, path)] as Set<string>;
    if (kind === 'file') own.add(path);
    else if (!found.folders.has(path)) {
      const extra = await survey(path, { knownRules, heedConfigs: false });
      for (const file of extra.sets.flatMap((set) => set.files)) own.add(file);
    }
  }
  return { ...found, sets: found.sets.map((set, i) => ({ ...set, files: [...(files[i] ?? [])].sort() })) };
}

/** The index of the set with the deepest root that `path` is inside of. */
function innermost(sets: readonly FileSet[], path: string): number {
  let best = 0;
  for (const [i, { root }] of sets.entries())
    if (isInside(root, path) && root.length > (sets[best] as FileSet).root.length) best = i;
  return best;
}

function faultsOf(
  { config, subfolders }: Pick<Group, 'config' | 'subfolders'>,
  isRelevant: (path: string) => boolean,
): ConfigFault[] {
  return [
    ...(config ? configFaults(config, true) : []),
    ...subfolders.filter(({ path }) => isRelevant(path)).flatMap((file) => configFaults(file, false)),
  ];
}

function byPath(a: ConfigFault, b: ConfigFault): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
