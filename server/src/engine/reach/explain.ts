/**
 * Owns why one connection is allowed or not: for both ends the rules that match and the policies that isolate, in the order in
 * which they count. The verdict itself is that of the rows. How it is put into words is decided elsewhere.
 */
import type { Direction } from '../direction.ts';
import { includes } from '../intervals.ts';
import type { Protocol } from '../ports.ts';
import { allOf, type Verdict } from '../verdict.ts';
import { hasBit } from './bits.ts';
import type { PodFacts, PolicyFacts, RuleFacts, TieredPolicyFacts, TieredRuleFacts } from './facts.ts';
import type { Allowed } from './partition.ts';
import type { PortsId } from './port-table.ts';
import { allowedWith, type Group, type Reach } from './reach.ts';
import type { Selecting } from './row.ts';
import { resolve } from './sides.ts';

/** One end of a connection: a pod, by the index of its class, or an address outside (IPv4 a number, IPv6 a bigint). */
export type Point = { readonly podClass: number } | { readonly address: number | bigint };

export interface Question {
  readonly from: Point;
  readonly to: Point;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface Explanation {
  /** Null: it depends on what `doubts` name. */
  readonly verdict: Verdict;
  /** What the policies of the source say; null for an address outside, which has none. */
  readonly egress: SideExplanation | null;
  /** What the policies of the destination say; null for an address outside. */
  readonly ingress: SideExplanation | null;
  /** Whether the verdict rests on an ipBlock that matches a pod, which network plugins do not agree on. */
  readonly dependsOnPlugin: boolean;
}

export interface SideExplanation {
  readonly direction: Direction;
  readonly verdict: Verdict;
  /** Rules of the Admin tier that match, up to the first that surely does. */
  readonly admin: readonly TierStep[];
  /** The NetworkPolicies that isolate the pod; one that is not `isSure` perhaps does. */
  readonly isolatedBy: readonly Selecting<PolicyFacts>[];
  /** The rules of those that match the connection. */
  readonly allowedBy: readonly RuleStep[];
  readonly baseline: readonly TierStep[];
  /** What the verdict would take to be known, in whole sentences. */
  readonly doubts: readonly string[];
}

export interface RuleStep {
  readonly policy: PolicyFacts;
  /** The place of the rule in the list of its direction. */
  readonly rule: number;
  /** The place of the first peer that matches; null where the rule is for everybody, or its peers cannot be read. */
  readonly peer: number | null;
  readonly matches: Verdict;
}

export interface TierStep {
  readonly policy: TieredPolicyFacts;
  readonly rule: number;
  readonly action: TieredRuleFacts['action'];
  readonly matches: Verdict;
}

export function explain(reach: Reach, question: Question): Explanation {
  const { from, to } = question;
  const egress = 'podClass' in from ? sideOf(reach, 'Egress', from.podClass, to, question) : null;
  const ingress = 'podClass' in to ? sideOf(reach, 'Ingress', to.podClass, from, question) : null;
  const sides = [egress, ingress].filter((side) => side !== null);
  return {
    verdict: allOf(sides.map((side) => side.verdict)),
    egress,
    ingress,
    dependsOnPlugin: sides.some(({ restsOnBlock }) => restsOnBlock),
  };
}

function sideOf(
  reach: Reach,
  direction: Direction,
  own: number,
  peer: Point,
  question: Question,
): SideExplanation & { readonly restsOnBlock: boolean } {
  const group = reach.groups[direction][own] as Group;
  const { subject } = group;
  const { protocol, port } = question;
  const says = ({ sure, possible }: Allowed): Verdict => {
    if (reach.ports.has(sure, protocol, port)) return true;
    return reach.ports.has(possible, protocol, port) ? null : false;
  };
  const verdict = says(allowed(group, peer));
  const matcher = new RuleMatcher(reach, group, peer, question);
  const isolatedBy = subject.policies;
  const allowedBy = isolatedBy.flatMap((selecting) => matcher.steps(selecting));
  const admin = matcher.tier(subject.admin);
  const baseline = matcher.tier(subject.baseline);
  const restsOnBlock =
    'podClass' in peer && says(allowedWith(group.podsWithoutBlocks, peer.podClass)) !== verdict;
  const doubts =
    verdict === null
      ? doubtsAbout(reach, [own, ...('podClass' in peer ? [peer.podClass] : [])], isolatedBy, [
          ...allowedBy,
          ...admin,
          ...baseline,
        ])
      : [];
  return { direction, verdict, admin, isolatedBy, allowedBy, baseline, doubts, restsOnBlock };
}

function allowed(group: Group, peer: Point): Allowed {
  if ('podClass' in peer) return allowedWith(group.pods, peer.podClass);
  const { address } = peer;
  const found = group.outside.find(({ where }) =>
    typeof address === 'number' ? includes(where.v4, address) : includes(where.v6, address),
  );
  if (!found) throw new Error('a row covers every address');
  return found.allowed;
}

/** Tries rules on one connection. */
class RuleMatcher {
  private readonly reach: Reach;
  private readonly group: Group;
  private readonly peer: Point;
  private readonly question: Question;

