// A slice of the fuzzing run (`npm run fuzz`), without any limit of time: nothing throws.
import { test } from 'node:test';
import { inputOf } from '../fuzz/inputs.ts';
import { runInput } from '../fuzz/run.ts';

test('mutated, truncated, binary and huge inputs go through every rule', () => {
  for (let seed = 1; seed <= 300; seed++) runInput(inputOf(seed), seed);
});
