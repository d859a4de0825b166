/**
 * Owns one thread that runs tests: starting it, asking it, and ending it when a test takes too long or takes it down.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { repository } from '../../scripts/lib/process.ts';
import type { Instrumented } from './instrument.ts';
import type { Answer, Order, Survey, SurveyedTest, TestId } from './protocol.ts';

/** How running some tests ended: all passed, one failed, one did not end in time, or one took the thread down. */
export type Ending =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' | 'late' | 'crashed'; readonly index: number; readonly why: string };

/** Milliseconds a test may take: far more than without a mutant, even on a busy machine. */
export function limitOf({ took }: SurveyedTest): number {
  return Math.max(10_000, 40 * took);
}

const MEGABYTES = 1_500;
/** Milliseconds that a thread's first test may take longer, because everything is loaded for it. */
const LOADING = 30_000;

export class Thread {
  private readonly worker: Worker;
  private readonly clock = new BigInt64Array(new SharedArrayBuffer(16));
  private listener: ((answer: Answer | Error) => void) | null = null;
  isAlive = true;
  /** Whether nothing has been loaded yet. */
  private isCold = true;

  constructor({ texts, mutants }: Instrumented, active = -1) {
    const workerData = { texts, root: repository, active, count: mutants.length, clock: this.clock };
    this.worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
      ...{ stdout: true, stderr: true },
    });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('message', (answer: Answer) => this.listener?.(answer));
    this.worker.on('error', (error) => this.gone(error as Error));
    this.worker.on('exit', () => this.gone(new Error('the thread ended')));
  }

  private gone(error: Error): void {
    this.isAlive = false;
    this.listener?.(error);
  }

  async survey(files: readonly string[]): Promise<Survey> {
    const answer = await this.ask({ kind: 'survey', files });
    if (answer instanceof Error) throw answer;
    if (answer.kind !== 'survey') throw new Error('an answer to another question');
    return answer;
  }

  /** Runs tests under a mutant (-1 for none). A thread that was late or crashed is dead afterwards. */
  async run(mutant: number, tests: readonly SurveyedTest[]): Promise<Ending> {
    if (tests.length === 0) return { kind: 'passed' };
    Atomics.store(this.clock, 0, 0n);
    Atomics.store(this.clock, 1, BigInt(Date.now()));
    let late = false;
    const allowance = this.isCold ? LOADING : 0;
    this.isCold = false;
    const watch = setInterval(() => {
      const since = Number(Atomics.load(this.clock, 1));
      const test = tests[this.index];
      if (since === 0 || !test || Date.now() - since < limitOf(test) + allowance) return;
      late = true;
      void this.stop();
    }, 200);
    const ids: TestId[] = tests.map(({ file, name }) => ({ file, name }));
    const answer = await this.ask({ kind: 'tests', mutant, tests: ids });
    clearInterval(watch);
    if (answer instanceof Error)
      return { kind: late ? 'late' : 'crashed', index: this.index, why: late ? 'no end' : answer.message };
    if (answer.kind !== 'tests') throw new Error('an answer to another question');
    return answer.failure ? { kind: 'failed', ...answer.failure } : { kind: 'passed' };
  }

  /** Loads everything, so that what is run next is not slowed by it. */
  async warm(): Promise<void> {
    if (!this.isCold) return;
    this.isCold = false;
    await this.ask({ kind: 'warm' });
  }

  private get index(): number {
    return Number(Atomics.load(this.clock, 0));
  }

  private ask(order: Order): Promise<Answer | Error> {
    return new Promise((resolve) => {
      this.listener = (answer) => {
        this.listener = null;
        resolve(answer);
      };
      if (this.isAlive) this.worker.postMessage(order);
      else this.listener(new Error('the thread has ended'));
    });
  }

  async stop(): Promise<void> {
    this.isAlive = false;
    await this.worker.terminate();
  }
}
