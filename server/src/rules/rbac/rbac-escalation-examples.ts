/** The examples of rule rbac-escalation. */
import type { Example } from '../../core/rule.ts';
import { documents } from '../example-yaml.ts';
import { ACME, clusterBindingYaml, clusterRoleYaml, granted, ruleYaml } from './example-access.ts';

export const ESCALATION_EXAMPLES: readonly Example[] = [
  {
    title: 'Tokens of the ServiceAccounts of their namespace',
    config: ACME,
    yaml: granted(`${ruleYaml('', 'pods', 'get')}${ruleYaml('', '⟦serviceaccounts/token⟧', 'create')}`),
    message: 'get tokens of any ServiceAccount',
    severity: 'warning',
    fixes: [
      {
        title: 'Take serviceaccounts/token out of the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods', 'get')),
      },
    ],
  },
  {
    title: 'Secrets of every namespace',
    config: ACME,
    yaml: documents(
      clusterRoleYaml(ruleYaml('', 'configmaps, ⟦secrets⟧', 'get, list')),
      clusterBindingYaml('work'),
    ),
    message: 'In every namespace, Group contractors:acme can read Secrets',
    severity: 'error',
    fixes: [
      {
        title: 'Take secrets out of the role',
        safe: false,
        fixed: documents(
          clusterRoleYaml(ruleYaml('', 'configmaps', 'get, list')),
          clusterBindingYaml('work'),
        ),
      },
    ],
  },
  {
    title: 'The right to bind what is more than their own',
    config: ACME,
    yaml: granted(
      `${ruleYaml('', 'pods', 'get')}${ruleYaml('rbac.authorization.k8s.io', '⟦clusterroles⟧', 'bind', '    resourceNames: [admin]\n')}`,
    ),
    severity: 'error',
    fixes: [
      {
        title: 'Take clusterroles out of the role',
        safe: false,
        fixed: granted(ruleYaml('', 'pods', 'get')),
      },
    ],
  },
  {
    title: 'The right to bind view alone, and one Secret by its name',
    config: ACME,
    yaml: granted(
      `${ruleYaml('rbac.authorization.k8s.io', 'clusterroles', 'bind', '    resourceNames: [view]\n')}${ruleYaml('', 'secrets', 'get', '    resourceNames: [portal-tls]\n')}`,
    ),
  },
];
