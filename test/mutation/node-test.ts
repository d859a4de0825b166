/**
 * Owns the stand-in for `node:test` in a mutation run: it collects the tests of a file instead of running them, so that they
 * can be run singly and again. It has what the unit tests use and refuses the rest.
 */
import { type MockTracker, mock } from 'node:test';

interface Context {
  readonly name: string;
  after(work: () => unknown): void;
  diagnostic(message: string): void;
  readonly mock: MockTracker;
}

type Body = (context: Context) => unknown;

export interface CollectedTest {
  /** The names of its suites and its own; unique in its file. */
  readonly name: string;
  /** Rejects when the test fails. */
  run(): Promise<void>;
}

interface Level {
  readonly name: string;
  readonly before: (() => unknown)[];
}

let levels: Level[] = [];
let collected: CollectedTest[] = [];

/** Forgets what was collected and answers with it; to be called when a file has been imported. */
export function takeTests(): CollectedTest[] {
  const tests = collected;
  collected = [];
  levels = [];
  return tests;
}

type Options = { readonly skip?: unknown; readonly todo?: unknown };

function parts(rest: readonly unknown[]): { isSkipped: boolean; body: Body } {
  const body = rest.find((part) => typeof part === 'function') as Body | undefined;
  const options = (rest.find((part) => typeof part === 'object' && part !== null) ?? {}) as Options;
  return { isSkipped: !body || Boolean(options.skip) || Boolean(options.todo), body: body ?? (() => {}) };
}

export function suite(name: string, ...rest: unknown[]): void {
  const { isSkipped, body } = parts(rest);
  if (isSkipped) return;
  levels.push({ name, before: [] });
  body(contextOf(name, []));
  levels.pop();
}

export function test(name: string, ...rest: unknown[]): void {
  const { isSkipped, body } = parts(rest);
  if (isSkipped) return;
  const around = [...levels];
  const path = [...around.map((level) => level.name), name].join(' › ');
  const same = collected.filter((t) => t.name === path || t.name.startsWith(`${path} #`)).length;
  collected.push({
    name: same === 0 ? path : `${path} #${same + 1}`,
    async run() {
      for (const level of around) for (const work of level.before) await work();
      const last: (() => unknown)[] = [];
      try {
        await body(contextOf(name, last));
      } finally {
        for (const work of last) await work();
        mock.restoreAll();
      }
    },
  });
}

function contextOf(name: string, last: (() => unknown)[]): Context {
  return { name, after: (work) => void last.push(work), diagnostic: () => {}, mock };
}

/** What is prepared for a suite is prepared again for each of its tests. */
export function before(work: () => unknown): void {
  levels.at(-1)?.before.push(work);
}

export { suite as describe, test as it };
