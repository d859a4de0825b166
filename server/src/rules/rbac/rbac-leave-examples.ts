/** The examples of rule rbac-leave. */
import type { Example } from '../../core/rule.ts';
import { documents } from '../example-yaml.ts';
import { ACME, enforcing, granted, ruleYaml } from './example-access.ts';

export const LEAVE_EXAMPLES: readonly Example[] = [
  {
    title: "Pods in another team's namespace",
    config: ACME,
    yaml: granted(`${ruleYaml('', '⟦pods⟧', 'get, list, create, update')}`, 'payments'),
    message: "In namespace payments, Group contractors:acme can start pods in the node's network",
    severity: 'error',
    fixes: [
      {
        title: 'Leave get, list of pods in the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods', 'get, list'), 'payments'),
      },
    ],
  },
  {
    title: 'Workloads in their own namespace',
    config: ACME,
    yaml: granted(ruleYaml('apps', '⟦deployments⟧', 'get, list, watch, patch')),
    severity: 'info',
    fixes: [
      {
        title: 'Leave get, list, watch of deployments in the role',
        safe: false,
        fixed: granted(ruleYaml('apps', 'deployments', 'get, list, watch')),
      },
    ],
  },
  {
    title: 'Endpoints, which lead across namespaces',
    config: ACME,
    yaml: granted(ruleYaml('discovery.k8s.io', '⟦endpointslices⟧', 'get, create')),
    message: 'point a Service at pods of other namespaces',
    severity: 'warning',
    fixes: [
      {
        title: 'Leave get of endpointslices in the role',
        safe: false,
        fixed: granted(ruleYaml('discovery.k8s.io', 'endpointslices', 'get')),
      },
    ],
  },
  {
    title: 'Workloads, where Pod Security is enforced',
    config: ACME,
    yaml: documents(enforcing('restricted'), granted(ruleYaml('apps', 'deployments', 'get, create, patch'))),
  },
  {
    title: 'Replicas alone',
    config: ACME,
    yaml: granted(ruleYaml('apps', 'deployments/scale', 'get, update, patch')),
  },
];
