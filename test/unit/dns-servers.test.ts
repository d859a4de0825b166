// Who the cluster's DNS itself is, by namespace and labels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDnsServer, selectsDnsServers } from '../../server/src/engine/dns-servers.ts';
import type { Selector } from '../../server/src/engine/selector.ts';

const app = (...values: string[]): Selector => ({
  requirements: [{ key: 'k8s-app', operator: 'In', values }],
});
const NAMES = ['kube-dns', 'node-local-dns', 'coredns'];

test('pods of kube-system with the label of one of the usual servers', () => {
  for (const name of NAMES) {
    const labels = new Map([['k8s-app', name]]);
    assert.equal(isDnsServer('kube-system', labels), true, name);
    assert.equal(isDnsServer('shop', labels), false);
    assert.equal(isDnsServer(null, labels), false);
    assert.equal(selectsDnsServers('kube-system', app(name)), true, name);
    assert.equal(selectsDnsServers('shop', app(name)), false);
  }
  assert.equal(selectsDnsServers('kube-system', app(...NAMES)), true);
});

test('no other pods of kube-system', () => {
  assert.equal(isDnsServer('kube-system', new Map([['k8s-app', 'metrics-server']])), false);
  assert.equal(isDnsServer('kube-system', new Map([['app', 'kube-dns']])), false);
  assert.equal(isDnsServer('kube-system', new Map()), false);
  assert.equal(isDnsServer('kube-system', new Map([['k8s-app', '']])), false);
  assert.equal(isDnsServer('kube-system', null), false);
  assert.equal(selectsDnsServers('kube-system', app('kube-dns', 'metrics-server')), false);
  assert.equal(selectsDnsServers('kube-system', { requirements: [] }), false);
  assert.equal(selectsDnsServers('kube-system', null), false);
});

test('every pod of openshift-dns', () => {
  assert.equal(isDnsServer('openshift-dns', null), true);
  assert.equal(isDnsServer('openshift-dns', new Map()), true);
  assert.equal(selectsDnsServers('openshift-dns', null), true);
  assert.equal(selectsDnsServers('openshift-dns', { requirements: [] }), true);
});
