// Runs the test tiers in order and prints a summary. `npm test` runs them all; `npm run test:unit -- WORD` runs one of
// them, and only the files with WORD in their path. With NETPOL_GUARD_ALL_TIERS=1 a tier that cannot run is a failure.
import { type Counts, type Tier, tiers } from './lib/tiers.ts';

interface Outcome extends Counts {
  name: string;
  /** Milliseconds. */
  time: number;
  /** Why the tier did not run. */
  obstacle?: string | undefined;
}

const [name, filter = ''] = process.argv.slice(2);
const chosen = tiers.filter((tier) => name === undefined || tier.name === name);
if (chosen.length === 0) {
  console.error(`there is no tier ${name}; the tiers are ${tiers.map((tier) => tier.name).join(', ')}`);
  process.exit(2);
}
const outcomes: Outcome[] = [];
for (const tier of chosen) outcomes.push(await runTier(tier));
process.exitCode = summarize(outcomes);

async function runTier(tier: Tier): Promise<Outcome> {
  console.log(`\n── ${tier.name} ${'─'.repeat(70 - tier.name.length)}`);
  const start = performance.now();
  const none = { name: tier.name, passed: 0, failed: 0, skipped: 0 };
  const obstacle = await tier.obstacle?.();
  if (obstacle !== undefined) return { ...none, time: performance.now() - start, obstacle };
  try {
    const counts = await tier.run(filter);
    return { ...none, ...counts, time: performance.now() - start };
  } catch (error) {
    console.error(error);
    return { ...none, failed: 1, time: performance.now() - start };
  }
}

/** Prints the summary, whose last line is the total; answers with the exit code. */
function summarize(outcomes: readonly Outcome[]): number {
  console.log(`\n── summary ${'─'.repeat(63)}`);
  console.log('tier       passed  failed  skipped      time');
  for (const { name, passed, failed, skipped, time } of outcomes) {
    const columns = [passed, failed, skipped].map((count, i) => String(count).padStart([8, 8, 9][i] ?? 0));
    console.log(`${name.padEnd(9)}${columns.join('')}${`${(time / 1000).toFixed(1)} s`.padStart(10)}`);
  }
  for (const { name, obstacle } of outcomes) {
    if (obstacle !== undefined) console.log(`NOT RUN: ${name} — ${obstacle}`);
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  const missing = outcomes.some(({ obstacle }) => obstacle !== undefined);
  const all = process.env.NETPOL_GUARD_ALL_TIERS === '1';
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 || (all && missing) ? 1 : 0;
}
