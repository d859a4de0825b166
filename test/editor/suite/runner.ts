// Runs inside the extension host: loads the test files into mocha and writes one result per test to the file that the
// environment names. It knows nothing about what is tested.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface SuiteResult {
  /** Suite names and test name, joined by ` › `. */
  title: string;
  skipped: boolean;
  /** Stack of the failure, when there was one. */
  error?: string;
}

/** Called by VS Code through the bundle's `run`. Rejects when a test failed, which becomes exit code 1. */
export async function runMocha(files: ReadonlyArray<() => Promise<unknown>>): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, color: false });
  // What mocha does before it loads a file: it puts suite() and test() where the file finds them.
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) await load();
  const results: SuiteResult[] = [];
  await new Promise<void>((settle) => {
    const runner = mocha.run(() => settle());
    runner.on('pass', (test) => results.push({ title: title(test), skipped: false }));
    runner.on('pending', (test) => results.push({ title: title(test), skipped: true }));
    runner.on('fail', (test, error: Error) =>
      results.push({ title: title(test), skipped: false, error: error.stack ?? String(error) }),
    );
  });
  const report = process.env.NETPOL_GUARD_SUITE_REPORT;
  if (report) writeFileSync(report, JSON.stringify(results));
  const failed = results.filter(({ error }) => error !== undefined);
  if (failed.length > 0) throw new Error(`${failed.length} of ${results.length} tests failed`);
}

function title(test: Mocha.Runnable): string {
  return test.titlePath().join(' › ');
}
