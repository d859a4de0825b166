/**
 * Owns `netpol-guard diff`: which connections come and go between two states of the manifests.
 */
import { changesBetween } from '../engine/questions/changes.ts';
import { reachOf } from '../engine/reach/reach.ts';
import {
  type DifferenceReport,
  differenceJson,
  differenceText,
  summarize,
  type WorldDifference,
} from '../report/difference.ts';
import { differenceMarkdown } from '../report/difference-markdown.ts';
import { painter } from '../report/terminal.ts';
import { type Arguments, type Command, UsageError } from './command.ts';
import { type Io, usesColor } from './io.ts';
import { readSides, type Side } from './sides.ts';
import { CONFIG_OPTION, type NamedWorld } from './worlds.ts';

export const diff: Command = {
  name: 'diff',
  operands: 'A B',
  maxOperands: 2,
  summary: 'Compare two states: connections gained and lost.',
  details: [
    'A and B are each a folder, a file, or git:REV, a git revision of the folder that the other one is (of the current folder where both are revisions); git:REV:PATH names another. It is read from the repository; the work tree is not touched.',
    'A side is what is in its folder, with what kustomizations there take in from elsewhere. Kustomizations are compared one by one with those of the same place on the other side.',
    'A side may also be context:NAME, the cluster of a context of the kubeconfig, or snapshot:FILE, what netpol-guard snapshot has written. Manifests on the other side are then laid over it, as applying them would: policies take the place of those of the same name, labels of namespaces are added, nothing is deleted, and the pods stay those that run. So "diff context:staging ." says what applying the folder would change.',
    'Shown are the connections that are allowed in B and not in A (gained), those that were and are not any more (lost), and the workloads that are newly isolated or newly open, each with the policy and the line responsible. What depends on what is not known is listed apart.',
    'Exit codes: 0 the two were compared; 1 only with --fail-on, when there is what it names; 2 wrong usage or config, an unreadable path or an unknown revision, or no workload and no NetworkPolicy found; 3 a failure of netpol-guard itself.',
  ],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['text', 'json', 'markdown'],
      default: 'text',
      description: 'How to report. markdown is a comment for a pull request.',
    },
    {
      name: 'fail-on',
      value: 'WHAT',
      choices: ['gained', 'maybe-gained', 'never'],
      default: 'never',
      description:
        'What ends in exit code 1: gained, a connection that surely is; maybe-gained, also one of which it is not known.',
    },
    CONFIG_OPTION,
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const [a, b] = args.positionals;
  if (a === undefined || b === undefined)
    throw new UsageError('Say what to compare: netpol-guard diff git:main .');
  const [before, after] = await readSides(a, b, args, io);
  const report: DifferenceReport = {
    worlds: pairs(before, after),
    before: a,
    after: b,
    fileOf: (uri, side) => (side === 'before' ? before : after).fileOf(uri),
  };
  io.stdout.write(formatted(args, report, io));
  const { gained, maybeGained } = summarize(report);
  const failOn = args.text('fail-on');
  const failing = failOn === 'never' ? 0 : failOn === 'gained' ? gained : gained + maybeGained;
  return failing > 0 ? 1 : 0;
}

function formatted(args: Arguments, report: DifferenceReport, io: Io): string {
  switch (args.text('format')) {
    case 'json':
      return differenceJson(report);
    case 'markdown':
      return differenceMarkdown(report);
    default:
      return differenceText(report, painter(!args.has('no-color') && usesColor(io.stdout, io.env)));
  }
}

/** Where a side has no such world, it is compared with one that is empty. */
const EMPTY: Compared = {
  reach: reachOf({
    namespaces: [],
    pods: [],
    policies: [],
    tieredPolicies: [],
    podAddresses: null,
    notes: [],
  }),
  contractors: new Map(),
};

type Compared = Pick<NamedWorld, 'reach' | 'contractors'>;

/** The worlds of the same name, compared; the only one of each side whatever its name. */
function pairs(before: Side, after: Side): WorldDifference[] {
  const [only, other] = [before.worlds[0], after.worlds[0]];
  if (before.worlds.length === 1 && after.worlds.length === 1 && only && other)
    return [compared(null, only, other)];
  // What runs is compared with each of the worlds that were laid over it.
  if (before.isLive && only) return after.worlds.map((world) => compared(world.name, only, world));
  if (after.isLive && other) return before.worlds.map((world) => compared(world.name, world, other));
  const names = new Set([...before.worlds, ...after.worlds].map(({ name }) => name));
  const named = (worlds: readonly NamedWorld[], name: string) =>
    worlds.find((world) => world.name === name) ?? EMPTY;
  return [...names]
    .sort()
    .map((name) => compared(name, named(before.worlds, name), named(after.worlds, name)));
}

function compared(world: string | null, before: Compared, after: Compared): WorldDifference {
  const notes = [...new Set([...before.reach.facts.notes, ...after.reach.facts.notes])];
  const contractors = new Map([...before.contractors, ...after.contractors]);
  return { world, changes: changesBetween(before.reach, after.reach), contractors, notes };
}
