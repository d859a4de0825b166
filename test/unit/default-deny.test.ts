// The default-deny rules beyond their examples: what keeps them from a verdict, where they are silent, and that the policy
// they add stands in a file that still says everything it said, and denies.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createLinter } from '../../server/src/core/lint.ts';
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { defaultDenyFileName, defaultDenyText } from '../../server/src/engine/default-deny.ts';
import { deniesByDefault } from '../../server/src/rules/coverage/default-deny.ts';
import { missingDefaultDenyEgress } from '../../server/src/rules/coverage/missing-default-deny-egress.ts';
import { missingDefaultDenyIngress } from '../../server/src/rules/coverage/missing-default-deny-ingress.ts';
import { applyFix } from '../support/example.ts';

const RULES = [missingDefaultDenyIngress, missingDefaultDenyEgress];

type Files = Readonly<Record<string, string>>;

function workspaceOf(files: Files): Workspace {
  const workspace = new Workspace();
  for (const [path, text] of Object.entries(files)) workspace.set(`file:///w/${path}`, text);
  return workspace;
}

function diagnose(files: Files): Diagnosis[] {
  const workspace = workspaceOf(files);
  const linter = createLinter(() => workspace, { rules: RULES });
  return [...workspace.files.values()].flatMap((f) => f.documents.flatMap((d) => [...linter.diagnose(d)]));
}

/** `path:text` of what each finding underlines, ingress before egress. */
function places(found: readonly Diagnosis[]): string[] {
  return found.map(({ rule, finding: { at } }) => {
    const direction = rule.id.endsWith('-ingress') ? 'ingress' : 'egress';
    const text = at.document.text.slice(at.span.start, at.span.end);
    return `${direction} ${at.document.uri.replace('file:///w/', '')}:${text}`;
  });
}

const namespace = (name = 'shop', labels = '') =>
  `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n${labels}`;