  constructor(reach: Reach, group: Group, peer: Point, question: Question) {
    this.reach = reach;
    this.group = group;
    this.peer = peer;
    this.question = question;
  }

  /** The rules of a policy that match, or may. */
  steps({ policy, isSure }: Selecting<PolicyFacts>): RuleStep[] {
    return policy.rules[this.group.subject.direction].flatMap((rule, place) => {
      const matches = allOf([this.matchesPeers(rule, policy.namespace), this.matchesPort(rule)]);
      if (matches === false) return [];
      const peer = this.firstPeer(rule, policy.namespace);
      return [{ policy, rule: place, peer, matches: isSure ? matches : null }];
    });
  }

  /** The rules of a tier that match, or may, until one surely does; of policies with the same priority, those of each. */
  tier(policies: readonly Selecting<TieredPolicyFacts>[]): TierStep[] {
    const steps: TierStep[] = [];
    let decidedAt: number | null = null;
    for (const selecting of policies) {
      if (decidedAt !== null && selecting.policy.priority > decidedAt) break;
      const own = this.tieredSteps(selecting);
      steps.push(...own);
      if (own.at(-1)?.matches) decidedAt = selecting.policy.priority;
    }
    return steps;
  }

  private tieredSteps({ policy, isSure }: Selecting<TieredPolicyFacts>): TierStep[] {
    const steps: TierStep[] = [];
    for (const [place, rule] of policy.rules[this.group.subject.direction].entries()) {
      const verdict = allOf([this.matchesPeers(rule, null), this.matchesPort(rule)]);
      if (verdict === false) continue;
      const matches = isSure ? verdict : null;
      steps.push({ policy, rule: place, action: rule.action, matches });
      if (matches) break;
    }
    return steps;
  }

  private matchesPeers(rule: RuleFacts, namespace: string | null): Verdict {
    const { peer, reach, group } = this;
    const { sides } = reach.base;
    if ('podClass' in peer) {
      const side = group.subject.hostNetwork === true ? sides.podsOfHosts : sides.pods;
      const { sure, possible } = side.match(rule, namespace);
      return hasBit(sure, peer.podClass) ? true : hasBit(possible, peer.podClass) ? null : false;
    }
    const { address } = peer;
    const { sure, possible } = sides.outside.match(rule, namespace);
    const has = (set: typeof sure) =>
      typeof address === 'number' ? includes(set.v4, address) : includes(set.v6, address);
    return has(sure) ? true : has(possible) ? null : false;
  }

  private firstPeer(rule: RuleFacts, namespace: string | null): number | null {
    if (typeof rule.peers === 'string') return null;
    const verdicts = rule.peers.map((peer) => this.matchesPeers({ peers: [peer], ports: null }, namespace));
    const certain = verdicts.indexOf(true);
    return certain >= 0 ? certain : verdicts.indexOf(null);
  }

