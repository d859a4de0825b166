/**
 * Owns kubeconfig files: where they are, and what they say together. It reads them and never writes them, contacts nobody and
 * runs nothing; what it keeps of users and clusters goes to whoever connects, and into no message.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { YamlDocument } from '../core/document.ts';
import { type Json, toJson } from '../core/yaml/json.ts';

/** A JSON object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** One entry of `clusters` or `users`, and the file it is from, which its relative paths are relative to. */
export interface Entry {
  readonly name: string;
  readonly fields: Fields;
  readonly file: string;
}

/** A context, and nothing secret. */
export interface Context {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** Null when the context names none, which means `default`. */
  readonly namespace: string | null;
}

export interface Kubeconfig {
  readonly contexts: readonly Context[];
  /** What kubectl would use. Only shown; it is neither followed nor changed. */
  readonly current: string | null;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  /** The files that were looked for. */
  readonly files: readonly string[];
  /** What is wrong with the files, each in a sentence that names the file and what to do. */
  readonly problems: readonly string[];
}

/** Where to look: the files of the setting, if it names any; else those of $KUBECONFIG; else ~/.kube/config. */
export function kubeconfigFiles(setting: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const fromEnv = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const named = setting.length > 0 ? setting : fromEnv;
  if (named.length === 0) return [join(homedir(), '.kube', 'config')];
  return [...new Set(named.map((path) => resolve(withHome(path))))];
}

function withHome(path: string): string {
  return /^~[/\\]/.test(path) ? join(homedir(), path.slice(2)) : path;
}

/** Reads and merges the files. The first file to define an entry wins; a file that is missing is passed over, as kubectl does. */
export function readKubeconfig(files: readonly string[]): Kubeconfig {
  const merged = {
    contexts: new Map<string, Entry>(),
    clusters: new Map<string, Entry>(),
    users: new Map<string, Entry>(),
  };
  const problems: string[] = [];
  let current: string | null = null;
  let found = 0;
  for (const file of files) {
    const read = readFile(file);
    if (read === null) continue;
    found++;
    if (typeof read === 'string') {
      problems.push(read);
      continue;
    }
    const name = read['current-context'];
    if (typeof name === 'string' && name !== '') current ??= name;
    for (const list of ['contexts', 'clusters', 'users'] as const)
      for (const entry of entriesOf(read, list, file))
        if (!merged[list].has(entry.name)) merged[list].set(entry.name, entry);
  }
  if (found === 0)
    problems.push(
      `There is no kubeconfig: ${files.join(', ')} ${files.length === 1 ? 'does' : 'do'} not exist. Set KUBECONFIG (in VS Code, also: the setting netpolGuard.kubeconfig).`,
    );
  const { contexts, clusters, users } = merged;
  return { contexts: [...contexts.values()].map(contextOf), current, clusters, users, files, problems };
}

/** The fields of a file; a sentence when it cannot be used, null when it is not there. */
function readFile(file: string): Fields | string | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? null
      : `The kubeconfig ${file} cannot be read (${code}). Check its permissions.`;
  }
  const { yaml } = new YamlDocument(file, text);
  const [syntax] = yaml.problems;
  if (syntax) {
    const line = text.slice(0, syntax.span.start).split('\n').length;
    return `The kubeconfig ${file} is broken: line ${line} is not valid YAML. Repair it, or take it out of KUBECONFIG.`;
  }
  const json = toJson(yaml.root);
  if (json === null) return {};
  return isFields(json)
    ? json
    : `The kubeconfig ${file} is not one: it holds no \`clusters\`, \`users\` and \`contexts\`. Name another file.`;
}

const SINGULAR = { contexts: 'context', clusters: 'cluster', users: 'user' } as const;

function entriesOf(config: Fields, list: keyof typeof SINGULAR, file: string): Entry[] {
  const items = config[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: Json) => {
    const name = isFields(item) ? item.name : null;
    if (!isFields(item) || typeof name !== 'string' || name === '') return [];
    const fields = item[SINGULAR[list]];
    return [{ name, fields: isFields(fields) ? fields : {}, file }];
  });
}

function contextOf({ name, fields }: Entry): Context {
  return {
    name,
    cluster: textOf(fields.cluster) ?? '',
    user: textOf(fields.user) ?? '',
    namespace: textOf(fields.namespace),
  };
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A path in an entry, made absolute: it is relative to the file it stands in. */
export function pathIn(entry: Entry, path: string): string {
  return isAbsolute(path) ? path : join(dirname(entry.file), path);
}

/** The program that signs a user in; null when none is run. */
export function pluginOf(user: Entry | undefined): string | null {
  const exec = user?.fields.exec;
  if (isFields(exec)) return textOf(exec.command) ?? 'a program';
  const provider = user?.fields['auth-provider'];
  const config = isFields(provider) ? provider.config : null;
  const command = isFields(config) ? (config['cmd-path'] ?? config.exec) : null;
  return command === null || command === undefined ? null : (textOf(command) ?? 'a program');
}