const policy = (spec: string, name = 'web', metadata = '  namespace: shop\n') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n${metadata}spec:\n${spec}`;
const WEB_INGRESS = policy('  podSelector:\n    matchLabels:\n      app: web\n  policyTypes: [Ingress]\n');
const DENY_EGRESS = policy('  podSelector: {}\n  policyTypes: [Egress]\n', 'deny-egress');
const deployment = (metadata = '  namespace: shop\n', name = 'web') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n${metadata}spec:\n  template:\n    spec: {}\n`;
const other = (kind: string, apiVersion: string, metadata = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: base\n${metadata}spec: {}\n`;

const kyverno = (rule: string) =>
  other('ClusterPolicy', 'kyverno.io/v1').replace('{}', `{ rules: [{ name: rule, ${rule} }] }`);

suite('what keeps the verdict open', () => {
  const cases: readonly [name: string, files: Files, says: string][] = [
    ['no Namespace manifest', { 'a.yaml': WEB_INGRESS }, 'no Namespace manifest of shop'],
    ['objects without a namespace', { 'a.yaml': deployment('') }, 'these objects name no namespace'],
    ['a Namespace and nothing else', { 'a.yaml': namespace() }, 'nothing else of this namespace'],
    [
      'a policy of Cilium',
      {
        'a.yaml': namespace(),
        'b.yaml': other('CiliumNetworkPolicy', 'cilium.io/v2', '  namespace: shop\n'),
      },
      'CiliumNetworkPolicy shop/base may isolate pods in its own way',
    ],
    [
      'a policy for the whole cluster',
      {
        'a.yaml': namespace(),
        'b.yaml': WEB_INGRESS,
        'c.yaml': other('GlobalNetworkPolicy', 'projectcalico.org/v3'),
      },
      'GlobalNetworkPolicy base may isolate',
    ],
    [
      'a policy of Kyverno that generates NetworkPolicies',
      {
        'a.yaml': namespace(),
        'b.yaml': WEB_INGRESS,
        'c.yaml': kyverno('generate: { kind: NetworkPolicy }'),
      },
      'ClusterPolicy base may isolate',
    ],
    [
      'a policy of Kyverno in expressions',
      {
        'a.yaml': namespace(),
        'b.yaml': WEB_INGRESS,
        'c.yaml': other('GeneratingPolicy', 'policies.kyverno.io/v1alpha1').replace(
          '{}',
          '{ variables: [{ name: deny, expression: \'[{"kind": "NetworkPolicy"}]\' }] }',
        ),
      },
      'GeneratingPolicy base may isolate',
    ],
    [
      'a selector of template text',
      {
        'a.yaml': namespace(),
        'b.yaml': policy('  podSelector: "{{ .Values.pods }}"\n  policyTypes: [Ingress, Egress]\n'),
      },
      'NetworkPolicy shop/web is template text in part',
    ],
    [
      'policyTypes of template text',
      {
        'a.yaml': namespace(),
        'b.yaml': policy('  podSelector: {}\n  policyTypes: "{{ .Values.types }}"\n'),
      },
      'NetworkPolicy shop/web is template text in part',
    ],
  ];
  for (const [name, files, says] of cases)
    test(name, () => {
      const found = diagnose(files);
      assert.equal(found.length, 2);
      for (const { severity, message, finding } of found) {
        assert.equal(severity, 'hint');
        assert.ok(message.includes(says), message);
        assert.ok(finding.unknown?.includes(says));
      }
    });

  const stub = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: base\n  namespace: shop\n`;

  for (const rule of [
    'generate: { kind: ConfigMap }',
    'match: { any: [{ resources: { kinds: [NetworkPolicy] } }] }, validate: { message: no }',
  ])
    test(`a policy of Kyverno does not that generates none: ${rule}`, () => {
      const found = diagnose({ 'a.yaml': namespace(), 'b.yaml': WEB_INGRESS, 'c.yaml': kyverno(rule) });
      assert.deepEqual(
        found.map(({ severity }) => severity),
        ['warning', 'warning'],
      );
    });

  test('a policy without a spec may deny ingress, and never egress', () => {
    const found = diagnose({ 'a.yaml': namespace(), 'b.yaml': deployment(), 'c.yaml': stub });
    assert.deepEqual(
      found.map((d) => [d.rule.id, d.severity]),
      [
        ['missing-default-deny-egress', 'warning'],
        ['missing-default-deny-ingress', 'hint'],
      ],
    );
  });

  test('a patch that deletes a policy denies nothing', () => {
    const found = diagnose({
      'a.yaml': namespace(),
      'b.yaml': deployment(),
      'c.yaml': `${stub}$patch: delete\n`,
    });
    assert.deepEqual(
      found.map((d) => d.severity),
      ['warning', 'warning'],
    );
  });

  test("an empty namespace of a contractor's is a certain finding", () => {
    const found = diagnose({ 'a.yaml': namespace('vendor-acme') });
    assert.deepEqual(
      found.map((d) => d.severity),
      ['error', 'error'],
    );
  });

  test('a policy that can no longer be a denial for all keeps nothing open', () => {
    const narrow = policy(
      '  podSelector:\n    matchLabels: { app: web }\n  policyTypes: "{{ .Values.types }}"\n',
    );
    const found = diagnose({ 'a.yaml': namespace(), 'b.yaml': narrow });
    assert.deepEqual(
      found.map((d) => d.severity),
      ['warning', 'warning'],
    );
  });
});

suite('where there is nothing to say', () => {
  const service = `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec: {}\n`;
  const cases: readonly [name: string, files: Files][] = [
    [
      'the namespaces of the control plane',
      { 'a.yaml': `${namespace('kube-system')}---\n${deployment('  namespace: kube-system\n')}` },
    ],
    ['Services alone', { 'a.yaml': service }],
    [
      'policies for the whole cluster alone',
      { 'a.yaml': other('GlobalNetworkPolicy', 'projectcalico.org/v3') },
    ],
    [
      'a patch alone',
      {
        'a.yaml': `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: base\n$patch: delete\n`,
      },
    ],
    ['a name that a tool fills in', { 'a.yaml': namespace('_') }],
    ['a chart', { 'a.yaml': deployment('', '"{{ .Release.Name }}"'), 'b.yaml': deployment('', 'plain') }],
    [
      'a policy that is not sound YAML yet',
      { 'a.yaml': namespace(), 'b.yaml': `${WEB_INGRESS}  ingress: [\n` },
    ],
  ];
  for (const [name, files] of cases) test(name, () => assert.deepEqual(places(diagnose(files)), []));
});

