/**
 * Owns replacing the content of a file such that it has the old or the new content at every moment, whatever happens: the new
 * one is written beside it and takes its name. What is in the file meanwhile is never lost unseen.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Manifest } from './read.ts';

/** Why a file was not replaced: `reason` follows its name, `remedy` is a sentence. */
export interface Unwritten {
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** `text` as it is in the file, with its byte order mark if it has one. */
export function withMark({ bom }: Manifest, text: string): string {
  return bom ? `\uFEFF${text}` : text;
}

/**
 * Puts `text` into the place of what was read as `manifest`. Null when it is done; otherwise the file is as it was. A link
 * stays a link. The mode stays, and the owner where the system allows it.
 */
export function replaceText(manifest: Manifest, text: string): Unwritten | null {
  const { path } = manifest;
  const before = Buffer.from(withMark(manifest, manifest.text));
  const after = Buffer.from(withMark(manifest, text));
  try {
    const target = realpathSync(path);
    const stats = statSync(target);
    if (!stats.isFile()) return { path, ...NO_FILE };
    if ((stats.mode & 0o222) === 0) return { path, ...READ_ONLY };
    accessSync(target, constants.W_OK);
    const now = readFileSync(target);
    if (now.equals(after)) return null;
    if (!now.equals(before)) return { path, ...CHANGED };
    return exchange(target, stats, before, after) ? null : { path, ...CHANGED };
  } catch (error) {
    return { path, ...refusal(error) };
  }
}

/** Puts `text` into a file that need not be there yet. Null when it is done; otherwise what was there is as it was. */
export function writeWhole(path: string, text: string): Unwritten | null {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    removeIfThere(temporary);
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
    return null;
  } catch (error) {
    removeIfThere(temporary);
    if (codeOf(error) === 'ENOENT')
      return { path, reason: 'cannot be written', remedy: 'Its folder is not there: make it.' };
    return { path, ...refusal(error) };
  }
}

/** Answers whether the file still was what it should be when everything else was ready. */
function exchange(target: string, stats: Stats, before: Buffer, after: Buffer): boolean {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeDurably(temporary, stats, after);
    if (!readFileSync(target).equals(before)) return false;
    renameSync(temporary, target);
  } finally {
    removeIfThere(temporary);
  }
  syncFolder(folder);
  return true;
}

function writeDurably(path: string, { mode, uid, gid }: Stats, content: Buffer): void {
  // What a run of the same number left behind when it was killed is of no use to anybody.
  removeIfThere(path);
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    keepOwner(file, uid, gid);
    fchmodSync(file, mode & 0o7777);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Only the superuser may give files away; whoever may not becomes the owner, as with any editor that renames. */
function keepOwner(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // The content matters more.
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Makes the new name last through a power cut. Systems that cannot do so for folders do it by themselves. */
function syncFolder(folder: string): void {
  try {
    const file = openSync(folder, 'r');
    fsyncSync(file);
    closeSync(file);
  } catch {
    // The file is in place all the same.
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function refusal(error: unknown): Omit<Unwritten, 'path'> {
  const code = codeOf(error);
  return (
    REFUSALS[code] ?? { reason: `cannot be written (${code})`, remedy: 'Check the disk and the folder.' }
  );
}

const NO_FILE = {
  reason: 'is a pipe or a device, which cannot be replaced',
  remedy: 'Give the text on standard input (-); the fixed text is written to standard output.',
};
const READ_ONLY = { reason: 'is read-only', remedy: 'Make it writable, or fix a copy of it.' };
const CHANGED = {
  reason: 'was changed by somebody else meanwhile, and is left as it is',
  remedy: 'Run the command again.',
};
const DENIED = {
  reason: 'may not be written (permission denied)',
  remedy: 'Give permission to write the file and its folder to the user who runs the command.',
};
const REFUSALS: Readonly<Record<string, Omit<Unwritten, 'path'>>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: { reason: 'is on a read-only file system', remedy: 'Fix a copy of it.' },
  ENOENT: { reason: 'is gone', remedy: 'Run the command again.' },
  ENOSPC: { reason: 'cannot be written: the disk is full', remedy: 'Make room on the disk.' },
};