  private matchesPort({ ports: set }: RuleFacts): Verdict {
    if (!set) return null;
    const { ports } = this.reach;
    const { protocol, port, to } = this.question;
    const has = (id: PortsId) => ports.has(id, protocol, port);
    if (has(ports.idOf(set))) return true;
    const pod = this.podAt(to);
    let verdict: Verdict = false;
    for (const name of pod ? set.names : []) {
      const { sure, possible } = resolve(name, pod as PodFacts, ports);
      if (has(sure)) return true;
      if (has(possible)) verdict = null;
    }
    return verdict;
  }

  private podAt(point: Point): PodFacts | null {
    return 'podClass' in point ? (this.reach.classes.list[point.podClass]?.pod ?? null) : null;
  }
}

function doubtsAbout(
  { classes }: Reach,
  ends: readonly number[],
  isolatedBy: readonly Selecting<PolicyFacts>[],
  steps: readonly (RuleStep | TierStep)[],
): string[] {
  const doubts = new Set<string>();
  for (const index of ends) {
    const { pod } = classes.list[index] as { readonly pod: PodFacts };
    if (pod.hostNetwork === true)
      doubts.add(`${pod.workload} is in the node's network, where most network plugins apply no policy.`);
    if (pod.hostNetwork === null)
      doubts.add(`Whether ${pod.workload} is in the node's network cannot be read from its manifest.`);
    if (!pod.labels) doubts.add(`The labels of the pods of ${pod.workload} are not known.`);
    if (!pod.portsKnown && steps.some(namesPorts))
      doubts.add(`Which ports ${pod.workload} gives names to is not known.`);
    if (!pod.addresses && steps.some(namesAddresses))
      doubts.add(`Which addresses the pods of ${pod.workload} will have is not known.`);
  }
  for (const { policy, isSure } of isolatedBy)
    if (!isSure) doubts.add(`Whether ${nameOf(policy)} selects these pods is not known.`);
  for (const { policy, rule, matches } of steps)
    if (matches === null) doubts.add(`Whether rule ${rule + 1} of ${nameOf(policy)} matches is not known.`);
  for (const { policy } of isolatedBy)
    if (policy.maybeMore.Ingress || policy.maybeMore.Egress)
      doubts.add(`${nameOf(policy)} may have rules that cannot be read.`);
  for (const { policy } of steps)
    for (const { policy: other } of steps)
      if (isRival(policy, other))
        doubts.add(
          `${nameOf(policy)} and ${nameOf(other)} have the same priority: which of them counts is up to the network plugin.`,
        );
  return [...doubts];
}

/** Whether two policies are different ones of one tier with the same priority; said once for both. */
function isRival(a: PolicyFacts | TieredPolicyFacts, b: PolicyFacts | TieredPolicyFacts): boolean {
  return (
    'tier' in a && 'tier' in b && a.tier === b.tier && a.priority === b.priority && nameOf(a) < nameOf(b)
  );
}

function rulesOfStep({ policy, rule }: RuleStep | TierStep): RuleFacts[] {
  return [policy.rules.Ingress[rule], policy.rules.Egress[rule]].filter((found) => found !== undefined);
}

function namesPorts(step: RuleStep | TierStep): boolean {
  return rulesOfStep(step).some(({ ports }) => ports !== null && ports.names.size > 0);
}

function namesAddresses(step: RuleStep | TierStep): boolean {
  return rulesOfStep(step).some(
    ({ peers }) => typeof peers !== 'string' && peers.some(({ kind }) => kind === 'addresses'),
  );
}

function nameOf(policy: PolicyFacts | TieredPolicyFacts): string {
  return 'namespace' in policy
    ? `NetworkPolicy ${policy.namespace}/${policy.name}`
    : `${policy.kind} ${policy.name}`;
}
