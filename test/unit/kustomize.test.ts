// Kustomizations are resolved without running kustomize: what arrives, under which names and labels, and what patches leave of it.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { podLabels, type Resource } from '../../server/src/core/resource.ts';
import { policyOf } from '../../server/src/engine/policy.ts';
import { serviceOf } from '../../server/src/engine/services.ts';
import { ALLOW_WEB, BASE, DENY, list, WEB } from '../support/kustomize.ts';
import { runs } from '../support/runs.ts';
import { type Files, lines, pathOf, uriOf, worldOf } from '../support/world.ts';

/** What arrives in the worlds, as `world: kind namespace/name`, in order. */
function arrivals(files: Files): string[] {
  const { workspace } = worldOf(files);
  const views = [...workspace.files.values()].flatMap((file) =>
    file.documents.flatMap((document) => workspace.viewsOf(document)),
  );
  return views.map((view) => `${worldName(view)}: ${view.kind} ${view.namespace ?? ''}/${view.name}`).sort();
}

function worldName({ derived }: Resource): string {
  return derived ? pathOf(derived.world).replace(/\/?[^/]*$/, '') || '.' : 'plain';
}

function view(files: Files, path: string, world = ''): Resource {
  const { workspace } = worldOf(files);
  const documents = workspace.files.get(uriOf(path))?.documents ?? [];
  const found = documents.flatMap((d) => workspace.viewsOf(d)).find((v) => worldName(v).startsWith(world));
  assert.ok(found, `${path} does not arrive in ${world}`);
  return found;
}

suite('what arrives', () => {
  test('is everything that the root takes in, under the names and in the namespace it gives', () => {
    const files = {
      ...BASE,
      'overlays/dev/kustomization.yaml': `namespace: shop-dev\nnamePrefix: dev-\n${list('../../base')}`,
      'overlays/prod/kustomization.yml': `namespace: shop-prod\nnameSuffix: -v2\n${list('../../base/')}`,
      'loose.yaml': DENY,
    };
    assert.deepEqual(arrivals(files), [
      'overlays/dev: Deployment shop-dev/dev-web',
      'overlays/dev: Namespace /shop-dev',
      'overlays/dev: NetworkPolicy shop-dev/dev-allow-web',
      'overlays/dev: Service shop-dev/dev-web',
      'overlays/prod: Deployment shop-prod/web-v2',
      'overlays/prod: Namespace /shop-prod',
      'overlays/prod: NetworkPolicy shop-prod/allow-web-v2',
      'overlays/prod: Service shop-prod/web-v2',
      'plain: NetworkPolicy /default-deny-ingress',
    ]);
  });

  test('an outer namespace takes the place of an inner one, and of one that is written', () => {
    const files = {
      'base/kustomization.yaml': `namespace: inner\n${list('a.yaml')}`,
      'base/a.yaml': DENY.replace('  name:', '  namespace: written\n  name:'),
      Kustomization: `namespace: outer\n${list('base')}`,
    };
    assert.deepEqual(arrivals(files), ['.: NetworkPolicy outer/default-deny-ingress']);
  });

  test('names grow from the inside to the outside', () => {
    const files = {
      'base/kustomization.yaml': `namePrefix: b-\nnameSuffix: -b\n${list('a.yaml')}`,
      'base/a.yaml': DENY,
      'kustomization.yaml': `namePrefix: o-\n${list('base')}`,
    };
    assert.deepEqual(arrivals(files), ['.: NetworkPolicy /o-b-default-deny-ingress-b']);
  });

  test('a component changes what its kustomization has taken in before it', () => {
    const files = {
      'part/kustomization.yaml': `kind: Component\nnamespace: shop\n${list('deny.yaml')}`,
      'part/deny.yaml': DENY,
      'web.yaml': WEB,
      'kustomization.yaml': `${list('web.yaml')}components:\n  - part\n`,
    };
    assert.deepEqual(arrivals(files), [
      '.: Deployment shop/web',
      '.: NetworkPolicy shop/default-deny-ingress',
    ]);
  });

  test('objects for tools alone do not', () => {
    const files = {
      'kustomization.yaml': list('a.yaml'),
      'a.yaml': DENY.replace(
        '  name:',
        '  annotations:\n    config.kubernetes.io/local-config: "true"\n  name:',
      ),
    };
    assert.deepEqual(arrivals(files), []);
  });

  test('file names with blanks and other letters are found', () => {
    const files = {
      'kustomization.yaml': list('"my policies/größe [1].yaml"'),
      'my%20policies/gr%C3%B6%C3%9Fe%20%5B1%5D.yaml': DENY,
    };
    assert.deepEqual(arrivals(files), ['.: NetworkPolicy /default-deny-ingress']);
  });
});

test('an object that arrives by two ways under one name is one', () => {
  const files = {
    'base/kustomization.yaml': list('a.yaml'),
    'base/a.yaml': DENY,
    'one/kustomization.yaml': list('../base'),
    'two/kustomization.yaml': list('../base'),
    'kustomization.yaml': list('one', 'two'),
  };
  assert.deepEqual(arrivals(files), ['.: NetworkPolicy /default-deny-ingress']);
  const named = { ...files, 'two/kustomization.yaml': `namePrefix: two-\n${list('../base')}` };
  assert.equal(arrivals(named).length, 2);
});

