/**
 * Owns which peers of a contractor's policy reach what the root config protects, and by what path: the policy's rule, and what lets
 * the connection in at the other end. Both ends must allow it.
 */
import { matchesGlob } from '../../core/glob.ts';
import type { Protected } from '../../core/grants.ts';
import { describe, nameNode, type Resource } from '../../core/resource.ts';
import type { NamespaceContext, Related } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import {
  type AddressSet,
  addresses,
  intersectAddresses,
  isEmptyAddressSet,
  parseCidr,
} from '../../engine/cidr.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { isolatesPods, matchesPods, podLabelReader } from '../../engine/isolation.ts';
import { type Policy, policyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { intersectPorts, isEmptyPortSet, type PortSet } from '../../engine/ports.ts';
import { matchesNamespace, workloadsMatching } from '../../engine/selected.ts';
import { canMatchTogether, EVERYTHING, isSelectorSubset, type Selector } from '../../engine/selector.ts';
import { numbersAt, selectorOf } from './cover.ts';
import type { CidrCrossing, Crossing, PodsCrossing } from './crossing.ts';

/** A protected target that a crossing reaches. */
export interface Breach {
  /** What is reached: `pods of namespace payments (tier=db)`, or a range. */
  readonly target: string;
  /** What lets the connection in at the target, as far as it is known. */
  readonly path: readonly Related[];
}

/** The first protected target that a crossing reaches; null when it reaches none, or the target's policies keep it out. */
export function breachOf(crossing: Crossing, context: NamespaceContext): Breach | null {
  if (crossing.direction === 'Ingress') return null;
  for (const item of context.config.protected) {
    const breach =
      crossing.kind === 'cidr' ? cidrBreach(crossing, item) : podsBreach(crossing, item, context);
    if (breach) return breach;
  }
  return null;
}

export function reachesProtected(crossing: Crossing, context: NamespaceContext): boolean {
  return breachOf(crossing, context) !== null;
}

function cidrBreach(crossing: CidrCrossing, { end }: Protected): Breach | null {
  const kept = end.kind === 'cidr' ? parseCidr(end.cidr) : null;
  return end.kind === 'cidr' && kept && !isEmptyAddressSet(intersectAddresses(crossing.addresses, kept.set))
    ? { target: end.cidr, path: [] }
    : null;
}

function podsBreach(
  crossing: PodsCrossing,
  { end, exceptDns }: Protected,
  context: NamespaceContext,
): Breach | null {
  if (end.kind !== 'pods') return null;
  const { rule, peer, namespaces } = crossing;
  const kept = selectorOf(end);
  if (!canMatchTogether(peer.podSelector ?? EVERYTHING, kept)) return null;
  for (const name of namespaces) {
    if (!matchesGlob(end.namespace, name) || (exceptDns && isDnsOnly(rule))) continue;
    const labels = Object.entries(end.labels).map(([key, value]) => `${key}=${value}`);
    const target = `namespace ${name}${labels.length > 0 ? ` (${labels.join(', ')})` : ''}`;
    const scope = context.namespaces.named(name);
    const path = scope
      ? wayIn(crossing, scope, kept, context)
      : isAsSure(peer.podSelector ?? EVERYTHING, kept)
        ? []
        : null;
    if (path) return { target, path };
  }
  return null;
}

/** Whether pods that one of the selectors asks for are surely among those of the other. */
function isAsSure(peer: Selector, kept: Selector): boolean {
  return isSelectorSubset(peer, kept) || isSelectorSubset(kept, peer);
}

/** What lets a crossing in at the protected pods of a namespace; null when all of them are known, and all keep it out. */
function wayIn(
  { rule, peer, policy }: PodsCrossing,
  target: NamespaceScope,
  kept: Selector,
  { namespaces, config }: NamespaceContext,
): readonly Related[] | null {
  const from = policy.resource.namespace === null ? null : namespaces.named(policy.resource.namespace);
  const reached = workloadsMatching(kept, target).sure.filter(
    (workload) => matchesPods(peer.podSelector ?? EVERYTHING, podLabelReader(workload)) !== false,
  );
  // Labels that one pod could have both of are no evidence that one has.
  if (reached.length === 0) return isAsSure(peer.podSelector ?? EVERYTHING, kept) ? [] : null;
  for (const workload of reached) {
    const guards = target.policies
      .map(policyOf)
      .filter((p) => p !== null)
      .filter((p) => isolatesPods(p, 'Ingress', podLabelReader(workload)) !== false);
    const at = { document: workload.document, span: nameNode(workload).span };
    if (guards.length === 0)
      return [
        {
          at,
          message: `No policy selects the pods of ${describe(workload)} for ingress, so that they accept everything.`,
        },
      ];
    for (const guard of guards)
      for (const opening of guard.ingress.rules)
        if (letsIn(opening, rule, policy, workload, from, target, config.platform.podCidrs))
          return [
            {
              at: { document: guard.resource.document, span: opening.node.span },
              message: `This rule lets it in at ${describe(workload)}.`,
            },
          ];
  }
  return null;
}

/** Whether an ingress rule at the target may let in what an egress rule lets out of a namespace. */
function letsIn(
  opening: PolicyRule,
  rule: PolicyRule,
  policy: Policy,
  workload: Resource,
  from: NamespaceScope | null,
  target: NamespaceScope,
  podCidrs: readonly string[],
): boolean {
  const ports = [opening, rule].map((each) => numbersOf(each, workload));
  if (ports[0] && ports[1] && isEmptyPortSet(intersectPorts(ports[0], ports[1]))) return false;
  if (opening.peers.kind !== 'some') return true;
  return opening.peers.items.some((peer) => {
    if (peer.kind === 'cidr') return peer.addresses === null || mayHoldPods(peer.addresses, podCidrs);
    if (peer.kind !== 'pods') return true;
    const sources = policy.podSelector.selector ?? EVERYTHING;
    if (!canMatchTogether(peer.podSelector ?? EVERYTHING, sources)) return false;
    if (!peer.namespaceSelector) return from?.key === target.key;
    return !from || matchesNamespace(peer.namespaceSelector, from) !== false;
  });
}

/** Where the addresses of pods are, unless the config says. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Whether a block may have pods in it: with many network plugins it lets those in, too. */
function mayHoldPods(block: AddressSet, podCidrs: readonly string[]): boolean {
  return !isEmptyAddressSet(
    intersectAddresses(block, addresses(...(podCidrs.length > 0 ? podCidrs : PRIVATE))),
  );
}

/** The ports a rule opens at a workload, by their numbers; null when they are not known. */
function numbersOf({ ports }: PolicyRule, workload: Resource): PortSet | null {
  return ports.kind === 'unknown' ? null : numbersAt(ports.set, [workload]);
}
