// Rules that read other namespaces are judged again exactly when what they read has changed.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createLinter, type Linter } from '../../server/src/core/lint.ts';
import type { Namespaces } from '../../server/src/core/neighbours.ts';
import { nameNode } from '../../server/src/core/resource.ts';
import type { NamespaceRule, PlacedPolicyRule, Rule } from '../../server/src/core/rule.ts';
import { type NamespaceScope, Workspace } from '../../server/src/core/workspace.ts';
import { World } from '../../server/src/lsp/world.ts';
import { runs } from '../support/runs.ts';

type Say = (scope: NamespaceScope, namespaces: Namespaces) => string;

/** A rule that says on a namespace's first object whatever `say` makes of it and its neighbours. */
function rule(id: string, say: Say): NamespaceRule {
  const meta = { id, family: 'coverage', severity: 'info', sees: 'workspace', title: '', why: '' } as const;
  return {
    on: 'namespace',
    meta: { ...meta, refs: [], examples: [] },
    *check(scope, { namespaces }) {
      const resource = scope.namespace ?? scope.policies[0] ?? scope.workloads[0];
      if (!resource) return;
      const at = { document: resource.document, span: nameNode(resource).span };
      yield { at, resource, message: say(scope, namespaces) };
    },
  };
}

/** The same on each policy by itself. */
function placed(id: string, say: Say): PlacedPolicyRule {
  return {
    on: 'placed-policy',
    meta: rule(id, say).meta,
    *check(policy, scope, { namespaces }) {
      const at = { document: policy.document, span: nameNode(policy).span };
      yield { at, resource: policy, message: say(scope, namespaces) };
    },
  };
}

function names(list: readonly { readonly name: string | null }[]): string {
  return list.map((each) => each.name).join();
}

const COUNTS_WORKLOADS_OF_A: Say = (_, namespaces) => names(namespaces.named('a')?.workloads ?? []);
const COUNTS_ALL_POLICIES: Say = (_, namespaces) =>
  [...namespaces.all()].map((scope) => `${scope.name}: ${names(scope.policies)}`).join('; ');
const LOOKS_ROUND: Say = (scope, namespaces) =>
  [...namespaces.all()]
    .filter((other) => other.namespace?.labels.get('looks-at') === scope.name || other.name === 'c')
    .map((other) => `${other.name}: ${names(other.services)} ${names(other.otherPolicies)}`)
    .join('; ');

