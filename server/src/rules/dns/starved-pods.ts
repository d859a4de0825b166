/**
 * Owns the judgement which pods of a namespace are isolated for egress and cannot reach the cluster's DNS, and which policy
 * to name for it. How to say so is not its business.
 */
import type { DnsPlatform } from '../../core/platform.ts';
import { describe, type Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import { type DnsReach, dnsReachOf } from '../../engine/dns.ts';
import { needsClusterDns } from '../../engine/dns-clients.ts';
import { type DnsMiss, dnsMissOf } from '../../engine/dns-miss.ts';
import { selectsDnsServers } from '../../engine/dns-servers.ts';
import { matchesPods, podLabelReader, selectsEveryPod } from '../../engine/isolation.ts';
import { type Policy, policyOf, soundPolicyOf } from '../../engine/policy.ts';
import { canMatchTogether, isSelectorSubset, type Selector, selectorKey } from '../../engine/selector.ts';
import { indexBySelector, type SelectorIndex } from '../../engine/selector-index.ts';
import { allOf, anyOf, type Verdict } from '../../engine/verdict.ts';
import { alikeFor } from './alike-pods.ts';

/** Pods that cannot ask the cluster's DNS, or can ask it over one protocol only. */
export interface StarvedPods {
  /** The policy to name: one that isolates them, and that has the rule which falls short if there is one. */
  readonly policy: Policy;
  /** What no policy allows them: lookups at all, or lookups over one protocol while those over the other are allowed. */
  readonly lacks: 'DNS' | 'UDP' | 'TCP';
  /** Empty when it is about whatever pods the policy may select. */
  readonly workloads: readonly Resource[];
  /** What in the policy is meant to allow it and does not; null when nothing is. */
  readonly miss: DnsMiss | null;
  /** What evidence is missing; null when they surely starve. */
  readonly unknown: string | null;
}

/**
 * What the namespace's pods are starved of, in the order of the policies; at most one entry for each. `beside` are scopes of the
 * same namespace that may be applied together with this one. Without a platform, DNS may be anywhere that some platform has it.
 */
export function starvedPodsIn(
  scope: NamespaceScope,
  beside: readonly NamespaceScope[] = [],
  platform: DnsPlatform | null = null,
): readonly StarvedPods[] {
  const policies = isolatingPolicies(scope);
  const dns = knowledgeOf(platform);
  if (policies.length === 0 || policies.some((p) => feedsEveryPod(p, dns))) return [];
  const { starved, selecting } = amongWorkloads(scope, policies, dns);
  const others = policies.filter((p) => !selecting.has(p) && p.isolates.Egress === true);
  const symbolic = amongSelectors(others, policies, dns);
  const unknown = missingEvidence(scope, beside);
  const found = [...starved, ...symbolic]
    .filter((s) => canBeJudged(s.policy))
    .map((s): StarvedPods => ({ ...s, miss: s.lacks === 'DNS' ? dns.missOf(s.policy) : null, unknown }));
  if (found.length === 0 && scope.workloads.length === 0) found.push(...baseline(policies, dns, unknown));
  const order = new Map(policies.map((policy, i) => [policy, i]));
  return found.sort((a, b) => (order.get(a.policy) ?? 0) - (order.get(b.policy) ?? 0));
}

type Starved = Omit<StarvedPods, 'miss' | 'unknown'>;

/** What policies say about DNS on one platform, or on any. */
interface Knowledge {
  reachOf(policy: Policy): DnsReach;
  missOf(policy: Policy): DnsMiss | null;
}

/** As the engine says, but a policy that is not sound YAML may turn out to allow anything. */
function knowledgeOf(platform: DnsPlatform | null): Knowledge {
  return {
    reachOf: (policy) => (isSound(policy) ? dnsReachOf(policy, platform) : { UDP: null, TCP: null }),
    missOf: (policy) => (isSound(policy) ? dnsMissOf(policy, platform) : null),
  };
}

function isolatingPolicies(scope: NamespaceScope): Policy[] {
  return scope.policies.map(policyOf).filter((p): p is Policy => p !== null && p.isolates.Egress !== false);
}

function feedsEveryPod(policy: Policy, dns: Knowledge): boolean {
  const { UDP, TCP } = dns.reachOf(policy);
  return UDP === true && TCP === true && selectsEveryPod(policy) === true;
}

function isSound({ resource }: Policy): boolean {
  return soundPolicyOf(resource) !== null;
}

/** Whether absence means anything for this policy: not where other parts of it are rendered, or are still being written. */
function canBeJudged(policy: Policy): boolean {
  const { document, root } = policy.resource;
  return isSound(policy) && !(document.isTemplate && isTemplated(root, document.text));
}

/** Judges each workload by its labels; also says which policies select, or may select, a workload. */
function amongWorkloads(scope: NamespaceScope, policies: readonly Policy[], dns: Knowledge) {
  const byPolicy = new Map<Policy, Map<StarvedPods['lacks'], Resource[]>>();
  const index = indexBySelector(kinAmong(policies, dns), (kin) => kin.selector);
  const selecting = new Set<Kin>();
  for (const alike of alikeFor(policies, scope.workloads)) {
    const labelOf = podLabelReader(alike[0]);
    const candidates = index
      .matching(labelOf)
      .map((kin) => ({ kin, selects: matchesPods(kin.selector, labelOf) }))
      .filter(({ selects }) => selects !== false);
    for (const { kin } of candidates) selecting.add(kin);
    const needy = alike.filter((workload) => needsClusterDns(workload) === true);
    if (needy.length === 0) continue;
    const over = (protocol: 'UDP' | 'TCP') =>
      anyOf(candidates.map(({ kin, selects }) => allOf([selects, kin.reach[protocol]])));
    const lacks = lackOf(over('UDP'), over('TCP'));
    if (!lacks) continue;
    const sure = new Set(candidates.filter((c) => c.selects === true).flatMap(({ kin }) => kin.policies));
    const isolating = policies.filter((p) => sure.has(p) && p.isolates.Egress === true);
    const policy = responsible(isolating, lacks, dns);
    if (!policy) continue;
    const byLack = byPolicy.get(policy) ?? new Map<StarvedPods['lacks'], Resource[]>();
    byPolicy.set(policy, byLack);
    byLack.set(lacks, [...(byLack.get(lacks) ?? []), ...needy]);
  }
  const place = new Map(scope.workloads.map((workload, i) => [workload, i]));
  const inOrder = (a: Resource, b: Resource) => (place.get(a) ?? 0) - (place.get(b) ?? 0);
  const starved = Array.from(byPolicy, ([policy, byLack]) => worst(policy, byLack));
  for (const { workloads } of starved) workloads.sort(inOrder);
  return { starved, selecting: new Set([...selecting].flatMap((kin) => kin.policies)) };
}

/** Policies with one selector, and what they allow together; null selects nobody knows what. */
interface Kin {
  readonly selector: Selector | null;
  readonly policies: Policy[];
  reach: DnsReach;
}

/** Many policies of a large namespace have the same selector, and to try each on each workload takes long. */
function kinAmong(policies: readonly Policy[], dns: Knowledge): readonly Kin[] {
  const kin = new Map<string, Kin>();
  for (const policy of policies) {
    const { selector } = policy.podSelector;
    const key = selector ? selectorKey(selector) : '';
    const reach = dns.reachOf(policy);
    const known = kin.get(key);
    if (known) {
      known.policies.push(policy);
      known.reach = either(known.reach, reach);
    } else kin.set(key, { selector, policies: [policy], reach });
  }
  return [...kin.values()];
}

function lackOf(udp: Verdict, tcp: Verdict): StarvedPods['lacks'] | null {
  if (udp === false) return tcp === true ? 'UDP' : 'DNS';
  return udp === true && tcp === false ? 'TCP' : null;
}

/** Of policies that isolate some pods: the one whose DNS rule falls short, else the first that allows anything at all. */
function responsible(
  policies: readonly Policy[],
  lacks: StarvedPods['lacks'],
  dns: Knowledge,
): Policy | undefined {
  const short = policies.find((p) => allowsOther(p, lacks, dns)) ?? policies.find(dns.missOf);
  return short ?? policies.find((p) => !isPureDeny(p)) ?? policies[0];
}

/** Whether a policy itself allows the protocol that is not lacking. */
function allowsOther(policy: Policy, lacks: StarvedPods['lacks'], dns: Knowledge): boolean {
  const { UDP, TCP } = dns.reachOf(policy);
  return (lacks === 'TCP' && UDP === true) || (lacks === 'UDP' && TCP === true);
}

function isPureDeny({ egress }: Policy): boolean {
  return egress.rules.length === 0 && !egress.unknown;
}

/** One entry for a policy: those worst off. */
function worst(policy: Policy, byLack: ReadonlyMap<StarvedPods['lacks'], Resource[]>) {
  const [lacks, workloads] = (['DNS', 'UDP', 'TCP'] as const)
    .map((l) => [l, byLack.get(l) ?? []] as const)
    .find(([, list]) => list.length > 0) ?? ['DNS', []];
  return { policy, lacks, workloads };
}

/**
 * Judges `subjects`, which select no workload that is known, by their selectors: whatever pods they select starve if no
 * policy that may select those too allows DNS. A policy that allows nothing may well mean it.
 */
function* amongSelectors(
  subjects: readonly Policy[],
  policies: readonly Policy[],
  dns: Knowledge,
): Iterable<Starved> {
  const hungry = new Map<string, Policy>();
  for (const policy of subjects) {
    const { UDP, TCP } = dns.reachOf(policy);
    const { selector } = policy.podSelector;
    if (isPureDeny(policy) || (UDP === true && TCP === true) || !selector) continue;
    if (selectsDnsServers(policy.resource.namespace, selector)) continue;
    const key = selectorKey(selector);
    if (!hungry.has(key) || dns.missOf(policy)) hungry.set(key, policy);
  }
  if (hungry.size === 0) return;
  const sources = kinAmong(policies, dns).filter(({ reach }) => reach.UDP !== false || reach.TCP !== false);
  const index = indexBySelector(sources, (source) => source.selector);
  const missing = subjects.filter(dns.missOf);
  for (const policy of hungry.values()) {
    const lacks = lackBySelector(policy, index, dns);
    // Where another policy of the same pods means to allow DNS and misses it, that one is named for all of them.
    if (lacks && (dns.missOf(policy) || !missing.some((p) => selectsAllOf(p, policy))))
      yield { policy, lacks, workloads: [] };
  }
}

function selectsAllOf(outer: Policy, inner: Policy): boolean {
  const [wide, narrow] = [outer.podSelector.selector, inner.podSelector.selector];
  return wide !== null && narrow !== null && isSelected(narrow, wide) === true;
}

function either(a: DnsReach, b: DnsReach): DnsReach {
  return { UDP: anyOf([a.UDP, b.UDP]), TCP: anyOf([a.TCP, b.TCP]) };
}

/**
 * What every pod that `policy` selects surely lacks. Where another policy's rule falls short, that policy is named for it,
 * so of a policy's own only what its own rules begin counts.
 */
function lackBySelector(
  policy: Policy,
  index: SelectorIndex<Kin>,
  dns: Knowledge,
): StarvedPods['lacks'] | null {
  const { selector } = policy.podSelector;
  let reach = dns.reachOf(policy);
  if (!selector) return null;
  const decisive = reach.UDP === true ? 'TCP' : 'UDP';
  for (const source of index.overlapping(selector)) {
    if (reach[decisive] !== false) return null;
    const selects = source.selector ? isSelected(selector, source.selector) : null;
    if (selects === false) continue;
    const surely = selects === true;
    const { UDP, TCP } = source.reach;
    reach = either(reach, surely ? source.reach : { UDP: UDP && null, TCP: TCP && null });
  }
  const lacks = lackOf(reach.UDP, reach.TCP);
  return lacks && lacks !== 'DNS' && !allowsOther(policy, lacks, dns) ? null : lacks;
}

/** Whether pods that match `inner` match `outer`: null for some of them, or for what else they are labelled. */
function isSelected(inner: Selector, outer: Selector): Verdict {
  if (isSelectorSubset(inner, outer)) return true;
  return canMatchTogether(inner, outer) ? null : false;
}

/** A default deny in a namespace where nothing allows DNS, and nothing is known that would need it. */
function* baseline(
  policies: readonly Policy[],
  dns: Knowledge,
  missing: string | null,
): Iterable<StarvedPods> {
  if (policies.some((p) => dns.reachOf(p).UDP !== false)) return;
  const policy = policies.find((p) => p.isolates.Egress === true && isPureDeny(p) && selectsEveryPod(p));
  if (!policy || !canBeJudged(policy)) return;
  const unknown = missing ?? 'the workspace has no workloads of this namespace that would need it';
  yield { policy, lacks: 'DNS', workloads: [], miss: null, unknown };
}

/** What may allow DNS without being a policy that can be read here. */
function missingEvidence(scope: NamespaceScope, beside: readonly NamespaceScope[]): string | null {
  if (scope.unseen !== null) return scope.unseen;
  const elsewhere = beside.flatMap(({ policies }) => policies)[0];
  if (elsewhere) return `${describe(elsewhere)}, of another kustomization, may be applied beside it`;
  const patch = scope.policies.find((r) => r.partial);
  if (patch)
    return `${describe(patch)} ${patch.derived?.patchedBy ? 'is changed by' : 'is'} a patch, which may add a rule for DNS`;
  const other = [scope, ...beside].flatMap(({ otherPolicies }) => otherPolicies)[0];
  return other ? `${describe(other)} may allow DNS in its own way` : null;
}
