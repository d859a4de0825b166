/**
 * Owns the judgement which pods of a namespace are isolated for egress and cannot reach the cluster's DNS, and which policy
 * to name for it. How to say so is not its business.
 */
import { describe, type Resource } from '../../core/resource.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import { type DnsReach, dnsReachOf } from '../../engine/dns.ts';
import { needsClusterDns } from '../../engine/dns-clients.ts';
import { selectsDnsServers } from '../../engine/dns-servers.ts';
import { isolatesPods, matchesPods, podLabelReader, selectsEveryPod } from '../../engine/isolation.ts';
import { type Policy, policyOf } from '../../engine/policy.ts';
import { canMatchTogether, isSelectorSubset, type Selector } from '../../engine/selector.ts';
import { indexBySelector, type SelectorIndex } from '../../engine/selector-index.ts';
import { allOf, anyOf, type Verdict } from '../../engine/verdict.ts';

/** Pods that cannot ask the cluster's DNS, or can ask it over one protocol only. */
export interface StarvedPods {
  /** The policy to name: one that isolates them, and that has the rule which falls short if there is one. */
  readonly policy: Policy;
  /** What no policy allows them: lookups at all, or lookups over one protocol while those over the other are allowed. */
  readonly lacks: 'DNS' | 'UDP' | 'TCP';
  /** Empty when it is about whatever pods the policy may select. */
  readonly workloads: readonly Resource[];
  /** What evidence is missing; null when they surely starve. */
  readonly unknown: string | null;
}

/** What the namespace's pods are starved of, in the order of the policies; at most one entry for each. */
export function starvedPodsIn(scope: NamespaceScope): readonly StarvedPods[] {
  const policies = isolatingPolicies(scope);
  if (policies.length === 0 || policies.some(feedsEveryPod)) return [];
  const index = indexBySelector(policies, (p) => p.podSelector.selector);
  const { starved, selecting } = amongWorkloads(scope, index);
  const others = policies.filter((p) => !selecting.has(p) && p.isolates.Egress === true);
  const symbolic = amongSelectors(others, policies);
  const unknown = missingEvidence(scope);
  const found = [...starved, ...symbolic]
    .filter((s) => canBeJudged(s.policy))
    .map((s) => ({ ...s, unknown }));
  if (found.length === 0 && scope.workloads.length === 0) found.push(...baseline(scope, policies));
  const order = new Map(policies.map((policy, i) => [policy, i]));
  return found.sort((a, b) => (order.get(a.policy) ?? 0) - (order.get(b.policy) ?? 0));
}

type Starved = Omit<StarvedPods, 'unknown'>;

function isolatingPolicies(scope: NamespaceScope): Policy[] {
  return scope.policies.map(policyOf).filter((p): p is Policy => p !== null && p.isolates.Egress !== false);
}

function feedsEveryPod(policy: Policy): boolean {
  const { UDP, TCP } = reachOf(policy);
  return UDP === true && TCP === true && selectsEveryPod(policy) === true;
}

/** As the engine says, but a policy that is not sound YAML may turn out to allow anything. */
function reachOf(policy: Policy): DnsReach {
  return isSound(policy) ? dnsReachOf(policy) : { UDP: null, TCP: null };
}

function isSound({ resource }: Policy): boolean {
  return resource.root.span.end <= resource.document.soundUntil;
}

/** Whether absence means anything for this policy: not where other parts of it are rendered, or are still being written. */
function canBeJudged(policy: Policy): boolean {
  const { document, root } = policy.resource;
  return isSound(policy) && !(document.isTemplate && isTemplated(root, document.text));
}

/** Judges each workload by its labels; also says which policies select, or may select, a workload. */
function amongWorkloads(scope: NamespaceScope, index: SelectorIndex<Policy>) {
  const byPolicy = new Map<Policy, Map<StarvedPods['lacks'], Resource[]>>();
  const selecting = new Set<Policy>();
  for (const workload of scope.workloads) {
    if (workload.partial) continue;
    const labelOf = podLabelReader(workload);
    const candidates = index
      .matching(labelOf)
      .map((policy) => ({ policy, selects: matchesPods(policy.podSelector.selector, labelOf) }))
      .filter(({ selects }) => selects !== false);
    for (const { policy } of candidates) selecting.add(policy);
    if (needsClusterDns(workload) !== true) continue;
    const over = (protocol: 'UDP' | 'TCP') =>
      anyOf(candidates.map(({ policy, selects }) => allOf([selects, reachOf(policy)[protocol]])));
    const lacks = lackOf(over('UDP'), over('TCP'));
    const isolating = candidates.map((c) => c.policy).filter((p) => isolatesPods(p, 'Egress', labelOf));
    const policy = lacks && responsible(isolating, lacks);
    if (!policy) continue;
    const byLack = byPolicy.get(policy) ?? new Map<StarvedPods['lacks'], Resource[]>();
    byPolicy.set(policy, byLack);
    byLack.set(lacks, [...(byLack.get(lacks) ?? []), workload]);
  }
  return { starved: [...byPolicy].map(([policy, byLack]) => worst(policy, byLack)), selecting };
}

