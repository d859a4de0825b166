/** Rule contractor-expiry: what a contractor has been given, and has no end, a wrong one, or one that is near or past. */
import { type Day, readDay, writeDay } from '../../core/day.ts';
import type { Dependency } from '../../core/grants.ts';
import { nameNode, type Resource } from '../../core/resource.ts';
import type { Finding, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { removePair } from '../../core/yaml/edit.ts';
import { asMap, get, pairOf } from '../../core/yaml/nodes.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import { EXPIRY_EXAMPLES } from './contractor-expiry-examples.ts';
import { coverOf, grantsOf } from './cover.ts';
import { contractorIn, crossingsOf } from './crossing.ts';
import { destinationsOf } from './destinations.ts';

/** How many days ahead an end is near, and how many are too far away to be thought of in time. */
const NEAR = 14;
const TOO_FAR = 731;

export const contractorExpiry: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-expiry',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: "A contractor's access has no end, or one that is near, past, too far away or no date.",
    why: `Contracts end, and access has to end with them. A grant in the root config holds to its \`expires\`, or to that of the contractor, whichever comes first; a policy may say in the annotation \`netpol-guard/expires\` until when it is to be there. Nothing in the cluster takes a policy away on that day: somebody has to, and this rule is who reminds them, from two weeks ahead. An end more than two years away is none.

A policy that only denies must not expire at all. Whoever tidies up by that date would open the namespace.`,
    refs: [
      { title: 'PCI DSS 4.0, 8.2.7: third-party access is enabled only when needed, and disabled after' },
      { title: 'NIST SP 800-53 AC-2(2), automated management of temporary accounts' },
    ],
    examples: EXPIRY_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    const contractor = contractorIn(scope, context);
    const policy = contractor === null ? null : soundPolicyOf(resource);
    if (contractor === null || !policy) return;
    const written = resource.annotations.get(context.config.annotations.expires);
    if (written !== undefined) yield* ofAnnotation(policy, written, context);
    // What the policy says of itself does not make a grant last longer.
    yield* ofGrants(policy, contractor, scope, context);
  },
  across: function* (scope, { today, contractors, ...context }): Iterable<Finding> {
    const contractor = contractorIn(scope, { today, contractors, ...context });
    const config = contractor === null ? null : contractors.named(contractor);
    const anchor = scope.namespace ?? scope.policies.find((policy) => !policy.partial);
    if (!config || config.expires === null || today === null || !anchor) return;
    const fault = faultOf(config.expires, today);
    if (!fault || fault.kind === 'far') return;
    const when = writeDay(config.expires);
    yield {
      at: { document: anchor.document, span: visibleSpan(nameNode(anchor), anchor.root.span) },
      resource: anchor,
      message:
        fault.kind === 'past'
          ? `The contract with ${contractor} ended on ${when}, and its namespace ${scope.name} is still here. Take away its access and its workloads, or have the contract extended in the root config.`
          : `The contract with ${contractor} ends on ${when}, ${inDays(fault.days)}: its access to and from namespace ${scope.name} has to go then. Have the contract extended in the root config, or prepare the end.`,
      ...(fault.kind === 'near' && { severity: 'warning' }),
    };
  },
};

type Fault = { readonly kind: 'past' | 'near' | 'far'; readonly days: number };

function faultOf(end: Day, today: Day): Fault | null {
  const days = end - today;
  if (days < 0) return { kind: 'past', days };
  if (days <= NEAR) return { kind: 'near', days };
  return days > TOO_FAR ? { kind: 'far', days } : null;
}

function inDays(days: number): string {
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
}

