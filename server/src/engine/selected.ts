/**
 * Owns which workloads of the workspace a policy selects and its peers match, surely or perhaps, found through an index of
 * their labels. It is told the namespaces; that there are workloads it has not been told of is for its callers to bear in mind.
 *
 * All answers are remembered by the lists they come from, so asking again costs nothing while the workspace stays as it is:
 * hints, lenses, definitions and rules may all call these functions as often as they like.
 */
import { podLabels, type Resource } from '../core/resource.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { get } from '../core/yaml/nodes.ts';
import { isTemplated } from '../core/yaml/template.ts';
import { NAMESPACE_NAME_LABEL } from './dns-servers.ts';
import { type LabelReader, matchesPods, podLabelReader } from './isolation.ts';
import { podsOf } from './pods.ts';
import { type Policy, policyOf } from './policy.ts';
import type { PodsPeer } from './policy-rule.ts';
import { EVERYTHING, matchesPartly, type Selector, selectorKey } from './selector.ts';
import { indexBySelector, type SelectorIndex } from './selector-index.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a selector selects among things that are known. `maybe` are those for which it is not known: labels that are template
 * text or that a controller sets, a selector that cannot be read. Both are in the order of the workspace.
 */
export interface Selection<T> {
  readonly sure: readonly T[];
  readonly maybe: readonly T[];
}

/** Where peers find other namespaces: by name where they can, since that is quick, and rests on that namespace alone. */
export interface NamespaceLookup {
  named(name: string): NamespaceScope | null;
  all(): Iterable<NamespaceScope>;
}

/** A lookup over a plain list of the namespaces of one world. */
export function lookupIn(scopes: Iterable<NamespaceScope>): NamespaceLookup {
  const list = [...scopes];
  const byName = new Map(list.map((scope) => [scope.name, scope]));
  return { named: (name) => byName.get(name) ?? null, all: () => list };
}

const NOTHING: Selection<never> = { sure: [], maybe: [] };

/**
 * The workloads of `scope` whose pods a policy of that namespace selects. Patches and pods that are done are none; workloads
 * in the node's network are among them, although most network plugins do not apply the policy to those (`podsOf` tells).
 */
export function selectedBy(policy: Policy, scope: NamespaceScope): Selection<Resource> {
  return workloadsMatching(policy.podSelector.selector, scope);
}

/** The workloads that a peer matches. `own` is the namespace of the policy: it is meant where no namespaceSelector is given. */
export function matchedBy(
  peer: PodsPeer,
  own: NamespaceScope,
  namespaces: NamespaceLookup,
): Selection<Resource> {
  const { podSelector, namespaceSelector } = peer;
  const pods = podSelector ?? EVERYTHING;
  if (!namespaceSelector) return workloadsMatching(pods, own);
  const { sure, maybe } = namespacesMatching(namespaceSelector, namespaces);
  const certain = sure.map((scope) => workloadsMatching(pods, scope));
  const possible = maybe.map((scope) => workloadsMatching(pods, scope));
  if (certain.length === 1 && possible.length === 0) return certain[0] ?? NOTHING;
  return {
    sure: certain.flatMap((s) => s.sure),
    maybe: [...certain.flatMap((s) => s.maybe), ...possible.flatMap((s) => [...s.sure, ...s.maybe])],
  };
}

/** The namespaces that a namespaceSelector matches, among those of which the workspace has anything. */
export function namespacesMatching(
  selector: Selector,
  namespaces: NamespaceLookup,
): Selection<NamespaceScope> {
  if (selector.requirements.length === 0) return { sure: [...namespaces.all()], maybe: [] };
  const sure: NamespaceScope[] = [];
  const maybe: NamespaceScope[] = [];
  for (const scope of candidates(selector, namespaces)) {
    const verdict = matchesNamespace(selector, scope);
    if (verdict !== false) (verdict ? sure : maybe).push(scope);
  }
  return { sure, maybe };
}

