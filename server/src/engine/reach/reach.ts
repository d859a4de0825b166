/**
 * Owns the answer to what can reach what: for every class of pods and each direction a row of what policies allow. Rows are made
 * when first looked at and shared by all classes that the same policies select; a changed policy makes only the rows anew that
 * it touches. How answers are listed, compared and explained is done elsewhere.
 */
import type { AddressSet } from '../cidr.ts';
import { DIRECTIONS, type Direction } from '../direction.ts';
import { type Bits, hasBit } from './bits.ts';
import { type Distinctions, distinctionsOf } from './distinctions.ts';
import type { Facts, PolicyFacts, TieredPolicyFacts } from './facts.ts';
import { type Matching, matchingIn } from './matching.ts';
import type { Allowed, Partition } from './partition.ts';
import { type PodClass, type PodClasses, podClasses } from './pod-classes.ts';
import { PortTable } from './port-table.ts';
import { type PeerSide, rowOf, type Selecting, type Subject } from './row.ts';
import { outsideSide, podSide, resolve } from './sides.ts';

/** What the same policies make of one direction of some pods. */
export interface Group {
  readonly subject: Subject;
  /** What is allowed with each class of pods. */
  readonly pods: Partition<Bits>;
  /** The same where an ipBlock never matches a pod, as some network plugins have it. */
  readonly podsWithoutBlocks: Partition<Bits>;
  readonly outside: Partition<AddressSet>;
}

export interface Reach {
  readonly facts: Facts;
  readonly classes: PodClasses;
  readonly ports: PortTable;
  readonly matching: Matching;
  /** By the index of a class. */
  readonly groups: Readonly<Record<Direction, readonly Group[]>>;
  /** What stays the same when a policy changes. */
  readonly base: Base;
}

/** What is kept from one set of policies to the next while the classes stay the same. */
export interface Base {
  readonly sides: {
    readonly pods: PeerSide<Bits>;
    readonly podsWithoutBlocks: PeerSide<Bits>;
    /** What pods in the node's network have as peers. */
    readonly podsOfHosts: PeerSide<Bits>;
    readonly podsOfHostsWithoutBlocks: PeerSide<Bits>;
    readonly outside: PeerSide<AddressSet>;
  };
  readonly groups: Map<string, Group>;
  /** Numbers that stand for policies in the keys of groups. */
  readonly numbers: Map<PolicyFacts | TieredPolicyFacts, number>;
}

export function reachOf(facts: Facts): Reach {
  const distinctions = distinctionsOf(facts.policies, facts.tieredPolicies);
  return reachWith(facts, distinctions);
}

function reachWith(facts: Facts, distinctions: Distinctions): Reach {
  const classes = podClasses(facts, distinctions);
  const matching = matchingIn(classes, facts.podAddresses, false);
  const forHosts = matchingIn(classes, facts.podAddresses, true);
  const ports = new PortTable();
  const base: Base = {
    sides: {
      pods: podSide(classes, matching, ports, true),
      podsWithoutBlocks: podSide(classes, matching, ports, false),
      podsOfHosts: podSide(classes, forHosts, ports, true),
      podsOfHostsWithoutBlocks: podSide(classes, forHosts, ports, false),
      outside: outsideSide(),
    },
    groups: new Map(),
    numbers: new Map(),
  };
  const policies = Map.groupBy(facts.policies, ({ namespace }) => namespace);
  const tiered = sortedTiers(facts.tieredPolicies);
  const groupOf = grouping({ matching, ports, base }, tiered);
  const groups = { Ingress: [] as Group[], Egress: [] as Group[] };
  for (const candidate of classes.list) {
    const there = selectingIn(policies.get(candidate.pod.namespace) ?? [], candidate, matching);
    for (const direction of DIRECTIONS) groups[direction].push(groupOf(candidate, direction, there));
  }
  return { facts, classes, ports, matching, base, groups };
}

/** A policy to take away and one to add; to change a policy is to do both. */
export interface PolicyEdit {
  readonly remove: PolicyFacts | null;
  readonly add: PolicyFacts | null;
}

/** The same world with a policy changed: what the change does not touch is shared and not worked out again. */
export function withPolicy(reach: Reach, { remove, add }: PolicyEdit): Reach {
  const policies = reach.facts.policies.filter((policy) => policy !== remove);
  if (add) policies.push(add);
  const facts = { ...reach.facts, policies };
  if (add && !isTellableBy(reach.classes.distinctions, add, facts)) return reachOf(facts);
  const touched = new Set([remove?.namespace, add?.namespace]);
  const groups = { Ingress: [...reach.groups.Ingress], Egress: [...reach.groups.Egress] };
  const groupOf = grouping(reach, sortedTiers(facts.tieredPolicies));
  for (const namespace of touched) {
    if (namespace === undefined) continue;
    const there = policies.filter((policy) => policy.namespace === namespace);
    for (const candidate of reach.classes.byNamespace.get(namespace) ?? []) {
      const selecting = selectingIn(there, candidate, reach.matching);
      for (const direction of DIRECTIONS)
        groups[direction][candidate.index] = groupOf(candidate, direction, selecting);
    }
  }
  return { ...reach, facts, groups };
}

/** Whether a policy tells no pods apart that are in one class. */
function isTellableBy(known: Distinctions, policy: PolicyFacts, { pods }: Facts): boolean {
  const { labelKeys, portNames, borders } = distinctionsOf([policy], []);
  const freshKeys = [...labelKeys].filter((key) => !known.labelKeys.has(key));
  const freshNames = [...portNames].filter((name) => !known.portNames.has(name));
  if (freshKeys.length > 0 && pods.some(({ labels }) => freshKeys.some((key) => labels?.has(key))))
    return false;
  if (freshNames.length > 0 && known.portNames.size === 0) return false;
  if (
    freshNames.length > 0 &&
    pods.some((pod) => pod.namedPorts.some(({ name }) => freshNames.includes(name)))
  )
    return false;
  const isKnownBorder =
    borders.v4.every((border) => known.borders.v4.includes(border)) &&
    borders.v6.every((border) => known.borders.v6.includes(border));
  return isKnownBorder || pods.every(({ addresses }) => addresses === null);
}

