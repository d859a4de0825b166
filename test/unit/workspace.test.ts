// A workspace that files were added to, edited in and deleted from is the same as one built from the final texts, and so is
// what a linter says of it.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createLinter, type Linter } from '../../server/src/core/lint.ts';
import type { Resource } from '../../server/src/core/resource.ts';
import type { Diagnosis } from '../../server/src/core/rule.ts';
import type { Edit } from '../../server/src/core/source-file.ts';
import { type NamespaceScope, Workspace } from '../../server/src/core/workspace.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { edited, edits, fragments } from '../support/edits.ts';
import { runs } from '../support/runs.ts';

const URIS = ['a.yaml', 'b.yaml', 'sub/c.yaml'].map((path) => `file:///workspace/${path}`);

/** One document of a kind that matters to a workspace; `namespace` may be empty, for none. */
function object(apiVersion: string, kind: string, namespace: string, rest: string): string {
  const where = namespace === '' ? '' : `  namespace: ${namespace}\n`;
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: x\n${where}${rest}`;
}

const NAMESPACES = ['shop', 'acme-vendor', '', '"{{ .Values.ns }}"'];
const documents = fc.oneof(
  fc
    .constantFrom(...NAMESPACES)
    .chain((namespace) =>
      fc.constantFrom(
        object(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          namespace,
          'spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n',
        ),
        object(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          namespace,
          'spec:\n  podSelector: {}\n  ingress:\n    - {}\n',
        ),
        object(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          namespace,
          'spec:\n  podSelector: {}\n  policyTypes: [Egress]\n',
        ),
        object(
          'apps/v1',
          'Deployment',
          namespace,
          'spec:\n  template:\n    metadata:\n      labels: { app: web }\n',
        ),
        object('v1', 'Service', namespace, 'spec: {}\n'),
      ),
    ),
  fc.constantFrom(
    '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n',
    '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    netpol-guard/contractor: acme\n',
    '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: acme-vendor\n',
    object('projectcalico.org/v3', 'GlobalNetworkPolicy', '', 'spec: {}\n'),
    '---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: p, namespace: shop }\n',
    '# netpol-guard: ignore[allow-all-ingress] told to\n',
  ),
  fragments,
);
const texts = fc.array(documents, { maxLength: 4 }).map((parts) => parts.join(''));

type Operation = { uri: string } & ({ set: string } | { edits: readonly Edit[] } | { gone: true });
const operations: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.constantFrom(...URIS),
    fc.oneof(
      texts.map((set) => ({ set })),
      fc.array(edits, { minLength: 1, maxLength: 3 }).map((list) => ({ edits: list })),
      fc.constant({ gone: true as const }),
    ),
  )
  .map(([uri, what]) => ({ uri, ...what }));

function run(workspace: Workspace, model: Map<string, string>, operation: Operation): void {
  const { uri } = operation;
  if ('set' in operation) {
    workspace.set(uri, operation.set);
    model.set(uri, operation.set);
  } else if ('gone' in operation) {
    workspace.delete(uri);
    model.delete(uri);
  } else {
    workspace.edit(uri, operation.edits);
    const text = model.get(uri);
    if (text !== undefined) model.set(uri, operation.edits.reduce(edited, text));
  }
}

function built(model: ReadonlyMap<string, string>): Workspace {
  const workspace = new Workspace();
  for (const [uri, text] of model) workspace.set(uri, text);
  return workspace;
}

function contents<T>(scope: NamespaceScope, of: (resource: Resource) => T): unknown {
  const { namespace, policies, workloads, services, otherPolicies } = scope;
  const lists = [policies, workloads, services, otherPolicies].map((list) => list.map(of));
  return { name: scope.name, namespace: namespace && of(namespace), lists };
}

function placeOf({ document, root, kind }: Resource): string {
  return `${document.uri} ${document.start + root.span.start} ${kind}`;
}

function scopesOf(workspace: Workspace): string[] {
  return [...workspace.scopes].map((scope) => JSON.stringify(contents(scope, placeOf))).sort();
}

/** A diagnosis without identities: everything a person would see of it. */
function shown({ rule, severity, message, finding, resource, suppressed }: Diagnosis): object {
  const at = ({
    document,
    span,
  }: {
    document: { uri: string; start: number };
    span: { start: number; end: number };
  }) => `${document.uri} ${document.start + span.start}-${document.start + span.end}`;
  return {
    id: rule.id,
    severity,
    message,
    at: at(finding.at),
    resource: resource && placeOf(resource),
    suppressed: suppressed && at(suppressed.at),
    related: finding.related?.map((r) => [at(r.at), r.message]),
    fixes: finding.fixes?.map((f) => [f.title, f.safe, f.edits.map((e) => [at(e.at), e.text]), f.creates]),
  };
}

function diagnoses(workspace: Workspace, diagnose: ReturnType<typeof createLinter>['diagnose']): object[] {
  return [...workspace.files.keys()]
    .sort()
    .flatMap((uri) =>
      (workspace.files.get(uri)?.documents ?? []).flatMap((document) => diagnose(document).map(shown)),
    );
}

suite('after random operations', () => {
  test('the scopes are those of a workspace built from the final texts', () => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 10 }), (list) => {
        const workspace = new Workspace();
        const model = new Map<string, string>();
        for (const operation of list) {
          run(workspace, model, operation);
          assert.deepEqual(scopesOf(workspace), scopesOf(built(model)));
        }
        for (const [uri, text] of model) assert.equal(workspace.files.get(uri)?.text, text);
      }),
      { numRuns: runs(80) },
    );
  });

  test('every scope whose contents changed is announced', () => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 8 }), (list) => {
        const announced = new Set<NamespaceScope>();
        const workspace = new Workspace((scope) => announced.add(scope));
        const model = new Map<string, string>();
        for (const operation of list) {
          const before = new Map([...workspace.scopes].map((s) => [s, contents(s, (r) => r)]));
          announced.clear();
          run(workspace, model, operation);
          for (const scope of workspace.scopes)
            if (!announced.has(scope))
              assert.deepEqual(
                contents(scope, (r) => r),
                before.get(scope),
              );
        }
      }),
      { numRuns: runs(60) },
    );
  });

  test('a linter that has seen every step says what a new one says', () => {
    fc.assert(
      fc.property(fc.array(operations, { minLength: 2, maxLength: 6 }), (list) => {
        const workspace: Workspace = new Workspace((scope, change) => linter.invalidate(scope, change));
        const linter: Linter = createLinter(() => workspace, { rules: RULES });
        const model = new Map<string, string>();
        for (const operation of list) {
          run(workspace, model, operation);
          const fresh = built(model);
          const other = createLinter(() => fresh, { rules: RULES });
          assert.deepEqual(diagnoses(workspace, linter.diagnose), diagnoses(fresh, other.diagnose));
        }
      }),
      { numRuns: runs(80) },
    );
  });
});

test('a Namespace that becomes a contractor’s makes what its policies allow graver', () => {
  const [policies, namespaces] = URIS as [string, string];
  let invalidate: (scope: NamespaceScope) => void = () => {};
  const workspace = new Workspace((scope) => invalidate(scope));
  const linter = createLinter(() => workspace, { rules: RULES });
  invalidate = linter.invalidate;
  const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
  workspace.set(namespaces, namespace);
  const spec = 'spec:\n  podSelector: {}\n  ingress:\n    - {}\n';
  const file = workspace.set(policies, object('networking.k8s.io/v1', 'NetworkPolicy', 'shop', spec));
  const severity = () =>
    file.documents
      .flatMap((document) => linter.diagnose(document))
      .find(({ rule }) => rule.id === 'allow-all-ingress')?.severity;
  assert.equal(severity(), 'warning');
  workspace.set(namespaces, `${namespace}  labels:\n    netpol-guard/contractor: acme\n`);
  assert.equal(severity(), 'error');
  workspace.delete(namespaces);
  assert.equal(severity(), 'warning');
});
