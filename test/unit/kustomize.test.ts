// Kustomizations are resolved without running kustomize: what they make is judged, overlay by overlay, and what cannot be told
// is unknown.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { podLabels, type Resource } from '../../server/src/core/resource.ts';
import { policyOf } from '../../server/src/engine/policy.ts';
import { serviceOf } from '../../server/src/engine/services.ts';
import { runs } from '../support/runs.ts';
import { type Files, fixed, lines, pathOf, uriOf, worldOf } from '../support/world.ts';

const ALLOW_WEB = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: proxy
        - podSelector: {}
          namespaceSelector:
            matchLabels:
              team: edge
      ports:
        - port: 8080
`;
const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny-ingress
spec:
  podSelector: {}
  policyTypes:
    - Ingress
`;
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example/web:1.0
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`;
const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
const list = (...paths: readonly string[]) => `resources:\n${paths.map((path) => `  - ${path}\n`).join('')}`;

const BASE: Files = {
  'base/kustomization.yaml': list('namespace.yaml', 'web.yaml', 'allow.yaml', 'service.yaml'),
  'base/namespace.yaml': namespace('shop'),
  'base/web.yaml': WEB,
  'base/allow.yaml': ALLOW_WEB,
  'base/service.yaml': SERVICE,
};

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

suite('overlays', () => {
  const files: Files = {
    ...BASE,
    'dev/kustomization.yaml': `namespace: shop-dev\n${list('../base')}`,
    'prod/kustomization.yaml': `namespace: shop-prod\n${list('../base', 'deny.yaml')}`,
    'prod/deny.yaml': DENY.replace('    - Ingress\n', '    - Ingress\n    - Egress\n'),
  };

  test('are judged each by itself', () => {
    const found = lines(worldOf(files).diagnose(), true);
    assert.deepEqual(
      found.filter((line) => line.includes('missing-default-deny')),
      [
        'base/namespace.yaml missing-default-deny-egress warning /shop-dev',
        'base/namespace.yaml missing-default-deny-ingress warning /shop-dev',
      ],
    );
  });

  test('are pointed at where they make a namespace another', () => {
    const [found] = worldOf(files)
      .diagnose()
      .filter(({ rule }) => rule.id === 'missing-default-deny-ingress');
    const [related] = found?.finding.related ?? [];
    assert.ok(related);
    const { document, span } = related.at;
    assert.equal(pathOf(document.uri), 'dev/kustomization.yaml');
    assert.equal(document.text.slice(span.start, span.end), 'shop-dev');
  });

  test('report once what several of them are led to', () => {
    const both = { ...files, 'prod/deny.yaml': WEB.replaceAll('web', 'other') };
    const found = lines(worldOf(both).diagnose()).filter((line) => line.includes('ingress'));
    assert.deepEqual(found, ['base/namespace.yaml missing-default-deny-ingress warning /shop-dev']);
  });

  test('report it as it is gravest: for a contractor', () => {
    const acme = { ...files, 'prod/kustomization.yaml': `namespace: acme-vendor\n${list('../base')}` };
    const found = lines(worldOf(acme).diagnose()).filter((line) => line.includes('ingress'));
    assert.deepEqual(found, ['base/namespace.yaml missing-default-deny-ingress error /acme-vendor']);
  });

  test('what a policy allows is graver where the overlay puts it into a contractor’s namespace', () => {
    const open = ALLOW_WEB.replace(/ingress:[\s\S]*$/, 'ingress:\n    - {}\n');
    const severity = (name: string) =>
      worldOf({ 'a.yaml': open, 'kustomization.yaml': `namespace: ${name}\n${list('a.yaml')}` })
        .diagnose()
        .find(({ rule }) => rule.id === 'allow-all-ingress')?.severity;
    assert.equal(severity('shop'), 'warning');
    assert.equal(severity('vendor-acme'), 'error');
  });
});

suite('kustomizations that share no file', () => {
  const apart: Files = {
    'ns/kustomization.yaml': list('namespace.yaml'),
    'ns/namespace.yaml': namespace('shop'),
    'app/kustomization.yaml': `namespace: shop\n${list('web.yaml')}`,
    'app/web.yaml': WEB,
  };
  const ingress = (files: Files) =>
    lines(worldOf(files).diagnose(), true).filter((line) => line.includes('missing-default-deny-ingress'));

  test('may make one namespace together: it is judged where its Namespace is', () => {
    assert.deepEqual(ingress(apart), ['ns/namespace.yaml missing-default-deny-ingress warning /shop']);
  });
  test('may deny for each other', () => {
    const policies = `namespace: shop\n${list('deny.yaml')}`;
    assert.deepEqual(ingress({ ...apart, 'net/kustomization.yaml': policies, 'net/deny.yaml': DENY }), []);
    assert.deepEqual(
      ingress({ ...apart, 'deny.yaml': DENY.replace('  name:', '  namespace: shop\n  name:') }),
      [],
    );
  });
  test('may deny in ways of other APIs', () => {
    const only = (files: Files) => ingress(files).map((line) => line.split(' ')[2]);
    const calico = (kind: string, where: string) =>
      `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata:\n  name: x\n${where}spec: {}\n`;
    const net = (text: string) => ({
      ...apart,
      'net/kustomization.yaml': list('x.yaml'),
      'net/x.yaml': text,
    });
    assert.deepEqual(only(apart), ['warning']);
    assert.deepEqual(only(net(calico('GlobalNetworkPolicy', ''))), ['hint']);
    assert.deepEqual(only(net(calico('NetworkPolicy', '  namespace: shop\n'))), ['hint']);
    assert.deepEqual(only(net(calico('NetworkPolicy', '  namespace: other\n'))), ['warning']);
  });
  test('may have the policies of each other’s workloads', () => {
    const ignored = namespace('shop').replace(
      '  name:',
      '  annotations:\n    netpol-guard/ignore.missing-default-deny-ingress: each has its own\n    netpol-guard/ignore.missing-default-deny-egress: not here\n  name:',
    );
    const files: Files = {
      'app/kustomization.yaml': `namespace: shop\n${list('namespace.yaml', 'web.yaml')}`,
      'app/namespace.yaml': ignored,
      'app/web.yaml': WEB,
    };
    const uncovered = (more: Files) =>
      worldOf({ ...files, ...more })
        .diagnose()
        .filter(({ rule }) => rule.id === 'uncovered-workload')
        .map(({ message }) => / for ([a-z ]*):/.exec(message)?.[1]);
    assert.deepEqual(uncovered({}), ['ingress and egress']);
    const net = {
      'net/kustomization.yaml': `namespace: shop\n${list('allow.yaml')}`,
      'net/allow.yaml': ALLOW_WEB,
    };
    assert.deepEqual(uncovered(net), ['egress']);
  });
  test('are judged again when another comes or goes', () => {
    const world = worldOf(apart);
    const found = () => lines(world.diagnose(), true).filter((line) => line.includes('-ingress')).length;
    assert.equal(found(), 1);
    world.workspace.set(uriOf('deny.yaml'), DENY.replace('  name:', '  namespace: shop\n  name:'));
    assert.equal(found(), 0);
    world.workspace.delete(uriOf('deny.yaml'));
    assert.equal(found(), 1);
  });
});

suite('what is not here', () => {
  const unknown = (kustomization: string, more: Files = {}) =>
    worldOf({ ...BASE, ...more, 'base/kustomization.yaml': `namespace: shop\n${kustomization}` })
      .diagnose()
      .filter(({ rule }) => rule.id === 'missing-default-deny-ingress')
      .map(({ severity, message }) => `${severity} ${message}`);
  const all = BASE['base/kustomization.yaml'] as string;
  const cases: Record<string, [string, string, Files?]> = {
    'a remote base': [`${all}  - https://example.com/repo//deploy?ref=v1\n`, 'takes in https://example.com'],
    'a remote base by its short name': [`${all}  - github.com/acme/deploy?ref=v1\n`, 'takes in github.com'],
    'a missing file': [`${all}  - nowhere.yaml\n`, 'takes in nowhere.yaml, which is not in this workspace'],
    'a missing patch': [`${all}patches:\n  - path: no.yaml\n`, 'patches with no.yaml, which is not'],
    'a chart': [`${all}helmCharts:\n  - name: x\n`, 'takes in Helm charts'],
    'a transformer': [`${all}transformers:\n  - t.yaml\n`, 'has transformers that are not in this workspace'],
    'a transformer of somebody’s own': [
      `${all}transformers:\n  - t.yaml\n`,
      'has transformers that are not followed here',
      { 'base/t.yaml': 'apiVersion: example.com/v1\nkind: LabelTransformer\n' },
    ],
    'a ring': [
      `${all}  - ../other\n`,
      'other/kustomization.yaml takes in itself, by way of ../base',
      { 'other/kustomization.yaml': list('../base') },
    ],
    'a component nobody takes in': [`kind: Component\n${all}`, 'base/kustomization.yaml is a component'],
  };
  for (const [name, [kustomization, reason, more]] of Object.entries(cases))
    test(name, () => {
      const [first = '', ...others] = unknown(kustomization, more);
      assert.deepEqual(others, []);
      assert.ok(first.startsWith('hint') && first.includes(`unknown: `) && first.includes(reason), first);
    });

  test('nothing is said of a namespace whose kustomization cannot be read', () => {
    assert.equal(unknown(all).length, 1);
    assert.deepEqual(unknown(`${all}labels: [\n`), []);
    assert.deepEqual(unknown(all, { 'base/kustomization.yml': all }), []);
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

suite('the fix for missing default deny', () => {
  const files: Files = {
    ...BASE,
    'dev/kustomization.yaml': `# what runs in dev\nnamespace: shop-dev\nresources:\n  - ../base # everything\n\nnamePrefix: dev-\n`,
    'prod/kustomization.yaml': `namespace: shop-prod\n${list('../base', 'deny.yaml')}`,
    'prod/deny.yaml': DENY,
  };
  const finding = (of: Files) => {
    const found = worldOf(of)
      .diagnose()
      .find(({ rule }) => rule.id === 'missing-default-deny-ingress');
    return found && [...(found.finding.fixes ?? [])];
  };

  test('adds a file to the overlay, and the file to its kustomization', () => {
    const [fix] = finding(files) ?? [];
    assert.ok(fix);
    const after = fixed(files, fix);
    assert.equal(
      after['dev/kustomization.yaml'],
      `# what runs in dev\nnamespace: shop-dev\nresources:\n  - ../base # everything\n  - shop-dev-default-deny-ingress.yaml\n\nnamePrefix: dev-\n`,
    );
    assert.equal(after['dev/shop-dev-default-deny-ingress.yaml'], DENY);
    assert.equal(after['base/allow.yaml'], ALLOW_WEB);
    assert.equal(finding(after), undefined);
  });

  test('adds to a file of the overlay where there is one', () => {
    const own = {
      ...files,
      'dev/kustomization.yaml': `namespace: shop-dev\n${list('../base', 'own.yaml')}`,
      'dev/own.yaml': ALLOW_WEB.replaceAll('web', 'api'),
    };
    const [fix] = finding(own) ?? [];
    assert.ok(fix);
    const after = fixed(own, fix);
    assert.equal(after['dev/own.yaml'], `${own['dev/own.yaml']}---\n${DENY}`);
    assert.equal(finding(after), undefined);
  });

  for (const only of ['namespace.yaml', 'web.yaml', 'allow.yaml'])
    test(`adds to the overlay where all that the base has is ${only}`, () => {
      const all: Files = {
        [`base/${only}`]: BASE[`base/${only}`] ?? '',
        'base/kustomization.yaml': list(only),
        'dev/kustomization.yaml': `namespace: shop-dev\n${list('../base')}`,
      };
      const [fix] = finding(all) ?? [];
      assert.ok(fix);
      const after = fixed(all, fix);
      assert.ok(after['dev/kustomization.yaml']?.includes('- shop-dev-default-deny-ingress.yaml\n'));
      assert.equal(after['dev/shop-dev-default-deny-ingress.yaml'], DENY);
    });

  for (const [written, expected] of [
    ['{namespace: shop-dev, resources: [../base]}\n', '[../base, shop-dev-default-deny-ingress.yaml]'],
    ['bases: [../base]\n', 'bases: [../base]\nresources:\n  - default-deny-ingress.yaml\n'],
  ] as const)
    test(`keeps the style of ${written.trim()}`, () => {
      const { 'prod/kustomization.yaml': _, ...others } = files;
      const all = { ...others, 'dev/kustomization.yaml': written, 'base/namespace.yaml': '# none\n' };
      const [fix] = finding(all) ?? [];
      assert.ok(fix);
      const after = fixed(all, fix);
      assert.ok(after['dev/kustomization.yaml']?.includes(expected), after['dev/kustomization.yaml']);
      assert.equal(finding(after), undefined);
    });
});

suite('after changes', () => {
  const paths = ['kustomization.yaml', 'base/kustomization.yaml', 'dev/kustomization.yaml'];
  const kustomizations = fc
    .record({
      resources: fc.subarray(['base', '../base', '../dev', 'a.yaml', '../a.yaml', '.', 'https://x/y']),
      namespace: fc.constantFrom('', 'namespace: shop\n', 'namespace: acme-vendor\n'),
      more: fc.constantFrom(
        '',
        'commonLabels: { app: x }\n',
        'patches:\n  - path: a.yaml\n',
        'namePrefix: p-\n',
        'kind: Component\n',
        'helmCharts: [{}]\n',
        'labels: [\n',
      ),
    })
    .map(({ resources, namespace: ns, more }) => ns + list(...resources) + more);
  const manifests = fc.constantFrom(
    WEB,
    DENY,
    ALLOW_WEB,
    `${namespace('shop')}---\n${ALLOW_WEB}`,
    `${DENY}---\n${SERVICE}`,
    '# nothing\n',
  );
  const step = fc.oneof(
    fc.tuple(fc.constantFrom(...paths), fc.option(kustomizations, { freq: 6 })),
    fc.tuple(fc.constantFrom('a.yaml', 'base/a.yaml', 'dev/a.yaml'), fc.option(manifests, { freq: 6 })),
  );

  test('what is remembered is what is found anew, and what moves is announced', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const world = worldOf({});
        const said = () => {
          const found = world.diagnose();
          return Map.groupBy(found.map(shown), (each) => each.path);
        };
        let files: Files = {};
        for (const [path, text] of steps) {
          if (text === null) {
            const { [path]: _, ...rest } = files;
            files = rest;
            world.workspace.delete(uriOf(path));
          } else {
            files = { ...files, [path]: text };
            world.workspace.set(uriOf(path), text);
          }
          const now = said();
          assert.deepEqual(
            now,
            Map.groupBy(worldOf(files).diagnose().map(shown), (each) => each.path),
          );
        }
      }),
      { numRuns: runs(60) },
    );
  });

  test('editing a manifest of a base judges that document, and the namespaces it is in', () => {
    const files: Files = {
      ...BASE,
      'dev/kustomization.yaml': `namespace: shop-dev\n${list('../base')}`,
      'prod/kustomization.yaml': `namespace: shop-prod\n${list('../base')}`,
      'other/kustomization.yaml': `namespace: other\n${list('web.yaml')}`,
      'other/web.yaml': WEB,
    };
    const world = worldOf(files);
    world.diagnose();
    const before = world.linter.effort;
    world.workspace.set(uriOf('base/allow.yaml'), `${ALLOW_WEB}# more\n`);
    world.diagnose();
    assert.equal(world.linter.effort.documents - before.documents, 1);
    assert.equal(world.linter.effort.scopes - before.scopes, 2);
  });

  test('a kustomization that changes moves its files, and no others', () => {
    const world = worldOf({
      ...BASE,
      'dev/kustomization.yaml': `namespace: shop-dev\n${list('../base')}`,
      'other/kustomization.yaml': `namespace: other\n${list('web.yaml')}`,
      'other/web.yaml': WEB,
    });
    world.diagnose();
    world.moved.clear();
    const before = world.linter.effort;
    world.workspace.set(uriOf('other/kustomization.yaml'), `namespace: others\n${list('web.yaml')}`);
    assert.deepEqual([...world.moved], ['other/web.yaml']);
    world.diagnose();
    assert.ok(world.linter.effort.scopes - before.scopes <= 2);
  });
});

function shown({
  rule,
  severity,
  message,
  finding,
  resource,
}: ReturnType<ReturnType<typeof worldOf>['diagnose']>[number]) {
  const { document, span } = finding.at;
  const at = `${document.start + span.start}-${document.start + span.end}`;
  const what = `${resource?.namespace}/${resource?.name}`;
  return { path: pathOf(document.uri), said: `${at} ${rule.id} ${severity} ${what} ${message}` };
}

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