interface Tiers {
  readonly admin: readonly TieredPolicyFacts[];
  readonly baseline: readonly TieredPolicyFacts[];
}

function sortedTiers(policies: readonly TieredPolicyFacts[]): Tiers {
  const sorted = [...policies].sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  return {
    admin: sorted.filter(({ tier }) => tier === 'Admin'),
    baseline: sorted.filter(({ tier }) => tier === 'Baseline'),
  };
}

/** The policies of a namespace that select the pods of a class, whatever they isolate them for. */
function selectingIn(
  policies: readonly PolicyFacts[],
  candidate: PodClass,
  matching: Matching,
): Selecting<PolicyFacts>[] {
  const found: Selecting<PolicyFacts>[] = [];
  for (const policy of policies) {
    const verdict = matching.selects(policy.podSelector, candidate);
    if (verdict !== false) found.push({ policy, isSure: verdict === true });
  }
  return found;
}

type GroupFinder = (
  candidate: PodClass,
  direction: Direction,
  there: readonly Selecting<PolicyFacts>[],
) => Group;

/** Finds the group of a class; `there` are the policies of its namespace that select it. */
function grouping(
  { matching, ports, base }: Pick<Reach, 'matching' | 'ports' | 'base'>,
  tiers: Tiers,
): GroupFinder {
  const numberOf = (policy: PolicyFacts | TieredPolicyFacts) => {
    const number = base.numbers.get(policy) ?? base.numbers.size;
    base.numbers.set(policy, number);
    return number;
  };
  const tier = (policies: readonly TieredPolicyFacts[], candidate: PodClass, direction: Direction) =>
    policies.flatMap((policy): Selecting<TieredPolicyFacts>[] => {
      if (policy.rules[direction].length === 0) return [];
      const verdict = matching.isSubject(policy.subject, candidate);
      return verdict === false ? [] : [{ policy, isSure: verdict === true }];
    });
  return (candidate, direction, there) => {
    const policies: Selecting<PolicyFacts>[] = [];
    for (const selecting of there) {
      const isolates = selecting.policy.isolates[direction];
      if (isolates === true) policies.push(selecting);
      else if (isolates === null) policies.push({ policy: selecting.policy, isSure: false });
    }
    const admin = tier(tiers.admin, candidate, direction);
    const baseline = tier(tiers.baseline, candidate, direction);
    const { hostNetwork } = candidate.pod;
    const selecting = [...policies, ...admin, ...baseline];
    const names = direction === 'Ingress' ? namesIn(selecting) : NO_NAMES;
    const resolved = names.map((name) => [name, resolve(name, candidate.pod, ports)] as const);
    const key = [
      direction,
      hostNetwork,
      ...selecting.map(({ policy, isSure }) => `${numberOf(policy)}${isSure ? '' : '?'}`),
      ...resolved.map(([name, { sure, possible }]) => `${name}=${sure}/${possible}`),
    ].join();
    const known = base.groups.get(key);
    if (known) return known;
    const { pod } = candidate;
    const named = (name: string) => resolve(name, pod, ports);
    const group = newGroup({ direction, policies, admin, baseline, hostNetwork, named }, base, ports);
    base.groups.set(key, group);
    return group;
  };
}

const NO_NAMES: readonly string[] = [];
const namesOf = new WeakMap<PolicyFacts | TieredPolicyFacts, readonly string[]>();

/** The names of ports in ingress rules. */
function namesIn(selecting: readonly Selecting<PolicyFacts | TieredPolicyFacts>[]): readonly string[] {
  const names: string[] = [];
  for (const { policy } of selecting) {
    const own =
      namesOf.get(policy) ?? policy.rules.Ingress.flatMap(({ ports }) => (ports ? [...ports.names] : []));
    namesOf.set(policy, own);
    names.push(...own);
  }
  return names.length === 0 ? NO_NAMES : [...new Set(names)].sort();
}

function newGroup(subject: Subject, { sides }: Base, ports: PortTable): Group {
  let pods: Partition<Bits> | null = null;
  let podsWithoutBlocks: Partition<Bits> | null = null;
  let outside: Partition<AddressSet> | null = null;
  const isHost = subject.hostNetwork === true;
  return {
    subject,
    get pods() {
      pods ??= rowOf(subject, isHost ? sides.podsOfHosts : sides.pods, ports);
      return pods;
    },
    get podsWithoutBlocks() {
      const side = isHost ? sides.podsOfHostsWithoutBlocks : sides.podsWithoutBlocks;
      podsWithoutBlocks ??= namesBlocks(subject) ? rowOf(subject, side, ports) : this.pods;
      return podsWithoutBlocks;
    },
    get outside() {
      outside ??= rowOf(subject, sides.outside, ports);
      return outside;
    },
  };
}

function namesBlocks({ direction, policies, admin, baseline }: Subject): boolean {
  return [...policies, ...admin, ...baseline].some(({ policy }) =>
    policy.rules[direction].some(
      ({ peers }) => typeof peers !== 'string' && peers.some((peer) => peer.kind === 'addresses'),
    ),
  );
}

/** What a row says of one class. */
export function allowedWith(row: Partition<Bits>, index: number): Allowed {
  for (const { where, allowed } of row) if (hasBit(where, index)) return allowed;
  throw new Error('a row covers every class');
}
