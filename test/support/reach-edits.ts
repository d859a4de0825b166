/**
 * Owns random sequences of changed policies, and comparing their effect with working everything out anew.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectionsOf } from '../../server/src/engine/reach/connections.ts';
import { type Difference, differenceOf } from '../../server/src/engine/reach/difference.ts';
import type { PolicyFacts } from '../../server/src/engine/reach/facts.ts';
import { factsOfPolicy } from '../../server/src/engine/reach/from-manifests.ts';
import { type Reach, reachOf, withPolicy } from '../../server/src/engine/reach/reach.ts';
import type { NetworkPolicy, World } from './naive-reach.ts';
import { policyFrom } from './objects.ts';
import { policy } from './random-worlds.ts';
import { reachFrom } from './reach-agreement.ts';

/** Puts a policy in, in place of the one at `replaces` where there is one; or only takes that one out. */
export interface Edit {
  readonly replaces: number | null;
  readonly adds: Omit<NetworkPolicy, 'name'> | null;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  replaces: fc.option(fc.nat(5)),
  adds: fc.option(policy, { freq: 4 }),
});

export const editSequence = fc.array(edit, { minLength: 1, maxLength: 5 });

/** After each edit the list of connections, and the difference to before, must be those of a world that is made anew. */
export function editsAgree(start: World, edits: readonly Edit[]): void {
  let reach = reachFrom(start);
  for (const [i, { replaces, adds }] of edits.entries()) {
    const remove = replaces === null ? null : (reach.facts.policies[replaces] ?? null);
    const add = adds && factsOf(adds, `e${i}`);
    const before = reach;
    reach = withPolicy(before, { remove, add });
    const anew = reachOf(reach.facts);
    assert.deepEqual(listed(reach), listed(anew));
    assert.deepEqual(sorted(differenceOf(before, reach)), sorted(differenceOf(reachOf(before.facts), anew)));
  }
}

function listed(reach: Reach): string[] {
  return [...connectionsOf(reach)].map((connection) => JSON.stringify(connection, shown));
}

function factsOf({ namespace, spec }: Omit<NetworkPolicy, 'name'>, name: string): PolicyFacts {
  return factsOfPolicy(policyFrom(spec, { name, namespace }));
}

/** The pieces of one change come in no particular order. */
function sorted({ changes, isolation, added, removed }: Difference): object {
  return {
    changes: changes.map((change) => JSON.stringify(change, shown)).sort(),
    isolation,
    added,
    removed,
  };
}

function shown(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
