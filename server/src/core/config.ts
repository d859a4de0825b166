/**
 * Owns the meaning of `.netpol-guard.yaml`: reading it, validating it against the JSON Schema, and the law that a config in a
 * subfolder may only raise severities. It reads text it is given; where files live is not its business.
 */
import { CONFIG_WORDS, rangeProblem, unknownRuleMessage } from './config-problem.ts';
import { YamlDocument } from './document.ts';
import { readCidr } from './ip-notation.ts';
import { validateConfig } from './schema/validators.generated.ts';
import { violationsOf } from './schema/violation.ts';
import { type FileProblem, schemaProblems, surplusDocument } from './schema/words.ts';
import { isAtLeast, type Severity } from './severity.ts';
import type { Span } from './span.ts';
import { type Json, toJson } from './yaml/json.ts';
import { asMap, asScalar, asSeq, asString, get, type YamlNode } from './yaml/nodes.ts';

export const CONFIG_FILE = '.netpol-guard.yaml';

export interface ContractorConfig {
  readonly name: string;
  readonly namespaces: readonly (string | { readonly matchLabels: Readonly<Record<string, string>> })[];
}

/** Who answers the pods' DNS lookups. */
export type DnsPlatform = 'kube-dns' | 'coredns' | 'node-local-dns' | 'openshift';

/** The network plugin that enforces the policies. */
export type NetworkPlugin =
  | 'antrea'
  | 'aws-vpc-cni'
  | 'calico'
  | 'cilium'
  | 'flannel'
  | 'kindnet'
  | 'kube-ovn'
  | 'kube-router'
  | 'ovn-kubernetes'
  | 'other';

export type IpFamily = 'IPv4' | 'IPv6';

/** What the config says of the cluster; nothing of it is guessed. */
export interface Platform {
  readonly dns: DnsPlatform | null;
  readonly cni: NetworkPlugin | null;
  /** Where pods and Services get their addresses from, in canonical CIDR notation; empty when not known. */
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  /** The IP families of pods; null when not known. */
  readonly ipFamilies: ReadonlySet<IpFamily> | null;
}

const UNKNOWN_PLATFORM: Platform = {
  dns: null,
  cni: null,
  podCidrs: [],
  serviceCidrs: [],
  ipFamilies: null,
};

export interface Config {
  /** The Kubernetes minor release to judge for, e.g. 36 for "1.36"; null when the config does not say. */
  readonly kubernetesMinor: number | null;
  readonly platform: Platform;
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
  platform: UNKNOWN_PLATFORM,
  rules: new Map(),
  ignore: [],
  contractors: null,
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
  for (const [id, span] of ruleIds(document))
    if (!knownRules.has(id)) problems.push({ span, message: unknownRuleMessage(id, knownRules) });
  problems.push(...rangeProblems(document));
  const config = problems.length > 0 ? DEFAULT_CONFIG : toConfig(value as ConfigFile);
  return { config, document, problems };
}

interface ConfigFile {
  kubernetes?: string;
  platform?: {
    dns?: DnsPlatform;
    cni?: NetworkPlugin;
    podCidrs?: string[];
    serviceCidrs?: string[];
    ipFamilies?: IpFamily[];
  };
  /** `off` without quotes is false in YAML. */
  rules?: Record<string, Severity | 'off' | false>;
  ignore?: string[];
  contractors?: { name: string; namespaces?: ContractorConfig['namespaces'] }[];
  suppressions?: { allow?: string[] };
}

function toConfig(file: ConfigFile): Config {
  return {
    kubernetesMinor: file.kubernetes === undefined ? null : Number(file.kubernetes.split('.')[1]),
    platform: toPlatform(file.platform ?? {}),
    rules: new Map(Object.entries(file.rules ?? {}).map(([id, severity]) => [id, severity || 'off'])),
    ignore: file.ignore ?? [],
    contractors: file.contractors?.map((c) => ({ name: c.name, namespaces: c.namespaces ?? [] })) ?? null,
    suppressible: new Set(file.suppressions?.allow ?? []),
  };
}

function toPlatform(file: NonNullable<ConfigFile['platform']>): Platform {
  const podCidrs = file.podCidrs ?? [];
  const families = file.ipFamilies ?? podCidrs.flatMap((text) => familyOf(text) ?? []);
  return {
    dns: file.dns ?? null,
    cni: file.cni ?? null,
    podCidrs,
    serviceCidrs: file.serviceCidrs ?? [],
    ipFamilies: families.length === 0 ? null : new Set(families),
  };
}

function familyOf(cidr: string): IpFamily | null {
  const family = readCidr(cidr)?.family;
  return family === undefined ? null : family === 4 ? 'IPv4' : 'IPv6';
}

/** Ranges of the platform that are none. */
function* rangeProblems(document: YamlDocument): Iterable<FileProblem> {
  const platform = get(document.yaml.root, 'platform');
  for (const name of ['podCidrs', 'serviceCidrs'])
    for (const [i, item] of (asSeq(get(platform, name))?.items ?? []).entries()) {
      const text = asString(item);
      const message = text ? rangeProblem(`platform.${name}[${i}]`, text) : null;
      if (message !== null) yield { span: item.span, message };
    }
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
