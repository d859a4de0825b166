// Which rules are in effect together, because they share a port.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samePort } from '../../server/src/engine/same-port.ts';
import { policyFrom } from '../support/objects.ts';

/** For each group of rules that share a port, their places in the list; each group once. */
function groups(...ports: unknown[]): string[] {
  const { rules } = policyFrom({ ingress: ports.map((list) => ({ ports: list })) }).ingress;
  const parts = rules.map((rule, i) => ({ rule, i }));
  const found = [...samePort(parts)].map((list) => list.map(({ i }) => i).join());
  return [...new Set(found)].sort();
}

test('ranges that overlap', () => {
  const range = (port: number, endPort: number) => [{ port, endPort }];
  assert.deepEqual(groups(range(1, 9), range(5, 20), range(20, 30)), ['0', '0,1', '1,2']);
});
test('the same number of different protocols', () =>
  assert.deepEqual(groups([{ port: 53 }], [{ port: 53, protocol: 'UDP' }], [{ port: 53, protocol: 'UDP' }]), [
    '0',
    '1,2',
  ]));
test('names: the same one, or every port of its protocol', () => {
  assert.deepEqual(groups([{ port: 'web' }], [{ port: 'web' }], [{ port: 'dns' }]), ['0,1', '2']);
  assert.deepEqual(groups([{ port: 'web' }], [{ protocol: 'TCP' }], [{ protocol: 'UDP' }]), [
    '0,1',
    '1',
    '2',
  ]);
});
test('every port', () => assert.deepEqual(groups([], [{ port: 80 }]), ['0', '0,1']));
test('ports that cannot be read share one with nothing but themselves', () =>
  assert.deepEqual(groups('x', [{ port: 80 }], 'x', []), ['0', '1,3', '2', '3']));
