/**
 * Owns the way from arguments to a command and from what happens to an exit code: 0 clean, 1 findings, 2 the caller has to
 * change something, 3 the program is at fault.
 */
import { nearestName } from '../core/spelling.ts';
import { check } from './check.ts';
import { type Command, commandHelp, parse, UsageError } from './command.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { Refused } from './faults.ts';
import type { Io } from './io.ts';
import { lsp } from './lsp.ts';
import { pleaseReport } from './please-report.ts';
import { pods } from './pods.ts';
import { reach } from './reach.ts';
import { rules } from './rules.ts';
import { snapshot } from './snapshot.ts';
import { test } from './test.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [check, reach, explain, diff, pods, snapshot, test, rules, lsp];

/** Runs the command line with `argv` (without the program's own name); answers with the exit code. Never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  const command = COMMANDS.find((c) => c.name === name);
  try {
    if (command) return await run(command, rest, io);
    return top(name, io);
  } catch (error) {
    if (error instanceof Refused) {
      io.stderr.write(`${error.message}\n`);
      return 2;
    }
    if (error instanceof UsageError) {
      const help = ['netpol-guard', ...(command ? [command.name] : []), '--help'].join(' ');
      io.stderr.write(`netpol-guard: ${error.message}\nSee: ${help}\n`);
      return 2;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`netpol-guard: internal error\n${detail}\n${pleaseReport(io.version)}\n`);
    return 3;
  }
}

async function run(command: Command, argv: readonly string[], io: Io): Promise<number> {
  const args = parse(command, argv);
  if (args) return command.run(args, io);
  io.stdout.write(commandHelp(command));
  return 0;
}

function top(name: string | undefined, io: Io): number {
  if (name === '--version') {
    io.stdout.write(`${io.version}\n`);
    return 0;
  }
  if (name === '--help' || name === '-h') {
    io.stdout.write(HELP);
    return 0;
  }
  if (name === undefined) {
    io.stderr.write(HELP);
    return 2;
  }
  const near = nearestName(
    name,
    COMMANDS.map((c) => c.name),
  );
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw new UsageError(`There is no ${name.startsWith('-') ? 'option' : 'command'} "${name}".${hint}`);
}

const HELP = `Finds mistakes and over-exposure in Kubernetes NetworkPolicies.

Usage: netpol-guard COMMAND [OPTIONS]

Commands:
${COMMANDS.map((c) => `  ${c.name.padEnd(10)}${c.summary}`).join('\n')}

Options:
  --help    Show this help; after a command, the command's own.
  --version Show the version.
`;
