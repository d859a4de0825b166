/**
 * Compares the engine with the naive evaluator on many random worlds, and changed policies with working everything out anew.
 * `npm run fuzz:reach -- --count 20000 --seed 1`; a world on which they differ is made as small as possible, and the exit code
 * is 1.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { world } from '../support/random-worlds.ts';
import { firstDisagreement } from '../support/reach-agreement.ts';
import { editSequence, editsAgree } from '../support/reach-edits.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const seed = Number(values.seed);
const started = performance.now();
let done = 0;

function note(what: string): void {
  done++;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (done % 1000 === 0) console.log(`${done} ${what}, ${seconds} s`);
}

const compared = fc.property(world, (found) => {
  const disagreement = firstDisagreement(found);
  if (disagreement !== null) throw new Error(disagreement);
  note('worlds');
});
fc.assert(compared, { numRuns: count, seed });
console.log(`${count} worlds, seed ${seed}: the engine and the naive evaluator agree on every connection`);

done = 0;
const edited = fc.property(world, editSequence, (start, edits) => {
  editsAgree(start, edits);
  note('sequences of edits');
});
fc.assert(edited, { numRuns: Math.ceil(count / 10), seed });
console.log(
  `${Math.ceil(count / 10)} sequences of edits: a changed policy has the effect of working everything out anew`,
);
