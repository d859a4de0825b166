/** Rule contractor-cross-namespace: a contractor's policy opens a way to or from a namespace of somebody else, ungranted. */
import type { Finding, Rule } from '../../core/rule.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { CROSS_NAMESPACE_EXAMPLES } from './contractor-cross-namespace-examples.ts';
import { coverOf, describeSet, grantsOf } from './cover.ts';
import { contractorIn, crossingsOf, type PodsCrossing } from './crossing.ts';
import { destinationsOf } from './destinations.ts';
import { annotationOf, endOf, scaffoldGrant } from './grant-fixes.ts';
import { reachesProtected } from './protected.ts';

export const contractorCrossNamespace: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-cross-namespace',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: "A contractor's policy opens a way to another namespace that nobody has granted.",
    why: `A contractor's pods may talk to each other and look names up; whatever else they reach, or are reached from, is a decision that somebody has to answer for. This peer is in a namespace that is not the contractor's, and no entry of the contractor's \`dependencies\` in the root config is for it. The author of a policy cannot grant it, and neither can an annotation: code owners guard the root config.

Have the connection approved and written into \`dependencies\`, with its ports, the approver, the ticket and the last day, or take the peer out. The rule looks at contractors that the root config or the label \`netpol-guard/contractor\` names. Peers that match every namespace are reported as that.`,
    refs: [
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
      { title: 'NIST SP 800-53 AC-4, information flow enforcement; SC-7(5), deny by default' },
      { title: 'PCI DSS 4.0, 1.2.5: allowed services, protocols and ports are approved' },
    ],
    examples: CROSS_NAMESPACE_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    const contractor = contractorIn(scope, context);
    const policy = contractor === null ? null : soundPolicyOf(resource);
    if (contractor === null || !policy) return;
    for (const crossing of crossingsOf(policy, contractor, context)) {
      if (crossing.kind !== 'pods' || reachesProtected(crossing, context)) continue;
      const { ungranted } = coverOf(
        crossing,
        grantsOf(contractor, context),
        destinationsOf(crossing, scope, context),
      );
      if (ungranted.length > 0) yield finding(crossing, ungranted, contractor, context);
    }
  },
};

function finding(
  crossing: PodsCrossing,
  ungranted: readonly string[],
  contractor: string,
  context: Parameters<typeof scaffoldGrant>[2],
): Finding {
  const { policy, direction, rule, peer, namespaces } = crossing;
  const { document } = policy.resource;
  const [first = ''] = ungranted;
  const where = ungranted.length === 1 ? `namespace ${first}` : `namespaces ${ungranted.join(', ')}`;
  const isWhole = ungranted.length === namespaces.length;
  const part = ungranted.length === 1 ? 'that namespace' : 'those namespaces';
  const away = isWhole ? 'this peer out' : `${part} out of the peer`;
  const way = direction === 'Egress' ? `connect to ${where}` : `be reached from ${where}`;
  const ports = rule.ports.kind === 'unknown' ? '' : ` on ${describeSet(rule.ports.set)}`;
  const mentioned = annotationOf(policy.resource, context.config.annotations.grant) ?? [];
  const claim =
    isWhole && mentioned.length > 0
      ? ` The annotation that names ${mentioned.join(', ')} grants nothing by itself.`
      : '';
  return {
    at: { document, span: peer.node.span },
    message: `This lets contractor ${contractor} ${way}${ports}, which no entry of its \`dependencies\` in the root config grants.${claim} Have it approved there, or take ${away}.`,
    get fixes() {
      if (ungranted.length > 1 || rule.ports.kind === 'unknown') return [];
      const wanted = { contractor, direction, end: endOf(first, peer.podSelector), ports: rule.ports.set };
      return scaffoldGrant(policy.resource, wanted, context);
    },
  };
}
