// The tiers of the test run: what each one runs, and why it may be unable to. Knows nothing about how they are shown.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries } from '../../test/cluster/binaries.ts';
import { buildAll } from '../build.ts';
import { installEditorTools } from '../editor-tools.ts';
import { findChromium } from './chromium.ts';
import { repository, run } from './process.ts';
import { biome, knip, tsc } from './tools.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Tier {
  name: string;
  /** What keeps this tier from running here and what to install, or undefined when nothing does. */
  obstacle?(): Promise<string | undefined>;
  /** Runs the test files whose path contains the filter; prints as it goes. */
  run(filter: string): Promise<Counts>;
}

export const tiers: readonly Tier[] = [
  { name: 'static', run: runChecks },
  // In one process: starting one for each file, and reading the same sources again, takes longer than most of them.
  { name: 'unit', run: (filter) => runFiles('unit', filter, ['--test-isolation=none']) },
  { name: 'lsp', run: (filter) => runBuilt('lsp', filter) },
  { name: 'neovim', obstacle: neovimObstacle, run: (filter) => runBuilt('neovim', filter) },
  {
    name: 'cluster',
    obstacle: clusterObstacle,
    run: (filter) => runFiles('cluster', filter, ['--test-concurrency=1']),
  },
  // One file at a time: two editors at once would outrun a small machine and each other's time limits.
  {
    name: 'editor',
    obstacle: editorObstacle,
    run: (filter) => runFiles('editor', filter, ['--test-concurrency=1']),
  },
];

/** Biome's `ci` colours its output even where nobody sees colours. */
const colors = process.stdout.isTTY ? [] : ['--colors=off'];

async function runChecks(): Promise<Counts> {
  const checks = {
    'tsc -b': () => tsc(['-b']),
    'biome ci': () => biome(['ci', '--diagnostic-level=warn', '--error-on-warnings', ...colors, '.']),
    knip: () => knip(['--no-config-hints']),
  };
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, check] of Object.entries(checks)) {
    const ok = (await check()) === 0;
    console.log(`${ok ? '✔' : '✖'} ${name}`);
    counts[ok ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

/** These tests start the bundles, as a user's editor does. */
async function runBuilt(name: string, filter: string): Promise<Counts> {
  await buildAll({ dev: false });
  return runFiles(name, filter);
}

async function runFiles(name: string, filter: string, options: readonly string[] = []): Promise<Counts> {
  const files = globSync(`test/${name}/**/*.test.ts`, { cwd: repository })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.includes(filter))
    .sort();
  // Without a file, node would look for tests by itself.
  if (files.length === 0) throw new Error(`no test file in test/${name} has "${filter}" in its path`);
  mkdirSync(join(repository, '.cache'), { recursive: true });
  const counts = join(repository, '.cache', `counts-${name}-${process.pid}.json`);
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/lib/count-reporter.ts', `--test-reporter-destination=${counts}`],
  ];
  const code = await run(process.execPath, [
    '--test',
    '--test-timeout=600000',
    ...options,
    ...reporters,
    ...files,
  ]);
  return readCounts(counts, code);
}

function readCounts(file: string, code: number): Counts {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  rmSync(file, { force: true });
  const counts: Counts = text === '' ? { passed: 0, failed: 0, skipped: 0 } : JSON.parse(text);
  // A runner that died, or failed for a reason that is no test's, must not look like a pass.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function neovimObstacle(): Promise<string | undefined> {
  const code = await run('nvim', ['--version'], { stdio: 'ignore' }).catch(() => 1);
  if (code === 0) return undefined;
  return 'no nvim was found on the PATH; install Neovim 0.7 or later (Debian: apt-get install neovim)';
}

async function clusterObstacle(): Promise<string | undefined> {
  const found = await findBinaries(console.log);
  return 'obstacle' in found ? found.obstacle : undefined;
}

async function editorObstacle(): Promise<string | undefined> {
  if (process.platform === 'win32') {
    return 'the embedded editor runs on Linux and macOS only; use `npm run test:electron` on Windows';
  }
  if (findChromium() === undefined) {
    return 'no Chromium was found; install one (Debian: apt-get install chromium) or name it in $CHROMIUM';
  }
  return installEditorTools().then(
    () => undefined,
    (error: unknown) => `the embedded editor could not be installed (${(error as Error).message})`,
  );
}
