/**
 * Owns the meaning of `.netpol-guard.yaml`: reading it, validating it against the JSON Schema, and the law that a config in a
 * subfolder may only raise severities. It reads text it is given; where files live is not its business.
 */
import { configProblems } from './config-check.ts';
import { CONFIG_WORDS } from './config-problem.ts';
import { YamlDocument } from './document.ts';
import {
  type ContractorConfig,
  type ContractorFile,
  type Protected,
  toContractor,
  toProtected,
} from './grants.ts';
import { type Platform, type PlatformFile, toPlatform, UNKNOWN_PLATFORM } from './platform.ts';
import { validateConfig } from './schema/validators.generated.ts';
import { violationsOf } from './schema/violation.ts';
import { type FileProblem, schemaProblems, surplusDocument } from './schema/words.ts';
import { isAtLeast, type Severity } from './severity.ts';
import { type Json, toJson } from './yaml/json.ts';
import { asMap, asScalar, get, type YamlNode } from './yaml/nodes.ts';

export const CONFIG_FILE = '.netpol-guard.yaml';

export interface Config {
  /** The text it was read from; null for the defaults. */
  readonly source: YamlDocument | null;
  /** The Kubernetes minor release to judge for, e.g. 36 for "1.36"; null when the config does not say. */
  readonly kubernetesMinor: number | null;
  readonly platform: Platform;
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  /** Globs of files to leave out, relative to the workspace. */
  readonly ignore: readonly string[];
  /** Null when the config does not say who is a contractor. */
  readonly contractors: readonly ContractorConfig[] | null;
  /** What no contractor may reach. */
  readonly protected: readonly Protected[];
  /** The labels that contractors' Namespaces must have, by their keys. */
  readonly requiredLabels: readonly string[];
  /** The annotations in which a policy names its grants, and the day until which it is to be there. */
  readonly annotations: { readonly grant: string; readonly expires: string };
  /** The rules that may be suppressed inside a contractor's namespaces. */
  readonly suppressible: ReadonlySet<string>;
}

export const DEFAULT_CONFIG: Config = {
  source: null,
  kubernetesMinor: null,
  platform: UNKNOWN_PLATFORM,
  rules: new Map(),
  ignore: [],
  contractors: null,
  protected: [],
  requiredLabels: [],
  annotations: { grant: 'netpol-guard/grant', expires: 'netpol-guard/expires' },
  suppressible: new Set(),
};

/** The configs in force: the root's, and for a file those of the subfolders above it, outermost first. */
export interface Configs {
  readonly root: Config;
  readonly subfoldersOf: (uri: string) => readonly Config[];
}

export interface ParsedConfig {
  readonly config: Config;
  readonly document: YamlDocument;
  readonly problems: readonly FileProblem[];
}

/** Reads a config file. With problems, `config` holds the defaults: a config that is half understood is not applied. */
export function parseConfig(uri: string, text: string, knownRules: ReadonlySet<string>): ParsedConfig {
  const document = new YamlDocument(uri, text);
  const { root, problems: yamlProblems } = document.yaml;
  const problems: FileProblem[] = yamlProblems
    .filter(({ kind }) => kind !== 'merge-override')
    .map(({ span, message }) => ({ span, message }));
  const value = toJson(root);
  if (value === undefined)
    problems.push({ span: { start: 0, end: 0 }, message: 'aliases expand without end' });
  problems.push(...surplusDocument(text, 'A config'));
  if (problems.length > 0) return { config: DEFAULT_CONFIG, document, problems };
  if (root === null || value === null) return { config: DEFAULT_CONFIG, document, problems };
  problems.push(...schemaProblems(violationsOf(validateConfig, value as Json, root), CONFIG_WORDS));
  problems.push(...configProblems(document, knownRules));
  const config = problems.length > 0 ? DEFAULT_CONFIG : toConfig(value as ConfigFile, document);
  return { config, document, problems };
}

interface ConfigFile {
  kubernetes?: string;
  platform?: PlatformFile;
  /** `off` without quotes is false in YAML. */
  rules?: Record<string, Severity | 'off' | false>;
  ignore?: string[];
  contractors?: ContractorFile[];
  protected?: Parameters<typeof toProtected>[0][];
  requiredLabels?: string[];
  annotations?: { grant?: string; expires?: string };
  suppressions?: { allow?: string[] };
}

function toConfig(file: ConfigFile, source: YamlDocument): Config {
  return {
    source,
    kubernetesMinor: file.kubernetes === undefined ? null : Number(file.kubernetes.split('.')[1]),
    platform: toPlatform(file.platform ?? {}),
    rules: new Map(Object.entries(file.rules ?? {}).map(([id, severity]) => [id, severity || 'off'])),
    ignore: file.ignore ?? [],
    contractors: file.contractors?.map(toContractor) ?? null,
    protected: (file.protected ?? []).map(toProtected),
    requiredLabels: file.requiredLabels ?? [],
    annotations: { ...DEFAULT_CONFIG.annotations, ...file.annotations },
    suppressible: new Set(file.suppressions?.allow ?? []),
  };
}

/**
 * The severity a rule has under the root config and the configs of the folders between the root and the file, outermost
 * first. A subfolder's setting counts only where it is higher than what holds without it.
 */
export function severityUnder(
  root: Config,
  subfolders: readonly Config[],
  ruleId: string,
  own: Severity,
): Severity | 'off' {
  let result: Severity | 'off' = root.rules.get(ruleId) ?? own;
  for (const config of subfolders) {
    const wanted = config.rules.get(ruleId);
    if (wanted !== undefined && !isAtLeast(result, wanted)) result = wanted;
  }
  return result;
}

/** What a subfolder's config may not say, as problems at the keys that say it. */
export function subfolderProblems(parsed: ParsedConfig): FileProblem[] {
  const root = parsed.document.yaml.root;
  if (root?.kind !== 'map') return [];
  const keys = root.pairs.filter((pair) => pair.name !== 'rules');
  const off = (asMap(get(root, 'rules'))?.pairs ?? []).filter((pair) => isOff(pair.value));
  return [
    ...keys.map((pair) => ({
      span: pair.key.span,
      message: `"${pair.name}" counts in the root config only; one in a subfolder may only raise the severity of rules. Move it to the root config. If this folder is another project's, list the folder in the root config's \`ignore\`.`,
    })),
    ...off.map((pair) => ({
      span: pair.value.span,
      message: `A config in a subfolder may only raise severities, so it cannot switch off "${pair.name}". Do that in the root config.`,
    })),
  ];
}

function isOff(node: YamlNode): boolean {
  const value = asScalar(node)?.value;
  return value === false || value === 'off';
}
