/** The examples of rule rbac-broad-role. */
import type { Example } from '../../core/rule.ts';
import { DEFAULT_STYLE, renderInline } from '../../core/yaml/render.ts';
import { clusterRoleRules } from '../../engine/rbac/cluster-roles.ts';
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
import { narrowRules } from './narrow-role.ts';

/** What is left of a built-in role, as the lines of a list indented by two. */
function narrowed(role: string): string {
  const rules = narrowRules(clusterRoleRules(role, [], 36) ?? [], { reach: 'own', podSecurity: false }, 36);
  return `  ${renderInline(rules, 2, DEFAULT_STYLE)}\n`;
}

const VIEW_INSTEAD = 'Bind view in its place: look, not touch';
const OWN_INSTEAD = 'Bind a Role of its own, without what leads round policies';

export const BROAD_ROLE_EXAMPLES: readonly Example[] = [
  {
    title: 'edit, in their own namespace',
    config: ACME,
    yaml: bindingYaml({ kind: 'ClusterRole', role: '⟦edit⟧' }),
    message:
      'In namespace acme-portal, Group contractors:acme is given edit and can, among others, change NetworkPolicies',
    severity: 'error',
    fixes: [
      { title: VIEW_INSTEAD, safe: false, fixed: bindingYaml({ kind: 'ClusterRole', role: 'view' }) },
      { title: OWN_INSTEAD, safe: false, fixed: documents(bindingYaml(), roleYaml(narrowed('edit'))) },
    ],
  },
  {
    title: 'cluster-admin, for a program in their namespace',
    config: ACME,
    yaml: clusterBindingYaml('⟦cluster-admin⟧', accountSubject('acme-portal', 'deployer')),
    fixes: [
      {
        title: VIEW_INSTEAD,
        safe: false,
        fixed: clusterBindingYaml('view', accountSubject('acme-portal', 'deployer')),
      },
    ],
  },
  {
    title: 'Everything there is, in a Role',
    config: ACME,
    yaml: granted(ruleYaml('"*"', '⟦"*"⟧', '"*"')),
    message: '`*` is every resource',
    fixes: [
      {
        title: 'List what edit grants, without what leads round policies',
        safe: false,
        fixed: granted(narrowed('edit')),
      },
    ],
  },
  {
    title: 'Everything there is to read: Secrets as well',
    config: ACME,
    yaml: documents(
      clusterRoleYaml(ruleYaml('"*"', '⟦"*"⟧', 'get, list, watch')),
      clusterBindingYaml('work'),
    ),
    fixes: [
      {
        title: 'List what view grants, without what leads round policies',
        safe: false,
        fixed: documents(clusterRoleYaml(narrowed('view')), clusterBindingYaml('work')),
      },
    ],
  },
  {
    title: 'A group that everybody is in, contractors too',
    config: ACME,
    yaml: bindingYaml({
      kind: 'ClusterRole',
      role: '⟦admin⟧',
      namespace: 'payments',
      subjects: '  - kind: Group\n    name: system:authenticated\n',
    }),
    message: 'Group system:authenticated, which contractors are in,',
    fixes: [
      {
        title: VIEW_INSTEAD,
        safe: false,
        fixed: bindingYaml({
          kind: 'ClusterRole',
          role: 'view',
          namespace: 'payments',
          subjects: '  - kind: Group\n    name: system:authenticated\n',
        }),
      },
      {
        title: OWN_INSTEAD,
        safe: false,
        fixed: documents(
          bindingYaml({
            namespace: 'payments',
            subjects: '  - kind: Group\n    name: system:authenticated\n',
          }),
          roleYaml(narrowed('admin'), 'payments'),
        ),
      },
    ],
  },
  {
    title: 'A role that is not here: what it grants is unknown',
    config: ACME,
    yaml: bindingYaml({ kind: 'ClusterRole', role: '⟦acme-developer⟧' }),
    message: 'What Group contractors:acme may do here is unknown',
    severity: 'hint',
  },
  { title: 'view', config: ACME, yaml: bindingYaml({ kind: 'ClusterRole', role: 'view' }) },
  {
    title: "Everything of an operator's own API",
    config: ACME,
    yaml: granted(ruleYaml('cert-manager.io', '"*"', '"*"')),
  },
  {
    title: "The company's own people",
    config: ACME,
    yaml: bindingYaml({
      kind: 'ClusterRole',
      role: 'admin',
      subjects: '  - kind: Group\n    name: platform\n',
    }),
  },
];
