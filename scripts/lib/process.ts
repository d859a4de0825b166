// Running other programs from the scripts: where the repository is, and a child process whose failure is an error.
import { type SpawnOptions, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute path of the checkout. */
export const repository: string = resolve(import.meta.dirname, '../..');

/** Whether a module is the program that was started, and not merely imported. */
export function isMain(meta: ImportMeta): boolean {
  // A module knows its real path; the one on the command line may lead through a symbolic link.
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === meta.filename;
}

/** Runs a program in the repository with this process's streams; answers with its exit code. */
export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((settle, fail) => {
    const child = spawn(program, args, { cwd: repository, stdio: 'inherit', ...options });
    child.once('error', fail);
    child.once('close', (code) => settle(code ?? 1));
  });
}

/** Runs one of the project's TypeScript files on this same Node. Throws when it fails. */
export async function runScript(file: string, args: readonly string[] = []): Promise<void> {
  const code = await run(process.execPath, [join(repository, file), ...args]);
  if (code !== 0) throw new Error(`${file} failed with exit code ${code}`);
}
