/**
 * Owns one world: the files under one root config (or one folder without any), judged together. Files of another world are
 * never looked at; they belong to somebody else's cluster as far as this one knows.
 */
import {
  CONFIG_FILE,
  type Config,
  DEFAULT_CONFIG,
  type ParsedConfig,
  parseConfig,
  subfolderProblems,
} from '../core/config.ts';
import type { YamlDocument } from '../core/document.ts';
import { createLinter, type Linter } from '../core/lint.ts';
import type { Diagnosis } from '../core/rule.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { Workspace } from '../core/workspace.ts';
import { RULE_IDS, RULES } from '../rules/index.ts';
import { folderOf } from './uri.ts';

export type RuleErrorListener = (ruleId: string, error: unknown, uri: string) => void;

/** A config file that was read, and the last content of it that made sense. */
interface KnownConfig {
  readonly parsed: ParsedConfig;
  readonly lastGood: Config;
}

export class World {
  /** The folder's URI with its slash at the end. */
  readonly root: string;
  readonly workspace: Workspace;
  private readonly configByFolder = new Map<string, KnownConfig>();
  private readonly onRuleError: RuleErrorListener;
  private linter: Linter;

  /** `onStale` is told the URI of every file whose verdicts may have changed. */
  constructor(root: string, onRuleError: RuleErrorListener, onStale: (uri: string) => void) {
    this.root = root;
    this.onRuleError = onRuleError;
    this.workspace = new Workspace((scope) => {
      this.linter.invalidate(scope);
      for (const uri of filesOf(scope)) onStale(uri);
    });
    this.linter = this.newLinter();
  }

  /** The config in force at the root. */
  get config(): Config {
    return this.configByFolder.get(this.root)?.lastGood ?? DEFAULT_CONFIG;
  }

  diagnose(document: YamlDocument): readonly Diagnosis[] {
    return this.linter.diagnose(document);
  }

  /** Takes a config file's text; null when the file is gone. Verdicts change with it. */
  setConfig(uri: string, text: string | null): void {
    const folder = folderOf(uri);
    if (text === null) this.configByFolder.delete(folder);
    else {
      const parsed = parseConfig(uri, text, RULE_IDS);
      const before = this.configByFolder.get(folder)?.lastGood ?? DEFAULT_CONFIG;
      this.configByFolder.set(folder, {
        parsed,
        lastGood: parsed.problems.length > 0 ? before : parsed.config,
      });
    }
    this.linter = this.newLinter();
  }

  /** Forgets every config, before they are set anew. */
  clearConfigs(): void {
    this.configByFolder.clear();
    this.linter = this.newLinter();
  }

  /** What is wrong with a config file of this world; empty for files that are none. */
  configProblems(
    uri: string,
  ): readonly { at: YamlDocument; span: { start: number; end: number }; message: string }[] {
    if (!isConfig(uri)) return [];
    const folder = folderOf(uri);
    const parsed = this.configByFolder.get(folder)?.parsed;
    if (!parsed) return [];
    const problems =
      folder === this.root ? parsed.problems : [...parsed.problems, ...subfolderProblems(parsed)];
    return problems.map(({ span, message }) => ({ at: parsed.document, span, message }));
  }

  private newLinter(): Linter {
    const subfolders = [...this.configByFolder].filter(([folder]) => folder !== this.root).sort(byLength);
    return createLinter(() => this.workspace, {
      rules: RULES,
      configs: {
        root: this.config,
        subfoldersOf: (uri) =>
          subfolders.filter(([folder]) => uri.startsWith(folder)).map(([, known]) => known.lastGood),
      },
      onRuleError: this.onRuleError,
    });
  }
}

function filesOf(scope: NamespaceScope): Set<string> {
  const { namespace, policies, workloads, services, otherPolicies } = scope;
  const all = [...policies, ...workloads, ...services, ...otherPolicies, ...(namespace ? [namespace] : [])];
  return new Set(all.map((resource) => resource.document.uri));
}

function byLength(a: readonly [string, KnownConfig], b: readonly [string, KnownConfig]): number {
  return a[0].length - b[0].length;
}

/** Whether a URI names a config file. */
export function isConfig(uri: string): boolean {
  return uri.endsWith(`/${CONFIG_FILE}`);
}
