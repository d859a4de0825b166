/** Rule rbac-boundary-write: a contractor may change the policies that are to hold them, or the labels those go by. */
import type { Rule } from '../../core/rule.ts';
import { BOUNDARY_WRITE_EXAMPLES } from './rbac-boundary-write-examples.ts';
import { roleFindings } from './role-findings.ts';

export const rbacBoundaryWrite: Rule = {
  on: 'namespace',
  meta: {
    id: 'rbac-boundary-write',
    family: 'rbac',
    severity: 'error',
    sees: 'workspace',
    title: 'A contractor may change the boundary that is to hold them.',
    why: `Policies add up: one that allows everything opens the pods it selects, whatever the others say, and to delete the default deny opens the rest. So whoever may write \`networkpolicies\`, in their own namespace too, is held by none. The same goes for policies of other APIs, for labels of **Namespaces**, which peers in other namespaces trust and Pod Security goes by (\`patch\` on \`namespaces\` in a Role is enough for its own namespace), and for labels of **pods**.

Give contractors \`get\`, \`list\` and \`watch\` of these. Let changes to policies come by pull request, with an owner's review. A rule with \`resourceNames\` is not reported.`,
    refs: [
      {
        title: 'Kubernetes: RBAC good practices, namespace modification',
        url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#namespace-modification',
      },
      {
        title: 'Kubernetes: NetworkPolicy, policies are additive',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
      },
    ],
    examples: BOUNDARY_WRITE_EXAMPLES,
  },
  check: (scope, context) =>
    roleFindings('rbac-boundary-write', 'Whoever may change the boundary is not held by it.', scope, context),
};
