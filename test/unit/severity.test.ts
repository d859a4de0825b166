// The severity a finding leaves the driver with: the rule's, the finding's own, and what a contractor's boundary changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinter } from '../../server/src/core/lint.ts';
import { nameNode } from '../../server/src/core/resource.ts';
import type { Finding, Rule } from '../../server/src/core/rule.ts';
import type { Severity } from '../../server/src/core/severity.ts';
import { Workspace } from '../../server/src/core/workspace.ts';

function severityIn(
  namespace: string,
  finding: Partial<Finding>,
  meta: Partial<Rule['meta']> = {},
): Severity {
  const rule: Rule = {
    on: 'policy',
    meta: {
      id: 'probe',
      family: 'exposure',
      severity: 'warning',
      sees: 'document',
      title: '',
      why: '',
      refs: [],
      examples: [],
      ...meta,
    },
    check: (policy) => [
      { at: { document: policy.document, span: nameNode(policy).span }, message: 'found', ...finding },
    ],
  };
  const workspace = new Workspace();
  const linter = createLinter(() => workspace, { rules: [rule] });
  const file = workspace.set(
    'file:///policy.yaml',
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: ${namespace} }\nspec: {}\n`,
  );
  const found = file.documents.flatMap((document) => [...linter.diagnose(document)]);
  assert.equal(found.length, 1);
  return found[0]?.severity as Severity;
}

const LIFTED = { contractorSeverity: 'error' } as const;

test("without a word from the finding, the rule's severity holds, and is higher for a contractor", () => {
  assert.equal(severityIn('shop', {}, LIFTED), 'warning');
  assert.equal(severityIn('contractor-acme', {}, LIFTED), 'error');
  assert.equal(severityIn('contractor-acme', {}), 'warning');
});

test("a finding's severity holds everywhere", () => {
  assert.equal(severityIn('shop', { severity: 'info' }, LIFTED), 'info');
  assert.equal(severityIn('contractor-acme', { severity: 'info' }, LIFTED), 'info');
});

test("a finding's severity for contractors holds for them alone", () => {
  const finding = { severity: 'info', contractorSeverity: 'warning' } as const;
  assert.equal(severityIn('shop', finding, LIFTED), 'info');
  assert.equal(severityIn('contractor-acme', finding, LIFTED), 'warning');
});

test('an unknown verdict is a hint for everybody', () => {
  const finding = { unknown: 'no workloads', severity: 'error' } as const;
  assert.equal(severityIn('shop', finding, LIFTED), 'hint');
  assert.equal(severityIn('contractor-acme', finding, LIFTED), 'hint');
});
