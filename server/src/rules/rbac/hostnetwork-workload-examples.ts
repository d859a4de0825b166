/** The examples of rule hostnetwork-workload. */
import type { Example } from '../../core/rule.ts';
import { ACME } from './example-access.ts';

/** A DaemonSet with these lines at the end of its pod's spec. */
function agent(spec: string, namespace = 'acme-portal'): string {
  return `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
  namespace: ${namespace}
spec:
  selector:
    matchLabels: { app: agent }
  template:
    metadata:
      labels: { app: agent }
    spec:
${spec}`;
}

const CONTAINER = `      containers:
        - name: agent
          image: registry.example.com/agent:1
`;

export const HOSTNETWORK_WORKLOAD_EXAMPLES: readonly Example[] = [
  {
    title: "The node's network",
    config: ACME,
    yaml: agent(`      ⟦hostNetwork: true⟧\n${CONTAINER}`),
    message: 'where most network plugins apply no policy to them',
    severity: 'error',
    fixes: [{ title: 'Take hostNetwork away', safe: false, fixed: agent(CONTAINER) }],
  },
  {
    title: 'A privileged container',
    config: ACME,
    yaml: agent(`${CONTAINER}          securityContext: { ⟦privileged: true⟧ }\n`),
    severity: 'error',
    fixes: [
      {
        title: 'Set privileged to false',
        safe: false,
        fixed: agent(`${CONTAINER}          securityContext: { privileged: false }\n`),
      },
    ],
  },
  {
    title: 'A port of the node',
    config: ACME,
    yaml: agent(
      `${CONTAINER}          ports:\n            - containerPort: 8080\n              ⟦hostPort: 8080⟧\n`,
    ),
    severity: 'warning',
    fixes: [
      {
        title: 'Take hostPort away',
        safe: false,
        fixed: agent(`${CONTAINER}          ports:\n            - containerPort: 8080\n`),
      },
    ],
  },
  {
    title: 'Files of the node',
    config: ACME,
    yaml: agent(`${CONTAINER}      volumes:\n        - name: run\n          ⟦hostPath: { path: /run }⟧\n`),
    severity: 'warning',
  },
  {
    title: 'A workload like any other',
    config: ACME,
    yaml: agent(`      hostNetwork: false\n${CONTAINER}          securityContext: { privileged: false }\n`),
  },
  {
    title: "An agent of the platform, in the platform's namespace",
    config: ACME,
    yaml: agent(`      hostNetwork: true\n${CONTAINER}`, 'monitoring'),
  },
];
