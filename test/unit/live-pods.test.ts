// Which live pods a policy selects and its peers match: the same selectors as for manifests, on labels that are all known.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { resourcesOf } from '../../server/src/core/resource.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import {
  type LiveNamespace,
  type LiveObjects,
  type LivePod,
  livePodsMatchedBy,
  livePodsSelectedBy,
  livePodsWithin,
} from '../../server/src/engine/live-pods.ts';
import { type Policy, policyOf } from '../../server/src/engine/policy.ts';
import type { CidrPeer, PodsPeer } from '../../server/src/engine/policy-rule.ts';

function pod(
  namespace: string,
  name: string,
  labels: Record<string, string>,
  more: Partial<LivePod> = {},
): LivePod {
  const map = new Map(Object.entries(labels));
  const owner = { kind: 'Pod', name };
  const rest = { node: null, hostNetwork: false, addresses: [], namedPorts: [], phase: 'Running' };
  return { namespace, name, labels: map, owner, ...rest, ...more };
}

const pods = [
  pod('shop', 'web', { app: 'web' }, { addresses: ['10.0.0.7', 'fd00::7'] }),
  pod('shop', 'db', { app: 'db' }),
  pod('shop', 'done', { app: 'web' }, { phase: 'Succeeded' }),
  pod('other', 'web', { app: 'web' }, { hostNetwork: true }),
  pod('hidden', 'web', { app: 'web' }),
];
const namespaces: LiveNamespace[] = [
  { name: 'shop', labels: new Map([['team', 'a']]) },
  { name: 'other', labels: new Map() },
  { name: 'hidden', labels: null },
];
const live: LiveObjects = {
  namespaces: () => namespaces,
  namespace: (name) => namespaces.find((n) => n.name === name) ?? null,
  podsIn: (namespace) => pods.filter((p) => p.namespace === namespace),
};

function policy(spec: string): Policy {
  const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec: ${spec}\n`;
  const [resource] = new SourceFile('file:///p.yaml', text).documents.flatMap(resourcesOf);
  const read = resource && policyOf(resource);
  assert.ok(read);
  return read;
}

function peer(text: string) {
  const { rules } = policy(`{ podSelector: {}, ingress: [{ from: [${text}] }] }`).ingress;
  const [peers] = rules.map((rule) => rule.peers);
  assert.ok(peers?.kind === 'some');
  return peers.items[0];
}

const named = (list: readonly LivePod[]) => list.map((p) => `${p.namespace}/${p.name}`);

suite('selected', () => {
  const selected = (selector: string, namespace = 'shop') => {
    const { sure, maybe } = livePodsSelectedBy(policy(`{ podSelector: ${selector} }`), namespace, live);
    return [named(sure), named(maybe)];
  };
  test('by labels, in the namespace of the policy, without pods that have ended', () => {
    assert.deepEqual(selected('{ matchLabels: { app: web } }'), [['shop/web'], []]);
    assert.deepEqual(selected('{}'), [['shop/web', 'shop/db'], []]);
    assert.deepEqual(selected('{}', 'other'), [['other/web'], []]);
    assert.deepEqual(selected('{}', 'nowhere'), [[], []]);
  });
  test('a label that a pod does not have is not there, whoever sets it', () => {
    assert.deepEqual(selected('{ matchExpressions: [{ key: pod-template-hash, operator: Exists }] }'), [
      [],
      [],
    ]);
    assert.deepEqual(selected('{ matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }'), [
      ['shop/db'],
      [],
    ]);
  });
  test('a selector that cannot be read may select any', () => {
    assert.deepEqual(selected('{ matchLabels: 3 }'), [[], ['shop/web', 'shop/db']]);
  });
});

suite('peers', () => {
  const matched = (text: string) => {
    const { sure, maybe } = livePodsMatchedBy(peer(text) as PodsPeer, 'shop', live);
    return [named(sure), named(maybe)];
  };
  test('of the namespace of the policy', () => {
    assert.deepEqual(matched('{ podSelector: { matchLabels: { app: db } } }'), [['shop/db'], []]);
  });
  test('of namespaces by labels: where those may not be read, it is not known', () => {
    assert.deepEqual(matched('{ namespaceSelector: { matchLabels: { team: a } } }'), [
      ['shop/web', 'shop/db'],
      ['hidden/web'],
    ]);
  });
  test('the name of a namespace is known even where its labels are not', () => {
    const byName = (name: string) =>
      `{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }`;
    assert.deepEqual(matched(byName('hidden')), [['hidden/web'], []]);
  });
  test('every namespace, and a selector of pods', () => {
    assert.deepEqual(matched('{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }'), [
      ['shop/web', 'other/web', 'hidden/web'],
      [],
    ]);
  });
});

suite('blocks', () => {
  const within = (text: string) => {
    const { sure, maybe } = livePodsWithin(peer(text) as CidrPeer, live);
    return [named(sure), named(maybe)];
  };
  test('pods by their addresses of either family, never for sure', () => {
    assert.deepEqual(within('{ ipBlock: { cidr: 10.0.0.0/24 } }'), [[], ['shop/web']]);
    assert.deepEqual(within('{ ipBlock: { cidr: "fd00::/64" } }'), [[], ['shop/web']]);
    assert.deepEqual(within('{ ipBlock: { cidr: 10.0.1.0/24 } }'), [[], []]);
    assert.deepEqual(within('{ ipBlock: { cidr: 10.0.0.0/24, except: [10.0.0.7/32] } }'), [[], []]);
  });
  test('a block that cannot be read matches nothing that could be told', () => {
    assert.deepEqual(within('{ ipBlock: { cidr: nonsense } }'), [[], []]);
  });
});
