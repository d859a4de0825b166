/**
 * Owns whether the tests notice a mutant. A test that fails counts only if it passes again without the mutant, one that does
 * not end only if it ends at once without. What runs while modules are loaded is tried in a fresh thread of its own.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Instrumented, Mutant } from './instrument.ts';
import type { Survey, SurveyedTest } from './protocol.ts';
import { type Ending, limitOf, Thread } from './thread.ts';

export interface Verdict {
  readonly mutant: Mutant;
  readonly outcome: 'refused' | 'killed' | 'late' | 'survived' | 'not reached';
  /** The test that noticed it, if one did. */
  readonly by: string | null;
}

interface Judge {
  /** Tests that are not used, and why. */
  readonly leftOut: readonly { readonly file: string; readonly name: string; readonly why: string }[];
  /** Judges mutants one after the other, in threads of its own. */
  begin(): { judge(mutant: Mutant): Promise<Verdict>; end(): Promise<void> };
}

/** Milliseconds of work, the loading of its file included, beyond which a test is not used: it would be run for every mutant that nothing else notices. */
const LONGEST = 1_000;

/** Milliseconds of work after which a mutant counts as not noticed, though there are more tests that come by it. */
const ENOUGH = 8_000;

export function createJudge(instrumented: Instrumented, survey: Survey): Judge {
  const why = (t: SurveyedTest) => t.failure ?? tooLong(t);
  const useful = survey.tests.filter((t) => why(t) === null);
  const byMutant = Map.groupBy(
    useful.flatMap((test) => test.reaches.map((id) => ({ id, test }))),
    ({ id }) => id,
  );
  const atLoading = new Set(survey.loading);
  const testsFor = (mutant: Mutant): SurveyedTest[] => {
    // What runs while a module is loaded may matter to every test.
    const reaching = atLoading.has(mutant.id) ? useful : (byMutant.get(mutant.id) ?? []).map((r) => r.test);
    return startOf(inOrder(mutant, reaching));
  };
  return {
    leftOut: [
      ...survey.broken.map(({ file, why: reason }) => ({ file, name: '', why: reason })),
      ...survey.tests.flatMap((t) => {
        const reason = why(t);
        return reason === null ? [] : [{ file: t.file, name: t.name, why: reason }];
      }),
    ],
    begin: () => {
      const shared = new Shared(instrumented);
      return {
        judge: (mutant) => judgeOne(mutant, testsFor(mutant), atLoading.has(mutant.id), instrumented, shared),
        end: () => shared.stop(),
      };
    },
  };
}

function tooLong({ took, loading }: SurveyedTest): string | null {
  return took + loading > LONGEST ? `takes ${Math.round(took + loading)} ms` : null;
}

/** As many of the tests as are worth their time, at least one. */
function startOf(tests: readonly SurveyedTest[]): SurveyedTest[] {
  let sum = 0;
  return tests.filter((test, i) => {
    sum += test.took + (tests[i - 1]?.file === test.file ? 0 : test.loading);
    return i === 0 || sum <= ENOUGH;
  });
}

/**
 * Tests named after the mutant's file first, then the quick ones; those of a file together, so that it is loaded once. A test
 * that comes by the same code as one before it (an example written in another way) waits for those that do not.
 */
function inOrder({ file }: Mutant, tests: readonly SurveyedTest[]): SurveyedTest[] {
  const name = basename(file, '.ts');
  const rank = (t: SurveyedTest) => {
    const isNamesake = t.name.includes(name) || basename(t.file, '.test.ts') === name;
    return (isNamesake ? 0 : 1_000_000) + t.took + t.reaches.length / 100;
  };
  const files = [...Map.groupBy(tests, (t) => t.file).values()].map((list) => {
    const ranked = list.map((test) => ({ test, rank: rank(test) })).sort((a, b) => a.rank - b.rank);
    const best = ranked[0]?.rank ?? 0;
    const loading = list[0]?.loading ?? 0;
    const whole = ranked.reduce((sum, { test }) => sum + test.took, loading);
    return { ranked, rank: best >= 1_000_000 ? 1_000_000 + whole : best + loading };
  });
  const inTurn = files.sort((a, b) => a.rank - b.rank).map(({ ranked }) => ranked.map(({ test }) => test));
  return [...inTurn.map((list) => split(list)[0]), ...inTurn.map((list) => split(list)[1])].flat();
}

/** The tests that come by other code than those before them, and the others. */
function split(tests: readonly SurveyedTest[]): readonly [SurveyedTest[], SurveyedTest[]] {
  const seen = new Set<string>();
  const others: SurveyedTest[] = [];
  const firsts = tests.filter((test) => {
    const way = wayOf(test);
    if (!seen.has(way)) return seen.add(way);
    others.push(test);
    return false;
  });
  return [firsts, others];
}

const ways = new WeakMap<SurveyedTest, string>();

function wayOf(test: SurveyedTest): string {
  const known = ways.get(test);
  if (known !== undefined) return known;
  const way = createHash('sha1').update(Uint32Array.from(test.reaches)).digest('base64');
  ways.set(test, way);
  return way;
}

/** A thread that many mutants share; another one when it has died or has grown old. */
class Shared {
  private readonly instrumented: Instrumented;
  private thread: Thread | null = null;
  private uses = 0;

  constructor(instrumented: Instrumented) {
    this.instrumented = instrumented;
  }

  /** Every use loads files anew, which stay in memory. */
  async get(): Promise<Thread> {
    if (this.uses++ > 200) await this.stop();
    if (!this.thread?.isAlive) this.thread = new Thread(this.instrumented);
    return this.thread;
  }

  async stop(): Promise<void> {
    this.uses = 0;
    await this.thread?.stop();
    this.thread = null;
  }
}

async function judgeOne(
  mutant: Mutant,
  tests: readonly SurveyedTest[],
  isAtLoading: boolean,
  instrumented: Instrumented,
  shared: Shared,
): Promise<Verdict> {
  let left = tests;
  if (left.length === 0) return { mutant, outcome: 'not reached', by: null };
  const fromTheStart = async (): Promise<Ending> => {
    const thread = new Thread(instrumented, mutant.id);
    const ending = await thread.run(mutant.id, left);
    await thread.stop();
    return ending;
  };
  while (left.length > 0) {
    const ending = isAtLoading ? await fromTheStart() : await (await shared.get()).run(mutant.id, left);
    if (ending.kind === 'passed') break;
    const test = left[ending.index];
    if (!test) throw new Error('a test that was not asked for');
    if (await passesWithout(test, ending.kind === 'late', shared)) {
      const outcome = ending.kind === 'late' ? 'late' : 'killed';
      return { mutant, outcome, by: `${test.file}: ${test.name}` };
    }
    left = left.slice(ending.index + 1);
  }
  return { mutant, outcome: 'survived', by: null };
}

/** Whether a test passes without any mutant, and quickly if that is the question; in a fresh thread if need be. */
async function passesWithout(test: SurveyedTest, quickly: boolean, shared: Shared): Promise<boolean> {
  for (const isSecond of [false, true]) {
    if (isSecond) await shared.stop();
    const thread = await shared.get();
    await thread.warm();
    const started = performance.now();
    const { kind } = await thread.run(-1, [test]);
    const isQuick = performance.now() - started < limitOf(test) / 4;
    if (kind === 'passed' && (isQuick || !quickly)) return true;
  }
  return false;
}
