/**
 * Owns the recognition of Kubernetes objects in a parsed document and the few fields every layer needs of them.
 * It knows what an object is called and where it lives, not what its spec means.
 */
import type { YamlDocument } from './document.ts';
import { groupOf, isKnownKindName, kindOf, type Role } from './kinds.ts';
import { asMap, asScalar, asSeq, asString, get, type YamlMap, type YamlNode } from './yaml/nodes.ts';
import { isTemplate, isTemplated } from './yaml/template.ts';

export interface Resource {
  readonly document: YamlDocument;
  readonly root: YamlMap;
  readonly role: Exclude<Role, 'list'>;
  readonly apiVersion: string;
  readonly kind: string;
  /** Null when absent, not a string, or template text. */
  readonly name: string | null;
  /** Null when absent, template text, or the kind is cluster-scoped. */
  readonly namespace: string | null;
  /** Whether the namespace is written, but as template text. */
  readonly namespaceUnknown: boolean;
  readonly clusterScoped: boolean;
  readonly metadata: YamlMap | null;
  /** `metadata.labels` with string values; template text is left out. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** For a workload: the object holding the pod's `metadata` and `spec`. */
  readonly pod: YamlMap | null;
  /** Whether this is a patch or an assertion, whose missing fields say nothing (`$patch`, no `spec`). */
  readonly partial: boolean;
  /** How kustomizations change the object on its way to the cluster; absent when it is applied as it is written. */
  readonly derived?: Derived;
}

/** What kustomizations do to an object besides what its own fields here say already. */
export interface Derived {
  /** The object as it is written. */
  readonly from: Resource;
  /** The key of the world it is in. */
  readonly world: string;
  /** The kustomization file at the root of that world. */
  readonly root: YamlDocument;
  /** Labels its pods are given; null for one that is taken away. */
  readonly podLabels: ReadonlyMap<string, string | null>;
  /** Labels written to the selectors it has, wherever `matchLabels` is there (a Service: to its selector). */
  readonly selectorLabels: ReadonlyMap<string, string>;
  /** Whether its namespace is the kustomization's to say, and no longer the file's. */
  readonly setsNamespace: boolean;
  /** The URI of a patch that may make it other than is written; null when there is none. */
  readonly patchedBy: string | null;
  /** The kustomization file that names the object's file. */
  readonly listedIn: YamlDocument;
}

