/** Owns the benchmarks on a folder of 10,000 manifests: reading and parsing it, our server on it, `check` on it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../../scripts/lib/process.ts';
import { type MeasuredFolder, measureFolder } from './driver.ts';
import type { FolderWork } from './folder.ts';
import { LARGE_WORKSPACE, workspaceFiles } from './generate.ts';
import { ours } from './servers.ts';

/** Milliseconds, and megabytes at the peak (for the server: in the end). */
export interface FolderFigures {
  readonly read: number;
  readonly readPeak: number;
  readonly parse: number;
  readonly parsePeak: number;
  readonly index: MeasuredFolder;
  /** The whole process; null when it could not be run. */
  readonly check: FolderWork | null;
}

/** Writes the folder of manifests that `measureLargeFolder` takes; answers with its path. */
export function writeLargeFolder(scratch: string): string {
  const folder = join(scratch, 'workspace');
  for (const [path, text] of workspaceFiles(LARGE_WORKSPACE)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** One round of everything on one folder. */
export async function measureLargeFolder(folder: string): Promise<FolderFigures> {
  const read = work('read', folder);
  const parse = work('parse', folder);
  const uri = pathToFileURL(folder).href;
  const index = await measureFolder(ours('pull'), {
    folder: uri,
    uri: `${uri}/none.yaml`,
    text: '',
    edits: 0,
  });
  return {
    ...{ read: read.took, readPeak: read.peak, parse: parse.took, parsePeak: parse.peak, index },
    check: check(folder),
  };
}

function work(mode: 'read' | 'parse', folder: string): FolderWork {
  const program = join(import.meta.dirname, 'folder.ts');
  const { stdout } = spawnSync(process.execPath, [program, mode, folder], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

/** Runs the built `check`; a hook in the process writes down what it used. Null when it gave no report. */
function check(folder: string): FolderWork | null {
  const hook = join(import.meta.dirname, 'usage-hook.ts');
  const program = join(repository, 'dist/cli.js');
  const { stdout, output } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(hook).href, program, 'check', folder, '--format', 'json'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore', 'pipe'], maxBuffer: 2 ** 30 },
  );
  return stdout.startsWith('{"version":1') ? JSON.parse(output[3] ?? '') : null;
}
