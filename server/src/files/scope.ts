/**
 * Owns the rule that says which folder is the workspace of a path. What is in that folder is the survey's business.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_FILE } from '../core/config.ts';

/** The folder that a path's verdicts depend on, and whether its subfolders count. */
export interface Scope {
  readonly root: string;
  readonly deep: boolean;
}

/** `folder` and the folders above it, up to its git root; up to the top where there is no git root. */
export function foldersUpToGitRoot(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; !isGitRoot(at) && dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

/** A worktree or a submodule has a file of that name. */
function isGitRoot(folder: string): boolean {
  return existsSync(join(folder, '.git'));
}

/**
 * The folder to survey for what is in `folder`: that of the topmost config file up to its git root (up to the top, where there
 * is no git root), else the git root, else `folder` itself. For one file without either, only the files beside it count: its
 * folder may be somebody's home.
 */
export function scopeOf(folder: string, isFile: boolean, heedConfigs: boolean): Scope {
  const above = foldersUpToGitRoot(folder);
  const configured = heedConfigs && above.findLast((at) => existsSync(join(at, CONFIG_FILE)));
  if (configured) return { root: configured, deep: true };
  const top = above.at(-1) as string;
  return isGitRoot(top) ? { root: top, deep: true } : { root: folder, deep: !isFile };
}
