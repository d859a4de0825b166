// What is recorded of the API servers is still what they say. That our rules agree with the record is a unit test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AgreementRecord, keyOf, type Recorded, suiteTexts } from './agreement/suite.ts';
import { type TheirVerdict, theirVerdict } from './agreement/theirs.ts';
import type { ControlPlane } from './control-plane.ts';
import { strictAndLenient } from './for-tests.ts';

const record: AgreementRecord = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/api-server/agreement.json'), 'utf8'),
);

let strict: ControlPlane;
let lenient: ControlPlane;

before(async () => {
  [strict, lenient] = await strictAndLenient();
});
after(() => Promise.all([strict?.stop(), lenient?.stop()]));

test('the strict server says what is recorded', () => compare(strict, (verdicts) => verdicts.strict));
test('the lenient server says what is recorded', () =>
  compare(lenient, (verdicts) => verdicts.lenient ?? verdicts.strict));

type Pick = (verdicts: AgreementRecord['verdicts'][string]) => Recorded;

async function compare(server: ControlPlane, pick: Pick): Promise<void> {
  const isRecorded = server.version === record.server;
  const texts = suiteTexts();
  assert.equal(
    texts.length,
    Object.keys(record.verdicts).length,
    'the record is of another suite: npm run record:apiserver',
  );
  const differing: string[] = [];
  for (const text of texts) {
    const verdicts = record.verdicts[keyOf(text)];
    assert.ok(verdicts, `not recorded:\n${text}`);
    const now = await theirVerdict(server, text);
    if (!isSame(now, pick(verdicts), isRecorded)) differing.push(`${text}\n${JSON.stringify(now)}`);
  }
  assert.deepEqual(differing, []);
}

/** Another release may word its errors otherwise. */
function isSame(now: TheirVerdict, then: Recorded, isRecorded: boolean): boolean {
  if (now.accepted !== then.accepted) return false;
  if (!isRecorded) return true;
  return JSON.stringify([now.fields, now.warnings]) === JSON.stringify([then.fields, then.warnings ?? []]);
}