suite('labels', () => {
  /** The labels that policies, pods and the Service end up with. */
  function labelled(labels: string) {
    const files = { ...BASE, 'dev/kustomization.yaml': `${labels}${list('../base')}` };
    const policy = policyOf(view(files, 'base/allow.yaml'));
    const peers = policy?.ingress.rules[0]?.peers;
    const selectors =
      peers?.kind === 'some' ? peers.items.map((p) => (p.kind === 'pods' ? p.podSelector : null)) : [];
    const text = (selector: { requirements: readonly { key: string; values: readonly string[] }[] } | null) =>
      selector?.requirements.map((r) => `${r.key}=${r.values}`).sort();
    return {
      object: view(files, 'base/web.yaml').labels.get('env'),
      pod: podLabels(view(files, 'base/web.yaml'))?.get('env'),
      podSelector: text(policy?.podSelector.selector ?? null),
      peers: selectors.map(text),
      service: text(serviceOf(view(files, 'base/service.yaml'))?.selector ?? null),
    };
  }

  const plain = { podSelector: ['app=web'], peers: [['app=proxy'], []], service: ['app=web'] };
  const selecting = {
    object: 'dev',
    pod: 'dev',
    podSelector: ['app=web', 'env=dev'],
    // A selector without matchLabels stays as it is.
    peers: [['app=proxy', 'env=dev'], []],
    service: ['app=web', 'env=dev'],
  };

  test('reach selectors and pods when they are common', () => {
    assert.deepEqual(labelled('commonLabels:\n  env: dev\n'), selecting);
  });
  test('reach selectors and pods when they are to be included', () => {
    assert.deepEqual(labelled('labels:\n  - pairs: { env: dev }\n    includeSelectors: true\n'), selecting);
  });
  test('reach pods alone when those are to be included', () => {
    const found = labelled('labels:\n  - pairs: { env: dev }\n    includeTemplates: true\n');
    assert.deepEqual(found, { ...plain, object: 'dev', pod: 'dev' });
  });
  test('reach only the objects themselves otherwise', () => {
    const found = labelled('labels:\n  - pairs: { env: dev }\n');
    assert.deepEqual(found, { ...plain, object: 'dev', pod: undefined });
  });
  test('reach what a transformer says', () => {
    const transformer = (paths: string) =>
      `apiVersion: builtin\nkind: LabelTransformer\nlabels: { env: dev }\nfieldSpecs: [${paths}]\n`;
    const pod = (paths: string, kind = 'LabelTransformer') => {
      const files = {
        ...BASE,
        'dev/kustomization.yaml': `transformers: [t.yaml]\n${list('../base')}`,
        'dev/t.yaml': transformer(paths).replace('LabelTransformer', kind),
      };
      const [first] = [...worldOf(files).workspace.scopes];
      const labels = podLabels(view(files, 'base/web.yaml'));
      return `${labels?.get('env') ?? 'none'}, ${first?.unseen === null ? 'known' : 'unknown'}`;
    };
    const own = '{ path: metadata/labels, create: true }';
    const inTemplate = (kind: string) => `${own}, { path: spec/template/metadata/labels, kind: ${kind} }`;
    assert.equal(pod(own), 'none, known');
    assert.equal(pod(inTemplate('Deployment')), 'dev, known');
    assert.equal(pod(inTemplate('Job')), 'none, known');
    assert.equal(pod(`${own}, { path: spec/selector }`), 'none, unknown');
    assert.equal(pod(own, 'ImageTagTransformer'), 'none, known');
    assert.equal(pod(own, 'NamespaceTransformer'), 'none, unknown');
  });
  test('take the place of those that are written', () => {
    const found = labelled('commonLabels:\n  app: shop\n');
    assert.deepEqual(found.podSelector, ['app=shop']);
    assert.deepEqual(found.peers, [['app=shop'], []]);
    assert.deepEqual(found.service, ['app=shop']);
  });
});

