/**
 * Owns the objects that the examples of rules about RBAC are made of: a contractor acme with a group of people and a namespace.
 */
import { documents, namespaceYaml } from '../example-yaml.ts';

/** Says that acme's are the group contractors:acme and the namespaces acme-*. */
export const ACME = `kubernetes: "1.36"
contractors:
  - name: acme
    namespaces: [acme-*]
    subjects: [{ kind: Group, name: "contractors:acme" }]
`;

const PEOPLE = `  - apiGroup: rbac.authorization.k8s.io
    kind: Group
    name: contractors:acme
`;

/** A ServiceAccount as the subject of a binding. */
export function accountSubject(namespace: string, name: string): string {
  return `  - kind: ServiceAccount
    name: ${name}
    namespace: ${namespace}
`;
}

/** A Role named `work` with these rules, the lines of a list indented by two. */
export function roleYaml(rules: string, namespace = 'acme-portal', name = 'work'): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${name}
  namespace: ${namespace}
rules:
${rules}`;
}

export function clusterRoleYaml(rules: string, name = 'work', labels = ''): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: ${name}
${labels}rules:
${rules}`;
}

/** A RoleBinding named `work`, to the Role of that name if no other is given. */
export function bindingYaml({
  kind = 'Role',
  role = 'work',
  namespace = 'acme-portal',
  subjects = PEOPLE,
}: {
  kind?: string;
  role?: string;
  namespace?: string;
  subjects?: string;
} = {}): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: work
  namespace: ${namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${kind}
  name: ${role}
subjects:
${subjects}`;
}

export function clusterBindingYaml(role: string, subjects = PEOPLE): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: work
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${role}
subjects:
${subjects}`;
}

/** An item of a role's rules. */
export function ruleYaml(group: string, resources: string, verbs: string, more = ''): string {
  return `  - apiGroups: [${group === '' ? '""' : group}]
    resources: [${resources}]
    verbs: [${verbs}]
${more}`;
}

/** The Role and the binding that gives it to acme's people. */
export function granted(rules: string, namespace = 'acme-portal'): string {
  return documents(roleYaml(rules, namespace), bindingYaml({ namespace }));
}

/** A Namespace of acme's that enforces a Pod Security Standard. */
export function enforcing(level: string): string {
  return namespaceYaml('acme-portal', `  labels:\n    pod-security.kubernetes.io/enforce: ${level}\n`);
}
