// Our validity rules accept and refuse what real API servers do, and point at the same field. The servers' verdicts are recorded
// (`npm run record:apiserver`); the cluster tier checks that the record is true.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { type OurVerdict, ourVerdict } from '../cluster/agreement/ours.ts';
import {
  type AgreementRecord,
  fieldsElsewhere,
  keyOf,
  LENIENT_MINOR,
  namesSameFields,
  type Recorded,
  STRICT_MINOR,
  suiteTexts,
  withoutIndices,
} from '../cluster/agreement/suite.ts';

const record: AgreementRecord = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/api-server/agreement.json'), 'utf8'),
);

interface Compared {
  readonly text: string;
  readonly ours: OurVerdict;
  readonly theirs: Recorded;
}

for (const [name, minor] of [
  ['a server that is strict about CIDRs', STRICT_MINOR],
  ['a server that is not', LENIENT_MINOR],
] as const)
  suite(name, () => {
    const compared: Compared[] = suiteTexts().map((text) => {
      const verdicts = record.verdicts[keyOf(text)];
      assert.ok(verdicts, `not recorded: npm run record:apiserver\n${text}`);
      const theirs = minor === LENIENT_MINOR ? (verdicts.lenient ?? verdicts.strict) : verdicts.strict;
      return { text, ours: ourVerdict(text, minor), theirs };
    });

    test('both verdicts are in the suite, many times', () => {
      const accepted = compared.filter(({ theirs }) => theirs.accepted).length;
      assert.ok(accepted > 300 && compared.length - accepted > 300, `${accepted} of ${compared.length}`);
    });

    test('accepted and refused alike', () => {
      const disagreed = compared.filter(({ ours, theirs }) => ours.accepted !== theirs.accepted);
      assert.deepEqual(disagreed.map(describe), []);
    });

    test('the same fields', () => {
      const elsewhere = compared.filter(
        ({ ours, theirs }) => !theirs.accepted && !ours.accepted && !namesSameFields(ours, theirs),
      );
      assert.deepEqual(elsewhere.map(describe), []);
    });

    test('beside a field that is not there, in three cases, which docs/api-server.md names', () => {
      const refused = compared.filter(({ ours, theirs }) => !theirs.accepted && !ours.accepted);
      const beside = refused.filter(({ ours, theirs }) => fieldsElsewhere(ours, theirs).length > 0);
      const cases = beside.flatMap(({ ours, theirs }) =>
        fieldsElsewhere(ours, theirs).map((field) => `${lastOf(field)}: ${ours.rules.join(', ')}`),
      );
      assert.deepEqual([...new Set(cases)].sort(), [
        'name: invalid-name',
        'operator: selector-operator',
        'values: invalid-label, selector-values',
        'values: selector-values',
      ]);
      assert.ok(beside.length / refused.length < 0.02, `${beside.length} of ${refused.length}`);
    });
  });

function lastOf(field: string): string {
  return withoutIndices(field).split('.').at(-1) ?? '';
}

function describe({ text, ours, theirs }: Compared): string {
  return `${text}\ntheirs: ${theirs.fields.join(', ')}\nours: ${ours.fields.join(', ')} (${ours.rules.join(', ')})`;
}
