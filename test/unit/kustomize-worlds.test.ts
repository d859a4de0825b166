// What kustomizations make is judged overlay by overlay, what cannot be told is unknown, and a change is judged like a new start.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { ALLOW_WEB, BASE, DENY, list, namespace, SERVICE, WEB } from '../support/kustomize.ts';
import { runs } from '../support/runs.ts';
import { type Files, fixed, lines, pathOf, uriOf, worldOf } from '../support/world.ts';

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
