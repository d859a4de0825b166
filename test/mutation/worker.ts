/**
 * Owns the thread in which tests run against the instrumented files: it puts them in place of the real ones while modules are
 * loaded, switches mutants on and off, and runs the tests it is told to. What a result means is decided elsewhere.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { type CollectedTest, takeTests } from './node-test.ts';
import type { Answer, Order, TestId, WorkerData } from './protocol.ts';

const { texts, root, active: activeAtLoad, count, clock } = workerData as WorkerData;
const port = parentPort;
if (!port) throw new Error('this file runs in a thread of mutation.ts');

/** The mutant in force; -1 for none. */
let active = activeAtLoad;
/** Which mutants were reached since it was last cleared; null while nobody wants to know. */
let reached: Uint8Array | null = null;

Object.assign(globalThis, {
  $mutant(id: number): boolean {
    if (reached) reached[id] = 1;
    return id === active;
  },
});

// The same random inputs each time: a test must not fail by chance.
fc.configureGlobal({ seed: 20_26 });

const standIn = pathToFileURL(join(import.meta.dirname, 'node-test.ts')).href;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'node:test' || context.parentURL === standIn) return next(specifier, context);
    return { url: standIn, shortCircuit: true };
  },
  load(url, context, next) {
    const source = texts.get(url);
    if (source === undefined) return next(url, context);
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});

/** Tests that take far too long to be run for a mutant: not even tried once. */
const ENDLESS = /^every prefix of every example/;

let imports = 0;

/** Loads a test file anew, so that nothing made while it was loaded is left from another mutant. */
async function testsOf(file: string): Promise<CollectedTest[]> {
  takeTests();
  await import(`${pathToFileURL(join(root, file)).href}?${imports++}`);
  return takeTests();
}

/** Runs one test. Answers with why it failed, or null. */
async function failureOf(run: () => Promise<unknown>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return String((error as Error | null)?.message ?? error).split('\n', 1)[0] ?? '';
  }
}

function ids(flags: Uint8Array): number[] {
  const result: number[] = [];
  flags.forEach((flag, id) => {
    if (flag) result.push(id);
  });
  return result;
}

/** The milliseconds this thread has worked so far: on a busy machine, the time on the wall says little. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Every test of `files` once without a mutant: how long it takes, whether it passes, which mutants it reaches. */
async function survey(files: readonly string[]): Promise<Answer> {
  const loading = new Uint8Array(count);
  reached = loading;
  for (const url of texts.keys()) await import(url);
  const tests = [];
  const broken: { file: string; why: string }[] = [];
  for (const file of files) {
    const importing = new Uint8Array(count);
    reached = importing;
    let collected: CollectedTest[] = [];
    const why = await failureOf(async () => {
      collected = await testsOf(file);
    });
    if (why !== null) broken.push({ file, why });
    reached = null;
    const loadingStarted = worked();
    if (why === null) collected = await testsOf(file);
    const again = worked() - loadingStarted;
    for (const { name, run } of collected) {
      if (ENDLESS.test(name)) continue;
      const flags = Uint8Array.from(importing);
      reached = flags;
      const started = worked();
      const failure = await failureOf(run);
      const took = worked() - started;
      tests.push({ file, name, took, loading: again, failure, reaches: ids(flags) });
    }
  }
  reached = null;
  return { kind: 'survey', loading: ids(loading), tests, broken };
}

/** Runs tests in order until one fails, each file loaded anew. */
async function firstFailure(tests: readonly TestId[]): Promise<{ index: number; why: string } | null> {
  let loaded: { file: string; byName: Map<string, CollectedTest> } | null = null;
  for (const [index, { file, name }] of tests.entries()) {
    begin(index);
    const why = await failureOf(async () => {
      if (loaded?.file !== file)
        loaded = { file, byName: new Map((await testsOf(file)).map((t) => [t.name, t])) };
      const found = loaded.byName.get(name);
      if (!found) throw new Error('the test is gone');
      await found.run();
    });
    if (why !== null) return { index, why };
  }
  return null;
}

/** Tells the main thread, which may have to end this one, which test begins. */
function begin(index: number): void {
  Atomics.store(clock, 0, BigInt(index));
  Atomics.store(clock, 1, BigInt(Date.now()));
}

async function obey(order: Order): Promise<Answer> {
  if (order.kind === 'survey') return survey(order.files);
  if (order.kind === 'warm') {
    for (const url of texts.keys()) await import(url);
    return { kind: 'warm' };
  }
  active = order.mutant;
  const failure = await firstFailure(order.tests);
  active = activeAtLoad;
  Atomics.store(clock, 1, 0n);
  return { kind: 'tests', failure };
}

port.on('message', (order: Order) => {
  obey(order).then(
    (answer) => port.postMessage(answer),
    (error: unknown) => {
      throw error;
    },
  );
});
