/**
 * Owns the lines on standard error about files that cannot be used.
 */
import type { ConfigFault } from '../files/config-file.ts';
import { displayPath } from '../files/paths.ts';
import type { Skipped } from '../files/read.ts';
import { harmless } from '../report/terminal.ts';
import type { Io } from './io.ts';

/** What a file is called in output. */
export function nameOf(path: string, { cwd }: Io): string {
  return displayPath(cwd, path);
}

export function faultLine({ path, position, message }: ConfigFault, io: Io): string {
  const place = position ? `:${position.line + 1}:${position.character + 1}` : '';
  return `${harmless(nameOf(path, io))}${place}: ${harmless(message)}`;
}

export function skipLine({ path, reason, remedy }: Omit<Skipped, 'unreadable'>, io: Io): string {
  return harmless(`${nameOf(path, io)} ${reason}. ${remedy}`);
}
