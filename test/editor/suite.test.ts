// Reports the extension-host suite, run in the embedded editor, as tests of this runner: one for each of its tests.
import { join } from 'node:path';
import { test } from 'node:test';
import { runSuite } from './run-suite.ts';

test('extension-host suite', async (t) => {
  const executable = process.env.VSCODE_EXECUTABLE ?? join(import.meta.dirname, 'code-shim.ts');
  const results = await runSuite({ executable });
  for (const { title, skipped, error } of results) {
    await t.test(title, { skip: skipped }, () => {
      if (error !== undefined) throw new Error(error);
    });
  }
});
