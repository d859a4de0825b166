// The way from a violation of the schema to the field it is about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerOf, pathOf } from '../../server/src/rules/validity/violations.ts';

test('the steps of a JSON Pointer', () => {
  assert.deepEqual(pathOf(''), []);
  assert.deepEqual(pathOf('/spec/ingress/0/from/12/ipBlock'), [
    'spec',
    'ingress',
    '[]',
    'from',
    '[]',
    'ipBlock',
  ]);
  assert.deepEqual(pathOf('/metadata/labels/example.com~1a~0b'), ['metadata', 'labels', 'example.com/a~b']);
  assert.deepEqual(pathOf('/a1/1a'), ['a1', '1a']);
});

test('each kind of violation has one rule that reports it', () => {
  const owner = (keyword: string, instancePath: string) => ownerOf({ keyword, instancePath, params: {} });
  const port = '/spec/ingress/0/ports/0';
  assert.equal(owner('additionalProperties', '/spec'), 'unknown-field');
  assert.equal(owner('type', '/spec/podSelector'), 'wrong-type');
  assert.equal(owner('pattern', '/metadata/creationTimestamp'), 'wrong-type');
  assert.equal(owner('enum', '/spec/policyTypes/0'), 'policy-types');
  assert.equal(owner('enum', `${port}/protocol`), 'port-protocol');
  assert.equal(owner('enum', '/spec/podSelector/matchExpressions/0/operator'), 'selector-operator');
  assert.equal(owner('minimum', `${port}/port`), 'port-value');
  assert.equal(owner('maximum', `${port}/port`), 'port-value');
  assert.equal(owner('minimum', `${port}/endPort`), 'end-port');
  assert.equal(owner('maximum', `${port}/endPort`), 'end-port');
  assert.equal(owner('enum', '/spec'), null);
  assert.equal(owner('minimum', '/spec'), null);
  assert.equal(owner('nonsense', `${port}/port`), null);
});
