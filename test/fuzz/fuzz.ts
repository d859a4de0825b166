// Feeds random and hostile inputs to parsing and all rules: nothing may throw, none may take 100 ms, no memory may be kept.
// Where the yaml package alone needs most of that, for tens of thousands of lines, its share does not count, and is told apart.
// `npm run fuzz -- --count N --seed S`; exits 1 on a failure, with the seed and the input's file to run it again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { compose } from '../../server/src/core/yaml/compose.ts';
import { randomFrom } from '../support/random-yaml.ts';
import { exercise } from './exercise.ts';
import { MAX_LENGTH, randomInput } from './inputs.ts';

const LIMIT_MS = 100;
/** Kept memory that is put down to the runtime's own caches. */
const LIMIT_BYTES = 16 * 1024 * 1024;
/** Inputs before memory is first measured, so that everything is loaded and compiled. */
const WARM_UP = 2000;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '50000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const firstSeed = Number(values.seed);
if (!(Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(firstSeed))) {
  console.error('usage: npm run fuzz -- [--count N] [--seed S]');
  process.exit(2);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const now = () => performance.now();

/** Milliseconds this thread has worked, so that other processes do not count. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Slow {
  readonly seed: number;
  readonly kind: string;
  readonly length: number;
  readonly ms: number;
}

let failures = 0;
/** Inputs over the limit only together with what the yaml package takes for them. */
const slowToParse: Slow[] = [];
const slowest: Slow[] = [];
const byKind = new Map<string, { count: number; ms: number }>();

const started = now();
let memoryAtStart = 0;
for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  if (seed - firstSeed === Math.min(WARM_UP, count >> 1)) memoryAtStart = memory();
  run(seed);
  if ((seed - firstSeed + 1) % 5000 === 0) progress(seed - firstSeed + 1);
}
report((now() - started) / 1000);
process.exitCode = failures > 0 ? 1 : 0;

function run(seed: number): void {
  const random = randomFrom(seed);
  const { kind, text } = randomInput(random);
  try {
    const start = now();
    let ms = exercise(text, random, worked);
    const known = byKind.get(kind) ?? { count: 0, ms: 0 };
    byKind.set(kind, { count: known.count + 1, ms: known.ms + now() - start });
    // The garbage of earlier inputs may have been collected meanwhile: only what is slow again, alone, is slow.
    for (let again = 0; again < 4 && ms >= LIMIT_MS / 2; again++) ms = Math.min(ms, alone(seed));
    remember({ seed, kind, length: text.length, ms });
    if (ms < LIMIT_MS) return;
    const parsing = parsingAlone(text);
    if (ms - parsing < LIMIT_MS) slowToParse.push({ seed, kind, length: text.length, ms });
    else
      fail(seed, kind, text, `took ${ms.toFixed(0)} ms, ${parsing.toFixed(0)} of them in the yaml package`);
  } catch (error) {
    fail(seed, kind, text, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function alone(seed: number): number {
  collectGarbage();
  const random = randomFrom(seed);
  return exercise(randomInput(random).text, random, worked);
}

/** What the yaml package takes for the documents of a text, at best. */
function parsingAlone(text: string): number {
  const { documents } = new SourceFile('file:///input.yaml', text);
  let least = Number.POSITIVE_INFINITY;
  for (let again = 0; again < 5; again++) {
    collectGarbage();
    const start = worked();
    for (const document of documents) compose(document.text);
    least = Math.min(least, worked() - start);
  }
  return least;
}

function remember(entry: Slow): void {
  slowest.push(entry);
  slowest.sort((a, b) => b.ms - a.ms);
  slowest.length = Math.min(slowest.length, 5);
}

function fail(seed: number, kind: string, text: string, what: string): void {
  failures++;
  const folder = join(import.meta.dirname, '../../test-results/fuzz');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `input-${seed}.yaml`);
  writeFileSync(path, text);
  console.error(`✖ ${kind}, ${text.length} characters, saved in ${path}: ${what}`);
  console.error(`  again: npm run fuzz -- --count 1 --seed ${seed}`);
}

function memory(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function progress(done: number): void {
  const seconds = (now() - started) / 1000;
  console.log(
    `${done} of ${count}, ${(done / seconds).toFixed(0)}/s, heap ${megabytes(process.memoryUsage().heapUsed)}`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function report(seconds: number): void {
  const memoryAtEnd = memory();
  console.log(
    `\n${count} inputs of at most ${MAX_LENGTH} characters in ${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)}/s`,
  );
  for (const [kind, { count: n, ms }] of byKind)
    console.log(`  ${kind.padEnd(24)}${String(n).padStart(6)}  ${(ms / n).toFixed(2)} ms on average`);
  console.log('slowest steps:');
  for (const { seed, kind, length, ms } of slowest)
    console.log(`  ${ms.toFixed(1)} ms: seed ${seed}, ${kind}, ${length} characters`);
  const worst = Math.max(0, ...slowToParse.map(({ ms }) => ms));
  console.log(
    `${slowToParse.length} inputs took ${LIMIT_MS} ms or more only together with the yaml package; at most ${worst.toFixed(0)} ms`,
  );
  const kept = memoryAtEnd - memoryAtStart;
  console.log(
    `heap after garbage collection: ${megabytes(memoryAtStart)} at the start, ${megabytes(memoryAtEnd)} at the end`,
  );
  if (kept > LIMIT_BYTES) {
    failures++;
    console.error(`✖ ${megabytes(kept)} of memory are kept`);
  }
  console.log(failures === 0 ? 'no failures' : `${failures} failures`);
}
