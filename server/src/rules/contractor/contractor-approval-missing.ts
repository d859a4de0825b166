/** Rule contractor-approval-missing: a way out of a contractor's namespaces that nobody granted, or whose policy does not name its grant. */

import type { Dependency } from '../../core/grants.ts';
import { nameNode } from '../../core/resource.ts';
import type { Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import { get } from '../../core/yaml/nodes.ts';
import { type Policy, soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import { APPROVAL_EXAMPLES } from './contractor-approval-missing-examples.ts';
import { coverOf, describeGrant, describeSet, grantsOf } from './cover.ts';
import { type CidrCrossing, contractorIn, crossingsOf } from './crossing.ts';
import { destinationsOf } from './destinations.ts';
import { annotate, annotationOf, scaffoldGrant } from './grant-fixes.ts';
import { reachesProtected } from './protected.ts';

export const contractorApprovalMissing: Rule = {
  on: 'placed-policy',
  meta: {
    id: 'contractor-approval-missing',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: "A contractor's connection lacks its approval, or the policy does not name it.",
    why: `Two things make a connection across a contractor's boundary traceable: an entry in the contractor's \`dependencies\` in the root config, which code owners guard, and the ticket of that entry in the policy's annotation \`netpol-guard/grant\`. Whoever reads the policy then finds who approved it and until when, and when the grant ends, the policies to delete.

A block of addresses outside the cluster that no entry grants is reported at the block. A policy that opens what has been granted, and does not say by which ticket, is reported at its annotation or its name. **The annotation grants nothing by itself**: the author of a policy writes it. Another namespace that nobody granted is reported by contractor-cross-namespace.`,
    refs: [
      { title: 'PCI DSS 4.0, 1.2.5 and 7.2.3: connections and access are approved by authorized personnel' },
      { title: 'NIST SP 800-53 CA-3, information exchange; CM-3, configuration change control' },
    ],
    examples: APPROVAL_EXAMPLES,
  },
  check: function* (resource, scope, context): Iterable<Finding> {
    const contractor = contractorIn(scope, context);
    const policy = contractor === null ? null : soundPolicyOf(resource);
    if (contractor === null || !policy) return;
    const grants = grantsOf(contractor, context);
    const unnamed = new Set<Dependency>();
    const named = annotationOf(resource, context.config.annotations.grant) ?? [];
    for (const crossing of crossingsOf(policy, contractor, context)) {
      const cover = coverOf(crossing, grants, destinationsOf(crossing, scope, context));
      if (cover.verdict === 'none' && crossing.kind === 'cidr' && !reachesProtected(crossing, context))
        yield ungranted(crossing, contractor, context);
      // One of the grants that cover it is enough; what is broader than they are is reported as that.
      const [grant] = cover.grants;
      if (cover.verdict === 'covered' && grant && !cover.grants.some(({ ticket }) => named.includes(ticket)))
        unnamed.add(grant);
    }
    if (unnamed.size > 0) yield notNamed(policy, [...unnamed], named, context);
  },
};

function ungranted(crossing: CidrCrossing, contractor: string, context: NamespaceContext): Finding {
  const { policy, direction, rule, peer, cidr } = crossing;
  const { document } = policy.resource;
  const way = direction === 'Egress' ? `connect to ${cidr}` : `be reached from ${cidr}`;
  const ports = rule.ports.kind === 'unknown' ? '' : ` on ${describeSet(rule.ports.set)}`;
  return {
    at: { document, span: peer.cidr?.node.span ?? peer.node.span },
    message: `This lets contractor ${contractor} ${way}${ports}, outside the cluster, and nobody has approved it: no entry of its \`dependencies\` in the root config is for these addresses. Have it approved there, or take the block out.`,
    get fixes(): Fix[] {
      if (rule.ports.kind === 'unknown') return [];
      return scaffoldGrant(
        policy.resource,
        { contractor, direction, end: { cidr }, ports: rule.ports.set },
        context,
      );
    },
  };
}

function notNamed(
  { resource }: Policy,
  unnamed: readonly Dependency[],
  named: readonly string[],
  { config: { annotations } }: NamespaceContext,
): Finding {
  const { document, metadata, root } = resource;
  const key = annotations.grant;
  const node = get(get(metadata, 'annotations'), key);
  const tickets = [...new Set(unnamed.map(({ ticket }) => ticket))];
  const what = unnamed.map((grant) => `${grant.ticket} (${describeGrant(grant)})`).join(' and ');
  const unknown =
    named.length > 0 ? ` It names ${named.join(', ')}, which is not the grant of this connection.` : '';
  return {
    at: { document, span: visibleSpan(node ?? nameNode(resource), root.span) },
    message: `This policy opens what ${what} grants, and does not name it.${unknown} Write the ticket in the annotation \`${key}\`, so that whoever ends the grant finds the policy.`,
    get fixes(): Fix[] {
      const kept = named.filter((ticket) => !tickets.includes(ticket));
      const edit = annotate(resource, key, [...kept, ...tickets].join(', '));
      return edit ? [{ title: `Name ${tickets.join(' and ')} in ${key}`, safe: true, edits: [edit] }] : [];
    },
  };
}
