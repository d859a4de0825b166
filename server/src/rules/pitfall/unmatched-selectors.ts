/**
 * Owns the selectors of a namespace's policies that match nothing in the workspace although something there has nearly the
 * labels they demand. How to say so, and how to mend it, is not its business.
 */
import type { Namespaces } from '../../core/neighbours.ts';
import { podLabels, type Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { isDnsServer, NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { indexLabels, type LabelIndex, type NearMiss, nearMisses } from '../../engine/near-miss.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { Peers, PodsPeer } from '../../engine/policy-rule.ts';
import { namespacesMatching, workloadsMatching } from '../../engine/selected.ts';
import type { Requirement, Selector } from '../../engine/selector.ts';
import { matches } from '../../engine/selector.ts';
import { hasPodLabel, labelsInUse, labelText } from './labels-in-use.ts';
import { nearNamespaces } from './near-namespaces.ts';

/** A selector that matches nothing, and what it may have been meant for. */
export interface Unmatched {
  readonly policy: Policy;
  /** The selector in the text. */
  readonly pair: YamlPair;
  readonly selects: 'pods' | 'namespaces';
  /** Null for the policy's own selector. */
  readonly peer: PodsPeer | null;
  readonly direction: Direction | null;
  /** The namespace whose pods the selector is for; null where it is for several, or for namespaces. */
  readonly scope: NamespaceScope | null;
  readonly slip: Slip;
}

export type Slip =
  /** One label is written a little differently there; never empty, best first. */
  | { readonly kind: 'label'; readonly near: readonly NearMiss<Resource | NamespaceScope>[] }
  /** The label is the workload's own, and its pods do not have it. */
  | OnObject
  /** The label is one that only namespaces have. */
  | { readonly kind: 'namespace'; readonly requirement: Requirement }
  /** The pods are in other namespaces; never empty. */
  | { readonly kind: 'elsewhere'; readonly scopes: readonly NamespaceScope[] };

interface OnObject {
  readonly kind: 'object';
  readonly requirement: Requirement;
  readonly workload: Resource;
}

/** The namespace that is judged, and the others as far as they have been looked at. */
interface Surroundings {
  readonly own: NamespaceScope;
  readonly beside: () => readonly NamespaceScope[];
  /** The other namespaces in which a pod has this label. */
  readonly withLabel: (label: string) => readonly NamespaceScope[];
  readonly near: (namespaceSelector: Selector) => readonly NearMiss<NamespaceScope>[];
  /** The namespaces a selector matches, if they are all that is known to match, and none that perhaps does. */
  readonly matching: (namespaceSelector: Selector) => readonly NamespaceScope[];
}

function surroundingsOf(own: NamespaceScope, namespaces: Namespaces): Surroundings {
  let beside: readonly NamespaceScope[] | null = null;
  return {
    own,
    beside: () => {
      beside ??= namespaces.beside();
      return beside;
    },
    withLabel: (label) =>
      [...namespaces.all()].filter(
        (scope) => scope.key !== own.key && scope.name !== null && hasPodLabel(scope, label),
      ),
    near: (selector) => nearNamespaces(selector, own, namespaces),
    matching: (selector) => {
      const { sure, maybe } = namespacesMatching(selector, namespaces);
      return maybe.length > 0 ? [] : sure;
    },
  };
}

/** The selectors in a policy of `scope` that match nothing and were surely, or very likely, meant to match something. */
export function* unmatchedSelectors(
  resource: Resource,
  scope: NamespaceScope,
  namespaces: Namespaces,
): Iterable<Unmatched> {
  const policy = soundPolicyOf(resource);
  if (!policy) return;
  const around = surroundingsOf(scope, namespaces);
  const { pair, selector } = policy.podSelector;
  const slip = pair && selector ? podSlip(selector, [scope], around) : null;
  if (pair && slip) yield { policy, pair, selects: 'pods', peer: null, direction: null, scope, slip };
  for (const direction of DIRECTIONS)
    if (policy.isolates[direction] === true)
      for (const { peers } of rulesOf(policy, direction).rules)
        yield* amongPeers(policy, direction, peers, around);
}

function* amongPeers(
  policy: Policy,
  direction: Direction,
  peers: Peers,
  around: Surroundings,
): Iterable<Unmatched> {
  const podPeers = peers.kind === 'some' ? peers.items.filter((peer) => peer.kind === 'pods') : [];
  // A namespace beside pods was meant to be theirs: that is peer-and-or's to say.
  const isPaired = podPeers.some(({ podSelector }) => podSelector === null);
  for (const peer of podPeers) {
    const { namespaceSelector, namespaceSelectorPair, podSelectorPair } = peer;
    const common = { policy, direction, peer };
    if (namespaceSelector && namespaceSelectorPair) {
      const slip: Slip = { kind: 'label', near: around.near(namespaceSelector) };
      if (slip.near.length > 0)
        yield { ...common, pair: namespaceSelectorPair, selects: 'namespaces', scope: null, slip };
    }
    const found = podSelectorPair && slipOfPeer(peer, direction, isPaired, around);
    if (found) yield { ...common, pair: podSelectorPair, selects: 'pods', ...found };
  }
}

function slipOfPeer(
  { podSelector, namespaceSelector }: PodsPeer,
  direction: Direction,
  isPaired: boolean,
  around: Surroundings,
): Pick<Unmatched, 'slip' | 'scope'> | null {
  if (!podSelector) return null;
  const scopes = namespaceSelector ? around.matching(namespaceSelector) : [around.own];
  const isHere = !namespaceSelector && !isPaired;
  const slip = podSlip(podSelector, scopes, around) ?? (isHere ? elsewhere(podSelector, around) : null);
  // What misses the cluster's DNS is for the rules about DNS to say.
  if (direction === 'Egress' && slip?.kind === 'label' && slip.near.some(isDns)) return null;
  const [scope = null, another] = scopes;
  return slip && { slip, scope: another ? null : scope };
}

function isDns({ item }: NearMiss<Resource | NamespaceScope>): boolean {
  return 'kind' in item && isDnsServer(item.namespace, podLabels(item));
}

function podSlip(selector: Selector, scopes: readonly NamespaceScope[], around: Surroundings): Slip | null {
  if (!selector.requirements.some(({ operator }) => operator === 'In')) return null;
  if (!scopes.every((scope) => withBeside(scope, around).every((s) => matchesNothing(selector, s))))
    return null;
  const ofNamespaces = selector.requirements.find(({ key }) => key === NAMESPACE_NAME_LABEL);
  if (ofNamespaces?.operator === 'In') return { kind: 'namespace', requirement: ofNamespaces };
  // A label that something relies on is no slip; one whose letters differ is none if another policy has it as well.
  const isInUse = (requirement: Requirement, scope: NamespaceScope) =>
    withBeside(scope, around).some((s) => labelsInUse(s).byObjects(requirement));
  if (scopes.every(({ workloads }) => workloads.length === 0)) return null;
  const near = scopes.flatMap((scope) =>
    missesAmong(selector, scope.workloads).filter(
      ({ requirement, inForm }) =>
        !isInUse(requirement, scope) && (inForm || labelsInUse(around.own).byPolicies(requirement) < 2),
    ),
  );
  if (near.length > 0) return { kind: 'label', near };
  for (const scope of scopes) {
    const slip = onObject(selector, scope);
    if (slip && !isInUse(slip.requirement, scope)) return slip;
  }
  return null;
}

/** The scopes in which pods of a namespace may be: another kustomization may be applied beside that of the policy. */
function withBeside(scope: NamespaceScope, { own, beside }: Surroundings): readonly NamespaceScope[] {
  return scope === own ? [own, ...beside()] : [scope];
}

function matchesNothing(selector: Selector, scope: NamespaceScope): boolean {
  const { sure, maybe } = workloadsMatching(selector, scope);
  return sure.length === 0 && maybe.length === 0;
}

const indexes = new WeakMap<readonly Resource[], LabelIndex<Resource>>();

/** The workloads that a selector misses by a slip. */
function missesAmong(selector: Selector, workloads: readonly Resource[]): readonly NearMiss<Resource>[] {
  const index =
    indexes.get(workloads) ??
    indexLabels(
      workloads.filter((workload) => !workload.partial),
      (workload) => podLabels(workload) ?? NO_LABELS,
    );
  indexes.set(workloads, index);
  return nearMisses(selector, index);
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** A workload whose own labels have what the selector demands and its pods' labels have not. */
function onObject(selector: Selector, scope: NamespaceScope): OnObject | null {
  for (const requirement of selector.requirements) {
    const { key, operator, values } = requirement;
    if (operator !== 'In' || values.length !== 1) continue;
    const others = { requirements: selector.requirements.filter((r) => r !== requirement) };
    for (const workload of labelledThemselves(scope.workloads).get(labelText(key, values[0] ?? '')) ?? []) {
      const labels = podLabels(workload);
      if (labels && !labels.has(key) && matches(others, labels))
        return { kind: 'object', requirement, workload };
    }
  }
  return null;
}

const labelled = new WeakMap<readonly Resource[], ReadonlyMap<string, readonly Resource[]>>();

/** The workloads by the labels that they have themselves; those of a Pod are its pods' own. */
function labelledThemselves(workloads: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const known = labelled.get(workloads);
  if (known) return known;
  const byLabel = new Map<string, Resource[]>();
  for (const workload of workloads) {
    if (workload.partial) continue;
    for (const [key, value] of workload.labels) {
      const label = labelText(key, value);
      const list = byLabel.get(label);
      if (list) list.push(workload);
      else byLabel.set(label, [workload]);
    }
  }
  labelled.set(workloads, byLabel);
  return byLabel;
}

/** More namespaces than these are hardly what somebody had in mind. */
const FEW = 3;

/**
 * The namespaces that have the pods of a peer without namespaceSelector, which looks in its policy's own alone. Nothing where
 * that is not known well enough, or where one is a copy of the other, as namespaces for development and production are.
 */
function elsewhere(selector: Selector, around: Surroundings): Slip | null {
  const { own } = around;
  const { requirements } = selector;
  const [first] = requirements;
  if (own.name === null || own.workloads.length === 0 || !first) return null;
  const homes = withBeside(own, around);
  if (!homes.every((scope) => matchesNothing(selector, scope))) return null;
  if (!requirements.every(({ operator, values }) => operator === 'In' && values.length === 1)) return null;
  if (requirements.some((r) => homes.some((scope) => labelsInUse(scope).byObjects(r)))) return null;
  const scopes = around
    .withLabel(labelText(first.key, first.values[0] ?? ''))
    .filter((scope) => workloadsMatching(selector, scope).sure.length > 0);
  if (scopes.length === 0 || scopes.length > FEW) return null;
  const names = new Set(homes.flatMap(({ workloads }) => workloads.map(({ name }) => name)));
  const isCopy = scopes.some(({ workloads }) => workloads.some(({ name }) => names.has(name)));
  return isCopy ? null : { kind: 'elsewhere', scopes };
}
