/**
 * Owns the namespaces that a namespaceSelector misses by a slip. Of a namespace without a Namespace manifest only the name is
 * known; some namespaces are in every cluster.
 */
import type { NamespaceScope } from '../../core/workspace.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { indexLabels, type LabelIndex, type NearMiss, nearMisses } from '../../engine/near-miss.ts';
import { matchesNamespace, type NamespaceLookup, namespacesMatching } from '../../engine/selected.ts';
import type { Labels, Requirement, Selector } from '../../engine/selector.ts';
import { labelsInUse } from './labels-in-use.ts';

/** In every cluster, whatever the workspace holds of them. */
const ALWAYS_THERE: ReadonlySet<string> = new Set([
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
]);

/** The namespaces that `selector` was probably meant for; none where it matches, or may match, another. */
export function nearNamespaces(
  selector: Selector,
  own: NamespaceScope,
  namespaces: NamespaceLookup,
): readonly NearMiss<NamespaceScope>[] {
  const demands = selector.requirements.filter(({ operator }) => operator === 'In');
  // Most name a namespace that every cluster has: no need to look at those of the workspace, and to do so again as they change.
  if (demands.every(isThere)) return [];
  const byName = namedByOtherKey(selector, namespaces);
  if (byName) return [byName];
  const { sure, maybe } = namespacesMatching(selector, namespaces);
  if (sure.length > 0 || maybe.length > 0) return [];
  const all = [...namespaces.all()].filter((scope) => scope.name !== null);
  const misses = nearMisses(selector, indexOf(all));
  return misses
    .filter(({ requirement }) => !isThere(requirement))
    .filter(({ requirement, inForm }) => inForm || labelsInUse(own).byPolicies(requirement) < 2)
    .map((miss) => ({ ...miss, item: all[miss.item] as NamespaceScope }));
}

/** The namespaces that were indexed last, by what is known of them, and their places. */
let latest: { readonly known: readonly unknown[]; readonly index: LabelIndex<number> } | null = null;

/** One policy after the other asks the same namespaces, and those of several kustomizations in turn are the exception. */
function indexOf(all: readonly NamespaceScope[]): LabelIndex<number> {
  const known = all.flatMap(({ name, namespace }) => [name, namespace]);
  if (latest?.known.length !== known.length || latest.known.some((each, i) => each !== known[i])) {
    const labels = all.map(namespaceLabels);
    const places = all.map((_, place) => place);
    latest = { known, index: indexLabels(places, (place) => labels[place] ?? NO_LABELS) };
  }
  return latest.index;
}

const NO_LABELS: Labels = new Map();

/** Whether a namespace is demanded by a name that every cluster has. */
function isThere({ key, values }: Requirement): boolean {
  return key === NAMESPACE_NAME_LABEL && values.some((value) => ALWAYS_THERE.has(value));
}

/** The labels of a namespace as far as they are known, its name among them. */
function namespaceLabels({ name, namespace }: NamespaceScope): Labels {
  return new Map([...(namespace?.labels ?? []), [NAMESPACE_NAME_LABEL, name ?? '']]);
}

/** Keys that people take for the label with a namespace's name. */
const OTHER_KEYS: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'ns',
  'metadata.name',
  'kubernetes.io/name',
]);

/** The namespace that is demanded by its name under a key it does not have, going by its Namespace manifest. */
function namedByOtherKey(selector: Selector, namespaces: NamespaceLookup): NearMiss<NamespaceScope> | null {
  const [requirement, another] = selector.requirements;
  const [name, second] = requirement?.values ?? [];
  if (!requirement || another || requirement.operator !== 'In' || name === undefined || second !== undefined)
    return null;
  if (!OTHER_KEYS.has(requirement.key)) return null;
  const item = namespaces.named(name);
  if (!item?.namespace || matchesNamespace(selector, item) !== false) return null;
  // Where one has the label, it is in use, and this is a namespace of another kind.
  if (namespacesMatching(selector, namespaces).sure.length > 0) return null;
  return { item, requirement, key: NAMESPACE_NAME_LABEL, value: name, inForm: true };
}
