// Which workloads policies select and peers match, with namespaces and labels that are known in part.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Workspace } from '../../server/src/core/workspace.ts';
import { policyOf } from '../../server/src/engine/policy.ts';
import type { PodsPeer } from '../../server/src/engine/policy-rule.ts';
import {
  lookupIn,
  matchedBy,
  namespacesMatching,
  policiesSelecting,
  type Selection,
  selectedBy,
  workloadsMatching,
} from '../../server/src/engine/selected.ts';
import { matches, type Selector } from '../../server/src/engine/selector.ts';
import { runs } from '../support/runs.ts';

const flow = JSON.stringify;

function workload(namespace: string | null, name: string, labels: object | string): string {
  const written = typeof labels === 'string' ? labels : flow(labels);
  const where = namespace === null ? '' : `, namespace: ${namespace}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${where} }
spec: { template: { metadata: { labels: ${written} }, spec: { containers: [] } } }
`;
}

function policy(namespace: string, podSelector: object, from: readonly object[] = []): string {
  return flow({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace },
    spec: { podSelector, policyTypes: ['Ingress'], ingress: [{ from }] },
  });
}

const namespace = (name: string, labels: object = {}) =>
  flow({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

function worldOf(...documents: string[]) {
  const workspace = new Workspace();
  workspace.set('file:///w/all.yaml', documents.join('\n---\n'));
  const scopes = [...workspace.scopes].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
  const scope = (name: string | null) => scopes.find((s) => s.name === name) ?? assert.fail(`no ${name}`);
  return { scope, namespaces: lookupIn(scopes) };
}

const show = ({ sure, maybe }: Selection<{ readonly name: string | null }>) => ({
  sure: sure.map((r) => r.name),
  maybe: maybe.map((r) => r.name),
});

const labels = (matchLabels: object) => ({ matchLabels });

suite('a policy', () => {
  const selected = (podSelector: object, ...workloads: string[]) => {
    const { scope } = worldOf(policy('shop', podSelector), ...workloads);
    const shop = scope('shop');
    return show(selectedBy(policyOf(shop.policies[0] as never) ?? assert.fail(), shop));
  };
  const web = workload('shop', 'web', { app: 'web', tier: 'front' });
  const api = workload('shop', 'api', { app: 'api' });

  test('selects by labels, in its own namespace', () => {
    const elsewhere = workload('other', 'elsewhere', { app: 'web' });
    assert.deepEqual(selected(labels({ app: 'web' }), web, api, elsewhere), { sure: ['web'], maybe: [] });
  });

  test('selects everything with an empty selector, in the order of the text', () => {
    assert.deepEqual(selected({}, web, api), { sure: ['web', 'api'], maybe: [] });
  });

  test('selects by what is not there', () => {
    const selector = { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] };
    assert.deepEqual(selected(selector, web, api), { sure: ['api'], maybe: [] });
  });

  test('may select pods whose labels are template text or come from a controller', () => {
    const templated = workload('shop', 'templated', '{ "x": "{{ .Values.x }}" }');
    assert.deepEqual(selected(labels({ app: 'web' }), templated, api), { sure: [], maybe: ['templated'] });
    assert.deepEqual(selected(labels({ 'pod-template-hash': '1', app: 'api' }), web, api), {
      sure: [],
      maybe: ['api'],
    });
  });

  test('may select anything when its selector is template text', () => {
    assert.deepEqual(selected(labels({ app: '{{ .Values.app }}' }), web), { sure: [], maybe: ['web'] });
  });

  test('selects no pod that is done', () => {
    const done = flow({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'done', namespace: 'shop', labels: { app: 'web' } },
      status: { phase: 'Succeeded' },
    });
    assert.deepEqual(selected(labels({ app: 'web' }), done, web), { sure: ['web'], maybe: [] });
  });

  test('is found from the workload it selects', () => {
    const { scope } = worldOf(policy('shop', labels({ app: 'web' })), policy('shop', {}), web, api);
    const shop = scope('shop');
    const count = (i: number) => policiesSelecting(shop.workloads[i] as never, shop).sure.length;
    assert.deepEqual([count(0), count(1)], [2, 1]);
  });
});

