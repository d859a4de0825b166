// A policy without a namespace is reported where its own folder names one, and nowhere else gives it one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingNamespace } from '../../server/src/rules/pitfall/missing-namespace.ts';
import { type Files, pathOf, worldOf } from '../support/world.ts';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
`;

/** The files in which the rule finds something. */
function found(files: Files): string[] {
  const { diagnose } = worldOf(files, [missingNamespace]);
  return diagnose().map(({ finding }) => pathOf(finding.at.document.uri));
}

test('the Namespace is in another file of the folder', () => {
  assert.deepEqual(found({ 'shop/namespace.yaml': NAMESPACE, 'shop/web.yaml': POLICY }), ['shop/web.yaml']);
});

test('a policy that is still being written, and a patch', () => {
  const without = (text: string) => found({ 'shop/namespace.yaml': NAMESPACE, 'shop/web.yaml': text });
  assert.deepEqual(without(POLICY.replace('  name: web\n', '  labels: {}\n')), []);
  assert.deepEqual(without(POLICY.replace('metadata:\n  name: web\n', '')), []);
  assert.deepEqual(without(POLICY.concat('$patch: delete\n')), []);
  assert.deepEqual(without(POLICY.replace('web', 'web\n  namespace: ""')), []);
});

test('the Namespace is in another folder', () => {
  assert.deepEqual(found({ 'namespaces/shop.yaml': NAMESPACE, 'shop/web.yaml': POLICY }), []);
  assert.deepEqual(found({ 'namespace.yaml': NAMESPACE, 'shop/web.yaml': POLICY }), []);
});

for (const fields of ['', 'namespace: shop\n'])
  test(`a kustomization lists the policy: ${JSON.stringify(fields)}`, () => {
    const kustomization = `resources: [namespace.yaml, web.yaml]\n${fields}`;
    const files = { 'shop/kustomization.yaml': kustomization, 'shop/namespace.yaml': NAMESPACE };
    assert.deepEqual(found({ ...files, 'shop/web.yaml': POLICY }), []);
  });

test('a chart renders the policy', () => {
  const chart = { 'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' };
  const templates = { 'shop/templates/namespace.yaml': NAMESPACE, 'shop/templates/web.yaml': POLICY };
  assert.deepEqual(found({ ...chart, ...templates }), []);
});

test('the finding goes and comes with what names the namespace', () => {
  const { workspace, diagnose } = worldOf({ 'shop/web.yaml': POLICY }, [missingNamespace]);
  const count = () => diagnose().length;
  assert.equal(count(), 0);
  workspace.set('file:///workspace/shop/namespace.yaml', NAMESPACE);
  assert.equal(count(), 1);
  workspace.delete('file:///workspace/shop/namespace.yaml');
  assert.equal(count(), 0);
});
