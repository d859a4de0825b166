// A slice of the fuzzing run (`npm run fuzz`), without any limit of time: nothing throws, nothing points outside of its text.
import { test } from 'node:test';
import { exercise } from '../fuzz/exercise.ts';
import { randomInput } from '../fuzz/inputs.ts';
import { randomFrom } from '../support/random-yaml.ts';

test('mutated, truncated, binary and hostile inputs go through every rule', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomFrom(seed);
    exercise(randomInput(random).text, random, () => 0);
  }
});
