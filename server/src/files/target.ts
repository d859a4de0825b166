/**
 * Owns the paths a person named: what is at them, and which files they cover.
 */
import { statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { isInside } from './paths.ts';
import { refused, type Skipped } from './read.ts';
import { type Scope, scopeOf } from './scope.ts';

export interface Target {
  /** Absolute. */
  readonly path: string;
  /** `stream` is what is neither file nor folder: a pipe such as a shell's `<(…)`. */
  readonly kind: 'folder' | 'file' | 'stream';
}

/** What is at `path` (relative to `cwd`), or why that cannot be told. */
export function targetAt(cwd: string, path: string): Target | Skipped {
  const absolute = resolve(cwd, path);
  try {
    const stats = statSync(absolute);
    return { path: absolute, kind: stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'stream' };
  } catch (error) {
    return refused(absolute, error);
  }
}

/** The folder to survey for a target. A config that was named settles the workspace of the paths in its folder. */
export function scopeOfTarget(target: Target, namedConfig: string | null): Scope {
  const isFile = target.kind === 'file';
  const folder = isFile ? dirname(target.path) : target.path;
  if (namedConfig !== null && isInside(dirname(namedConfig), folder)) {
    return { root: dirname(namedConfig), deep: true };
  }
  return scopeOf(folder, isFile, namedConfig === null);
}

/** Whether a file is one of the targets or below one. */
export function coverage(targets: readonly Target[]): (file: string) => boolean {
  const files = new Set(targets.filter((t) => t.kind === 'file').map((t) => t.path));
  const folders = targets.filter((t) => t.kind === 'folder').map((t) => asPrefix(t.path));
  return (file) => files.has(file) || folders.some((folder) => file.startsWith(folder));
}

function asPrefix(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
