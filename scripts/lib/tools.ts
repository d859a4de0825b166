// The checkers that npm installed, each run with this Node rather than through a shell shim.
import { join } from 'node:path';
import { repository, run } from './process.ts';

export const biome = (args: readonly string[]): Promise<number> => tool('@biomejs/biome/bin/biome', args);
export const knip = (args: readonly string[] = []): Promise<number> => tool('knip/bin/knip.js', args);
export const tsc = (args: readonly string[]): Promise<number> => tool('typescript/bin/tsc', args);

function tool(file: string, args: readonly string[]): Promise<number> {
  return run(process.execPath, [join(repository, 'node_modules', file), ...args]);
}
