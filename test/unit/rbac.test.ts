// What roles grant and to whom: the model, by data tables.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseConfig } from '../../server/src/core/config.ts';
import { YamlDocument } from '../../server/src/core/document.ts';
import { type Resource, resourcesOf } from '../../server/src/core/resource.ts';
import { coversResource, verbsBy } from '../../server/src/engine/rbac/access-rule.ts';
import { type AccessSubject, bindingOf } from '../../server/src/engine/rbac/binding.ts';
import { clusterRoleRules, ownRules } from '../../server/src/engine/rbac/cluster-roles.ts';
import { contractorOfSubject } from '../../server/src/engine/rbac/contractor-subjects.ts';
import { backendsOf } from '../../server/src/engine/routes.ts';
import { RULE_IDS } from '../../server/src/rules/index.ts';
import { breachesBy } from '../../server/src/rules/rbac/breaches.ts';
import { narrowRules } from '../../server/src/rules/rbac/narrow-role.ts';

function objects(text: string): readonly Resource[] {
  return text.split(/^---\n/m).flatMap((part, i) => resourcesOf(new YamlDocument(`file:///${i}.yaml`, part)));
}

function clusterRole(name: string, body: string, labels = '{}'): string {
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name}, labels: ${labels} }\n${body}\n`;
}

suite('an item of resources', () => {
  const cases: readonly [item: string, resource: string, covers: boolean][] = [
    ['pods', 'pods', true],
    ['pods', 'pods/exec', false],
    ['pods/exec', 'pods', false],
    ['*', 'pods', true],
    ['*', 'pods/exec', true],
    ['*/exec', 'pods/exec', true],
    ['*/exec', 'pods', false],
    ['*/exec', 'exec', false],
    ['pods/*', 'pods/exec', false],
    ['pods/*', 'pods', false],
    ['*/*', 'pods/exec', false],
    ['*/scale', 'deployments/scale', true],
    ['Pods', 'pods', false],
  ];
  for (const [item, resource, covers] of cases)
    test(`${item} ${covers ? 'covers' : 'does not cover'} ${resource}`, () =>
      assert.equal(coversResource(item, resource), covers));
});

suite('the verbs of a rule', () => {
  const cases: readonly [rule: string, granted: readonly string[]][] = [
    ['{ apiGroups: [""], resources: [pods], verbs: [get, create] }', ['create']],
    ['{ apiGroups: [""], resources: [pods], verbs: ["*"] }', ['create', 'patch']],
    ['{ apiGroups: ["*"], resources: [pods], verbs: [patch] }', ['patch']],
    ['{ apiGroups: [apps], resources: [pods], verbs: ["*"] }', []],
    ['{ resources: [pods], verbs: ["*"] }', []],
    ['{ apiGroups: [""], resources: [pods], verbs: [CREATE] }', []],
    ['{ apiGroups: [""], resources: ["{{ .Values.what }}"], verbs: ["*"] }', []],
    ['{ apiGroups: [""], resources: [pods], verbs: ["$(VERB)"] }', []],
    ['{ nonResourceURLs: ["*"], verbs: ["*"] }', []],
  ];
  for (const [rule, granted] of cases)
    test(rule, () => {
      const [role] = objects(clusterRole('r', `rules: [${rule}]`));
      assert.ok(role);
      const rules = ownRules(role) ?? [];
      const wanted = { group: '', resource: 'pods', verbs: ['create', 'patch'] };
      assert.deepEqual(
        rules.flatMap((each) => each.resources.flatMap((entry) => [...verbsBy(each, entry, wanted)])),
        granted,
      );
    });
});

suite('what a ClusterRole comes to', () => {
  const AGGREGATE = clusterRole(
    'monitoring',
    'aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: monitoring } }] }\nrules: [{ apiGroups: [""], resources: [stale], verbs: [get] }]',
  );
  const PART = clusterRole(
    'part',
    'rules: [{ apiGroups: [""], resources: [parts], verbs: [get] }]',
    '{ to: monitoring }',
  );
  const TO_VIEW = clusterRole(
    'crds',
    'rules: [{ apiGroups: [x.io], resources: [things], verbs: [get] }]',
    '{ rbac.authorization.k8s.io/aggregate-to-view: "true" }',
  );
  const resources = (name: string, text: string, minor: number | null = 36) =>
    clusterRoleRules(name, text === '' ? [] : objects(text), minor)?.flatMap((rule) =>
      rule.resources.map((entry) => entry.text),
    ) ?? null;

  test('what is neither here nor built in is not known', () =>
    assert.equal(resources('no-such', AGGREGATE), null));
  test('rules of parts take the place of those written', () =>
    assert.deepEqual(resources('monitoring', `${AGGREGATE}---\n${PART}`), ['parts']));
  test('a part that is not selected stays out', () =>
    assert.deepEqual(resources('monitoring', `${AGGREGATE}---\n${TO_VIEW}`), []));
  test('what is added to view reaches edit and admin', () => {
    for (const name of ['view', 'edit', 'admin'])
      assert.ok(resources(name, TO_VIEW)?.includes('things'), name);
    assert.ok(!resources('view', PART)?.includes('parts'));
  });
  test('cluster-admin is everything', () => assert.deepEqual(resources('cluster-admin', ''), ['*']));
  test('view holds neither Secrets nor ways into pods', () => {
    const seen = resources('view', '') ?? [];
    for (const resource of ['secrets', 'pods/exec', 'pods/proxy'])
      assert.ok(!seen.includes(resource), resource);
    assert.ok(seen.includes('networkpolicies'));
  });
  test('edit holds policies and admin bindings', () => {
    assert.ok(resources('edit', '')?.includes('networkpolicies'));
    assert.ok(!resources('edit', '')?.includes('rolebindings'));
    assert.ok(resources('admin', '')?.includes('rolebindings'));
  });
  test('edit writes endpoints only in clusters set up before 1.22', () => {
    const writes = (minor: number | null) =>
      clusterRoleRules('edit', [], minor)?.some((rule) =>
        rule.resources.some(
          (entry) => verbsBy(rule, entry, { group: '', resource: 'endpoints', verbs: ['create'] }).length > 0,
        ),
      );
    assert.deepEqual([writes(21), writes(22), writes(null)], [true, false, false]);
  });
  test('roles that select each other end', () => {
    const loop = (name: string, other: string) =>
      clusterRole(
        name,
        `aggregationRule: { clusterRoleSelectors: [{ matchLabels: { is: ${other} } }] }`,
        `{ is: ${name} }`,
      );
    assert.deepEqual(resources('a', `${loop('a', 'b')}---\n${loop('b', 'a')}`), []);
  });
});

suite('whose a subject is', () => {
  const { config } = parseConfig(
    'file:///.netpol-guard.yaml',
    `contractors:
  - name: acme
    namespaces: [acme-*]
    subjects:
      - { kind: Group, name: "contractors:acme" }
      - { kind: User, name: "*@acme.example" }
      - { kind: ServiceAccount, name: deployer, namespace: ci }
