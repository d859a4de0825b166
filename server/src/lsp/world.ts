/**
 * Owns one world: the files under one root config (or in one scope without any), judged together. Files of another world are
 * never looked at; they belong to somebody else's cluster as far as this one knows.
 */
import {
  CONFIG_FILE,
  type Config,
  DEFAULT_CONFIG,
  type ParsedConfig,
  subfolderProblems,
} from '../core/config.ts';
import { dayOf } from '../core/day.ts';
import type { Place, YamlDocument } from '../core/document.ts';
import { createLinter, type Linter } from '../core/lint.ts';
import type { Diagnosis, Rule } from '../core/rule.ts';
import { type NamespaceScope, Workspace } from '../core/workspace.ts';
import { ignoreTest } from '../files/ignore.ts';
import { Slicer } from './slices.ts';
import { folderOf } from './uri.ts';

export type RuleErrorListener = (ruleId: string, error: unknown, uri: string) => void;

/** A config file that was read, and the last content of it that made sense. */
export interface KnownConfig {
  readonly parsed: ParsedConfig;
  readonly inForce: Config;
}

export interface ConfigProblem {
  readonly at: Place;
  readonly message: string;
}

export class World {
  /** The folder's URI with its slash at the end. */
  readonly root: string;
  readonly workspace: Workspace;
  private readonly rules: readonly Rule[];
  private readonly onRuleError: RuleErrorListener;
  private configs: ReadonlyMap<string, KnownConfig> = new Map();
  private ignoresPath: (relativePath: string) => boolean = () => false;
  private linter: Linter;
  private today = dayOf(Date.now());

  /** `onStale` is told the URI of every file whose verdicts may have changed. */
  constructor(
    root: string,
    rules: readonly Rule[],
    onRuleError: RuleErrorListener,
    onStale: (uri: string) => void,
  ) {
    this.root = root;
    this.rules = rules;
    this.onRuleError = onRuleError;
    this.workspace = new Workspace((scope, change) => {
      for (const concerned of this.linter.invalidate(scope, change))
        for (const uri of filesOf(concerned)) onStale(uri);
    }, onStale);
    this.linter = this.newLinter();
  }

  /** The config in force at the root. */
  get config(): Config {
    return this.configs.get(this.root + CONFIG_FILE)?.inForce ?? DEFAULT_CONFIG;
  }

  /** Everything found in a document of this world. */
  diagnose(document: YamlDocument): readonly Diagnosis[] {
    this.turnPage();
    return this.linter.diagnose(document);
  }

  /** What `diagnose` would answer, if that is known already; see Linter. */
  settled(document: YamlDocument): readonly Diagnosis[] | null {
    return this.linter.settled(document);
  }

  /** Does some of the work that `diagnose` would have to do; see Linter. */
  prepare(document: YamlDocument, goOn: () => boolean): boolean {
    return this.linter.prepare(document, goOn);
  }

  /** What was concluded yesterday of what has an end may no longer be so. */
  private turnPage(): void {
    const today = dayOf(Date.now());
    if (today === this.today) return;
    this.today = today;
    this.linter = this.newLinter();
  }

  /** Whether the root config leaves a file out. Config files are never left out. */
  ignores(uri: string): boolean {
    return this.config.ignore.length > 0 && !isConfig(uri) && this.ignoresPath(this.pathFromRoot(uri));
  }

  private pathFromRoot(uri: string): string {
    const path = uri.slice(this.root.length);
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  }

  /** Takes the config files of this world by their URIs. Verdicts change with them. */
  setConfigs(configs: ReadonlyMap<string, KnownConfig>): void {
    if (sameEntries(configs, this.configs)) return;
    this.configs = configs;
    this.ignoresPath = ignoreTest(this.config.ignore);
    this.linter = this.newLinter();
  }

  /** What is wrong with a config file of this world; empty for files that are none. */
  configProblems(uri: string): readonly ConfigProblem[] {
    const parsed = this.configs.get(uri)?.parsed;
    if (!parsed) return [];
    const isRoot = folderOf(uri) === this.root;
    const problems = isRoot ? parsed.problems : [...parsed.problems, ...subfolderProblems(parsed)];
    return problems.map(({ span, message }) => ({ at: { document: parsed.document, span }, message }));
  }

  /** Indexes, in slices, what waits to be indexed. `check` is called between slices and may throw to give up. */
  async index(check: () => void = () => {}): Promise<void> {
    const slicer = new Slicer();
    while (!this.workspace.indexWaiting(() => !slicer.isOver)) {
      await slicer.yield();
      check();
    }
  }

  private newLinter(): Linter {
    const subfolders = [...this.configs]
      .map(([uri, known]) => ({ folder: folderOf(uri), config: known.inForce }))
      .filter(({ folder }) => folder !== this.root)
      .sort((a, b) => a.folder.length - b.folder.length);
    return createLinter(() => this.workspace, {
      rules: this.rules,
      today: this.today,
      configs: {
        root: this.config,
        subfoldersOf: (uri) =>
          subfolders.filter(({ folder }) => uri.startsWith(folder)).map(({ config }) => config),
      },
      onRuleError: this.onRuleError,
    });
  }
}

function sameEntries<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function filesOf(scope: NamespaceScope): Set<string> {
  const uris = new Set<string>();
  for (const { document } of scope.members) uris.add(document.uri);
  return uris;
}

/** Whether a URI names a config file. */
export function isConfig(uri: string): boolean {
  return uri.endsWith(`/${CONFIG_FILE}`);
}
