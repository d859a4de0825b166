/**
 * Owns what one kustomization file says, as far as it decides which objects there are and what they are called, labelled and
 * in which namespace. Where the files it names are, and what becomes of their objects, is decided elsewhere.
 * Fields: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/.
 */
import type { YamlDocument } from '../document.ts';
import type { SourceFile } from '../source-file.ts';
import { asMap, asScalar, asSeq, asString, get, isNull, type YamlMap, type YamlNode } from '../yaml/nodes.ts';
import { parseYaml } from '../yaml/parse.ts';
import { hasAction, isTemplate } from '../yaml/template.ts';

/** The names under which kustomize looks for the file. */
export const KUSTOMIZATION_FILES: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

/** Whether a path or URI is that of a kustomization file. */
export function isKustomization(path: string): boolean {
  return KUSTOMIZATION_FILES.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** Labels that are written to every object. */
export interface LabelSet {
  readonly pairs: ReadonlyMap<string, string>;
  /** Whether they are written to selectors, and so to the pods those select, too. */
  readonly selectors: boolean;
  /** Whether they are written to the pods of workloads: of `kinds` where that is given, else of all. */
  readonly templates: boolean;
  readonly kinds?: ReadonlySet<string>;
}

/** Which objects a patch is for. Strings are regular expressions for the whole of a name; null stands for any. */
export interface Target {
  readonly group: string | null;
  readonly version: string | null;
  readonly kind: string | null;
  readonly name: string | null;
  readonly namespace: string | null;
  /** Whether labels or annotations decide, too. */
  readonly byLabels: boolean;
}

export interface PatchEntry {
  /** The file it is in, as written; null when it stands in the kustomization itself. */
  readonly path: string | null;
  /** The patch itself, parsed; null when it is in a file. */
  readonly inline: YamlNode | null;
  /** Null when the patch names the object it is for. */
  readonly target: Target | null;
}

export interface Kustomization {
  readonly document: YamlDocument;
  readonly isComponent: boolean;
  /** `resources`, and the `bases` of old. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** Null when it sets none. */
  readonly namespace: string | null;
  readonly prefix: string;
  readonly suffix: string;
  readonly labels: readonly LabelSet[];
  /** `patchesStrategicMerge` and `patches`, which come before all else. */
  readonly patches: readonly PatchEntry[];
  /** `patchesJson6902`, which come last. */
  readonly lastPatches: readonly PatchEntry[];
  /** The files of `transformers`, which come behind even those. */
  readonly transformers: readonly string[];
  /** What it does that is not followed here; to follow "kustomization.yaml". Null when there is nothing of the kind. */
  readonly beyond: string | null;
}

/** Fields that make objects, or change them, in ways that only kustomize itself can tell. */
const BEYOND: Readonly<Record<string, string>> = {
  helmCharts: 'takes in Helm charts',
  helmChartInflationGenerator: 'takes in Helm charts',
  generators: 'has generators of its own',
  replacements: 'has replacements',
  configurations: 'has configurations for its transformers',
};

/** By the file's one document. */
const cache = new WeakMap<YamlDocument, Kustomization | null>();

/** Reads a kustomization file; null when it makes no sense as one, or not yet. */
export function readKustomization(file: SourceFile): Kustomization | null {
  const documents = file.documents.filter((document) => document.yaml.root !== null);
  const [document, second] = documents;
  if (!document || second) return null;
  const known = cache.get(document);
  if (known !== undefined) return known;
  const root = asMap(document.yaml.root);
  const isSound = root && document.soundUntil === Number.POSITIVE_INFINITY;
  const result = isSound ? read(document, root) : null;
  cache.set(document, result);
  return result;
}

function read(document: YamlDocument, root: YamlMap): Kustomization {
  return {
    document,
    isComponent: asString(get(root, 'kind')) === 'Component',
    resources: [...strings(get(root, 'resources')), ...strings(get(root, 'bases'))],
    components: strings(get(root, 'components')),
    namespace: asString(get(root, 'namespace')) || null,
    prefix: asString(get(root, 'namePrefix')) ?? '',
    suffix: asString(get(root, 'nameSuffix')) ?? '',
    labels: [...items(get(root, 'labels')).map(readLabels), ...commonLabels(root)],
    patches: [
      ...items(get(root, 'patchesStrategicMerge')).map(readStrategicMerge),
      ...items(get(root, 'patches')).map(readPatch),
    ],
    lastPatches: items(get(root, 'patchesJson6902')).map(readPatch),
    transformers: strings(get(root, 'transformers')),
    beyond: beyondOf(document, root),
  };
}

function beyondOf(document: YamlDocument, root: YamlMap): string | null {
  if (hasAction(document.text)) return 'is template text';
  const field = Object.keys(BEYOND).find((name) => isGiven(root, name));
  if (field !== undefined) return BEYOND[field] ?? null;
  const labels = [...items(get(root, 'labels')), ...[root].flatMap((map) => get(map, 'commonLabels') ?? [])];
  const isOpen = (node: YamlNode) => isTemplate(document.text.slice(node.span.start, node.span.end));
  if (labels.some((node) => isOpen(node) || get(node, 'fields') !== undefined))
    return 'has labels that depend on what is not here';
  return null;
}

function isGiven(root: YamlMap, field: string): boolean {
  const node = get(root, field);
  return node !== undefined && !isNull(node) && asSeq(node)?.items.length !== 0;
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return asSeq(node)?.items ?? [];
}

function strings(node: YamlNode | undefined): string[] {
  return items(node).flatMap((item) => asString(item) || []);
}

function readLabels(node: YamlNode): LabelSet {
  const selectors = isTrue(get(node, 'includeSelectors'));
  return {
    pairs: pairsOf(get(node, 'pairs')),
    selectors,
    templates: selectors || isTrue(get(node, 'includeTemplates')),
  };
}

function isTrue(node: YamlNode | undefined): boolean {
  return asScalar(node)?.value === true;
}

function commonLabels(root: YamlMap): LabelSet[] {
  const pairs = pairsOf(get(root, 'commonLabels'));
  return pairs.size === 0 ? [] : [{ pairs, selectors: true, templates: true }];
}

/** The string entries of a map of labels. */
export function pairsOf(node: YamlNode | undefined): ReadonlyMap<string, string> {
  const pairs = (asMap(node)?.effective ?? []).map(({ name, value }) => [name, asString(value)] as const);
  return new Map(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}

/** An item of `patchesStrategicMerge` is a path, or the patch itself. */
function readStrategicMerge(node: YamlNode): PatchEntry {
  const text = asString(node) ?? '';
  if (!/[\r\n]/.test(text.trimEnd())) return { path: text, inline: null, target: null };
  return { path: null, inline: parsed(text), target: null };
}

/** The one document in a text; null when there are several, each for an object of its own. */
function parsed(text: string): YamlNode | null {
  return /^---/m.test(text.trimStart().slice(1)) ? null : parseYaml(text).root;
}

function readPatch(node: YamlNode): PatchEntry {
  const path = asString(get(node, 'path'));
  const target = asMap(get(node, 'target'));
  const inline = path === null ? parsed(asString(get(node, 'patch')) ?? '') : null;
  return { path, inline, target: target && readTarget(target) };
}

function readTarget(target: YamlMap): Target {
  const field = (name: string) => asString(get(target, name)) || null;
  return {
    group: field('group'),
    version: field('version'),
    kind: field('kind'),
    name: field('name'),
    namespace: field('namespace'),
    byLabels: field('labelSelector') !== null || field('annotationSelector') !== null,
  };
}
