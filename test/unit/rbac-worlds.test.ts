// What contractors are granted across files, worlds and edits: a verdict follows every half of a grant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Files, pathOf, uriOf, worldOf } from '../support/world.ts';

const RBAC = 'apiVersion: rbac.authorization.k8s.io/v1';

function role(kind: 'Role' | 'ClusterRole', verbs: string, more = ''): string {
  return `${RBAC}
kind: ${kind}
metadata: { name: work, ${more} }
rules: [{ apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [${verbs}] }]
`;
}

function binding(kind: 'Role' | 'ClusterRole', name: string, subject: string, namespace = 'shop'): string {
  return `${RBAC}
kind: RoleBinding
metadata: { name: work, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: ${name} }
subjects: [{ kind: ServiceAccount, name: web, namespace: ${subject} }]
`;
}

function namespace(name: string, labels = '{}'): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: ${labels} }\n`;
}

const CONTRACTOR = '{ netpol-guard/contractor: acme }';

function found(world: ReturnType<typeof worldOf>): string[] {
  return world
    .diagnose()
    .filter(({ rule }) => rule.family === 'rbac')
    .map(({ rule, severity, finding: { at } }) => {
      const text = at.document.text.slice(at.span.start, at.span.end);
      return `${pathOf(at.document.uri)} ${rule.id} ${severity}: ${text}`;
    });
}

test('a verdict follows each edit to the role, the binding and the namespace of the subject', () => {
  const files: Record<string, string> = {
    'role.yaml': role('ClusterRole', 'get'),
    'shop/binding.yaml': binding('ClusterRole', 'work', 'partner'),
    'partner.yaml': namespace('partner', CONTRACTOR),
  };
  const world = worldOf(files);
  const bad = 'role.yaml rbac-boundary-write error: networkpolicies';
  const hint = 'shop/binding.yaml rbac-broad-role hint: work';
  const steps: readonly [path: string, text: string | null, expected: readonly string[]][] = [
    ['role.yaml', role('ClusterRole', 'get, update'), [bad]],
    ['partner.yaml', namespace('partner'), []],
    ['partner.yaml', namespace('partner', CONTRACTOR), [bad]],
    ['shop/binding.yaml', binding('ClusterRole', 'work', 'other'), []],
    [
      'shop/binding.yaml',
      binding('ClusterRole', 'edit', 'partner'),
      ['shop/binding.yaml rbac-broad-role error: edit'],
    ],
    ['shop/binding.yaml', binding('ClusterRole', 'work', 'partner'), [bad]],
    ['role.yaml', null, [hint]],
    ['role.yaml', role('ClusterRole', 'delete'), [bad]],
    ['shop/binding.yaml', binding('Role', 'work', 'partner'), [hint]],
    [
      'shop/role.yaml',
      role('Role', 'patch', 'namespace: shop'),
      ['shop/role.yaml rbac-boundary-write error: networkpolicies'],
    ],
    ['shop/binding.yaml', null, []],
  ];
  assert.deepEqual(found(world), []);
  for (const [path, text, expected] of steps) {
    if (text === null) {
      delete files[path];
      world.workspace.delete(uriOf(path));
    } else {
      files[path] = text;
      world.workspace.set(uriOf(path), text);
    }
    assert.deepEqual(found(world), expected, path);
    assert.deepEqual(found(worldOf(files)), expected, `${path}, judged anew`);
  }
});

test('an edit to a policy leaves what RBAC grants as it was judged', () => {
  const policy = (name: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: payments }\nspec: { podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }\n`;
  const world = worldOf({
    'role.yaml': role('ClusterRole', 'update'),
    'binding.yaml': binding('ClusterRole', 'work', 'vendor-a'),
    'policy.yaml': policy('a'),
  });
  assert.equal(found(world).length, 1);
  world.workspace.set(uriOf('policy.yaml'), policy('b'));
  const before = world.linter.effort.scopes;
  world.diagnose();
  // That of the policy's namespace, and not that of the cluster, where the ClusterRole is.
  assert.equal(world.linter.effort.scopes - before, 1);
});

test('kustomize renames a role with its references, and moves the ServiceAccounts of a namespace along', () => {
  const files: Files = {
    'kustomization.yaml': 'namespace: vendor-a\nnamePrefix: a-\nresources: [role.yaml, binding.yaml]\n',
    'role.yaml': role('Role', 'update', 'namespace: base'),
    'binding.yaml': binding('Role', 'work', 'base', 'base'),
  };
  assert.deepEqual(found(worldOf(files)), ['role.yaml rbac-boundary-write error: networkpolicies']);
  const patched = {
    ...files,
    'kustomization.yaml': `${files['kustomization.yaml']}patches: [{ path: patch.yaml }]\n`,
    'patch.yaml': `${RBAC}\nkind: Role\nmetadata: { name: work }\nrules: []\n`,
  };
  assert.deepEqual(found(worldOf(patched)), ['binding.yaml rbac-broad-role hint: work']);
});

test('templates of a chart are judged for what is certain', () => {
  const chart = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n' };
  const subject = 'vendor-a';
  const sure = { ...chart, 'templates/a.yaml': binding('ClusterRole', 'edit', subject) };
  assert.deepEqual(found(worldOf(sure)), ['templates/a.yaml rbac-broad-role error: edit']);
  for (const [name, who] of [
    ['{{ .Values.role }}', subject],
    ['edit', '{{ .Release.Namespace }}'],
    ['no-such', subject],
  ] as const) {
    const files = { ...chart, 'templates/a.yaml': binding('ClusterRole', `"${name}"`, `"${who}"`) };
    assert.deepEqual(found(worldOf(files)), [], `${name} ${who}`);
  }
});

test('without contractors nothing is said, whatever is granted', () => {
  const files: Files = {
    'a.yaml': role('ClusterRole', '"*"'),
    'b.yaml': binding('ClusterRole', 'work', 'shop'),
    'c.yaml': `${RBAC}\nkind: ClusterRoleBinding\nmetadata: { name: all }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: Group, name: "system:authenticated" }]\n`,
    'd.yaml':
      'apiVersion: v1\nkind: Service\nmetadata: { name: s, namespace: shop }\nspec: { type: NodePort, selector: { a: b }, ports: [{ port: 80 }] }\n',
  };
  assert.deepEqual(found(worldOf(files)), []);
  const withContractor = { ...files, 'e.yaml': namespace('partner', CONTRACTOR) };
  assert.deepEqual(found(worldOf(withContractor)), ['c.yaml rbac-broad-role error: cluster-admin']);
});
