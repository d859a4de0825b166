/** Rule contractor-path-opened: a policy elsewhere opens a way to or from a contractor's pods that nothing declares. */
import type { Dependency } from '../../core/grants.ts';
import type { Finding, NamespaceContext, Rule } from '../../core/rule.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { PATH_OPENED_EXAMPLES } from './contractor-path-opened-examples.ts';
import { coverOfOpening, describeGrant, describeSet, grantsOf } from './cover.ts';
import { type Opening, openingsOf } from './crossing.ts';
import { destinationsOf } from './destinations.ts';
import { endOf, scaffoldGrant } from './grant-fixes.ts';

export const contractorPathOpened: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-path-opened',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: 'A policy of another namespace opens a way to or from a contractor that nothing declares.',
    why: `A connection needs a policy at either end. The contractor's own are looked at by the other rules of this family; this one looks at everybody else's. A peer that names a contractor's namespace lets its pods in, or lets one's own pods connect to them, and the root config has no grant for it, or one for fewer pods or ports.

So the boundary can be widened from both sides, by people who never touch the contractor's folder. Have the connection approved in the contractor's \`dependencies\`, narrow it to what has been, or take the peer out. Peers that match every namespace, the contractor's included, are reported as that.`,
    refs: [
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
      { title: 'PCI DSS 4.0, 1.2.5: allowed services, protocols and ports are approved' },
    ],
    examples: PATH_OPENED_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    // Policies that name no namespace may be anybody's.
    if (scope.name === null) return;
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const opening of openingsOf(policy, context)) {
      if (context.contractors.ofNamespace(scope.name, scope.namespace) !== null) return;
      const grants = grantsOf(opening.contractor, context);
      const cover = coverOfOpening(opening, grants, destinationsOf(opening, scope, context));
      if (cover.verdict === 'none' || cover.verdict === 'broader')
        yield finding(opening, scope.name, cover.grants, context);
    }
  },
};

function finding(
  { policy, direction, rule, peer, contractor, namespaces }: Opening,
  own: string,
  grants: readonly Dependency[],
  context: NamespaceContext,
): Finding {
  const ports = rule.ports.kind === 'unknown' ? '' : ` on ${describeSet(rule.ports.set)}`;
  const where = `contractor ${contractor} (${namespaces.join(', ')})`;
  const way =
    direction === 'Ingress'
      ? `${where} connect to the selected pods${ports}`
      : `the selected pods connect to ${where}${ports}`;
  const granted = grants.map((grant) => `${grant.ticket} grants ${describeGrant(grant)}`).join('; ');
  const fault =
    grants.length === 0
      ? `which no entry of ${contractor}'s \`dependencies\` in the root config grants. Have it approved there, or take this peer out.`
      : `which is more than was approved: ${granted}. Narrow the policy to that, or have the grant widened.`;
  return {
    at: { document: policy.resource.document, span: peer.node.span },
    message: `This lets ${way}, ${fault}`,
    get fixes() {
      if (grants.length > 0 || rule.ports.kind === 'unknown') return [];
      const end = endOf(own, policy.podSelector.selector);
      const granted = direction === 'Ingress' ? 'Egress' : 'Ingress';
      return scaffoldGrant(null, { contractor, direction: granted, end, ports: rule.ports.set }, context);
    },
  };
}