`,
    RULE_IDS,
  );
  const ownership = {
    contractorOf: (name: string) => (name.startsWith('acme-') ? 'acme' : null),
    hasContractors: () => true,
  };
  const cases: readonly [subject: string, contractor: string | null][] = [
    ['{ kind: Group, name: "contractors:acme" }', 'acme'],
    ['{ kind: User, name: "contractors:acme" }', null],
    ['{ kind: User, name: jo@acme.example }', 'acme'],
    ['{ kind: User, name: jo@acme.example.org }', null],
    ['{ kind: Group, name: contractors }', null],
    ['{ kind: ServiceAccount, name: deployer, namespace: ci }', 'acme'],
    ['{ kind: ServiceAccount, name: deployer, namespace: other }', null],
    ['{ kind: User, name: "system:serviceaccount:ci:deployer" }', 'acme'],
    ['{ kind: ServiceAccount, name: web, namespace: acme-portal }', 'acme'],
    ['{ kind: User, name: "system:serviceaccount:acme-portal:web" }', 'acme'],
    ['{ kind: Group, name: "system:serviceaccounts:acme-portal" }', 'acme'],
    ['{ kind: Group, name: "system:serviceaccounts:shop" }', null],
    ['{ kind: Group, name: "system:serviceaccounts" }', ''],
    ['{ kind: Group, name: "system:authenticated" }', ''],
    ['{ kind: User, name: "system:authenticated" }', null],
    // One without a namespace is that of the binding.
    ['{ kind: ServiceAccount, name: web }', null],
  ];
  for (const [subject, contractor] of cases)
    test(subject, () => {
      const [resource] = objects(
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: b, namespace: shop }\nroleRef: { kind: Role, name: r }\nsubjects: [${subject}]\n`,
      );
      const read = resource && bindingOf(resource)?.subjects[0];
      assert.ok(read);
      assert.equal(contractorOfSubject(read, config, ownership), contractor);
    });
  test('where there are no contractors, a group of everybody is nobody in particular', () => {
    const everyone: AccessSubject = {
      node: { kind: 'alias', name: '', target: null, span: { start: 0, end: 0 } },
      kind: 'Group',
      name: 'system:authenticated',
      namespace: null,
    };
    const none = { contractorOf: () => null, hasContractors: () => false };
    assert.equal(contractorOfSubject(everyone, { ...config, contractors: null }, none), null);
  });
});

suite('what takes the place of a broad role', () => {
  for (const name of ['edit', 'admin', 'cluster-admin'])
    test(name, () => {
      const at = { reach: 'own', podSecurity: false } as const;
      const narrow = narrowRules(clusterRoleRules(name, [], 36) ?? [], at, 36);
      const [role] = objects(clusterRole('narrow', `rules: ${JSON.stringify(narrow)}`));
      assert.ok(role);
      const rules = ownRules(role) ?? [];
      const left = rules.flatMap((rule) =>
        rule.resources.flatMap((entry) => breachesBy(rule, entry, at, 36)),
      );
      assert.deepEqual(left, []);
      assert.ok(rules.some((rule) => rule.resources.some(({ text }) => text === 'pods/log')));
    });
});

suite('where a route leads', () => {
  const cases: readonly [spec: string, backends: readonly string[]][] = [
    ['{ defaultBackend: { service: { name: a } } }', ['a']],
    [
      '{ rules: [{ http: { paths: [{ backend: { service: { name: a } } }, { backend: { serviceName: b } }] } }] }',
      ['a', 'b'],
    ],
    [
      '{ rules: [{ backendRefs: [{ name: a, namespace: shop }, { kind: Service, name: b }] }] }',
      ['shop/a', 'b'],
    ],
    ['{ rules: [{ backendRefs: [{ kind: Bucket, name: a }] }] }', []],
    ['{ to: { kind: Service, name: a }, alternateBackends: [{ kind: Service, name: b }] }', ['a', 'b']],
    ['{ defaultBackend: { service: { name: "{{ .Values.name }}" } } }', []],
    ['{ defaultBackend: { resource: { kind: Bucket, name: a } } }', []],
  ];
  for (const [spec, backends] of cases)
    test(spec, () => {
      const [route] = objects(
        `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: r }\nspec: ${spec}\n`,
      );
      assert.ok(route);
      const found = backendsOf(route).map(({ name, namespace }) =>
        namespace ? `${namespace}/${name}` : name,
      );
      assert.deepEqual(found, backends);
    });
});