function candidates(selector: Selector, namespaces: NamespaceLookup): Iterable<NamespaceScope> {
  const names = selector.requirements.find((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In');
  if (!names) return namespaces.all();
  return [...new Set(names.values)].map((name) => namespaces.named(name)).filter((scope) => scope !== null);
}

/**
 * Whether a namespaceSelector matches a namespace. Its name is also a label, set by the API server; its other labels are known
 * when the workspace has its Namespace object.
 */
export function matchesNamespace(selector: Selector, scope: NamespaceScope): Verdict {
  const { name } = scope;
  if (name === null) return matchesPartly(selector, new Map());
  const named = new Map([[NAMESPACE_NAME_LABEL, name]]);
  const onName = selector.requirements.filter((r) => r.key === NAMESPACE_NAME_LABEL);
  const byName = matchesPartly({ requirements: onName }, named);
  const isDecided = byName === false || onName.length === selector.requirements.length;
  return isDecided ? byName : matchesPods(selector, namespaceLabelReader(scope, name));
}

/** What platforms label namespaces with by themselves. */
const PLATFORM_LABEL =
  /^(?:olm\.operatorgroup\.uid\/|[^/]*(?:network\.openshift\.io|cattle\.io|kubesphere\.io|hnc\.x-k8s\.io|capsule\.clastix\.io)\/)/;

/** Whether platforms put this label on namespaces, so that no manifest has it. */
export function setByPlatform(key: string): boolean {
  return PLATFORM_LABEL.test(key);
}

function namespaceLabelReader({ namespace }: NamespaceScope, name: string): LabelReader {
  const node = get(namespace?.metadata, 'labels');
  const readable = namespace !== null && !(node && isTemplated(node, namespace.document.text));
  return (key) => {
    if (key === NAMESPACE_NAME_LABEL) return name;
    if (!readable) return null;
    return namespace.labels.get(key) ?? (setByPlatform(key) ? null : undefined);
  };
}

const selections = new WeakMap<readonly Resource[], Map<string, Selection<Resource>>>();

/**
 * The workloads of one namespace whose pods match `selector`; an unreadable one (null) may match any. Those who ask for the same
 * are given the same lists, so that what was concluded from them can be kept by them.
 */
export function workloadsMatching(selector: Selector | null, scope: NamespaceScope): Selection<Resource> {
  const { workloads } = scope;
  if (workloads.length === 0) return NOTHING;
  if (!selector) return { sure: [], maybe: indexOf(workloads).all };
  const known = selections.get(workloads) ?? new Map<string, Selection<Resource>>();
  selections.set(workloads, known);
  const key = selectorKey(selector);
  const remembered = known.get(key);
  if (remembered) return remembered;
  const selection = select(selector, indexOf(workloads));
  // To find nothing is quick, and most selectors find nothing in most namespaces.
  if (selection !== NOTHING) known.set(key, selection);
  return selection;
}

function select(selector: Selector, index: WorkloadIndex): Selection<Resource> {
  const sure: Resource[] = [];
  const maybe: Resource[] = [];
  for (const workload of narrowed(selector, index)) {
    const matches = matchesPods(selector, podLabelReader(workload));
    // A patch may have taken it away.
    const verdict = matches && workload.partial ? null : matches;
    if (verdict !== false) (verdict ? sure : maybe).push(workload);
  }
  return sure.length > 0 || maybe.length > 0 ? { sure, maybe } : NOTHING;
}

/** The workloads of a namespace by the labels of their pods. */
interface WorkloadIndex {
  readonly all: readonly Resource[];
  /** The places in `all` of the workloads with a label, by key and value. */
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** The places of those that may have a label which no manifest shows, by its key. */
  mayHave(key: string): readonly number[];
}

/** Whether it is a patch itself, and no object that kustomizations change. */
function isPatch({ partial, derived }: Resource): boolean {
  return partial && !derived;
}

const indexes = new WeakMap<readonly Resource[], WorkloadIndex>();

function indexOf(workloads: readonly Resource[]): WorkloadIndex {
  const known = indexes.get(workloads);
  if (known) return known;
  const all = workloads.filter((w) => !isPatch(w) && !podsOf(w).isDone);
  const byLabel = new Map<string, Map<string, number[]>>();
  const unknown = new Map<string, readonly number[]>();
  all.forEach((workload, i) => {
    for (const [key, value] of podLabels(workload) ?? []) {
      const byValue = byLabel.get(key) ?? new Map<string, number[]>();
      byLabel.set(key, byValue);
      const places = byValue.get(value);
      if (places) places.push(i);
      else byValue.set(value, [i]);
    }
  });
  const mayHave = (key: string) => {
    const places = unknown.get(key) ?? all.flatMap((w, i) => (podLabelReader(w)(key) === null ? [i] : []));
    unknown.set(key, places);
    return places;
  };
  const index = { all, byLabel, mayHave };
  indexes.set(workloads, index);
  return index;
}

/** The workloads that the most telling of the selector's requirements leaves. */
function narrowed({ requirements }: Selector, { all, byLabel, mayHave }: WorkloadIndex): readonly Resource[] {
  let fewest: readonly number[] | null = null;
  for (const { key, operator, values } of requirements) {
    if (operator !== 'In') continue;
    const places = placesOf(byLabel.get(key), values, mayHave(key));
    if (!fewest || places.length < fewest.length) fewest = places;
    if (fewest.length === 0) return NO_WORKLOADS;
  }
  return fewest ? fewest.map((i) => all[i] as Resource) : all;
}

const NO_WORKLOADS: readonly Resource[] = [];
const NOWHERE: readonly number[] = [];

/** Where workloads have, or may have, one of these values, in order. Mostly one list will do as it is. */
function placesOf(
  byValue: ReadonlyMap<string, readonly number[]> | undefined,
  values: readonly string[],
  unknown: readonly number[],
): readonly number[] {
  const [value, another] = values;
  const first = value === undefined ? NOWHERE : (byValue?.get(value) ?? NOWHERE);
  if (another === undefined && unknown.length === 0) return first;
  const places = new Set([...values.flatMap((v) => byValue?.get(v) ?? NOWHERE), ...unknown]);
  return [...places].sort((a, b) => a - b);
}

const policyIndexes = new WeakMap<readonly Resource[], SelectorIndex<Policy>>();

/** The policies of `scope` that select the pods of a workload of that namespace. */
export function policiesSelecting(workload: Resource, scope: NamespaceScope): Selection<Policy> {
  const { policies } = scope;
  const index =
    policyIndexes.get(policies) ??
    indexBySelector(
      policies.map(policyOf).filter((policy) => policy !== null),
      (policy) => policy.podSelector.selector,
    );
  policyIndexes.set(policies, index);
  const labelOf = podLabelReader(workload);
  const sure: Policy[] = [];
  const maybe: Policy[] = [];
  for (const policy of index.matching(labelOf)) {
    const verdict = matchesPods(policy.podSelector.selector, labelOf);
    if (verdict !== false) (verdict ? sure : maybe).push(policy);
  }
  return { sure, maybe };
}
