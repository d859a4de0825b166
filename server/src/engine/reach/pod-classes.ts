/**
 * Owns grouping pods into classes that no policy of the facts can tell apart, so that work follows the number of classes and
 * not that of pods. What the policies allow is not its business.
 */
import { NAMESPACE_NAME_LABEL } from '../dns-servers.ts';
import { type LabelReader, setByController } from '../isolation.ts';
import { setByPlatform } from '../selected.ts';
import type { Labels } from '../selector.ts';
import type { Distinctions } from './distinctions.ts';
import type { Facts, NamedPort, NamespaceFacts, PodFacts } from './facts.ts';

export interface PodClass {
  /** Its place among the classes. */
  readonly index: number;
  /** One of its pods, which stands for all. */
  readonly pod: PodFacts;
  readonly labelOf: LabelReader;
  /** The places of its pods among the facts. */
  readonly members: readonly number[];
}

export interface PodClasses {
  readonly list: readonly PodClass[];
  /** By the place of a pod among the facts: the index of its class. */
  readonly ofPod: Int32Array;
  readonly byNamespace: ReadonlyMap<string, readonly PodClass[]>;
  readonly namespaceLabels: ReadonlyMap<string, LabelReader>;
  /** What tells two classes apart. */
  readonly distinctions: Distinctions;
}

export function podClasses(facts: Facts, distinctions: Distinctions): PodClasses {
  const idOf = signatures(distinctions);
  const places: number[][] = [];
  const ids = facts.pods.map((pod, place) => {
    const id = idOf(pod);
    const members = places[id];
    if (members) members.push(place);
    else places[id] = [place];
    return id;
  });
  // The classes of a namespace come one after the other: what selects some of them is a short set.
  const inOrder = places
    .map((members, id) => ({ id, members, pod: facts.pods[members[0] as number] as PodFacts }))
    .sort((a, b) =>
      a.pod.namespace < b.pod.namespace ? -1 : a.pod.namespace > b.pod.namespace ? 1 : a.id - b.id,
    );
  const list = inOrder.map(({ members, pod }, index) => ({ index, pod, members, labelOf: labelReader(pod) }));
  const indexById = new Int32Array(places.length);
  inOrder.forEach(({ id }, index) => {
    indexById[id] = index;
  });
  return {
    list,
    ofPod: Int32Array.from(ids, (id) => indexById[id] as number),
    byNamespace: Map.groupBy(list, ({ pod }) => pod.namespace),
    namespaceLabels: namespaceReaders(facts, list),
    distinctions,
  };
}

/** Reads the labels of pods as far as they are known. */
export function labelReader({ labels, complete }: Pick<PodFacts, 'labels' | 'complete'>): LabelReader {
  if (!labels) return () => null;
  if (complete) return (key) => labels.get(key);
  return (key) => labels.get(key) ?? (setByController(key) ? null : undefined);
}

function namespaceReaders({ namespaces }: Facts, classes: readonly PodClass[]): Map<string, LabelReader> {
  const readers = new Map<string, LabelReader>();
  for (const namespace of namespaces) readers.set(namespace.name, namespaceReader(namespace));
  for (const { pod } of classes)
    if (!readers.has(pod.namespace))
      readers.set(pod.namespace, namespaceReader({ name: pod.namespace, labels: null, complete: false }));
  return readers;
}

/** The API server labels every namespace with its name. */
function namespaceReader({ name, labels, complete }: NamespaceFacts): LabelReader {
  const other: LabelReader = labels
    ? (key) => labels.get(key) ?? (!complete && setByPlatform(key) ? null : undefined)
    : () => null;
  return (key) => (key === NAMESPACE_NAME_LABEL ? name : other(key));
}

/** Gives pods the same number that nothing tells apart; numbers start at 0. */
function signatures(distinctions: Distinctions): (pod: PodFacts) => number {
  const labelIds = new Map<Labels | null, number>([[null, -1]]);
  const portIds = new Map<readonly NamedPort[], number>();
  const [texts, pairs, results] = [
    new Map<string, number>(),
    new Map<number, number>(),
    new Map<number, number>(),
  ];
  const idOfLabels = (labels: Labels | null) => {
    const known =
      labelIds.get(labels) ?? numberOf(texts, labelText(labels as Labels, distinctions.labelKeys));
    labelIds.set(labels, known);
    return known + 1;
  };
  const idOfPorts = (ports: readonly NamedPort[]) => {
    const known = portIds.get(ports) ?? numberOf(texts, portText(ports, distinctions.portNames));
    portIds.set(ports, known);
    return known;
  };
  const pair = (a: number, b: number) => numberOf(pairs, a * MOST + b);
  const named = distinctions.portNames.size > 0;
  return ({ namespace, labels, complete, namedPorts, portsKnown, addresses, hostNetwork }) => {
    const flags =
      (complete ? 1 : 0) + (named && !portsKnown ? 2 : 0) + (hostNetwork === null ? 8 : hostNetwork ? 4 : 0);
    const place = pair(numberOf(texts, namespace), numberOf(texts, distinctions.slotOf(addresses)));
    const look = pair(idOfLabels(labels), named ? idOfPorts(namedPorts) : 0);
    return numberOf(results, pair(place, look) * 16 + flags);
  };
}

/** There are fewer of everything, so that two numbers make one. */
const MOST = 2 ** 24;

function numberOf<K>(known: Map<K, number>, key: K): number {
  const number = known.get(key);
  if (number !== undefined) return number;
  known.set(key, known.size);
  return known.size - 1;
}

function portText(ports: readonly NamedPort[], names: ReadonlySet<string>): string {
  const relevant = ports.filter(({ name }) => names.has(name));
  return relevant
    .map(({ name, protocol, number }) => `${name} ${protocol} ${number}`)
    .sort()
    .join();
}

function labelText(labels: Labels, keys: ReadonlySet<string>): string {
  const relevant: string[] = [];
  for (const [key, value] of labels) if (keys.has(key)) relevant.push(`${key}=${value}`);
  return relevant.sort().join();
}