suite('patches', () => {
  const patched = (patch: string, more: Files = {}, field = 'patches:\n  - path: patch.yaml\n'): Files => ({
    ...BASE,
    'dev/kustomization.yaml': `namespace: shop\n${list('../base')}${field}`,
    'dev/patch.yaml': patch,
    ...more,
  });
  const POLICY_HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow-web\n';

  test('are never judged as objects, in a file or inline', () => {
    const patch = `${POLICY_HEAD}spec:\n  ingress: []\n`;
    const expected = ['base/namespace.yaml'];
    for (const field of [
      'patches:\n  - path: patch.yaml\n',
      'patchesStrategicMerge:\n  - patch.yaml\n',
      `patches:\n  - patch: |-\n${patch.replace(/^/gm, '      ')}\n`,
    ]) {
      const files = patched(patch, field.includes('path') ? {} : { 'dev/patch.yaml': '# nothing\n' }, field);
      const where = new Set(lines(worldOf(files).diagnose(), true).map((line) => line.split(' ')[0]));
      assert.deepEqual([...where], expected, field);
    }
  });

  test('make what they touch unknown', () => {
    const files = patched(`${POLICY_HEAD}spec:\n  policyTypes: [Ingress]\n`);
    assert.equal(policyOf(view(files, 'base/allow.yaml')), null);
  });

  test('leave alone what they are not for', () => {
    for (const patch of [
      `${POLICY_HEAD.replace('allow-web', 'other')}spec:\n  ingress: []\n`,
      `${POLICY_HEAD.replace('networking.k8s.io/v1', 'projectcalico.org/v3')}spec:\n  ingress: []\n`,
    ])
      assert.ok(policyOf(view(patched(patch), 'base/allow.yaml')));
  });

  test('of labels are carried out', () => {
    const patch = WEB.replace(/spec:[\s\S]*$/, '') // its head
      .concat('spec:\n  template:\n    metadata:\n      labels:\n        tier: front\n        app: null\n');
    const labels = podLabels(view(patched(patch), 'base/web.yaml'));
    assert.deepEqual([...(labels ?? [])], [['tier', 'front']]);
  });

  test('of labels as operations are carried out', () => {
    const operations = JSON.stringify([
      { op: 'add', path: '/spec/template/metadata/labels/example.com~1tier', value: 'front' },
      { op: 'remove', path: '/spec/template/metadata/labels/app' },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'x' },
    ]);
    const files = patched('', {}, `patches:\n  - target: { kind: Deployment }\n    patch: '${operations}'\n`);
    assert.deepEqual([...(podLabels(view(files, 'base/web.yaml')) ?? [])], [['example.com/tier', 'front']]);
  });

  test('that may change labels in ways of their own leave the pods unknown', () => {
    const operations = JSON.stringify([{ op: 'add', path: '/spec/template/metadata/labels', value: {} }]);
    const files = patched('', {}, `patches:\n  - target: { kind: D.* }\n    patch: '${operations}'\n`);
    assert.equal(podLabels(view(files, 'base/web.yaml')), null);
  });

  test('can take objects out', () => {
    const files = patched(`${POLICY_HEAD}$patch: delete\n`);
    assert.ok(!arrivals(files).some((line) => line.includes('NetworkPolicy')));
  });

  test('with a target apply to all that match the whole pattern', () => {
    const patch = 'spec:\n  ingress: []\n';
    const of = (name: string) => {
      const field = `patches:\n  - path: patch.yaml\n    target:\n      kind: NetworkPolicy\n      name: ${name}\n`;
      return policyOf(view(patched(patch, {}, field), 'base/allow.yaml')) === null;
    };
    assert.deepEqual(['allow-.*', 'allow', 'allow-web', 'web|allow-web', '"["'].map(of), [
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  test('one that makes a policy something else hides what is written there, and no more', () => {
    const open = ALLOW_WEB.replace(/ingress:[\s\S]*$/, 'ingress:\n    - {}\n');
    const patch = `${POLICY_HEAD}spec:\n  ingress: []\n`;
    const rules = (files: Files) => lines(worldOf(files).diagnose()).map((line) => line.split(' ')[1]);
    assert.ok(!rules(patched(patch, { 'base/allow.yaml': open })).includes('allow-all-ingress'));
    const other = { 'base/allow.yaml': open, 'prod/kustomization.yaml': list('../base') };
    assert.ok(rules(patched(patch, other)).includes('allow-all-ingress'));
  });
});

test('nothing that a kustomization or a patch may say makes the rest unreadable', () => {
  const whole = `namespace: shop
namePrefix: a-
commonLabels: { app: x }
labels:
  - pairs: { env: dev }
    includeSelectors: true
resources: [../base, ., .., "%zz", "a//b", "\\ud800"]
components: [../base]
transformers: [patch.yaml]
patches:
  - path: patch.yaml
  - patch: |-
      - { op: add, path: /spec/template/metadata/labels/a~1b, value: c }
    target: { kind: Deployment, name: "(" }
patchesStrategicMerge:
  - |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web, labels: { a: null } }
    spec: { template: { spec: { containers: [{ ports: [] }] } } }
`;
  const harm = fc.array(
    fc.tuple(
      fc.nat(whole.length),
      fc.nat(12),
      fc.constantFrom('', ':', '- ', '[', '{', '\n', '&a ', '*a', '|', 'null'),
    ),
    { maxLength: 6 },
  );
  const harmed = (text: string, changes: readonly (readonly [number, number, string])[]) =>
    changes.reduce((now, [at, length, by]) => now.slice(0, at) + by + now.slice(at + length), text);
  fc.assert(
    fc.property(harm, harm, (ofKustomization, ofPatch) => {
      worldOf({
        ...BASE,
        'dev/kustomization.yaml': harmed(whole, ofKustomization),
        'dev/patch.yaml': harmed(WEB, ofPatch),
      }).diagnose();
    }),
    { numRuns: runs(150) },
  );
});
