/**
 * Owns the words that the workspace has for a place in a policy: labels of the pods or namespaces that are meant there, names of
 * namespaces, ports of containers and Services. How they are offered is decided elsewhere.
 */
import { describe, podLabels, type Resource } from '../core/resource.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { NAMESPACE_NAME_LABEL } from '../engine/dns-servers.ts';
import { podsOf } from '../engine/pods.ts';
import { serviceOf } from '../engine/services.ts';
import { mapInSlices } from './slices.ts';

/** A word, and the objects it comes from. */
export interface Word {
  readonly text: string;
  readonly from: readonly string[];
}

type Labels = Iterable<readonly [key: string, value: string]>;

/** The labels of things: their keys, or the values of one key. */
export interface Vocabulary {
  keys(): Promise<Word[]>;
  values(key: string): Promise<Word[]>;
}

/** The labels of the pods of `scopes`. */
export function podVocabulary(scopes: readonly NamespaceScope[], check: () => void): Vocabulary {
  const workloads = scopes.flatMap((scope) => scope.workloads);
  return vocabularyOf(workloads, (w) => [podLabels(w) ?? [], describe(w)], check);
}

/** The labels of namespaces. Each has the one with its name, whether or not its manifest is there. */
export function namespaceVocabulary(scopes: readonly NamespaceScope[], check: () => void): Vocabulary {
  const named = scopes.filter((scope) => scope.name !== null);
  const labels = ({ name, namespace }: NamespaceScope): Labels => [
    ...(namespace?.labels ?? []),
    [NAMESPACE_NAME_LABEL, name as string],
  ];
  return vocabularyOf(named, (scope) => [labels(scope), `Namespace ${scope.name}`], check);
}

function vocabularyOf<T>(
  things: readonly T[],
  labelsOf: (thing: T) => readonly [labels: Labels, name: string],
  check: () => void,
): Vocabulary {
  const collect = async (wordOf: (key: string, value: string) => string | null): Promise<Word[]> => {
    const words = new Map<string, string[]>();
    const take = (thing: T) => {
      const [labels, name] = labelsOf(thing);
      for (const [key, value] of labels) add(words, wordOf(key, value), name);
    };
    await mapInSlices(things, take, check);
    return byUse(words);
  };
  return {
    keys: () => collect((key) => key),
    values: (wanted) => collect((key, value) => (key === wanted ? value : null)),
  };
}

/** The names of namespaces. */
export function namespaceNames(scopes: readonly NamespaceScope[]): Word[] {
  const words = new Map<string, string[]>();
  for (const { name, namespace } of scopes)
    if (name !== null) add(words, name, namespace ? describe(namespace) : 'named in manifests');
  return byUse(words);
}

/** A port by number and by name, with where it is from. */
export async function portWords(
  workloads: readonly Resource[],
  services: readonly Resource[],
  check: () => void,
): Promise<Word[]> {
  const words = new Map<string, string[]>();
  await mapInSlices(
    workloads,
    (workload) => {
      for (const { name, number } of podsOf(workload).ports) {
        add(words, String(number), `${name === null ? '' : `${name} of `}${describe(workload)}`);
        add(words, name, `${number} of ${describe(workload)}`);
      }
    },
    check,
  );
  for (const resource of services)
    for (const { target, port } of serviceOf(resource)?.ports ?? [])
      add(words, String(target), `behind port ${port} of ${describe(resource)}`);
  return byUse(words);
}

function add(words: Map<string, string[]>, text: string | null, from: string): void {
  if (text === null) return;
  const known = words.get(text);
  if (!known) words.set(text, [from]);
  else if (known.at(-1) !== from) known.push(from);
}

/** What most things have comes first; names decide between equals. */
function byUse(words: ReadonlyMap<string, readonly string[]>): Word[] {
  return [...words]
    .map(([text, from]) => ({ text, from }))
    .sort((a, b) => b.from.length - a.from.length || (a.text < b.text ? -1 : 1));
}