const TOP_LEVEL_KIND = /^["']?kind["']?[ \t]*:[ \t]*["']?([A-Za-z]+)/m;
/** Anchors, tags and comments may stand between the colon and the value. */
const ANY_KIND = /["']?kind["']?[ \t\r\n]*:[ \t\r\n]*(?:[&!#]\S*[ \t\r\n]+)*["']?([A-Za-z]+)/g;
const ANY_API_VERSION = /["']?apiVersion["']?[ \t\r\n]*:/;

/** `kind` at the start of a line with, where it is one plain or quoted word, its value. */
const TOP_LEVEL_KINDS =
  /^["']?kind["']?[ \t]*:(?:[ \t]+(["']?)([A-Za-z]+)\1(?=[ \t]*(?:[\r\n]|$)|[ \t]+#))?/gm;
/** A key, or the value of a `kind`, in a spelling that only the parser reads: escapes, block scalars, aliases. */
const SPELT_OTHERWISE = /"[^"\r\n]*\\[uUx\r\n][^"]*"[ \t]*:|kind["']?[ \t\r\n]*:[ \t\r\n]*(?:[|>*]|"[^"]*\\)/;

/** A cheap look at `text`: false only when no object of a known kind can be in it. Large bundles of CRDs stop here. */
function mayHoldResources(text: string): boolean {
  const top = [...text.matchAll(TOP_LEVEL_KINDS)];
  const words = (
    top.length > 0 ? top.map((match) => match[2]) : [...text.matchAll(ANY_KIND)].map((m) => m[1])
  ) as (string | undefined)[];
  return words.some((word) => word === undefined || isKnownKindName(word)) || SPELT_OTHERWISE.test(text);
}

/** A cheap look at `text`: whether it seems to hold a Kubernetes object of any kind. */
export function looksLikeObject(text: string): boolean {
  return ANY_API_VERSION.test(text) && text.search(ANY_KIND) >= 0;
}

/** A cheap look at `text`, for documents that cannot be parsed: whether a NetworkPolicy was probably meant. */
export function looksLikePolicy(text: string): boolean {
  const top = TOP_LEVEL_KIND.exec(text);
  if (!/networking\.k8s\.io\//.test(text) || /projectcalico\.org/.test(text)) return false;
  return top
    ? top[1] === 'NetworkPolicy' || top[1] === 'List'
    : /kind["']?\s*:\s*["']?NetworkPolicy/.test(text);
}

const cache = new WeakMap<YamlDocument, readonly Resource[]>();

/** The objects of known kinds in `document`, in the order of the text; items of a `List` count one by one. */
export function resourcesOf(document: YamlDocument): readonly Resource[] {
  const known = cache.get(document);
  if (known) return known;
  const found: Resource[] = [];
  if (mayHoldResources(document.text)) collect(document, document.yaml.root, found, 0);
  cache.set(document, found);
  return found;
}

/** `apiVersion` and `kind` of the items of a typed list may be left out: both come from the list. */
interface ItemType {
  readonly apiVersion: string;
  readonly kind: string;
}

function collect(
  document: YamlDocument,
  node: YamlNode | null,
  found: Resource[],
  depth: number,
  itemType: ItemType | null = null,
): void {
  const root = asMap(node);
  if (!root || depth > 3) return;
  const apiVersion = typeField(root, 'apiVersion') ?? itemType?.apiVersion ?? null;
  const kindName = typeField(root, 'kind') ?? itemType?.kind ?? null;
  if (apiVersion === null || kindName === null || isTemplate(apiVersion)) return;
  const kind = kindOf(groupOf(apiVersion), kindName);
  if (!kind) return;
  if (kind.role === 'list') {
    const itemKind = kindName.slice(0, -'List'.length);
    const ofItems = itemKind === '' ? null : { apiVersion, kind: itemKind };
    for (const item of asSeq(get(root, 'items'))?.items ?? [])
      collect(document, item, found, depth + 1, ofItems);
    return;
  }
  if (kind.generates && !generatesPolicies(document, root)) return;
  const metadata = asMap(get(root, 'metadata'));
  const namespaceNode = kind.clusterScoped ? undefined : get(metadata, 'namespace');
  const namespaceUnknown = namespaceNode !== undefined && isTemplated(namespaceNode, document.text);
  found.push({
    document,
    root,
    role: kind.role,
    apiVersion,
    kind: kindName,
    name: plainString(get(metadata, 'name')),
    namespace: namespaceUnknown ? null : plainString(namespaceNode) || null,
    namespaceUnknown,
    clusterScoped: kind.clusterScoped === true,
    metadata,
    labels: stringMap(get(metadata, 'labels')),
    annotations: stringMap(get(metadata, 'annotations')),
    pod: kind.podPath ? podOf(root, kind.podPath) : null,
    partial:
      get(root, '$patch') !== undefined || (kind.role === 'policy' && asMap(get(root, 'spec')) === null),
  });
}

/**
 * Whether what a Kyverno policy generates is a NetworkPolicy, among others. Those that only validate or mutate NetworkPolicies
 * name the kind as well, but outside of `generate`.
 */
function generatesPolicies(document: YamlDocument, root: YamlMap): boolean {
  const spec = get(root, 'spec');
  const rules = asSeq(get(spec, 'rules'))?.items.map((rule) => get(rule, 'generate'));
  // Without rules, the expressions of a GeneratingPolicy say it, in whatever form.
  return (rules ?? [spec]).some(
    (node) => node && /NetworkPolicy\b/.test(document.text.slice(node.span.start, node.span.end)),
  );
}

/** Null when missing or not a string; an empty string counts as missing, as it does for the server. */
function typeField(root: YamlMap, name: string): string | null {
  return asString(get(root, name)) || null;
}

function podOf(root: YamlMap, path: readonly string[]): YamlMap | null {
  let node: YamlMap | null = root;
  for (const step of path) node = asMap(get(node, step));
  return node;
}

function plainString(node: YamlNode | undefined): string | null {
  const value = asString(node);
  return value === null || isTemplate(value) ? null : value;
}

/** The string entries of a labels or annotations map. */
function stringMap(node: YamlNode | undefined): ReadonlyMap<string, string> {
  const map = asMap(node);
  const result = new Map<string, string>();
  if (!map) return result;
  for (const pair of map.effective) {
    const { name } = pair;
    const value = asString(pair.value);
    if (value !== null && !isTemplate(value) && !isTemplate(name)) result.set(name, value);
  }
  return result;
}

/** The labels of a workload's pods; null when the pod template is missing or its labels are template text. */
export function podLabels(resource: Resource): ReadonlyMap<string, string> | null {
  if (!resource.pod) return null;
  const node = get(get(resource.pod, 'metadata'), 'labels');
  if (node && isTemplated(node, resource.document.text)) return null;
  const labels = stringMap(node);
  return resource.derived && resource.derived.podLabels.size > 0
    ? changed(labels, resource.derived.podLabels)
    : labels;
}

function changed(
  labels: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string | null>,
): ReadonlyMap<string, string> {
  const result = new Map(labels);
  for (const [key, value] of changes)
    if (value === null) result.delete(key);
    else result.set(key, value);
  return result;
}

/** Where an object is named: its `metadata.name`, else its kind, else the object itself. */
export function nameNode(resource: Resource): YamlNode {
  const name = get(resource.metadata, 'name');
  return asScalar(name)?.style !== 'absent' && name ? name : (get(resource.root, 'kind') ?? resource.root);
}

/** `NetworkPolicy acme/api`, for messages. */
export function describe(resource: Resource): string {
  const name = resource.name ?? '(no name)';
  return `${resource.kind} ${resource.namespace === null ? name : `${resource.namespace}/${name}`}`;
}