suite('what the finding points at', () => {
  const open = (name: string, selector: string, types: string) =>
    policy(`  podSelector: ${selector}\n  policyTypes: ${types}\n  ingress: [{}]\n`, name);

  test('the policies for every pod that allow everything, and no others', () => {
    const files = {
      'a.yaml': namespace(),
      'b.yaml': open('all', '{}', '[Ingress]'),
      'c.yaml': open('web', '{ matchLabels: { app: web } }', '[Ingress]'),
      'd.yaml': open('egress', '{}', '[Egress]'),
    };
    const ingress = diagnose(files).find((d) => d.rule.id === 'missing-default-deny-ingress');
    const related = ingress?.finding.related ?? [];
    assert.deepEqual(
      related.map(({ at: { document, span } }) => document.text.slice(span.start, span.end)),
      ['all'],
    );
  });

  test('objects of no namespace are spoken of as such', () => {
    const messages = diagnose({ 'a.yaml': deployment('') }).map((d) => d.message);
    assert.equal(messages.length, 2);
    for (const message of messages) assert.match(message, /the namespace of these objects/);
  });
});

suite('where the finding sits', () => {
  test('on the Namespace, wherever its policies are', () => {
    const files = { 'a/np.yaml': WEB_INGRESS, 'z/ns.yaml': namespace() };
    assert.deepEqual(places(diagnose(files)).sort(), ['egress z/ns.yaml:shop', 'ingress z/ns.yaml:shop']);
  });

  test('else on the first policy in path order', () => {
    const files = { 'b.yaml': WEB_INGRESS, 'c.yaml': deployment(), 'a.yaml': DENY_EGRESS };
    assert.deepEqual(places(diagnose(files)), ['ingress a.yaml:deny-egress']);
  });

  test("else on the first workload's namespace", () => {
    assert.deepEqual(places(diagnose({ 'b.yaml': deployment() })), [
      'egress b.yaml:shop',
      'ingress b.yaml:shop',
    ]);
  });

  test('on a name where no namespace is named', () => {
    assert.deepEqual(places(diagnose({ 'b.yaml': deployment('') })), [
      'egress b.yaml:web',
      'ingress b.yaml:web',
    ]);
  });
});

/** The JSON of every document, none of which may have a problem. */
function valuesOf(files: Files): string[] {
  return [...workspaceOf(files).files.values()].flatMap((file) =>
    file.documents.map((d) => {
      assert.deepEqual(d.yaml.problems, []);
      return JSON.stringify(toJson(d.yaml.root));
    }),
  );
}

