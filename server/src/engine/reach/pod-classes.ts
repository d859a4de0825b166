/**
 * Owns grouping pods into classes that no policy of the facts can tell apart, so that work follows the number of classes and
 * not that of pods. What the policies allow is not its business.
 */
import { NAMESPACE_NAME_LABEL } from '../dns-servers.ts';
import { type LabelReader, setByController } from '../isolation.ts';
import { setByPlatform } from '../selected.ts';
import type { Labels } from '../selector.ts';
import type { Distinctions } from './distinctions.ts';
import type { Facts, NamespaceFacts, PodFacts } from './facts.ts';

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
  const signature = signatures(distinctions);
  const byKey = new Map<
    string,
    { readonly index: number; readonly pod: PodFacts; readonly members: number[] }
  >();
  const ofPod = new Int32Array(facts.pods.length);
  facts.pods.forEach((pod, place) => {
    const key = signature(pod);
    let found = byKey.get(key);
    if (!found) {
      found = { index: byKey.size, pod, members: [] };
      byKey.set(key, found);
    }
    found.members.push(place);
    ofPod[place] = found.index;
  });
  const list = [...byKey.values()].map((found) => ({ ...found, labelOf: labelReader(found.pod) }));
  return {
    list,
    ofPod,
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

/** Makes of a pod a text that is the same for pods that nothing tells apart. */
function signatures(distinctions: Distinctions): (pod: PodFacts) => string {
  const byLabels = new Map<Labels, string>();
  const known = (labels: Labels) => {
    const text = byLabels.get(labels) ?? labelText(labels, distinctions.labelKeys);
    byLabels.set(labels, text);
    return text;
  };
  return ({ namespace, labels, complete, namedPorts, portsKnown, addresses, hostNetwork }) => {
    const ports = namedPorts.filter(({ name }) => distinctions.portNames.has(name));
    const named = ports.map(({ name, protocol, number }) => `${name} ${protocol} ${number}`).sort();
    const open = distinctions.portNames.size > 0 && !portsKnown;
    const where = distinctions.slotOf(addresses);
    return `${namespace}\n${labels ? known(labels) : '?'}\n${complete} ${hostNetwork} ${open} ${where}\n${named}`;
  };
}

function labelText(labels: Labels, keys: ReadonlySet<string>): string {
  const relevant: string[] = [];
  for (const [key, value] of labels) if (keys.has(key)) relevant.push(`${key}=${value}`);
  return relevant.sort().join();
}
