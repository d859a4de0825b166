/** Rule contractor-undeclared-dependency: a contractor's policy allows more than what was granted, or a grant that nothing uses. */

import type { Dependency } from '../../core/grants.ts';
import { listOf } from '../../core/list.ts';
import { nameNode } from '../../core/resource.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import { soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import { UNDECLARED_EXAMPLES } from './contractor-undeclared-dependency-examples.ts';
import { coverOf, describeGrant, describeSet, grantsOf } from './cover.ts';
import { type Crossing, contractorIn, crossingsOf } from './crossing.ts';
import { destinationsOf } from './destinations.ts';
import { narrowToGrant } from './grant-fixes.ts';
import { reachesProtected } from './protected.ts';
import { unusedGrants } from './unused-grants.ts';

export const contractorUndeclaredDependency: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-undeclared-dependency',
    family: 'contractor',
    severity: 'warning',
    sees: 'workspace',
    title: "A contractor's policy allows more than was granted, or a grant is used by nothing.",
    why: `A grant in the root config says which pods or addresses, and which ports. A policy that names only the namespace, or leaves the ports out, opens more than anybody approved: every other pod in there, and every other port of it.

The other way round, a grant that no policy uses is access that nobody needs. Delete it, before a policy comes to rely on what was approved for something else. That is said only where the workspace has the contractor's namespaces.`,
    refs: [
      { title: 'NIST SP 800-190, 3.3.4 Mixing of workload sensitivity levels' },
      { title: 'NIST SP 800-53 AC-6, least privilege; AC-6(7), review of privileges' },
    ],
    examples: UNDECLARED_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    const contractor = contractorIn(scope, context);
    const policy = contractor === null ? null : soundPolicyOf(resource);
    if (contractor === null || !policy) return;
    const grants = grantsOf(contractor, context);
    if (grants.length === 0) return;
    for (const crossing of crossingsOf(policy, contractor, context)) {
      const cover = coverOf(crossing, grants, destinationsOf(crossing, scope, context));
      if (cover.verdict === 'broader' && !reachesProtected(crossing, context))
        yield broader(crossing, contractor, cover.grants);
    }
  },
  across: function* (scope, context): Iterable<Finding> {
    const contractor = contractorIn(scope, context);
    if (contractor === null || !scope.namespace) return;
    const unused = unusedGrants(contractor, scope, context);
    if (unused.length === 0) return;
    const { document, root } = scope.namespace;
    const one = unused.length === 1;
    const grants = listOf(unused.map((grant) => `${grant.ticket}, for ${describeGrant(grant)}`));
    yield {
      at: { document, span: visibleSpan(nameNode(scope.namespace), root.span) },
      resource: scope.namespace,
      message: `No policy of contractor ${contractor} uses the grant${one ? '' : 's'} ${grants}. Access that nobody uses is access too many: delete ${one ? 'the entry' : 'the entries'} from the root config, or add the ${one ? 'policy that needs it' : 'policies that need them'}.`,
    };
  },
};

function broader(crossing: Crossing, contractor: string, grants: readonly Dependency[]): Finding {
  const { policy, direction, rule, peer } = crossing;
  const granted = grants.map((grant) => `${grant.ticket} grants ${describeGrant(grant)}`).join('; ');
  const far = crossing.kind === 'cidr' ? crossing.cidr : whoIn(crossing);
  const ports = rule.ports.kind === 'unknown' ? '' : ` on ${describeSet(rule.ports.set)}`;
  const way = direction === 'Egress' ? `connect to ${far}${ports}` : `be reached by ${far}${ports}`;
  const [first, ...others] = grants;
  return {
    at: { document: policy.resource.document, span: peer.node.span },
    message: `This lets contractor ${contractor} ${way}, which is more than was approved: ${granted}. Narrow the rule to that, or have the grant widened.`,
    get fixes() {
      return first && others.length === 0 ? narrowToGrant(crossing, first) : [];
    },
  };
}

function whoIn({ namespaces, peer }: Extract<Crossing, { kind: 'pods' }>): string {
  const where =
    namespaces.length === 1 ? `namespace ${namespaces[0]}` : `namespaces ${namespaces.join(', ')}`;
  const asks = peer.podSelector?.requirements.length ? `pods with these labels` : 'every pod';
  return `${asks} in ${where}`;
}
