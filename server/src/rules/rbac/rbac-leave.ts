/** Rule rbac-leave: a contractor may run pods, or open ways in, that the policies of the namespace do not hold. */
import type { Rule } from '../../core/rule.ts';
import { LEAVE_EXAMPLES } from './rbac-leave-examples.ts';
import { roleFindings } from './role-findings.ts';

export const rbacLeave: Rule = {
  on: 'namespace',
  meta: {
    id: 'rbac-leave',
    family: 'rbac',
    severity: 'error',
    sees: 'workspace',
    title: 'A contractor may start or expose what the policies do not hold.',
    why: `Whoever may create pods, or what creates them, chooses their labels, their ServiceAccount and their network: with \`hostNetwork\` a pod has the node's address, and most network plugins apply no policy to it. Services, Ingresses and routes bring connections in through load balancers, nodes and proxies that policies let through. Endpoints and EndpointSlices can name pods of **other** namespaces, to which a proxy then forwards (CVE-2021-25740), and \`externalIPs\` take over any address (CVE-2020-8554); neither is mended.

In another's namespace, and in the whole cluster, that is an error. In a namespace of their own it is what many contractors are there for, so it is an information; write access to endpoints is a warning there. Workloads are not reported where the Namespace enforces the Pod Security Standard \`baseline\` or \`restricted\`: \`pod-security.kubernetes.io/enforce\`.`,
    refs: [
      {
        title: 'Kubernetes: RBAC good practices, workload creation',
        url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation',
      },
      {
        title: 'CVE-2021-25740: endpoints lead across namespaces',
        url: 'https://github.com/kubernetes/kubernetes/issues/103675',
      },
      {
        title: 'CVE-2020-8554: man in the middle by externalIPs',
        url: 'https://github.com/kubernetes/kubernetes/issues/97076',
      },
      { title: 'CIS Kubernetes Benchmark 5.1.4: minimize access to create pods' },
    ],
    examples: LEAVE_EXAMPLES,
  },
  check: (scope, context) =>
    roleFindings('rbac-leave', 'The policies of the namespace do not hold that.', scope, context),
};
