// The engine against an evaluator that is too slow to be wrong, and a changed policy against working everything out anew.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { connectionsOf } from '../../server/src/engine/reach/connections.ts';
import { type Difference, differenceOf } from '../../server/src/engine/reach/difference.ts';
import type { PolicyFacts } from '../../server/src/engine/reach/facts.ts';
import { factsOfPolicy } from '../../server/src/engine/reach/from-manifests.ts';
import { type Reach, reachOf, withPolicy } from '../../server/src/engine/reach/reach.ts';
import { policyFrom } from '../support/objects.ts';
import { policy, world } from '../support/random-worlds.ts';
import { firstDisagreement, reachFrom } from '../support/reach-agreement.ts';
import { runs } from '../support/runs.ts';

suite('the engine and the naive evaluator', () => {
  test('agree on every connection of random worlds', () => {
    fc.assert(
      fc.property(world, (found) => assert.equal(firstDisagreement(found), null)),
      { numRuns: runs(60) },
    );
  });
});

/** Puts a policy in, in place of the one at `replaces` where there is one; or only takes that one out. */
const edit = fc.record({ replaces: fc.option(fc.nat(5)), adds: fc.option(policy, { freq: 4 }) });

const listed = (reach: Reach) => [...connectionsOf(reach)];

suite('a changed policy', () => {
  test('has the same effect as working everything out anew', () => {
    fc.assert(
      fc.property(world, fc.array(edit, { minLength: 1, maxLength: 5 }), (start, edits) => {
        let reach = reachFrom(start);
        for (const [i, { replaces, adds }] of edits.entries()) {
          const remove = replaces === null ? null : (reach.facts.policies[replaces] ?? null);
          const add = adds && factsOf(adds, `e${i}`);
          const before = reach;
          reach = withPolicy(before, { remove, add });
          const anew = reachOf(reach.facts);
          assert.deepEqual(listed(reach), listed(anew));
          assert.deepEqual(
            sorted(differenceOf(before, reach)),
            sorted(differenceOf(reachOf(before.facts), anew)),
          );
        }
      }),
      { numRuns: runs(60) },
    );
  });
});

function factsOf({ namespace, spec }: { namespace: string; spec: object }, name: string): PolicyFacts {
  return factsOfPolicy(policyFrom(spec, { name, namespace }));
}

/** Pieces of one change may be cut differently; what they say of each end is the same. */
function sorted({ changes, isolation, added, removed }: Difference): object {
  return { changes: changes.map((change) => JSON.stringify(change, big)).sort(), isolation, added, removed };
}

function big(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