function object(
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string | null,
  labels = '',
): string {
  const where = namespace === null ? '' : `  namespace: ${namespace}\n`;
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${where}${labels}spec: {}\n`;
}

const policy = (name: string, namespace: string) =>
  object('networking.k8s.io/v1', 'NetworkPolicy', name, namespace);
const workload = (name: string, namespace: string) => object('apps/v1', 'Deployment', name, namespace);
const service = (name: string, namespace: string) => object('v1', 'Service', name, namespace);
const namespace = (name: string, labels = '') => object('v1', 'Namespace', name, null, labels);

const uriOf = (name: string) => `file:///workspace/${name}.yaml`;

function watched(rules: readonly Rule[]) {
  const workspace: Workspace = new Workspace((scope, change) => linter.invalidate(scope, change));
  const linter: Linter = createLinter(() => workspace, { rules });
  return { workspace, linter };
}

/** What is found, file by file. */
function found(workspace: Workspace, linter: Linter): string[] {
  return [...workspace.files.keys()].sort().flatMap((uri) => {
    const documents = workspace.files.get(uri)?.documents ?? [];
    return documents.flatMap((d) => linter.diagnose(d).map((x) => `${uri} ${x.rule.id} ${x.message}`));
  });
}

suite('a rule that reads the workloads of another namespace', () => {
  const rules = [
    rule('reads-a', COUNTS_WORKLOADS_OF_A),
    rule('reads-itself', (scope) => names(scope.policies)),
  ];

  /** How often rules judged namespaces while `change` was made and everything asked for again. */
  function checksAfter(change: (workspace: Workspace) => void): { checks: number; documents: number } {
    const { workspace, linter } = watched(rules);
    workspace.set(uriOf('a'), namespace('a') + workload('w', 'a') + policy('p', 'a'));
    for (const name of ['b', 'c', 'd']) workspace.set(uriOf(name), namespace(name) + policy('p', name));
    found(workspace, linter);
    const before = linter.effort;
    change(workspace);
    const after = found(workspace, linter);
    const fresh = watched(rules);
    for (const [uri, file] of workspace.files) fresh.workspace.set(uri, file.text);
    const effort = {
      checks: linter.effort.checks - before.checks,
      documents: linter.effort.documents - before.documents,
    };
    assert.deepEqual(after, found(fresh.workspace, fresh.linter));
    return effort;
  }

  test('is not run again when a policy there changes', () => {
    const edit = (workspace: Workspace) =>
      workspace.set(uriOf('a'), namespace('a') + workload('w', 'a') + policy('q', 'a'));
    // Both rules judge a itself, and nobody else.
    assert.deepEqual(checksAfter(edit), { checks: 2, documents: 1 });
  });

  test('is run again, alone, in every namespace when a workload there changes', () => {
    const edit = (workspace: Workspace) =>
      workspace.set(uriOf('a'), namespace('a') + workload('v', 'a') + policy('p', 'a'));
    assert.deepEqual(checksAfter(edit), { checks: 2 + 3, documents: 1 });
  });

  test('is run again when the namespace goes, and when it comes', () => {
    assert.deepEqual(
      checksAfter((workspace) => workspace.delete(uriOf('a'))),
      { checks: 3, documents: 0 },
    );
    const { workspace, linter } = watched(rules);
    workspace.set(uriOf('b'), namespace('b'));
    assert.deepEqual(found(workspace, linter), [`${uriOf('b')} reads-a `, `${uriOf('b')} reads-itself `]);
    workspace.set(uriOf('a'), workload('w', 'a'));
    assert.ok(found(workspace, linter).includes(`${uriOf('b')} reads-a w`));
  });

  test('is not run again when another namespace comes', () => {
    assert.deepEqual(
      checksAfter((workspace) => workspace.set(uriOf('e'), namespace('e'))),
      { checks: 2, documents: 1 },
    );
  });
});

suite('a rule about each policy by itself', () => {
  const reads: readonly PlacedPolicyRule[] = [
    placed('reads-workloads', (scope) => names(scope.workloads)),
    placed('reads-nothing', () => ''),
    placed('reads-policies', (scope) => names(scope.policies)),
  ];

  function checksAfter(rules: readonly Rule[], ...parts: string[]): number {
    const { workspace, linter } = watched(rules);
    workspace.set(uriOf('p'), policy('p', 'a') + policy('q', 'a') + policy('r', 'a'));
    workspace.set(uriOf('w'), workload('w', 'a'));
    found(workspace, linter);
    const { checks } = linter.effort;
    workspace.set(uriOf('w'), parts.join(''));
    found(workspace, linter);
    return linter.effort.checks - checks;
  }

  test('is run on the policies for which it read what has changed', () => {
    const [workloads, nothing, policies] = reads as [PlacedPolicyRule, PlacedPolicyRule, PlacedPolicyRule];
    assert.equal(checksAfter([workloads], workload('v', 'a')), 3);
    assert.equal(checksAfter([nothing, policies], workload('v', 'a')), 0);
    assert.equal(checksAfter([nothing, workloads], workload('w', 'a'), policy('s', 'a')), 2);
    assert.equal(checksAfter([policies], workload('w', 'a'), policy('s', 'a')), 4);
  });

  test('is run in steps, and those that have been done count', () => {
    const { workspace, linter } = watched(reads);
    const file = workspace.set(uriOf('p'), policy('p', 'a') + policy('q', 'a'));
    const [document] = file.documents;
    assert.ok(document);
    for (const checks of [1, 2, 3, 4, 5]) {
      assert.equal(
        linter.prepare(document, () => false),
        false,
      );
      assert.equal(linter.effort.checks, checks);
    }
    assert.equal(
      linter.prepare(document, () => false),
      true,
    );
    assert.equal(linter.diagnose(document).length, 3);
    assert.equal(linter.effort.checks, 6);
  });
});

test('the files whose verdicts may have changed are announced, those of readers too', () => {
  const stale = new Set<string>();
  const world = new World(
    'file:///workspace/',
    [rule('reads-a', COUNTS_WORKLOADS_OF_A)],
    assert.fail,
    (uri) => stale.add(uri),
  );
  const { workspace } = world;
  workspace.set(uriOf('a'), workload('w', 'a') + policy('p', 'a'));
  workspace.set(uriOf('b'), policy('p', 'b'));
  for (const file of workspace.files.values()) for (const d of file.documents) world.diagnose(d);
  stale.clear();
  workspace.set(uriOf('a'), workload('w', 'a') + policy('q', 'a'));
  assert.deepEqual([...stale], [uriOf('a')]);
  stale.clear();
  workspace.set(uriOf('a'), workload('v', 'a') + policy('q', 'a'));
  assert.deepEqual([...stale].sort(), [uriOf('a'), uriOf('b')]);
});

const objects = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.constantFrom('x', 'y'),
    fc.constantFrom(policy, workload, service, (name: string, where: string) =>
      namespace(where, `  labels: { looks-at: ${name === 'x' ? 'a' : 'b'} }\n`),
    ),
  )
  .map(([where, name, write]) => write(name, where));
const wide = fc.constantFrom(
  object('projectcalico.org/v3', 'GlobalNetworkPolicy', 'g', null),
  object('v1', 'Service', 'nowhere', null),
);
const texts = fc.array(fc.oneof({ weight: 6, arbitrary: objects }, wide), { maxLength: 3 });
const steps = fc.array(fc.tuple(fc.constantFrom('1', '2', '3', '4'), fc.option(texts)), { maxLength: 12 });

test('after any changes, what is remembered is what is found anew', () => {
  const rules = [
    rule('of-a', COUNTS_WORKLOADS_OF_A),
    rule('of-all', COUNTS_ALL_POLICIES),
    rule('round', LOOKS_ROUND),
    placed('placed-of-a', COUNTS_WORKLOADS_OF_A),
    placed('placed-of-all', COUNTS_ALL_POLICIES),
    placed('placed-round', LOOKS_ROUND),
    placed('placed', (scope) => `${scope.namespace?.name} ${names(scope.services)}`),
  ];
  fc.assert(
    fc.property(steps, (list) => {
      const { workspace, linter } = watched(rules);
      for (const [name, parts] of list) {
        if (parts) workspace.set(uriOf(name), parts.join(''));
        else workspace.delete(uriOf(name));
        const fresh = watched(rules);
        for (const [uri, file] of workspace.files) fresh.workspace.set(uri, file.text);
        assert.deepEqual(found(workspace, linter), found(fresh.workspace, fresh.linter));
      }
    }),
    { numRuns: runs(150) },
  );
});
