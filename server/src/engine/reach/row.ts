/**
 * Owns what policies that select the same pods make of one direction: for every peer the ports that are allowed. It works the
 * same for pods and for addresses outside; which policies select the pods is found elsewhere.
 *
 * Tiers in their order: Admin, NetworkPolicy, Baseline, and where none of them decides, everything is allowed.
 * https://network-policy-api.sigs.k8s.io/api-overview/
 */
import type { Direction } from '../direction.ts';
import type { Verdict } from '../verdict.ts';
import type { PolicyFacts, RuleFacts, TieredPolicyFacts, TieredRuleFacts } from './facts.ts';
import type { Matched } from './matching.ts';
import {
  type Allowed,
  changedWithin,
  combined,
  combined3,
  constant,
  type Partition,
  type Sets,
} from './partition.ts';
import { EVERY_PORT, NO_PORT, type PortTable } from './port-table.ts';

/** A policy that selects the pods, surely or perhaps. */
export interface Selecting<P> {
  readonly policy: P;
  readonly isSure: boolean;
}

/** Pods that the same policies select, and that give the same numbers to the names of ports. */
export interface Subject {
  readonly direction: Direction;
  readonly policies: readonly Selecting<PolicyFacts>[];
  /** In the order of their priority; those with the same priority are undecided among each other. */
  readonly admin: readonly Selecting<TieredPolicyFacts>[];
  readonly baseline: readonly Selecting<TieredPolicyFacts>[];
  /** Whether the pods live in the node's network, so that NetworkPolicies may not apply to them. */
  readonly hostNetwork: Verdict;
  /** For ingress: what a name (`TCP/http`) stands for on these pods. */
  readonly named: (name: string) => Allowed;
}

/** What is on the other side: pods, or addresses outside. */
export interface PeerSide<S> {
  readonly sets: Sets<S>;
  /** The peers that a rule of a policy of `namespace` names; null for policies of no namespace. */
  match(rule: RuleFacts, namespace: string | null): Matched<S>;
  /** For egress: the peers on which a name (`TCP/http`) stands for something. */
  named(name: string): readonly Grant<S>[];
  /** Peers with which traffic may be allowed whatever policies say: those in the node's network. */
  readonly mayEscape: S | null;
}

/** Ports with peers that surely match, and with those that perhaps match. */
export interface Grant<S> extends Matched<S> {
  readonly allowed: Allowed;
}

const NOTHING: Allowed = { sure: NO_PORT, possible: NO_PORT };
const ANYTHING: Allowed = { sure: EVERY_PORT, possible: EVERY_PORT };
const PERHAPS: Allowed = { sure: NO_PORT, possible: EVERY_PORT };

export function rowOf<S>(subject: Subject, side: PeerSide<S>, ports: PortTable): Partition<S> {
  const row = new RowReader(subject, side, ports).read();
  const { mayEscape } = side;
  if (!mayEscape || side.sets.isEmpty(mayEscape)) return row;
  return changedWithin(side.sets, row, mayEscape, ({ sure }) => ({ sure, possible: EVERY_PORT }));
}

class RowReader<S> {
  private readonly subject: Subject;
  private readonly side: PeerSide<S>;
  private readonly ports: PortTable;

  constructor(subject: Subject, side: PeerSide<S>, ports: PortTable) {
    this.subject = subject;
    this.side = side;
    this.ports = ports;
  }

  read(): Partition<S> {
    const { baseline, admin, hostNetwork } = this.subject;
    const { sets } = this.side;
    const withBaseline = this.tier(baseline, constant(sets, ANYTHING));
    const row = this.tier(admin, this.networkPolicies(withBaseline));
    const escaping = ({ sure }: Allowed) => ({ sure, possible: EVERY_PORT });
    return hostNetwork === false ? row : changedWithin(sets, row, sets.everything, escaping);
  }

  /** Isolated pods are allowed what one of their policies allows; others what comes after NetworkPolicies. */
  private networkPolicies(after: Partition<S>): Partition<S> {
    const { policies } = this.subject;
    const { sets } = this.side;
    const sure = policies.filter(({ isSure }) => isSure);
    if (policies.length === 0) return after;
    if (sure.length > 0) {
      const grants = policies.flatMap(({ policy, isSure }) => this.grantsOf(policy, isSure));
      return this.added(constant(sets, NOTHING), grants);
    }
    // Any of them may select the pods, or none: sure is what is allowed in every case.
    let result = after;
    for (const { policy } of policies) {
      const own = this.added(constant(sets, NOTHING), this.grantsOf(policy, true));
      result = combined(sets, result, own, (a, b) => this.either(a, b));
    }
    return result;
  }

  /** Rules in their order, the first that matches decides; where none does, what comes after the tier. */
  private tier(policies: readonly Selecting<TieredPolicyFacts>[], after: Partition<S>): Partition<S> {
    let result = after;
    const byPriority = [...Map.groupBy(policies, ({ policy }) => policy.priority)].sort(([a], [b]) => b - a);
    for (const [, equals] of byPriority) {
      const below = result;
      const outcomes = equals.map((first) => {
        const order = [first, ...equals.filter((other) => other !== first)];
        return order.reduceRight((rest, selecting) => this.tieredPolicy(selecting, rest, after), below);
      });
      // With the same priority any of those that match may decide.
      result = outcomes.reduce((a, b) => combined(this.side.sets, a, b, (x, y) => this.either(x, y)));
    }
    return result;
  }

