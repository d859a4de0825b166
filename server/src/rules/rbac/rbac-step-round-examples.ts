/** The examples of rule rbac-step-round. */
import type { Example } from '../../core/rule.ts';
import { documents } from '../example-yaml.ts';
import {
  ACME,
  accountSubject,
  clusterBindingYaml,
  clusterRoleYaml,
  granted,
  ruleYaml,
} from './example-access.ts';

const OLDER = ACME.replace('1.36', '1.34');
const UNSAID = ACME.replace(/^kubernetes.*\n/, '');

export const STEP_ROUND_EXAMPLES: readonly Example[] = [
  {
    title: "Commands in another team's pods",
    config: ACME,
    yaml: granted(ruleYaml('', 'pods, ⟦pods/exec⟧', 'get, create'), 'payments').replace(
      'resources: [pods, ',
      'resources: [pods/log, ',
    ),
    message: 'In namespace payments, Group contractors:acme can run commands in pods',
    severity: 'error',
    fixes: [
      {
        title: 'Take pods/exec out of the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods/log', 'get, create'), 'payments'),
      },
    ],
  },
  {
    title: 'In their own namespace',
    config: ACME,
    yaml: granted(`${ruleYaml('', 'pods', 'get')}${ruleYaml('', '⟦pods/portforward⟧', 'create')}`),
    message: "reach any port of a pod through the API server and the pod's node",
    severity: 'warning',
    fixes: [
      {
        title: 'Take pods/portforward out of the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods', 'get')),
      },
    ],
  },
  {
    title: 'exec of whatever has it',
    config: ACME,
    yaml: granted(`${ruleYaml('', 'pods', 'get')}${ruleYaml('', '⟦"*/exec"⟧', 'create')}`),
    fixes: [
      { title: 'Take */exec out of the role', safe: false, fixed: granted(ruleYaml('', 'pods', 'get')) },
    ],
  },
  {
    title: 'get alone, before Kubernetes 1.35',
    config: OLDER,
    yaml: granted(`${ruleYaml('', 'pods', 'get')}${ruleYaml('', '⟦pods/attach⟧', 'get')}`, 'payments'),
    severity: 'error',
    fixes: [
      {
        title: 'Take pods/attach out of the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods', 'get'), 'payments'),
      },
    ],
  },
  {
    title: 'get alone, in a cluster of unknown release',
    config: UNSAID,
    yaml: granted(`${ruleYaml('', 'pods', 'get')}${ruleYaml('', '⟦pods/exec⟧', 'get')}`, 'payments'),
    message: 'Before Kubernetes 1.35, `get` is enough for that',
    severity: 'warning',
    fixes: [
      {
        title: 'Take pods/exec out of the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods', 'get'), 'payments'),
      },
    ],
  },
  {
    title: 'get of nodes/proxy, for metrics',
    config: ACME,
    yaml: documents(
      clusterRoleYaml(ruleYaml('', 'nodes/metrics, ⟦nodes/proxy⟧', 'get')),
      clusterBindingYaml('work', accountSubject('acme-portal', 'scraper')),
    ),
    message: 'call the kubelets',
    severity: 'error',
    fixes: [
      {
        title: 'Take nodes/proxy out of the role',
        safe: false,
        fixed: documents(
          clusterRoleYaml(ruleYaml('', 'nodes/metrics', 'get')),
          clusterBindingYaml('work', accountSubject('acme-portal', 'scraper')),
        ),
      },
    ],
  },
  {
    title: 'Logs, and a star that means nothing',
    config: ACME,
    yaml: granted(`${ruleYaml('', 'pods, pods/log', 'get, list, watch')}${ruleYaml('', '"pods/*"', '"*"')}`),
  },
  {
    title: 'nodes/proxy in a Role grants nothing',
    config: ACME,
    yaml: granted(ruleYaml('', 'nodes/proxy', 'get')),
  },
  {
    title: 'One pod by its name',
    config: ACME,
    yaml: granted(ruleYaml('', 'pods/exec', 'create', '    resourceNames: [debug]\n')),
  },
  {
    title: 'A resource of the same name in another API',
    config: ACME,
    yaml: granted(ruleYaml('metrics.k8s.io', 'pods/exec', '"*"')),
  },
];
