/**
 * Owns where labels of pods and of namespaces are written: on the objects that have them, in everything that selects by them,
 * and in the kustomizations that give them to all objects. It judges nothing.
 */
import type { YamlDocument } from '../core/document.ts';
import { isKustomization } from '../core/kustomize/kustomization.ts';
import { type Resource, resourcesOf } from '../core/resource.ts';
import {
  asMap,
  asScalar,
  asSeq,
  asString,
  deref,
  get,
  isMergeKey,
  mergeSources,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from '../core/yaml/nodes.ts';
import { isTemplated } from '../core/yaml/template.ts';

/** Pods and namespaces have labels of their own: the same key means another label. */
export type LabelOwner = 'pods' | 'namespaces';

export interface LabelValue {
  /** A scalar, or an alias of one. */
  readonly node: YamlNode;
  readonly text: string;
}

/** One place at which a label is named, with the values that stand beside it. */
export interface LabelPlace {
  readonly owner: LabelOwner;
  /** Whether it asks for the label; otherwise it gives it. */
  readonly selects: boolean;
  readonly document: YamlDocument;
  readonly key: string;
  /** A key, or the value of `key` in an expression. */
  readonly keyNode: YamlNode;
  readonly values: readonly LabelValue[];
  /** Whether it is written for every object, so that the other owner's labels stand in the same place. */
  readonly forAll?: true;
}

const cache = new WeakMap<YamlDocument, readonly LabelPlace[]>();

/** Every place in a document, in no particular order. What is behind an alias comes once for each alias. */
export function labelPlacesIn(document: YamlDocument): readonly LabelPlace[] {
  const known = cache.get(document);
  if (known) return known;
  const places = [
    ...resourcesOf(document).flatMap((resource) => [...placesOf(resource)]),
    ...budgetsIn(document).flatMap((budget) => [
      ...selector(document, 'pods', get(get(budget, 'spec'), 'selector')),
    ]),
    ...(isKustomization(document.uri) ? labelsForAll(document) : []),
  ].filter(({ keyNode }) => keyNode.span.end <= document.soundUntil);
  cache.set(document, places);
  return places;
}

function* placesOf(resource: Resource): Iterable<LabelPlace> {
  const { document, role, metadata, root } = resource;
  const spec = get(root, 'spec');
  if (role === 'namespace') yield* labels(document, 'namespaces', get(metadata, 'labels'), false);
  if (role === 'service') yield* labels(document, 'pods', get(spec, 'selector'), true);
  if (role === 'policy' || resource.apiVersion.startsWith('policy.networking.k8s.io/'))
    yield* selectorsBelow(document, spec, 0);
  if (role !== 'workload') return;
  yield* labels(document, 'pods', get(get(resource.pod, 'metadata'), 'labels'), false);
  yield* placementOf(document, get(resource.pod, 'spec'));
  if (resource.kind === 'ReplicationController') yield* labels(document, 'pods', get(spec, 'selector'), true);
  else {
    const job = resource.kind === 'CronJob' ? get(get(spec, 'jobTemplate'), 'spec') : spec;
    yield* selector(document, 'pods', get(job, 'selector'));
  }
}

function* labels(
  document: YamlDocument,
  owner: LabelOwner,
  node: YamlNode | undefined,
  selects: boolean,
): Iterable<LabelPlace> {
  for (const { key: keyNode, name: key, value } of pairsOf(asMap(node)))
    if (asScalar(keyNode))
      yield { owner, selects, document, key, keyNode, values: valuesOf(document, [value]) };
}

/** The pairs of a map and of what is merged into it, those that another overrides included. */
function pairsOf(map: YamlMap | null): readonly YamlPair[] {
  return (map?.pairs ?? []).flatMap((pair) =>
    isMergeKey(pair) ? (mergeSources(pair) ?? []).flatMap(pairsOf) : pair,
  );
}

function* selector(
  document: YamlDocument,
  owner: LabelOwner,
  node: YamlNode | undefined,
): Iterable<LabelPlace> {
  yield* labels(document, owner, get(node, 'matchLabels'), true);
  for (const item of asSeq(get(node, 'matchExpressions'))?.items ?? []) {
    const keyNode = get(item, 'key');
    const key = asString(keyNode);
    if (!keyNode || key === null) continue;
    const values = valuesOf(document, asSeq(get(item, 'values'))?.items ?? []);
    yield { owner, selects: true, document, key, keyNode, values };
  }
}

/** The strings among `nodes`; for template text, its source. */
function valuesOf(document: YamlDocument, nodes: readonly YamlNode[]): LabelValue[] {
  return nodes.flatMap((node) => {
    const source = document.text.slice(node.span.start, node.span.end);
    const text = asString(node) ?? (isTemplated(node, document.text) ? source : null);
    return text === null ? [] : [{ node, text }];
  });
}

/** The fields that hold a selector, in a NetworkPolicy and in the policies of policy.networking.k8s.io. */
const OWNER_OF_FIELD: Readonly<Record<string, LabelOwner>> = {
  podSelector: 'pods',
  namespaceSelector: 'namespaces',
  namespaces: 'namespaces',
};

function* selectorsBelow(
  document: YamlDocument,
  node: YamlNode | undefined,
  depth: number,
): Iterable<LabelPlace> {
  const target = deref(node);
  if (depth > 8) return;
  if (target?.kind === 'seq')
    for (const item of target.items) yield* selectorsBelow(document, item, depth + 1);
  if (target?.kind !== 'map') return;
  for (const { name, value } of target.effective) {
    const owner = OWNER_OF_FIELD[name];
    if (owner) yield* selector(document, owner, value);
    else yield* selectorsBelow(document, value, depth + 1);
  }
}

const TERMS = [
  'requiredDuringSchedulingIgnoredDuringExecution',
  'preferredDuringSchedulingIgnoredDuringExecution',
];

/** The selectors by which pods are placed near other pods, or away from them. */
function* placementOf(document: YamlDocument, podSpec: YamlNode | undefined): Iterable<LabelPlace> {
  const affinity = get(podSpec, 'affinity');
  const terms = ['podAffinity', 'podAntiAffinity'].flatMap((kind) =>
    TERMS.flatMap((name) => asSeq(get(get(affinity, kind), name))?.items ?? []),
  );
  const spread = asSeq(get(podSpec, 'topologySpreadConstraints'))?.items ?? [];
  for (const item of [...terms, ...spread]) {
    const term = get(item, 'podAffinityTerm') ?? item;
    yield* selector(document, 'pods', get(term, 'labelSelector'));
    yield* selector(document, 'namespaces', get(term, 'namespaceSelector'));
    for (const field of ['matchLabelKeys', 'mismatchLabelKeys'])
      for (const keyNode of asSeq(get(term, field))?.items ?? []) {
        const key = asString(keyNode);
        if (key !== null) yield { owner: 'pods', selects: true, document, key, keyNode, values: [] };
      }
  }
}

/** PodDisruptionBudgets, which nothing else here has to do with. */
function budgetsIn(document: YamlDocument): YamlMap[] {
  if (!document.text.includes('PodDisruptionBudget')) return [];
  const { root } = document.yaml;
  return [root, ...(asSeq(get(root, 'items'))?.items ?? [])]
    .map(asMap)
    .filter((map) => map !== null)
    .filter((map) => asString(get(map, 'kind')) === 'PodDisruptionBudget');
}

/** The labels that a kustomization gives to all objects. */
function labelsForAll(document: YamlDocument): LabelPlace[] {
  const { root } = document.yaml;
  const sets = [
    get(root, 'commonLabels'),
    ...(asSeq(get(root, 'labels'))?.items ?? []).map((item) => get(item, 'pairs')),
  ];
  return (['pods', 'namespaces'] as const).flatMap((owner) =>
    sets.flatMap((set) =>
      [...labels(document, owner, set, false)].map((place) => ({ ...place, forAll: true as const })),
    ),
  );
}
