/**
 * Owns the fuzzing run: `npm run fuzz -- --count 50000 --seed 1`. Fails on the first input that throws, on one under 64 KB that
 * takes 100 ms (measured again alone, to tell slow code from a busy machine), and when memory grows.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inputOf } from './inputs.ts';
import { runInput } from './run.ts';

const LIMIT_MS = 100;

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const count = Number(values.count ?? 50_000);
const first = Number(values.seed ?? 1);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function fail(seed: number, text: string, why: string): never {
  const file = `fuzz-${seed}.yaml`;
  writeFileSync(file, text);
  console.error(`${why}\nThe input is in ${file}. Again: npm run fuzz -- --count 1 --seed ${seed}`);
  process.exit(1);
}

/** The time an input takes at best, of five runs. */
function bestOf(text: string, seed: number): number {
  return Math.min(...Array.from({ length: 5 }, () => runInput(text, seed)));
}

const started = performance.now();
let slowest = { ms: 0, seed: first };
let heapBefore = 0;
for (let seed = first; seed < first + count; seed++) {
  const text = inputOf(seed);
  let ms = 0;
  try {
    ms = runInput(text, seed);
    if (ms >= LIMIT_MS) ms = bestOf(text, seed);
  } catch (error) {
    fail(seed, text, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  if (ms >= LIMIT_MS) fail(seed, text, `${text.length} characters took ${ms.toFixed(0)} ms.`);
  if (ms > slowest.ms) slowest = { ms, seed };
  if (seed - first === Math.min(2_000, Math.floor(count / 4))) heapBefore = heapMegabytes();
  if ((seed - first + 1) % 5_000 === 0)
    console.log(`${seed - first + 1} inputs, ${heapMegabytes().toFixed(1)} MB`);
}
const heapAfter = heapMegabytes();
const seconds = (performance.now() - started) / 1000;
console.log(
  `${count} inputs from seed ${first} in ${seconds.toFixed(0)} s (${(count / seconds).toFixed(0)} a second)`,
);
console.log(
  `slowest: seed ${slowest.seed}, ${slowest.ms.toFixed(1)} ms; heap ${heapBefore.toFixed(1)} → ${heapAfter.toFixed(1)} MB`,
);
if (count >= 10_000 && heapAfter > heapBefore + 20) {
  console.error('The heap has grown: something keeps what it should forget.');
  process.exit(1);
}
