// The engine against an evaluator that is too slow to be wrong, and a changed policy against working everything out anew.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { world } from '../support/random-worlds.ts';
import { firstDisagreement } from '../support/reach-agreement.ts';
import { editSequence, editsAgree } from '../support/reach-edits.ts';
import { runs } from '../support/runs.ts';

suite('the engine and the naive evaluator', () => {
  test('agree on every connection of random worlds', () => {
    fc.assert(
      fc.property(world, (found) => assert.equal(firstDisagreement(found), null)),
      { numRuns: runs(50) },
    );
  });
});

suite('a changed policy', () => {
  test('has the same effect as working everything out anew', () => {
    fc.assert(fc.property(world, editSequence, editsAgree), { numRuns: runs(40) });
  });
});