function lackOf(udp: Verdict, tcp: Verdict): StarvedPods['lacks'] | null {
  if (udp === false) return tcp === true ? 'UDP' : 'DNS';
  return udp === true && tcp === false ? 'TCP' : null;
}

/** Of policies that isolate some pods: the one whose DNS rule falls short, else the first that allows anything at all. */
function responsible(policies: readonly Policy[], lacks: StarvedPods['lacks']): Policy | undefined {
  const half = policies.find((p) => allowsOther(p, lacks));
  return half ?? policies.find((p) => !isPureDeny(p)) ?? policies[0];
}

/** Whether a policy itself allows the protocol that is not lacking. */
function allowsOther(policy: Policy, lacks: StarvedPods['lacks']): boolean {
  const { UDP, TCP } = reachOf(policy);
  return (lacks === 'TCP' && UDP === true) || (lacks === 'UDP' && TCP === true);
}

function isPureDeny({ egress }: Policy): boolean {
  return egress.rules.length === 0 && !egress.unknown;
}

/** One entry for a policy: those worst off. */
function worst(policy: Policy, byLack: ReadonlyMap<StarvedPods['lacks'], Resource[]>): Starved {
  const [lacks, workloads] = (['DNS', 'UDP', 'TCP'] as const)
    .map((l) => [l, byLack.get(l) ?? []] as const)
    .find(([, list]) => list.length > 0) ?? ['DNS', []];
  return { policy, lacks, workloads };
}

/**
 * Judges `subjects`, which select no workload that is known, by their selectors: whatever pods they select starve if no
 * policy that may select those too allows DNS. A policy that allows nothing may well mean it.
 */
function* amongSelectors(subjects: readonly Policy[], policies: readonly Policy[]): Iterable<Starved> {
  const hungry = subjects.filter((p) => !isPureDeny(p) && !reachesFully(reachOf(p)));
  if (hungry.length === 0) return;
  const feeding = policies.filter((p) => reachOf(p).UDP !== false || reachOf(p).TCP !== false);
  const index = indexBySelector(feeding, (p) => p.podSelector.selector);
  const seen = new Set<string>();
  for (const policy of hungry) {
    const { selector } = policy.podSelector;
    if (!selector || selectsDnsServers(policy.resource.namespace, selector)) continue;
    const { UDP, TCP } = unionFor(selector, policy, index);
    const lacks = lackOf(UDP, TCP);
    // Where another policy's rule falls short, that policy is named for it.
    if (!lacks || (lacks !== 'DNS' && !allowsOther(policy, lacks))) continue;
    const key = JSON.stringify(selector.requirements);
    if (!seen.has(key)) yield { policy, lacks, workloads: [] };
    seen.add(key);
  }
}

function reachesFully({ UDP, TCP }: DnsReach): boolean {
  return UDP === true && TCP === true;
}

/** What every pod that matches `selector` is allowed; null where it depends on labels the selector leaves open. */
function unionFor(selector: Selector, own: Policy, index: SelectorIndex<Policy>): DnsReach {
  let { UDP, TCP } = reachOf(own);
  for (const policy of index.overlapping(selector)) {
    if (UDP !== false && TCP !== false) break;
    const other = policy.podSelector.selector;
    const selects = !other || !isSelectorSubset(selector, other) ? null : true;
    if (other && selects === null && !canMatchTogether(selector, other)) continue;
    const reach = reachOf(policy);
    UDP = anyOf([UDP, allOf([selects, reach.UDP])]);
    TCP = anyOf([TCP, allOf([selects, reach.TCP])]);
  }
  return { UDP, TCP };
}

/** A default deny in a namespace where nothing allows DNS, and nothing is known that would need it. */
function* baseline(scope: NamespaceScope, policies: readonly Policy[]): Iterable<StarvedPods> {
  if (policies.some((p) => reachOf(p).UDP !== false)) return;
  const policy = policies.find((p) => p.isolates.Egress === true && isPureDeny(p) && selectsEveryPod(p));
  if (!policy || !canBeJudged(policy)) return;
  const unknown = missingEvidence(scope) ?? 'the workspace has no workloads of this namespace to judge by';
  yield { policy, lacks: 'DNS', workloads: [], unknown };
}

/** What may allow DNS without being a policy that can be read here. */
function missingEvidence(scope: NamespaceScope): string | null {
  const patch = scope.policies.find((r) => r.partial);
  if (patch) return `${describe(patch)} is a patch, which may add a rule for DNS`;
  const other = scope.otherPolicies[0];
  return other ? `${describe(other)} may allow DNS in its own way` : null;
}
