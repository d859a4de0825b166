/**
 * Owns the folder of each running control plane and what a run that was killed has left behind: its processes are ended, by
 * pid and only if they are what they were, and its folder is deleted.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const ROOT = join(tmpdir(), `netpol-guard-cluster-${userInfo().username}`);
const RECORD = 'run.json';

interface Record {
  /** The process of the test that started it. */
  readonly owner: number;
  readonly children: readonly number[];
}

/** One control plane's folder. */
export interface RunFolder {
  readonly path: string;
  /** Notes a child, so that the next run can end it if this one cannot. */
  add(pid: number): void;
  remove(): void;
}

/** Makes a folder for a run, after clearing away those of runs that are no more. */
export function newRunFolder(): RunFolder {
  mkdirSync(ROOT, { recursive: true, mode: 0o700 });
  clearLeftovers();
  const path = mkdtempSync(join(ROOT, 'run-'));
  const children: number[] = [];
  const write = () => writeFileSync(join(path, RECORD), JSON.stringify({ owner: process.pid, children }));
  write();
  return {
    path,
    add(pid) {
      children.push(pid);
      write();
    },
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function clearLeftovers(): void {
  for (const name of readdirSync(ROOT)) {
    const path = join(ROOT, name);
    const record = readRecord(path);
    if (!record || isAlive(record.owner)) continue;
    for (const pid of record.children) if (commandOf(pid).includes(path)) end(pid);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Null for a folder that is being made or cleared away by another run. */
function readRecord(path: string): Record | null {
  try {
    return JSON.parse(readFileSync(join(path, RECORD), 'utf8'));
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process; empty when there is none. A pid may by now be somebody else's. */
function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
