// A long file is indexed in parts: nothing is said to be complete before the last one, and the result is the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Workspace } from '../../server/src/core/workspace.ts';

const FILE = 'file:///shop/policies.yaml';

function policies(names: readonly string[]): string {
  return names
    .map(
      (name) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  podSelector: {}
`,
    )
    .join('---\n');
}

/** The names of the policies the index holds. */
function indexed(workspace: Workspace): string[] {
  return [...workspace.scopes].flatMap((scope) => scope.policies.map((policy) => policy.name ?? '?'));
}

/** Says yes so many times. */
function times(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

test('what is not indexed in time waits, and the workspace is not complete until it is', () => {
  const workspace = new Workspace();
  workspace.set(FILE, policies(['a', 'b', 'c', 'd']), times(2));
  assert.deepEqual(indexed(workspace), ['a', 'b']);
  assert.equal(workspace.complete, false);
  assert.equal(
    workspace.indexWaiting(() => false),
    false,
    'one document at least is indexed each time',
  );
  assert.deepEqual(indexed(workspace), ['a', 'b', 'c']);
  assert.equal(
    workspace.indexWaiting(() => true),
    true,
  );
  assert.deepEqual(indexed(workspace), ['a', 'b', 'c', 'd']);
  assert.equal(workspace.complete, true);
});

test('a document that goes away while it waits is never indexed', () => {
  const workspace = new Workspace();
  workspace.set(FILE, policies(['a', 'b', 'c']), times(1));
  workspace.set(FILE, policies(['a', 'c']), times(0));
  while (!workspace.indexWaiting(() => false));
  assert.deepEqual(indexed(workspace), ['a', 'c']);
  workspace.set(FILE, policies(['x', 'y']), times(0));
  workspace.delete(FILE);
  assert.equal(workspace.complete, true);
  assert.deepEqual(indexed(workspace), []);
});

test('texts indexed in parts, in whatever portions, end as those indexed at once', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
  const steps = fc.array(fc.tuple(names, fc.nat(4), fc.nat(4)), { maxLength: 8 });
  fc.assert(
    fc.property(steps, (changes) => {
      const inParts = new Workspace();
      for (const [list, now, later] of changes) {
        inParts.set(FILE, policies(list), times(now));
        inParts.indexWaiting(times(later));
      }
      while (!inParts.indexWaiting(() => false));
      const atOnce = new Workspace();
      const last = changes.at(-1)?.[0];
      if (last) atOnce.set(FILE, policies(last));
      assert.deepEqual(indexed(inParts), indexed(atOnce));
      assert.equal(inParts.complete, true);
    }),
  );
});
