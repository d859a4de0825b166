/** Rule rbac-unisolated: a contractor may only look into a namespace, whose pods no policy isolates. */
import type { Finding, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { verbsBy } from '../../engine/rbac/access-rule.ts';
import { missingDefaultDeny } from '../coverage/default-deny.ts';
import { breachesBy } from './breaches.ts';
import { type ContractorGrant, grantsIn } from './grants.ts';
import { UNISOLATED_EXAMPLES } from './rbac-unisolated-examples.ts';
import { relatedBindings, whoOf } from './words.ts';

export const rbacUnisolated: Rule = {
  on: 'namespace',
  meta: {
    id: 'rbac-unisolated',
    family: 'rbac',
    severity: 'warning',
    sees: 'workspace',
    title: 'A contractor may only look into a namespace, and the network lets them do the rest.',
    why: `RBAC and the network are two layers of one boundary, and a role that only reads does half of the work. Where no policy isolates the pods of the namespace, the contractor's own workloads can connect to every one of them, and the role tells them where: names, addresses and ports of pods and Services.

Deny by default in that namespace, so that both layers say the same. Only surely missing isolation is reported: the rules \`missing-default-deny-ingress\` and \`missing-default-deny-egress\` say when it is unknown.`,
    refs: [
      {
        title: 'NIST SP 800-53 AC-4 and SC-7(5): information flow enforcement, deny by default',
      },
      {
        title: 'Kubernetes: Multi-tenancy, control plane and data plane isolation',
        url: 'https://kubernetes.io/docs/concepts/security/multi-tenancy/',
      },
    ],
    examples: UNISOLATED_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    const readers = Array.from(grantsIn(scope, context)).filter((grant) => onlyReads(grant, context));
    const [first] = readers;
    if (!first) return;
    const open = openIn(scope, context);
    if (open.length === 0) return;
    const { resource, role } = first.binding;
    const which = open.join(' and ').toLowerCase();
    yield {
      at: { document: resource.document, span: visibleSpan(role.nameNode, role.node.span) },
      resource,
      message: `${whoOf(first.subjects)} may only look into namespace ${scope.name}, but no policy denies ${which} there by default: what the role shows them, the network lets them reach. Deny by default, so that both layers agree.`,
      related: relatedBindings(readers.slice(1)),
    };
  },
};

/** What tells somebody where to connect. */
const SEEN = [
  { group: '', resource: 'pods' },
  { group: '', resource: 'services' },
  { group: '', resource: 'endpoints' },
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
];

/** Whether a grant shows where to connect, and lets nobody do what other rules report. */
function onlyReads(grant: ContractorGrant, { config }: NamespaceContext): boolean {
  const entries = (grant.rules ?? []).flatMap((rule) => rule.resources.map((entry) => ({ rule, entry })));
  const shows = entries.some(({ rule, entry }) =>
    SEEN.some((seen) => verbsBy(rule, entry, { ...seen, verbs: ['get', 'list', 'watch'] }).length > 0),
  );
  const isHarmless = ({ rule, entry }: (typeof entries)[number]) =>
    breachesBy(rule, entry, grant, config.kubernetesMinor).every(({ severity }) => severity === 'info');
  return shows && entries.every(isHarmless);
}

/** The directions that surely are not denied by default. */
function openIn(scope: NamespaceScope, context: NamespaceContext) {
  return DIRECTIONS.filter((direction) =>
    Array.from(missingDefaultDeny(scope, direction, context)).some(({ unknown }) => unknown === undefined),
  );
}
