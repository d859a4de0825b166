/** Rule rbac-step-round: a contractor may get into pods by way of the API server or the kubelet, where no policy applies. */
import type { Rule } from '../../core/rule.ts';
import { STEP_ROUND_EXAMPLES } from './rbac-step-round-examples.ts';
import { roleFindings } from './role-findings.ts';

export const rbacStepRound: Rule = {
  on: 'namespace',
  meta: {
    id: 'rbac-step-round',
    family: 'rbac',
    severity: 'error',
    sees: 'workspace',
    title: 'A contractor may get into pods past every policy.',
    why: `\`exec\`, \`attach\`, \`portforward\` and \`proxy\` go through the API server to the pod's node, and a pod always accepts connections from its own node. No NetworkPolicy sees them. Inside a pod, or with a container put beside it (\`pods/ephemeralcontainers\`), a contractor connects to whatever that pod may connect to.

\`get\` is not harmless here. Before Kubernetes 1.35 it is enough for \`pods/exec\`, \`pods/attach\` and \`pods/portforward\`, over a WebSocket, and of \`nodes/proxy\` it is enough everywhere: it opens the kubelet's API, which runs commands in every pod of the node and knows no audit log. A star behind the slash, \`pods/*\`, grants nothing; \`*/exec\` does.

Take these out of what contractors are given. In a namespace of their own it is a warning. For metrics and health of nodes, grant \`nodes/metrics\`, \`nodes/healthz\`, \`nodes/pods\` and \`nodes/configz\` instead of \`nodes/proxy\`.`,
    refs: [
      {
        title: 'Kubernetes: RBAC good practices, access to proxy subresource of Nodes',
        url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes',
      },
      {
        title: 'Kubernetes: exec by WebSocket with get alone',
        url: 'https://github.com/kubernetes/kubernetes/issues/78741',
      },
      { title: 'CIS Kubernetes Benchmark 5.1.10: minimize access to the proxy sub-resource of nodes' },
    ],
    examples: STEP_ROUND_EXAMPLES,
  },
  check: (scope, context) =>
    roleFindings('rbac-step-round', 'No NetworkPolicy applies on that way.', scope, context),
};
