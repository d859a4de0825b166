// Runs the extension-host suite through @vscode/test-electron: in the VS Code that it downloads, or in the executable
// named by $VSCODE_EXECUTABLE (the tests name code-shim.ts). As a program, it prints the results.
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { buildAll } from '../../scripts/build.ts';
import { isMain, repository } from '../../scripts/lib/process.ts';
import type { SuiteResult } from './suite/runner.ts';

/** What the suite's workspace starts from. */
const fixture = join(repository, 'test/fixtures/editor');

export interface SuiteOptions {
  /** Stands in for VS Code; without it one is downloaded. */
  executable?: string | undefined;
  /** The VS Code to download: `stable` or a version. */
  version?: string | undefined;
}

/** Builds extension and suite, runs it, and answers with one result per test. */
export async function runSuite({ executable, version }: SuiteOptions): Promise<readonly SuiteResult[]> {
  await buildAll({ dev: true });
  const suite = await bundleSuite();
  const folder = mkdtempSync(join(tmpdir(), 'netpol-guard-suite-'));
  const report = join(folder, 'report.json');
  const workspace = join(folder, 'workspace');
  cpSync(fixture, workspace, { recursive: true });
  try {
    // A failing suite rejects; its report says more than that error.
    const failure = await runTests({
      ...(executable === undefined ? {} : { vscodeExecutablePath: executable }),
      ...(version === undefined ? {} : { version }),
      extensionDevelopmentPath: repository,
      extensionTestsPath: suite,
      extensionTestsEnv: { NETPOL_GUARD_SUITE_REPORT: report },
      launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!existsSync(report)) throw failure ?? new Error('the suite ended without a report');
    return JSON.parse(readFileSync(report, 'utf8')) as SuiteResult[];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The extension host loads CommonJS; mocha stays outside, for it finds its own files at run time. */
async function bundleSuite(): Promise<string> {
  const tests = globSync('suite/*.suite.ts', { cwd: import.meta.dirname }).sort();
  if (tests.length === 0) throw new Error('the suite has no test files');
  const outfile = join(repository, '.cache/editor-suite/index.cjs');
  const loaders = tests.map((file) => `() => import(${JSON.stringify(`./${file.replaceAll('\\', '/')}`)})`);
  await build({
    stdin: {
      contents: `import { runMocha } from './suite/runner.ts';\nexport const run = () => runMocha([${loaders.join(', ')}]);\n`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22.19',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}

async function main(): Promise<void> {
  const results = await runSuite({
    executable: process.env.VSCODE_EXECUTABLE,
    version: process.env.VSCODE_VERSION,
  });
  for (const { title, error, skipped } of results) {
    console.log(
      `${error ? 'FAILED ' : skipped ? 'skipped' : 'passed '} ${title}${error ? `\n${error}` : ''}`,
    );
  }
  const failed = results.filter(({ error }) => error !== undefined).length;
  const skipped = results.filter((result) => result.skipped).length;
  console.log(`${results.length - failed - skipped} passed, ${failed} failed`);
  process.exitCode = failed > 0 || results.length === skipped ? 1 : 0;
}

if (isMain(import.meta)) await main();
