// Policies that repeat each other or have one name, over several files: what is applied together, and what may not be.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { duplicatePolicy } from '../../server/src/rules/pitfall/duplicate-policy.ts';
import { redundantRule } from '../../server/src/rules/pitfall/redundant-rule.ts';
import { type Files, fixed, lines, worldOf } from '../support/world.ts';

interface Options {
  readonly namespace?: string;
  readonly pods?: string;
  readonly port?: number;
  readonly labels?: string;
}

const policy = (
  name: string,
  { namespace = 'shop', pods = 'app: web', port = 8080, labels = '' }: Options = {},
) =>
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}${namespace && `, namespace: ${namespace}`}${labels && `, labels: { ${labels} }`} }
spec:
  podSelector: ${pods === '' ? '{}' : `{ matchLabels: { ${pods} } }`}
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: gateway } } }]
      ports: [{ port: ${port} }]
`;
const ALL = policy('all', { pods: '' });
const WEB = policy('web');
const bare = (name: string, options: Options = {}) => policy(name, { ...options, namespace: '' });

const found = (files: Files) => lines(worldOf(files, [duplicatePolicy, redundantRule]).diagnose(), true);
const fixesOf = (files: Files) =>
  worldOf(files, [duplicatePolicy, redundantRule])
    .diagnose()
    .flatMap(({ finding }) => finding.fixes ?? []);

const REDUNDANT: readonly [what: string, files: Files, expected: readonly string[]][] = [
  [
    'in one folder',
    { 'shop/all.yaml': ALL, 'shop/web.yaml': WEB },
    ['shop/web.yaml redundant-rule hint shop/web'],
  ],
  ['in two folders', { 'shop/all.yaml': ALL, 'web/web.yaml': WEB }, []],
  [
    'in two namespaces',
    { 'shop/all.yaml': policy('all', { pods: '', namespace: 'search' }), 'shop/web.yaml': WEB },
    [],
  ],
  [
    'without a namespace, in one file',
    { 'a.yaml': `${bare('all', { pods: '' })}---\n${bare('web')}` },
    ['a.yaml redundant-rule hint /web'],
  ],
  [
    'without a namespace, in two files',
    { 'all.yaml': bare('all', { pods: '' }), 'web.yaml': bare('web') },
    [],
  ],
  [
    'with the same labels',
    {
      'a.yaml': `${policy('all', { pods: '', labels: 'team: a' })}---\n${policy('web', { labels: 'team: a' })}`,
    },
    ['a.yaml redundant-rule hint shop/web'],
  ],
  [
    'of two teams',
    {
      'a.yaml': `${policy('all', { pods: '', labels: 'team: a' })}---\n${policy('web', { labels: 'team: b' })}`,
    },
    [],
  ],
  [
    'in an overlay, beside its base, which has other overlays',
    {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': bare('web'),
      'prod/kustomization.yaml': 'namespace: prod\nresources: [../base, all.yaml]\n',
      'prod/all.yaml': bare('all', { pods: '' }),
    },
    [],
  ],
  [
    'in one kustomization',
    {
      'prod/kustomization.yaml': 'namespace: prod\nresources: [all.yaml, web.yaml]\n',
      'prod/all.yaml': bare('all', { pods: '' }),
      'prod/web.yaml': bare('web'),
    },
    ['prod/web.yaml redundant-rule hint prod/web'],
  ],
];

const DUPLICATES: readonly [what: string, files: Files, expected: readonly string[]][] = [
  [
    'in one folder',
    { 'a.yaml': WEB, 'b.yaml': policy('web', { port: 9090 }) },
    ['b.yaml duplicate-policy warning shop/web'],
  ],
  ['the same, in two files', { 'a.yaml': WEB, 'b.yaml': WEB }, []],
  ['for two environments', { 'dev/a.yaml': WEB, 'prod/a.yaml': policy('web', { port: 9090 }) }, []],
  ['without a namespace, in two files', { 'a.yaml': bare('web'), 'b.yaml': bare('web', { port: 9090 }) }, []],
  [
    'without a namespace, in one file',
    { 'a.yaml': `${bare('web')}---\n${bare('web', { port: 9090 })}` },
    ['a.yaml duplicate-policy warning /web'],
  ],
  [
    'in a base and in its overlay',
    {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': bare('web'),
      'prod/kustomization.yaml': 'namespace: prod\nresources: [../base, web.yaml]\n',
      'prod/web.yaml': bare('web', { port: 9090 }),
    },
    ['prod/web.yaml duplicate-policy warning prod/web'],
  ],
  [
    'an overlay that patches its base',
    {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': bare('web'),
      'prod/kustomization.yaml': 'namespace: prod\nresources: [../base]\npatches: [{ path: web.yaml }]\n',
      'prod/web.yaml': bare('web', { port: 9090 }),
    },
    [],
  ],
];

suite('redundant-rule over files', () => {
  for (const [what, files, expected] of REDUNDANT) test(what, () => assert.deepEqual(found(files), expected));

  test('what stands in another file is not safe to rely on, and a file is not emptied', () => {
    const rules = `${policy('web', { port: 9090 })}    - from: [{ podSelector: { matchLabels: { app: gateway } } }]\n      ports: [{ port: 8080 }]\n`;
    assert.deepEqual(
      fixesOf({ 'all.yaml': ALL, 'web.yaml': rules }).map(({ title, safe }) => ({ title, safe })),
      [{ title: 'Delete this rule', safe: false }],
    );
    assert.deepEqual(fixesOf({ 'all.yaml': ALL, 'web.yaml': WEB }), []);
  });

  test('a rule with an anchor that others may use is not deleted', () => {
    const rules = '    - from: [{ podSelector: {} }]\n    - from: &gateways [';
    const files = { 'a.yaml': ALL.replace('    - from: [', rules) };
    assert.equal(found(files).length, 1);
    assert.deepEqual(fixesOf(files), []);
  });
});

suite('duplicate-policy over files', () => {
  for (const [what, files, expected] of DUPLICATES)
    test(what, () =>
      assert.deepEqual(
        found(files).filter((line) => line.includes('duplicate')),
        expected,
      ),
    );

  test('the new name is free, and is the one that is written', () => {
    const files: Files = {
      'prod/kustomization.yaml': 'namespace: prod\nnamePrefix: prod-\nresources: [a.yaml, b.yaml, c.yaml]\n',
      'prod/a.yaml': bare('web'),
      'prod/b.yaml': bare('web', { port: 9090 }),
      'prod/c.yaml': bare('web-2', { port: 9091 }),
    };
    const [fix] = fixesOf(files);
    assert.ok(fix);
    assert.equal(fix.title, 'Rename this policy to web-3');
    const after = fixed(files, fix);
    assert.ok(after['prod/b.yaml']?.includes('name: web-3 }'));
    assert.deepEqual(found(after), []);
  });
});

test('lists that are longer than anybody writes are not compared', () => {
  const ports = (count: number) => `\n      ports: [${'{ port: 1 }, '.repeat(count)}{ port: 2 }]`;
  const withPorts = (count: number) => ({ 'a.yaml': WEB.replace(/\n {6}ports: .*/, ports(count)) });
  assert.equal(found(withPorts(3)).length, 2);
  assert.deepEqual(found(withPorts(300)), []);
});
