/**
 * Owns `netpol-guard snapshot`: writing what may be read of a cluster to a file that other commands take in its place.
 */
import { resolve } from 'node:path';
import { snapshotText } from '../engine/snapshot-file.ts';
import { writeWhole } from '../files/write.ts';
import { harmless } from '../report/terminal.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { Refused } from './faults.ts';
import type { Io } from './io.ts';
import { headOf, readContext } from './live.ts';
import { skipLine } from './problem-lines.ts';

export const snapshot: Command = {
  name: 'snapshot',
  operands: '',
  maxOperands: 0,
  summary: 'Write what a cluster has to a file, to ask later.',
  details: [
    'Written are namespaces, pods and policies, with the fields that policies are judged by: names, labels, owners, phases, nodes, addresses and named ports. No Secret is read, and of the annotations of policies only those of netpol-guard are kept. reach, explain, diff and pods take the file in place of a cluster.',
    'Exit codes: 0 it was written; 2 wrong usage, a cluster that cannot be read, or a file that cannot be written; 3 a failure of netpol-guard itself.',
  ],
  options: [
    { name: 'context', value: 'NAME', description: 'Read the cluster of this context of the kubeconfig.' },
    {
      name: 'output',
      value: 'FILE',
      description:
        'Write to FILE, which has the old or the new content at every moment. Without it, to standard output.',
    },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [context, file] = [args.text('context'), args.text('output')];
  if (context === null) throw new UsageError('Name the context: netpol-guard snapshot --context NAME');
  if (file === '') throw new UsageError('Name the file: --output staging.json');
  const live = await readContext(context, io);
  const text = snapshotText(live.snapshot);
  if (file === null) io.stdout.write(text);
  else {
    const unwritten = writeWhole(resolve(io.cwd, file), text);
    if (unwritten) throw new Refused(`netpol-guard: ${skipLine(unwritten, io)}`);
  }
  for (const line of headOf(live)) io.stderr.write(`${harmless(line)}\n`);
  return 0;
}
