/**
 * Owns reading files out of a git repository as they were in a commit, from its objects alone: the work tree and the index are
 * neither looked at nor touched. Which of the files matter is decided elsewhere.
 */
import { spawn } from 'node:child_process';
import { join, sep } from 'node:path';

/** The files of one commit. */
export interface GitTree {
  /** The repository's top folder in the work tree, absolute. */
  readonly top: string;
  /** The revision as it was named. */
  readonly revision: string;
  /** By their absolute paths, as they would be in the work tree: the ids of the objects with their contents. */
  readonly files: ReadonlyMap<string, string>;
}

/** Why git has no answer, as a sentence with what to do about it. */
export class GitError extends Error {}

/** The files of a revision of the repository that `folder` (absolute) is in. Rejects with a GitError. */
export async function gitTree(folder: string, revision: string): Promise<GitTree> {
  const top = await git(folder, ['rev-parse', '--show-toplevel']);
  if (top.code !== 0)
    throw new GitError(`${folder} is not in a git repository, so there is no git:${revision}.`);
  const root = top.stdout
    .toString('utf8')
    .replace(/\r?\n$/, '')
    .replaceAll('/', sep);
  const wanted = `${revision}^{commit}`;
  const commit = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', wanted]);
  if (commit.code !== 0)
    throw new GitError(
      `There is no revision "${revision}" in this repository. If it is on the remote, fetch it first: git fetch origin ${revision}. In CI, a shallow checkout has only the newest commit.`,
    );
  const listed = await git(root, [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    commit.stdout.toString('utf8').trim(),
  ]);
  if (listed.code !== 0) throw new GitError(`git cannot list ${revision}: ${said(listed)}`);
  return { top: root, revision, files: filesIn(listed.stdout, root) };
}

/** Links and submodules are left out: what they lead to is not in this commit. */
const PLAIN_FILE = /^100[0-7]{3} blob ([0-9a-f]+)\t(.+)$/s;

function filesIn(listing: Buffer, top: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of listing.toString('utf8').split('\0')) {
    const [, id, path] = PLAIN_FILE.exec(entry) ?? [];
    if (id !== undefined && path !== undefined) files.set(join(top, path), id);
  }
  return files;
}

/** The contents of objects by their ids, in the same order. Rejects with a GitError. */
export async function gitContents({ top, revision }: GitTree, ids: readonly string[]): Promise<Buffer[]> {
  if (ids.length === 0) return [];
  const answer = await git(top, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  if (answer.code !== 0) throw new GitError(`git cannot read ${revision}: ${said(answer)}`);
  const contents: Buffer[] = [];
  let at = 0;
  for (const id of ids) {
    const end = answer.stdout.indexOf(10, at);
    const size = / blob (\d+)$/.exec(answer.stdout.toString('latin1', at, end))?.[1];
    if (end < 0 || size === undefined)
      throw new GitError(`git has not got all of ${revision}: the object ${id} is missing. Fetch it first.`);
    contents.push(answer.stdout.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return contents;
}

interface Answer {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function said({ stderr }: Answer): string {
  return stderr.trim().split('\n')[0] ?? '';
}

/** Nothing is locked, asked of a person, or fetched from anywhere. */
const ENVIRONMENT = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C',
};

function git(folder: string, args: readonly string[], input = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', folder, ...args], { env: { ...process.env, ...ENVIRONMENT } });
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    child.on('error', (error: NodeJS.ErrnoException) => reject(new GitError(cannotRun(error))));
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
    // A git that ends early has said why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function cannotRun({ code }: NodeJS.ErrnoException): string {
  return code === 'ENOENT'
    ? 'git:… needs git, which is not installed or not on the PATH. Compare with a folder instead.'
    : `git cannot be run (${code}).`;
}
