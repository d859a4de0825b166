/**
 * Owns `netpol-guard reach`: every connection that the policies of a workspace allow.
 */
import { doubtsAbout } from '../engine/questions/doubts.ts';
import { type Connection, connectionsOf, type End } from '../engine/reach/connections.ts';
import type { Reach } from '../engine/reach/reach.ts';
import {
  connectionsCsv,
  connectionsDot,
  connectionsJson,
  connectionsText,
  type WorldConnections,
} from '../report/connections.ts';
import { harmless, painter } from '../report/terminal.ts';
import type { Arguments, Command } from './command.ts';
import { type Io, usesColor } from './io.ts';
import { LIVE_OPTIONS, worldsAsked } from './live.ts';
import { CONFIG_OPTION, type NamedWorld, WORLD_OPTION } from './worlds.ts';

export const reach: Command = {
  name: 'reach',
  operands: '[PATH]',
  maxOperands: 1,
  summary: 'List every connection that is allowed.',
  details: [
    'PATH is a file, a folder, or - for standard input; without one, the current folder. What is listed are the connections between workloads, and between workloads and addresses outside of the cluster, as the policies of the workspace around PATH allow them; connections that have no end in PATH are left out. A workload that no policy isolates is connected with everything.',
    'Each kustomization that stands for itself is a world of its own, and so are the files that no kustomization takes in: they are listed one after the other, never together.',
    'With --context or --snapshot, it is about the pods and policies of a cluster, and with PATH, about what they would be with the manifests in PATH applied: see netpol-guard diff --help.',
    'A connection of which it cannot be told whether it is allowed is listed apart, with what would have to be known. Traffic of a workload with itself is left out, and so are replies.',
    'Exit codes: 0 the connections were listed; 2 wrong usage or config, an unreadable path, or no workload and no NetworkPolicy found; 3 a failure of netpol-guard itself.',
  ],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['text', 'json', 'csv', 'dot'],
      default: 'text',
      description: 'How to list. dot is a graph for Graphviz.',
    },
    ...LIVE_OPTIONS,
    WORLD_OPTION,
    CONFIG_OPTION,
    { name: 'no-color', description: 'Do not colour the text. NO_COLOR and FORCE_COLOR are heeded, too.' },
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const worlds = await worldsAsked(args.positionals[0] ?? null, args, io);
  const listed = worlds.map((world) => connectionsIn(world, worlds.length > 1));
  const format = args.text('format') ?? 'text';
  // These formats have no place for it, and no answer goes without.
  if (format === 'csv' || format === 'dot')
    for (const note of new Set(worlds.flatMap(({ reach }) => reach.facts.notes)))
      io.stderr.write(`${harmless(note)}\n`);
  const color = !args.has('no-color') && usesColor(io.stdout, io.env);
  io.stdout.write(formatted(format, listed, color));
  return 0;
}

function formatted(format: string, listed: readonly WorldConnections[], color: boolean): string {
  switch (format) {
    case 'json':
      return connectionsJson(listed);
    case 'csv':
      return connectionsCsv(listed);
    case 'dot':
      return connectionsDot(listed);
    default:
      return connectionsText(listed, painter(color));
  }
}

function connectionsIn({ name, reach, isReported }: NamedWorld, several: boolean): WorldConnections {
  const workloads = reportedWorkloads(reach, isReported);
  const isShown = (end: End) => typeof end === 'string' && workloads.has(end);
  const connections: Connection[] = [];
  for (const connection of connectionsOf(reach))
    if (isShown(connection.from) || isShown(connection.to)) connections.push(connection);
  return {
    world: several ? name : null,
    connections,
    reasonOf: (connection) => doubtsAbout(reach, connection).join(' ') || 'It depends on what is not known.',
    notes: reach.facts.notes,
  };
}

/** The workloads of which something is in the path that was named. */
function reportedWorkloads({ facts }: Reach, isReported: (uri: string) => boolean): Set<string> {
  const reported = facts.pods.filter(({ origin }) => origin === null || isReported(origin.document.uri));
  return new Set(reported.map(({ workload }) => workload));
}
