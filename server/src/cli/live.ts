/**
 * Owns the options `--context` and `--snapshot`: reading a cluster once, or the file of what was read, as a state that commands
 * can ask. What can reach a cluster is loaded only when a context is named.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { kubeconfigFiles } from '../cluster/kubeconfig.ts';
import { CONTRACTOR_LABEL } from '../core/contractor.ts';
import { YamlDocument } from '../core/document.ts';
import type { Facts } from '../engine/reach/facts.ts';
import { factsOfSnapshot, overlaid } from '../engine/reach/from-live.ts';
import { reachOf } from '../engine/reach/reach.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { readSnapshot } from '../engine/snapshot-file.ts';
import { neededRight } from '../report/forbidden.ts';
import { harmless } from '../report/terminal.ts';
import { type Arguments, type Option, UsageError } from './command.ts';
import { Refused } from './faults.ts';
import type { Io } from './io.ts';
import { faultLine, nameOf } from './problem-lines.ts';
import { type NamedWorld, worldsAt } from './worlds.ts';

export const LIVE_OPTIONS: readonly Option[] = [
  { name: 'context', value: 'NAME', description: 'Ask the cluster of this context of the kubeconfig.' },
  {
    name: 'snapshot',
    value: 'FILE',
    description: 'Ask what netpol-guard snapshot has written, in place of a cluster.',
  },
];

/** The state of a cluster that was named, and how: `context:staging` or `snapshot:FILE`. */
export interface LiveSide {
  readonly snapshot: Snapshot;
  readonly origin: string;
}

/** What `--context` or `--snapshot` names; null where neither is given. Throws what the caller has to change. */
export async function liveNamed(args: Arguments, io: Io, policies = true): Promise<LiveSide | null> {
  const [context, file] = [args.text('context'), args.text('snapshot')];
  if (context !== null && file !== null)
    throw new UsageError('Give --context or --snapshot, and not both of them.');
  if (file !== null) return snapshotAt(file, io);
  return context === null ? null : readContext(context, io, policies);
}

/** Reads the cluster once. Whoever types a context's name on their own command line wants what it signs in with to run. */
export async function readContext(context: string, io: Io, policies = true): Promise<LiveSide> {
  const { Cluster } = await import('../cluster/open.ts');
  const files = kubeconfigFiles([], io.env);
  const options = { context, files, guard: () => null, watches: false, policies };
  const cluster = new Cluster(options, () => {});
  await cluster.start();
  cluster.stop();
  const { phase, message } = cluster.state;
  if (phase !== 'live') throw new Refused(`netpol-guard: ${harmless(message ?? 'no answer')}`);
  return { snapshot: cluster.snapshot(Date.now()), origin: `context:${context}` };
}

export function snapshotAt(file: string, io: Io): LiveSide {
  const path = resolve(io.cwd, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refused(`netpol-guard: ${harmless(nameOf(path, io))} cannot be read (${code}).`);
  }
  const uri = pathToFileURL(path).href;
  const { snapshot, problems } = readSnapshot(uri, text);
  if (snapshot) return { snapshot, origin: `snapshot:${nameOf(path, io)}` };
  const document = new YamlDocument(uri, text);
  const lines = problems.map(({ span, message }) =>
    faultLine({ path, position: document.rangeOf(span).start, message }, io),
  );
  throw new Refused(lines.join('\n'));
}

/** Which cluster it is, how old what is known of it, and what of it is not, in whole sentences. */
export function headOf({ snapshot, origin }: LiveSide): string[] {
  const { context, readAt, only, forbidden } = snapshot;
  const where = origin.startsWith('snapshot:') ? `${origin.replace(':', ' ')} of context ` : 'context ';
  const missing = forbidden.map(neededRight).join(', ');
  const first = `${where}${context}, read at ${readAt}${only === null ? '' : `, the namespace ${only} only`}.`;
  return [
    `${first[0]?.toUpperCase()}${first.slice(1)}`,
    ...(missing === '' ? [] : [`The user of this context may not: ${missing}.`]),
  ];
}

/** A live state as a world: as it is, or with the manifests of `worlds` applied to it, one after the other. */
export function liveWorlds(side: LiveSide, worlds: readonly NamedWorld[] | null): NamedWorld[] {
  const facts = liveFacts(side);
  const contractors = contractorsIn(side.snapshot);
  if (!worlds) return [{ name: side.origin, reach: reachOf(facts), isReported: () => true, contractors }];
  return worlds.map((world) => ({
    name: world.name,
    reach: reachOf(overlaid(facts, world.reach.facts, side.snapshot.namespace)),
    isReported: () => true,
    contractors: new Map([...contractors, ...world.contractors]),
  }));
}

function liveFacts(side: LiveSide): Facts {
  const facts = factsOfSnapshot(side.snapshot, side.origin);
  const { only } = side.snapshot;
  const hidden =
    only === null ? [] : [`Pods outside of ${only} were not read, and are not among the connections.`];
  return { ...facts, notes: [...headOf(side), ...hidden, ...facts.notes] };
}

function contractorsIn({ namespaces }: Snapshot): Map<string, string> {
  return new Map(
    namespaces.flatMap(({ name, labels }) => {
      const contractor = labels?.[CONTRACTOR_LABEL];
      return contractor === undefined ? [] : [[name, contractor]];
    }),
  );
}

/** The worlds that a command asks: of a path, of a cluster, or of a cluster with what is at the path applied. */
export async function worldsAsked(path: string | null, args: Arguments, io: Io): Promise<NamedWorld[]> {
  const live = await liveNamed(args, io);
  if (!live) return worldsAt(path ?? '.', args, io, 'around');
  return liveWorlds(live, path === null ? null : await worldsAt(path, args, io, 'within'));
}

/** The name of the file with a URI, or of the live object. */
export function placeName(uri: string, io: Io): string {
  return uri.startsWith('file:') ? nameOf(fileURLToPath(uri), io) : uri;
}
