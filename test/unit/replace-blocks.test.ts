// Fixes that take several blocks of one list at once: their edits must not overlap, or an editor refuses the fix.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyFix, judge } from '../support/example.ts';

/** The list of blocks after the fix of world-cidr that is called `title`. */
function listAfter(title: string, list: string): string {
  const head = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - ports: [{ port: 443 }]
      from: `;
  const text = `${head}${list}\n`;
  const fixes = judge(text)
    .filter(({ rule }) => rule.id === 'world-cidr')
    .flatMap(({ finding }) => finding.fixes ?? []);
  const fix = fixes.find((each) => each.title === title);
  assert.ok(fix, fixes.map((each) => each.title).join('; '));
  return applyFix(text, fix).slice(head.length).trimEnd();
}

const list = (...cidrs: string[]) => `[${cidrs.map((cidr) => `{ ipBlock: { cidr: ${cidr} } }`).join(', ')}]`;
const QUARTERS = ['0.0.0.0/2', '64.0.0.0/2', '128.0.0.0/2', '192.0.0.0/2'];

test('one peer takes the place of all blocks of a list in brackets', () => {
  assert.equal(
    listAfter('Allow only pods of the same namespace', list(...QUARTERS)),
    '[{ podSelector: {} }]',
  );
});

test('what stands behind them stays', () => {
  assert.equal(
    listAfter(
      'Allow only pods of the same namespace',
      list(...QUARTERS).replace(']', ', { podSelector: { matchLabels: { app: api } } }]'),
    ),
    '[{ podSelector: {} }, { podSelector: { matchLabels: { app: api } } }]',
  );
});