suite('a peer', () => {
  const WORLD = [
    workload('shop', 'web', { app: 'web' }),
    workload('monitoring', 'prometheus', { app: 'prometheus' }),
    workload('unlabelled', 'other', { app: 'prometheus' }),
    workload(null, 'nowhere', { app: 'prometheus' }),
    namespace('monitoring', { team: 'sre' }),
    namespace('shop'),
  ];
  const matched = (peer: object) => {
    const { scope, namespaces } = worldOf(policy('shop', {}, [peer]), ...WORLD);
    const read = policyOf(scope('shop').policies[0] as never);
    const peers = read?.ingress.rules[0]?.peers;
    const first = peers?.kind === 'some' ? peers.items[0] : undefined;
    return show(matchedBy(first as PodsPeer, scope('shop'), namespaces));
  };

  test('means its own namespace without a namespaceSelector', () => {
    assert.deepEqual(matched({ podSelector: {} }), { sure: ['web'], maybe: [] });
    assert.deepEqual(matched({ podSelector: labels({ app: 'prometheus' }) }), { sure: [], maybe: [] });
  });

  test('finds a namespace by its name, which needs no Namespace object', () => {
    const named = (name: string) => ({ namespaceSelector: labels({ 'kubernetes.io/metadata.name': name }) });
    assert.deepEqual(matched(named('monitoring')), { sure: ['prometheus'], maybe: [] });
    assert.deepEqual(matched(named('unlabelled')), { sure: ['other'], maybe: [] });
    assert.deepEqual(matched(named('nobody')), { sure: [], maybe: [] });
  });

  test('finds the pods of each of several namespaces', () => {
    const values = ['unlabelled', 'monitoring', 'nobody', 'monitoring'];
    const matchExpressions = [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }];
    const peer = { namespaceSelector: { matchExpressions } };
    assert.deepEqual(matched(peer), { sure: ['other', 'prometheus'], maybe: [] });
  });

  test('matches in every namespace with an empty namespaceSelector', () => {
    assert.deepEqual(matched({ namespaceSelector: {}, podSelector: labels({ app: 'prometheus' }) }), {
      sure: ['nowhere', 'prometheus', 'other'],
      maybe: [],
    });
  });

  test('may match where the labels of the namespace are not known', () => {
    assert.deepEqual(matched({ namespaceSelector: labels({ team: 'sre' }) }), {
      sure: ['prometheus'],
      maybe: ['nowhere', 'other'],
    });
  });

  test('may match in a namespace that its platform labels', () => {
    const { namespaces } = worldOf(...WORLD);
    const openshift = { key: 'network.openshift.io/policy-group', operator: 'Exists', values: [] } as const;
    const found = show(namespacesMatching({ requirements: [openshift] }, namespaces));
    assert.deepEqual(found, { sure: [], maybe: [null, 'monitoring', 'shop', 'unlabelled'] });
  });
});

test('the index finds what trying every workload finds', () => {
  const keys = ['app', 'tier'];
  const values = ['a', 'b'];
  const labelSets = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 2 });
  const requirement = fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const),
    values: fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  });
  const property = fc.property(
    fc.array(labelSets, { minLength: 1, maxLength: 6 }),
    fc.array(requirement, { maxLength: 3 }),
    (sets, requirements) => {
      const { scope } = worldOf(...sets.map((set, i) => workload('shop', `w${i}`, set)));
      const selector: Selector = { requirements };
      const expected = sets.flatMap((set, i) =>
        matches(selector, new Map(Object.entries(set))) ? [`w${i}`] : [],
      );
      assert.deepEqual(show(workloadsMatching(selector, scope('shop'))), { sure: expected, maybe: [] });
    },
  );
  fc.assert(property, { numRuns: runs(300) });
});

test('answers stay the same while the workspace does', () => {
  const { scope } = worldOf(policy('shop', labels({ app: 'web' })), workload('shop', 'web', { app: 'web' }));
  const shop = scope('shop');
  const read = policyOf(shop.policies[0] as never) ?? assert.fail();
  assert.equal(selectedBy(read, shop), selectedBy(read, shop));
});
