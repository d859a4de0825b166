/** Owns the benchmarks on a folder of 10,000 manifests: reading and parsing it, our server on it, typing in it, `check` on it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../../scripts/lib/process.ts';
import type { Server } from './client.ts';
import { type MeasuredFolder, measureFolder, measureTypingInFolder } from './driver.ts';
import type { Edits } from './edits.ts';
import type { FolderWork } from './folder.ts';
import { LARGE_WORKSPACE, workspaceFiles } from './generate.ts';
import { floor, ours } from './servers.ts';
import { median } from './statistics.ts';

/** Milliseconds, and megabytes at the peak. */
export interface FolderFigures {
  readonly read: number;
  readonly readPeak: number;
  readonly parse: number;
  readonly parsePeak: number;
  readonly index: MeasuredFolder;
  /** The whole process; null when it could not be run. */
  readonly check: FolderWork | null;
  /** Medians of typing into one policy of the folder once all of it has been read. */
  readonly floor: Typing;
  readonly typing: Typing;
}

export interface Typing {
  readonly keystroke: number;
  readonly hover: number;
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
    floor: await typing(floor('pull'), folder, false),
    typing: await typing(ours('pull'), folder, true),
  };
}

/** Edits per question; even, so that the text ends as it began. */
const EDITS = 20;

async function typing(server: Server, folder: string, readsFolder: boolean): Promise<Typing> {
  const file = join(folder, 'team-7/policy-3.yaml');
  const task = {
    folder: pathToFileURL(folder).href,
    uri: pathToFileURL(file).href,
    text: readFileSync(file, 'utf8'),
    edits: EDITS,
  };
  const { keystroke, hover } = await measureTypingInFolder(server, task, readsFolder);
  return { keystroke: median(keystroke), hover: median(hover) };
}

/** What one edit in such a folder entails, in a process of its own. */
export function measureEdits(): Edits {
  const program = join(import.meta.dirname, 'edits.ts');
  return JSON.parse(spawnSync(process.execPath, [program], { encoding: 'utf8' }).stdout);
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
  return /^\{\s*"version":\s*1/.test(stdout) ? JSON.parse(output[3] ?? '') : null;
}
