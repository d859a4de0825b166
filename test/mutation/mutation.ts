// Mutation check: makes small changes to the rules and the engine and looks whether the unit tests notice. Prints what they do
// not notice, with a score; exits with 1 when the score is below 90% or the list of equivalent mutants is wrong.
// --sample N (default 600) of all mutants, drawn by --seed; --all; --file PART of a path; --except PART of a path, also more
// than once; --jobs N; --seed N; --recheck FILE tries only those that an earlier run, whose output FILE holds, found unnoticed.
// Ctrl+C ends with what has been tried so far, which is a sample too, for the order is a random one.
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../../scripts/lib/process.ts';
import { Compiler } from './compiler.ts';
import { Equivalents, entryFor, keyOf } from './equivalents.ts';
import { type Instrumented, instrument, type Mutant } from './instrument.ts';
import { createJudge, type Verdict } from './judge.ts';
import { isUnnoticed, report, show } from './report.ts';
import { Thread } from './thread.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    file: { type: 'string', default: '' },
    except: { type: 'string', multiple: true, default: [] },
    all: { type: 'boolean', default: false },
    recheck: { type: 'string' },
  },
});
const note = (text: string) => console.error(text);

/** Tests of what lies beside or below the rules and the engine: they come by no mutant. */
const BESIDE =
  /^(?:yaml-|source-file|lines|files|imports|project|contributes|comments|template|unified-diff|write)/;

/** Code only: examples are data, and the list of rules is checked by another test. */
function sources(): string[] {
  return ['engine', 'rules']
    .flatMap((layer) => globSync(join(repository, 'server/src', layer, '**/*.ts')))
    .filter((file) => !/-examples\.ts$|[/\\](?:index|example-yaml)\.ts$/.test(file))
    .sort();
}

/** `count` of `items`, the same for the same seed, in any order. A shuffle with Numerical Recipes' generator. */
function sample<T>(items: readonly T[], count: number, seed: number): T[] {
  let state = seed >>> 0;
  const order = items.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order.slice(0, count).map((i) => items[i] as T);
}

/** The mutants that the output of an earlier run names. */
function named(instrumented: Instrumented, output: string): Mutant[] {
  const lines = readFileSync(output, 'utf8').split('\n');
  const keys = new Set(
    lines.filter((line) => line.startsWith('  {"file"')).map((line) => keyOf(JSON.parse(line))),
  );
  return instrumented.mutants.filter((mutant) => keys.has(keyOf(entryFor(instrumented, mutant))));
}

async function main(): Promise<void> {
  const instrumented = instrument(sources());
  const { mutants } = instrumented;
  const inFiles = mutants.filter(
    (m) => m.file.includes(values.file) && !values.except.some((part) => m.file.includes(part)),
  );
  const count = values.all ? inFiles.length : Number(values.sample);
  const chosen =
    values.recheck === undefined
      ? sample(inFiles, count, Number(values.seed))
      : named(instrumented, values.recheck);
  note(`${mutants.length} mutants, ${chosen.length} of them tried; one run of the tests without any …`);
  const tests = globSync('test/unit/*.test.ts', { cwd: repository })
    .sort()
    .filter((file) => !BESIDE.test(basename(file)));
  const first = new Thread(instrumented);
  const survey = await first.survey(tests.map((file) => file.replaceAll('\\', '/')));
  await first.stop();
  const judge = createJudge(instrumented, survey);
  for (const { file, name, why } of judge.leftOut)
    note(`left out: ${file} ${name} (${why})`.split('\n', 1)[0] ?? '');
  const equivalents = new Equivalents(instrumented);
  const compiler = new Compiler(instrumented);
  const verdicts: Verdict[] = [];
  const waiting = [...chosen];
  process.once('SIGINT', () => {
    note('Ending with what has been tried so far …');
    waiting.length = 0;
  });
  const work = async () => {
    const judging = judge.begin();
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const verdict: Verdict = compiler.accepts(mutant)
        ? await judging.judge(mutant)
        : { mutant, outcome: 'refused', by: null };
      verdicts.push(verdict);
      if (isUnnoticed(verdict) && equivalents.reasonFor(mutant) === null) note(show(instrumented, mutant));
      if (verdicts.length % 50 === 0) note(`${verdicts.length} of ${chosen.length}`);
    }
    await judging.end();
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  compiler.close();
  const { text, isGood } = report(instrumented, verdicts, equivalents);
  const where = values.file && ` of *${values.file}*`;
  console.log(`seed ${values.seed}, ${verdicts.length} of ${inFiles.length} mutants${where}`);
  console.log(text);
  process.exitCode = isGood ? 0 : 1;
}

await main();