  private tieredPolicy(
    { policy, isSure }: Selecting<TieredPolicyFacts>,
    rest: Partition<S>,
    after: Partition<S>,
  ): Partition<S> {
    return policy.rules[this.subject.direction].reduceRight(
      (below, rule) => this.tieredRule(rule, isSure, below, after),
      rest,
    );
  }

  private tieredRule(
    rule: TieredRuleFacts,
    isSure: boolean,
    below: Partition<S>,
    after: Partition<S>,
  ): Partition<S> {
    const { sets } = this.side;
    const grants = this.grantsOfRule(rule, null).map((grant) => (isSure ? grant : perhaps(grant, sets)));
    const matched = this.added(constant(sets, NOTHING), grants);
    const outcome = rule.action === 'Pass' ? after : constant(sets, outcomeOf(rule.action));
    return combined3(sets, [matched, outcome, below], (m, then, otherwise) =>
      this.chosen(m, then, otherwise),
    );
  }

  /** `then` where a rule matches, `otherwise` where it does not, and what both have in common where that is open. */
  private chosen(matched: Allowed, then: Allowed, otherwise: Allowed): Allowed {
    const { ports } = this;
    const open = ports.subtract(matched.possible, matched.sure);
    const both = this.either(then, otherwise);
    const pick = (which: 'sure' | 'possible') =>
      ports.union(
        ports.union(ports.intersect(matched.sure, then[which]), ports.intersect(open, both[which])),
        ports.subtract(otherwise[which], matched.possible),
      );
    return { sure: pick('sure'), possible: pick('possible') };
  }

  /** What is known where one of two holds, and not which. */
  private either(a: Allowed, b: Allowed): Allowed {
    const { ports } = this;
    return { sure: ports.intersect(a.sure, b.sure), possible: ports.union(a.possible, b.possible) };
  }

  private grantsOf(policy: PolicyFacts, isSure: boolean): Grant<S>[] {
    const { direction } = this.subject;
    const { sets } = this.side;
    const grants = policy.rules[direction].flatMap((rule) => this.grantsOfRule(rule, policy.namespace));
    if (policy.maybeMore[direction]) grants.push(anyOne(sets, PERHAPS));
    return isSure ? grants : grants.map((grant) => perhaps(grant, sets));
  }

  private grantsOfRule(rule: RuleFacts, namespace: string | null): Grant<S>[] {
    const { side, subject, ports } = this;
    const matched = side.match(rule, namespace);
    if (!rule.ports) return [{ ...matched, allowed: PERHAPS }];
    const numbers = ports.idOf(rule.ports);
    const grants: Grant<S>[] = [];
    if (numbers !== NO_PORT) grants.push({ ...matched, allowed: { sure: numbers, possible: numbers } });
    for (const name of rule.ports.names) {
      if (subject.direction === 'Ingress') grants.push({ ...matched, allowed: subject.named(name) });
      else
        for (const on of side.named(name))
          grants.push({ ...meet(matched, on, side.sets), allowed: on.allowed });
    }
    return grants;
  }

  private added(partition: Partition<S>, grants: readonly Grant<S>[]): Partition<S> {
    const { sets } = this.side;
    const { ports } = this;
    let result = partition;
    for (const { sure, possible, allowed } of together(grants, sets)) {
      result = changedWithin(sets, result, sure, (before) => ({
        sure: ports.union(before.sure, allowed.sure),
        possible: ports.union(before.possible, allowed.possible),
      }));
      if (possible === sure) continue;
      result = changedWithin(sets, result, possible, (before) => ({
        sure: before.sure,
        possible: ports.union(before.possible, allowed.possible),
      }));
    }
    return result;
  }
}

function outcomeOf(action: TieredRuleFacts['action']): Allowed {
  if (action === null) return PERHAPS;
  return action === 'Accept' ? ANYTHING : NOTHING;
}

function anyOne<S>({ everything }: Sets<S>, allowed: Allowed): Grant<S> {
  return { sure: everything, possible: everything, allowed };
}

function perhaps<S>({ possible, allowed }: Grant<S>, { nothing }: Sets<S>): Grant<S> {
  return { sure: nothing, possible, allowed: { sure: NO_PORT, possible: allowed.possible } };
}

function meet<S>(a: Matched<S>, b: Matched<S>, sets: Sets<S>): Matched<S> {
  const sure = sets.intersect(a.sure, b.sure);
  const isCertain = a.sure === a.possible && b.sure === b.possible;
  return { sure, possible: isCertain ? sure : sets.intersect(a.possible, b.possible) };
}

/** One grant for each set of ports: joining peers is cheaper than changing a partition. */
function together<S>(grants: readonly Grant<S>[], sets: Sets<S>): Iterable<Grant<S>> {
  if (grants.length < 2) return grants;
  const byPorts = new Map<string, Grant<S>>();
  for (const grant of grants) {
    const key = `${grant.allowed.sure} ${grant.allowed.possible}`;
    const known = byPorts.get(key);
    byPorts.set(key, known ? joinedGrants(known, grant, sets) : grant);
  }
  return byPorts.values();
}

function joinedGrants<S>(a: Grant<S>, b: Grant<S>, sets: Sets<S>): Grant<S> {
  const sure = sets.union(a.sure, b.sure);
  const isCertain = a.sure === a.possible && b.sure === b.possible;
  return { sure, possible: isCertain ? sure : sets.union(a.possible, b.possible), allowed: a.allowed };
}
