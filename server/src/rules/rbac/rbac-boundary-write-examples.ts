/** The examples of rule rbac-boundary-write. */
import type { Example } from '../../core/rule.ts';
import { documents } from '../example-yaml.ts';
import {
  ACME,
  accountSubject,
  bindingYaml,
  clusterBindingYaml,
  clusterRoleYaml,
  granted,
  roleYaml,
  ruleYaml,
} from './example-access.ts';

const READ = 'get, list, watch';
const NET = 'networking.k8s.io';

export const BOUNDARY_WRITE_EXAMPLES: readonly Example[] = [
  {
    title: 'Policies of their own namespace',
    config: ACME,
    yaml: granted(ruleYaml(NET, '⟦networkpolicies⟧', `${READ}, create, patch`)),
    message:
      'In namespace acme-portal, Group contractors:acme can change NetworkPolicies (`create` and `patch` on `networkpolicies`).',
    severity: 'error',
    fixes: [
      {
        title: 'Leave get, list, watch of networkpolicies in the role',
        safe: false,
        fixed: granted(ruleYaml(NET, 'networkpolicies', READ)),
      },
    ],
  },
  {
    title: 'One resource of several, with every verb',
    config: ACME,
    yaml: granted(ruleYaml(NET, 'ingressclasses, ⟦networkpolicies⟧', '"*"')),
    fixes: [
      {
        title: 'Leave get, list, watch of networkpolicies in the role',
        safe: false,
        fixed: granted(
          `${ruleYaml(NET, 'ingressclasses', '"*"')}  - apiGroups:
      - networking.k8s.io
    resources:
      - networkpolicies
    verbs:
      - get
      - list
      - watch
`,
        ),
      },
    ],
  },
  {
    title: 'Verbs one below the other',
    config: ACME,
    yaml: granted(`  - apiGroups:
      - ""
    resources:
      - ⟦namespaces⟧ # the portal's own
    verbs:
      - get # to look
      - patch
`),
    message: "change a Namespace's labels",
    fixes: [
      {
        title: 'Leave get of namespaces in the role',
        safe: false,
        fixed: granted(`  - apiGroups:
      - ""
    resources:
      - namespaces # the portal's own
    verbs:
      - get # to look
`),
      },
    ],
  },
  {
    title: 'A ClusterRole, given in the whole cluster to a program in their namespace',
    config: ACME,
    yaml: documents(
      clusterRoleYaml(ruleYaml('policy.networking.k8s.io', '⟦clusternetworkpolicies⟧', 'create, delete')),
      clusterBindingYaml('work', accountSubject('acme-portal', 'deployer')),
    ),
    message:
      'ServiceAccount acme-portal/deployer can change policies that rank with or above every NetworkPolicy',
    fixes: [
      {
        title: 'Take clusternetworkpolicies out of the role',
        safe: false,
        fixed: documents(
          clusterRoleYaml('  []\n').replace('rules:\n  []', 'rules: []'),
          clusterBindingYaml('work', accountSubject('acme-portal', 'deployer')),
        ),
      },
    ],
  },
  {
    title: 'A ClusterRole that adds to view',
    config: ACME,
    yaml: documents(
      clusterRoleYaml(
        `${ruleYaml('apps', 'deployments', READ)}${ruleYaml('cilium.io', '⟦ciliumnetworkpolicies⟧', 'update')}`,
        'cilium-view',
        '  labels:\n    rbac.authorization.k8s.io/aggregate-to-view: "true"\n',
      ),
      bindingYaml({ kind: 'ClusterRole', role: 'view' }),
    ),
    fixes: [
      {
        title: 'Take ciliumnetworkpolicies out of the role',
        safe: false,
        fixed: documents(
          clusterRoleYaml(
            ruleYaml('apps', 'deployments', READ),
            'cilium-view',
            '  labels:\n    rbac.authorization.k8s.io/aggregate-to-view: "true"\n',
          ),
          bindingYaml({ kind: 'ClusterRole', role: 'view' }),
        ),
      },
    ],
  },
  {
    title: 'Policies and Namespaces to look at',
    config: ACME,
    yaml: granted(`${ruleYaml(NET, 'networkpolicies', READ)}${ruleYaml('', 'namespaces', READ)}`),
  },
  {
    title: 'One policy by its name',
    config: ACME,
    yaml: granted(ruleYaml(NET, 'networkpolicies', 'update', '    resourceNames: [portal-web]\n')),
  },
  {
    title: 'The same for people who are no contractors',
    config: ACME,
    yaml: documents(
      roleYaml(ruleYaml(NET, 'networkpolicies', '"*"'), 'payments'),
      bindingYaml({ namespace: 'payments', subjects: accountSubject('payments', 'deployer') }),
    ),
  },
  {
    title: 'What a RoleBinding cannot grant: it has no namespace',
    config: ACME,
    yaml: granted(ruleYaml('policy.networking.k8s.io', 'clusternetworkpolicies', '"*"')),
  },
  {
    title: 'No contractors',
    yaml: granted(ruleYaml(NET, 'networkpolicies', '"*"'), 'portal'),
  },
];