suite('the policy that is added', () => {
  const flow = JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'web' } } },
  });
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${WEB_INGRESS.replaceAll('\n', '\n  ').trimEnd()}\n- apiVersion: v1\n  kind: Service\n`;
  const DENY = defaultDenyText({ namespace: 'shop', directions: ['Ingress'], dns: false, platform: null });
  /** The namespace's policies in np.yaml or np.json, and what that file becomes; null when a file of its own is added. */
  const cases: readonly [name: string, path: string, before: string, after: string | null][] = [
    ['behind the last document', 'np.yaml', WEB_INGRESS, `${WEB_INGRESS}---\n${DENY}`],
    ['without a final newline', 'np.yaml', WEB_INGRESS.trimEnd(), `${WEB_INGRESS}---\n${DENY}`],
    [
      'in the middle of a file',
      'np.yaml',
      `---\n${WEB_INGRESS}---\n# Not a policy.\napiVersion: v1\nkind: Service\n`,
      `---\n${WEB_INGRESS}---\n${DENY}---\n# Not a policy.\napiVersion: v1\nkind: Service\n`,
    ],
    [
      'behind an end marker, before a bare document',
      'np.yaml',
      `${WEB_INGRESS}...\napiVersion: v1\nkind: Service\n`,
      `${WEB_INGRESS}...\n---\n${DENY}...\napiVersion: v1\nkind: Service\n`,
    ],
    ['with CRLF', 'np.yaml', crlf(WEB_INGRESS), crlf(`${WEB_INGRESS}---\n${DENY}`)],
    [
      'in the indentation of the document',
      'np.yaml',
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n    name: web\n    namespace: shop\nspec:\n    podSelector: {matchLabels: {app: web}}\n    policyTypes:\n    - Ingress\n`,
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n    name: web\n    namespace: shop\nspec:\n    podSelector: {matchLabels: {app: web}}\n    policyTypes:\n    - Ingress\n---\n${DENY.replaceAll('  ', '    ').replace('        - ', '    - ')}`,
    ],
    [
      'behind its neighbour in a List',
      'np.yaml',
      list,
      list.replace(
        '- apiVersion: v1\n',
        `- ${DENY.replaceAll('    - ', '  - ').replaceAll('\n', '\n  ').trimEnd()}\n- apiVersion: v1\n`,
      ),
    ],
    [
      'in a List in JSON',
      'np.json',
      `{"apiVersion": "v1", "kind": "List", "items": [${flow}]}`,
      `{"apiVersion": "v1", "kind": "List", "items": [${flow}, {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "default-deny-ingress", "namespace": "shop"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}]}`,
    ],
    ['beside a policy in JSON', 'np.json', flow, null],
    [
      'beside template text',
      'np.yaml',
      `${WEB_INGRESS}  ingress: [{ from: [{ podSelector: { matchLabels: { app: "{{ .x }}" } } }] }]\n`,
      null,
    ],
    [
      'under a name that is free',
      'np.yaml',
      WEB_INGRESS.replace('name: web', 'name: default-deny-ingress'),
      `${WEB_INGRESS.replace('name: web', 'name: default-deny-ingress')}---\n${DENY.replace('default-deny-ingress', 'default-deny-ingress-2')}`,
    ],
  ];
  for (const [name, path, before, after] of cases)
    test(name, () => {
      const files: Files = { 'a.yaml': namespace(), [path]: before };
      const found = diagnose(files).find((d) => d.rule.id === 'missing-default-deny-ingress');
      const fix = found?.finding.fixes?.[0];
      assert.ok(fix);
      const added = fix.creates ? { [fix.creates.uri.replace('file:///w/', '')]: fix.creates.text } : {};
      const fixed: Files = { ...files, [path]: applyFix(before, fix), ...added };
      if (after === null) assert.deepEqual(added, { 'shop-default-deny-ingress.yaml': DENY });
      else assert.equal(fixed[path], after);
      const [values, old] = [valuesOf(fixed), valuesOf(files)];
      assert.equal(values.length, old.length + (name.includes('List') ? 0 : 1));
      if (!name.includes('List'))
        assert.deepEqual(
          old.filter((v) => !values.includes(v)),
          [],
        );
      const [scope] = workspaceOf(fixed).scopes;
      assert.ok(scope);
      assert.equal(deniesByDefault(scope, 'Ingress'), true);
    });

  test('stands beside the Namespace when there is no policy yet', () => {
    const found = diagnose({ 'namespaces/shop.yaml': namespace(), 'shop/web.yaml': deployment() });
    assert.deepEqual(
      found.flatMap((d) => d.finding.fixes?.map((f) => f.creates?.uri)),
      [
        'shop-default-deny-egress',
        'shop-default-deny-egress',
        'shop-default-deny',
        'shop-default-deny-ingress',
        'shop-default-deny',
      ].map((n) => `file:///w/namespaces/${n}.yaml`),
    );
  });
});

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

suite('defaultDenyText', () => {
  test('names no namespace where none is known', () => {
    assert.equal(
      defaultDenyText({ namespace: null, directions: ['Ingress'], dns: false, platform: null }),
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny-ingress\nspec:\n  podSelector: {}\n  policyTypes:\n    - Ingress\n',
    );
    assert.equal(defaultDenyFileName(null, ['Ingress', 'Egress']), 'default-deny.yaml');
  });

  test('keeps DNS only where egress is denied', () => {
    const text = (directions: readonly ('Ingress' | 'Egress')[]) =>
      defaultDenyText({ namespace: 'shop', directions, dns: true, platform: null });
    assert.ok(text(['Egress']).includes('k8s-app: kube-dns'));
    assert.ok(text(['Ingress', 'Egress']).includes('port: 53'));
    assert.ok(!text(['Ingress']).includes('egress'));
  });
});
