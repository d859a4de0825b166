/**
 * Owns the meaning of `.netpol-guard.yaml`: reading it, validating it against the JSON Schema, and the law that a config in a
 * subfolder may only raise severities. It reads text it is given; where files live is not its business.
 */
import { type ConfigProblem, schemaProblems, surplusDocument, unknownRuleMessage } from './config-problem.ts';
import { YamlDocument } from './document.ts';
import { validateConfig } from './schema/validators.generated.ts';
import { violationsOf } from './schema/violation.ts';
import { isAtLeast, type Severity } from './severity.ts';
import type { Span } from './span.ts';
import { type Json, toJson } from './yaml/json.ts';
import { asMap, asScalar, asSeq, asString, get, type YamlNode } from './yaml/nodes.ts';

export const CONFIG_FILE = '.netpol-guard.yaml';

export interface ContractorConfig {
  readonly name: string;
  readonly namespaces: readonly (string | { readonly matchLabels: Readonly<Record<string, string>> })[];
}

export interface Config {
  /** The Kubernetes minor release to judge for, e.g. 36 for "1.36"; null when the config does not say. */
  readonly kubernetesMinor: number | null;
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  /** Globs of files to leave out, relative to the workspace. */
  readonly ignore: readonly string[];
  /** Null when the config does not say who is a contractor. */
  readonly contractors: readonly ContractorConfig[] | null;
  /** The rules that may be suppressed inside a contractor's namespaces. */
  readonly suppressible: ReadonlySet<string>;
}

export const DEFAULT_CONFIG: Config = {
  kubernetesMinor: null,
  rules: new Map(),
  ignore: [],
  contractors: null,
  suppressible: new Set(),
};

export interface ParsedConfig {
  readonly config: Config;
  readonly document: YamlDocument;
  readonly problems: readonly ConfigProblem[];
}

/** Reads a config file. With problems, `config` holds the defaults: a config that is half understood is not applied. */
export function parseConfig(uri: string, text: string, knownRules: ReadonlySet<string>): ParsedConfig {
  const document = new YamlDocument(uri, text);
  const { root, problems: yamlProblems } = document.yaml;
  const problems: ConfigProblem[] = yamlProblems
    .filter(({ kind }) => kind !== 'merge-override')
    .map(({ span, message }) => ({ span, message }));
  const value = toJson(root);
  if (value === undefined)
    problems.push({ span: { start: 0, end: 0 }, message: 'aliases expand without end' });
  problems.push(...surplusDocument(text));
  if (problems.length > 0) return { config: DEFAULT_CONFIG, document, problems };
  if (root === null || value === null) return { config: DEFAULT_CONFIG, document, problems };
  problems.push(...schemaProblems(violationsOf(validateConfig, value as Json, root)));
  for (const [id, span] of ruleIds(document))
    if (!knownRules.has(id)) problems.push({ span, message: unknownRuleMessage(id, knownRules) });
  const config = problems.length > 0 ? DEFAULT_CONFIG : toConfig(value as ConfigFile);
  return { config, document, problems };
}

interface ConfigFile {
  kubernetes?: string;
  /** `off` without quotes is false in YAML. */
  rules?: Record<string, Severity | 'off' | false>;
  ignore?: string[];
  contractors?: { name: string; namespaces?: ContractorConfig['namespaces'] }[];
  suppressions?: { allow?: string[] };
}

function toConfig(file: ConfigFile): Config {
  return {
    kubernetesMinor: file.kubernetes === undefined ? null : Number(file.kubernetes.split('.')[1]),
    rules: new Map(Object.entries(file.rules ?? {}).map(([id, severity]) => [id, severity || 'off'])),
    ignore: file.ignore ?? [],
    contractors: file.contractors?.map((c) => ({ name: c.name, namespaces: c.namespaces ?? [] })) ?? null,
    suppressible: new Set(file.suppressions?.allow ?? []),
  };
}

function* ruleIds(document: YamlDocument): Iterable<[string, Span]> {
  const root = document.yaml.root;
  for (const pair of asMap(get(root, 'rules'))?.pairs ?? []) yield [pair.name, pair.key.span];
  for (const item of asSeq(get(get(root, 'suppressions'), 'allow'))?.items ?? []) {
    const id = asString(item);
    if (id !== null) yield [id, item.span];
  }
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
export function subfolderProblems(parsed: ParsedConfig): ConfigProblem[] {
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
