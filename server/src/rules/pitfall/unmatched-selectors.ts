/**
 * Owns the selectors of a namespace's policies that match nothing in the workspace although something there has nearly the
 * labels they demand. How to say so, and how to mend it, is not its business.
 */
import type { Namespaces } from '../../core/neighbours.ts';
import { podLabels, type Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { type NearMiss, nearMisses } from '../../engine/near-miss.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { Peers, PodsPeer } from '../../engine/policy-rule.ts';
import { namespacesMatching, workloadsMatching } from '../../engine/selected.ts';
import type { Requirement, Selector } from '../../engine/selector.ts';
import { matches } from '../../engine/selector.ts';
import { labelsInUse } from './labels-in-use.ts';
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
  | { readonly kind: 'object'; readonly requirement: Requirement; readonly workload: Resource }
  /** The label is one that only namespaces have. */
  | { readonly kind: 'namespace'; readonly requirement: Requirement }
  /** The pods are in other namespaces; never empty. */
  | { readonly kind: 'elsewhere'; readonly scopes: readonly NamespaceScope[] };

/** The selectors in the policies of `scope` that match nothing and were surely, or very likely, meant to match something. */
export function* unmatchedSelectors(scope: NamespaceScope, others: Namespaces): Iterable<Unmatched> {
  let all: Iterable<NamespaceScope> | null = null;
  const namespaces: Namespaces = {
    beside: () => others.beside(),
    named: (name) => others.named(name),
    all: () => {
      all ??= others.all();
      return all;
    },
  };
  for (const resource of scope.policies) {
    const policy = soundPolicyOf(resource);
    if (!policy) continue;
    const { pair, selector } = policy.podSelector;
    const slip = pair && selector ? podSlip(selector, [scope], scope, namespaces) : null;
    if (pair && slip) yield { policy, pair, selects: 'pods', peer: null, direction: null, scope, slip };
    for (const direction of DIRECTIONS)
      if (policy.isolates[direction] === true)
        for (const { peers } of rulesOf(policy, direction).rules)
          yield* amongPeers(policy, direction, peers, scope, namespaces);
  }
}

function* amongPeers(
  policy: Policy,
  direction: Direction,
  peers: Peers,
  own: NamespaceScope,
  namespaces: Namespaces,
): Iterable<Unmatched> {
  const podPeers = peers.kind === 'some' ? peers.items.filter((peer) => peer.kind === 'pods') : [];
  // A namespace beside pods was meant to be theirs: that is peer-and-or's to say.
  const isPaired = podPeers.some(({ podSelector }) => podSelector === null);
  for (const peer of podPeers) {
    const { namespaceSelector, namespaceSelectorPair, podSelectorPair } = peer;
    const common = { policy, direction, peer };
    const near = namespaceSelector ? nearNamespaces(namespaceSelector, own, namespaces) : [];
    if (near.length > 0 && namespaceSelectorPair) {
      const slip: Slip = { kind: 'label', near };
      yield { ...common, pair: namespaceSelectorPair, selects: 'namespaces', scope: null, slip };
    }
    const found = podSelectorPair && slipOfPeer(peer, isPaired, own, namespaces);
    if (found) yield { ...common, pair: podSelectorPair, selects: 'pods', ...found };
  }
}

function slipOfPeer(
  { podSelector, namespaceSelector }: PodsPeer,
  isPaired: boolean,
  own: NamespaceScope,
  namespaces: Namespaces,
): Pick<Unmatched, 'slip' | 'scope'> | null {
  if (!podSelector) return null;
  const scopes = namespaceSelector ? knownNamespaces(namespaceSelector, namespaces) : [own];
  const isHere = !namespaceSelector && !isPaired;
  const slip =
    podSlip(podSelector, scopes, own, namespaces) ??
    (isHere ? elsewhere(podSelector, own, namespaces) : null);
  const [scope = null, another] = scopes;
  return slip && { slip, scope: another ? null : scope };
}

/** The namespaces a selector matches, if they are all that is known to match, and none that perhaps does. */
function knownNamespaces(selector: Selector, namespaces: Namespaces): readonly NamespaceScope[] {
  const { sure, maybe } = namespacesMatching(selector, namespaces);
  return maybe.length > 0 ? [] : sure;
}

function podSlip(
  selector: Selector,
  scopes: readonly NamespaceScope[],
  own: NamespaceScope,
  namespaces: Namespaces,
): Slip | null {
  if (!selector.requirements.some(({ operator }) => operator === 'In')) return null;
  if (!scopes.every((scope) => withBeside(scope, own, namespaces).every((s) => matchesNothing(selector, s))))
    return null;
  const ofNamespaces = selector.requirements.find(({ key }) => key === NAMESPACE_NAME_LABEL);
  if (ofNamespaces?.operator === 'In') return { kind: 'namespace', requirement: ofNamespaces };
  // A label that something relies on is no slip; one whose letters differ is none if another policy has it as well.
  const isInUse = (requirement: Requirement, scope: NamespaceScope) =>
    withBeside(scope, own, namespaces).some((s) => labelsInUse(s).byObjects(requirement));
  const near = scopes.flatMap((scope) =>
    missesAmong(selector, scope.workloads).filter(
      ({ requirement, inForm }) =>
        !isInUse(requirement, scope) && (inForm || labelsInUse(own).byPolicies(requirement) < 2),
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
function withBeside(
  scope: NamespaceScope,
  own: NamespaceScope,
  namespaces: Namespaces,
): readonly NamespaceScope[] {
  return scope === own ? [own, ...namespaces.beside()] : [scope];
}

function matchesNothing(selector: Selector, scope: NamespaceScope): boolean {
  const { sure, maybe } = workloadsMatching(selector, scope);
  return sure.length === 0 && maybe.length === 0;
}

const remembered = new WeakMap<readonly Resource[], WeakMap<Selector, readonly NearMiss<Resource>[]>>();

/**
 * The workloads that a selector misses by a slip. Looking through all of them takes its time, and for one selector they give the
 * same answer until they change.
 */
function missesAmong(selector: Selector, workloads: readonly Resource[]): readonly NearMiss<Resource>[] {
  const known = remembered.get(workloads) ?? new WeakMap<Selector, readonly NearMiss<Resource>[]>();
  remembered.set(workloads, known);
  const misses =
    known.get(selector) ??
    nearMisses(
      selector,
      workloads.filter((workload) => !workload.partial),
      (workload) => podLabels(workload) ?? NO_LABELS,
    );
  known.set(selector, misses);
  return misses;
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** A workload whose own labels have what the selector demands and its pods' labels have not. */
function onObject(
  selector: Selector,
  scope: NamespaceScope,
): { kind: 'object'; requirement: Requirement; workload: Resource } | null {
  for (const workload of scope.workloads) {
    const labels = podLabels(workload);
    if (workload.kind === 'Pod' || workload.partial || !labels) continue;
    const broken = selector.requirements.filter((r) => !matches({ requirements: [r] }, labels));
    const [requirement, another] = broken;
    if (!requirement || another || labels.has(requirement.key)) continue;
    if (requirement.operator !== 'In' || requirement.values.length !== 1) continue;
    const own = workload.labels.get(requirement.key);
    if (own !== undefined && requirement.values.includes(own))
      return { kind: 'object', requirement, workload };
  }
  return null;
}

/** More namespaces than these are hardly what somebody had in mind. */
const FEW = 3;

/**
 * The namespaces that have the pods of a peer without namespaceSelector, which looks in its policy's own alone. Nothing where
 * that is not known well enough, or where one is a copy of the other, as namespaces for development and production are.
 */
function elsewhere(selector: Selector, own: NamespaceScope, namespaces: Namespaces): Slip | null {
  const { requirements } = selector;
  if (own.name === null || own.workloads.length === 0 || requirements.length === 0) return null;
  const homes = withBeside(own, own, namespaces);
  if (!homes.every((scope) => matchesNothing(selector, scope))) return null;
  if (!requirements.every(({ operator, values }) => operator === 'In' && values.length === 1)) return null;
  if (requirements.some((r) => homes.some((scope) => labelsInUse(scope).byObjects(r)))) return null;
  const names = new Set(homes.flatMap(({ workloads }) => workloads.map(({ name }) => name)));
  const scopes = [...namespaces.all()].filter(
    (scope) =>
      scope.key !== own.key && scope.name !== null && workloadsMatching(selector, scope).sure.length > 0,
  );
  const isCopy = scopes.some(({ workloads }) => workloads.some(({ name }) => names.has(name)));
  return scopes.length === 0 || scopes.length > FEW || isCopy ? null : { kind: 'elsewhere', scopes };
}