function* ofAnnotation(policy: Policy, written: string, context: NamespaceContext): Iterable<Finding> {
  const { resource } = policy;
  const { document } = resource;
  const key = context.config.annotations.expires;
  const map = asMap(get(resource.metadata, 'annotations'));
  const pair = pairOf(map, key);
  if (!pair || !map) return;
  const at = { document, span: visibleSpan(pair.value, pair.key.span) };
  if (onlyDenies(policy)) {
    const edit = map.pairs.includes(pair) ? removePair(document, map, pair) : null;
    const message = `This policy only denies, so it must not expire: whoever deletes it on that day opens the namespace. Take the annotation \`${key}\` out.`;
    yield { at, message, fixes: edit ? [{ title: `Take ${key} out`, safe: true, edits: [edit] }] : [] };
    return;
  }
  const end = readDay(written);
  if (end === null) {
    yield {
      at,
      message: `"${written}" is no date, so nobody can tell when this policy has to go. Write a day such as 2027-03-31.`,
    };
    return;
  }
  const fault = context.today === null ? null : faultOf(end, context.today);
  if (!fault) return;
  yield {
    at,
    message: {
      past: `This policy was to be there until ${writeDay(end)}, and its rules still allow. Delete it, or have the access approved anew.`,
      near: `This policy is to be there until ${writeDay(end)}, ${inDays(fault.days)}. Have the access approved anew in time, or delete the policy then.`,
      far: `This policy is to be there until ${writeDay(end)}, more than two years ahead, which is as good as for ever. Set a nearer day, and have the access reviewed then.`,
    }[fault.kind],
    ...(fault.kind === 'near' && { severity: 'warning' }),
  };
}

function onlyDenies(policy: Policy): boolean {
  const sides = DIRECTIONS.map((direction) => rulesOf(policy, direction));
  return sides.every(({ rules, unknown }) => rules.length === 0 && !unknown);
}

/** For a policy that implements grants: the first of them that has run out, or is about to. */
function* ofGrants(
  policy: Policy,
  contractor: string,
  scope: NamespaceScope,
  context: NamespaceContext,
): Iterable<Finding> {
  const grants = grantsOf(contractor, context);
  if (grants.length === 0) return;
  const told = new Set<Dependency>();
  for (const crossing of crossingsOf(policy, contractor, context)) {
    const destinations = destinationsOf(crossing, scope, context);
    const cover = coverOf(crossing, grants, destinations);
    if (cover.verdict !== 'covered') continue;
    const grant = firstToEnd(
      cover.grants,
      (kept) => coverOf(crossing, kept, destinations).verdict === 'covered',
    );
    if (!grant || told.has(grant)) continue;
    told.add(grant);
    const finding = ofGrant(grant, contractor, policy.resource, crossing.peer.node.span, context);
    if (finding) yield finding;
  }
}

/** The first grant whose end leaves a connection uncovered; the ones that outlast it do not cover it alone. */
function firstToEnd(
  grants: readonly Dependency[],
  covers: (kept: readonly Dependency[]) => boolean,
): Dependency | undefined {
  const sorted = [...grants].sort(byEnd);
  return sorted.find((_, index) => covers(sorted.slice(0, index + 1)));
}

/** The one that lasts longest first. */
function byEnd(a: Dependency, b: Dependency): number {
  const end = ({ expires }: Dependency) => expires ?? Number.POSITIVE_INFINITY;
  return end(b) - end(a);
}

function ofGrant(
  { ticket, expires }: Dependency,
  contractor: string,
  { document }: Resource,
  span: { start: number; end: number },
  { today, contractors }: NamespaceContext,
): Finding | null {
  const at = { document, span };
  if (expires === null)
    return {
      at,
      message: `The grant ${ticket} of this connection has no end, and neither has the contract with ${contractor}. Set \`expires\` in the root config, so that the access ends with what it is for.`,
      severity: 'warning',
    };
  // The end of the contract is told once, at the namespace.
  if (today === null || expires === contractors.named(contractor)?.expires) return null;
  const fault = faultOf(expires, today);
  if (!fault) return null;
  const when = writeDay(expires);
  return {
    at,
    message: {
      past: `The grant ${ticket} ended on ${when}, and this rule still allows what it was for. Take the rule out, or have the access approved anew in the root config.`,
      near: `The grant ${ticket} of this connection ends on ${when}, ${inDays(fault.days)}. Have the access approved anew in the root config in time, or take this rule out then.`,
      far: `The grant ${ticket} of this connection lasts until ${when}, more than two years ahead, which is as good as for ever. Set a nearer day in the root config, and have the access reviewed then.`,
    }[fault.kind],
    ...(fault.kind !== 'past' && { severity: 'warning' }),
  };
}
