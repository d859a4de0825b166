/** Rule contractor-in-shared-namespace: workloads of a contractor beside those of somebody else, in one namespace. */
import { nameNode } from '../../core/resource.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import { get } from '../../core/yaml/nodes.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { SHARED_EXAMPLES } from './contractor-in-shared-namespace-examples.ts';
import { guestsOf, residents } from './guests.ts';

/** How many workloads are pointed at. */
const MOST_RELATED = 5;

export const contractorInSharedNamespace: Rule = {
  on: 'namespace',
  meta: {
    id: 'contractor-in-shared-namespace',
    family: 'contractor',
    severity: 'warning',
    sees: 'workspace',
    title: "A contractor's workloads share a namespace with somebody else's.",
    why: `A namespace is where the boundaries are: RBAC, quotas and the names in policies all stop there. Inside one, only pod labels tell a contractor's pods from the others, and whoever may create pods sets their labels; so a policy that admits pods of its own namespace admits the contractor's, and every Secret and ServiceAccount of the namespace is within reach of a pod that names it.

Give the contractor a namespace of their own. A workload is a contractor's when it, or its pods, carry the label \`netpol-guard/contractor\`, or when it is in a contractor's namespace.`,
    refs: [
      {
        title: 'Kubernetes: Multi-tenancy, isolation by namespace',
        url: 'https://kubernetes.io/docs/concepts/security/multi-tenancy/#namespaces',
      },
      { title: 'NIST SP 800-190, 3.3.4 Mixing of workload sensitivity levels' },
    ],
    examples: SHARED_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    if (scope.name === null || scope.rendered) return;
    const guests = guestsOf(scope, context);
    const [first] = guests;
    if (!first) return;
    const strangers = new Set(guests.map(({ workload }) => workload));
    const others = residents(scope).filter((workload) => !strangers.has(workload));
    const names = [...new Set(guests.map(({ contractor }) => contractor))].filter((name) => name !== '');
    if (others.length === 0 && names.length < 2) return;
    const anchor = scope.namespace ?? first.workload;
    const node = scope.namespace
      ? nameNode(scope.namespace)
      : (get(first.workload.metadata, 'namespace') ?? nameNode(first.workload));
    const host = context.contractors.ofNamespace(scope.name, scope.namespace);
    const whose = host ? `of contractor ${host}` : 'of others';
    yield {
      at: { document: anchor.document, span: visibleSpan(node, anchor.root.span) },
      resource: anchor,
      message: `In namespace ${scope.name}, workloads of ${names.length === 0 ? 'a contractor' : `contractor ${names.join(' and ')}`} run beside those ${whose}: only labels, which their authors choose, keep policies from taking one for the other. Move them to a namespace of their own.`,
      related: guests.slice(0, MOST_RELATED).map(({ workload, contractor }) => ({
        at: { document: workload.document, span: nameNode(workload).span },
        message: contractor === '' ? "This is a contractor's." : `This is contractor ${contractor}'s.`,
      })),
    };
  },
};
