/**
 * Owns the way from a path or a git revision to the worlds that can be asked what reaches what, each with a name that a person
 * can give back with --world.
 */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, DEFAULT_CONFIG } from '../core/config.ts';
import { contractorsOf } from '../core/contractor.ts';
import type { NamespaceScope } from '../core/scope.ts';
import { Workspace } from '../core/workspace.ts';
import { type ReachWorld, type ReachWorlds, reachWorldsOf, type Within } from '../engine/questions/worlds.ts';
import type { Reach } from '../engine/reach/reach.ts';
import { displayPath, isInside } from '../files/paths.ts';
import { type Progress, type Selected, type Selection, select, selectStdin } from '../files/selection.ts';
import { harmless } from '../report/terminal.ts';
import { RULE_IDS } from '../rules/index.ts';
import { type Arguments, type Option, UsageError } from './command.ts';
import { Refused, refuseFaults } from './faults.ts';
import type { Io } from './io.ts';
import { nameOf, skipLine } from './problem-lines.ts';
import { progressLine } from './progress.ts';

/** One world of a run. */
export interface NamedWorld {
  /** The folder of its kustomization, or of the workspace that the plain files are in. */
  readonly name: string;
  readonly reach: Reach;
  /** Whether a file was in the path that was named. */
  readonly isReported: (uri: string) => boolean;
  /** By the names of namespaces: the contractor they belong to, empty when only the fact is known. */
  readonly contractors: ReadonlyMap<string, string>;
}

export const WORLD_OPTION: Option = {
  name: 'world',
  value: 'FOLDER',
  description:
    'Look at one world only: the kustomization in FOLDER, or the plain files of the workspace in FOLDER.',
};

export const CONFIG_OPTION: Option = {
  name: 'config',
  value: 'FILE',
  description: 'Use FILE as the root config, in place of the one that would be found.',
};

/** `around`: the worlds that have something of a path, whole. `within`: what is in the path, and what kustomizations in it take in. */
export type Extent = 'around' | 'within';

/** The worlds of a path relative to the working directory, or of standard input (`-`). Throws what the caller has to change. */
export async function worldsAt(path: string, args: Arguments, io: Io, extent: Extent): Promise<NamedWorld[]> {
  const selected = await selectAt(path, args, io);
  const found = worldsIn(selected, { extent, folder: resolve(io.cwd, path), from: io.cwd }, io);
  return pick(found, args.text('world'), io);
}

/** What is at a path relative to the working directory, or on standard input (`-`), and around it. */
export async function selectAt(path: string, args: Arguments, io: Io): Promise<Selected> {
  if (path === '') throw new UsageError('A path is empty. For the current folder, write a dot (.).');
  const progress = progressLine(io.stderr);
  const options = {
    cwd: io.cwd,
    knownRules: RULE_IDS,
    config: args.text('config'),
    onProgress: ({ step, done, total }: Progress) =>
      progress.show(step === 'finding' ? 'Found' : 'Read', done, total),
  };
  const selected = path === '-' ? selectStdin(await bytesOf(io), options) : await select([path], options);
  progress.clear();
  return selected;
}

async function bytesOf(io: Io): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface Looking {
  readonly extent: Extent;
  /** The path that was named, absolute. */
  readonly folder: string;
  /** What names are relative to, absolute. */
  readonly from: string;
}

/** The worlds of what was selected, in the order of their names. Throws faults, and that there is nothing. */
export function worldsIn(selected: Selected, looking: Looking, io: Io): NamedWorld[] {
  refuseFaults(selected, io);
  for (const skip of selected.skipped) io.stderr.write(`skipped: ${skipLine(skip, io)}\n`);
  const charts = new Set<string>();
  const worlds = selected.selections.flatMap((selection) => worldsOfSelection(selection, looking, charts));
  for (const chart of [...charts].sort()) io.stderr.write(`skipped: ${chartLine(chart, io)}\n`);
  if (worlds.length === 0) {
    const where = looking.folder === io.cwd ? 'the current folder' : harmless(nameOf(looking.folder, io));
    throw new Refused(
      `netpol-guard: no workload and no NetworkPolicy in ${where}. Name the folder that holds the manifests.`,
    );
  }
  return worlds.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function chartLine(chart: string, io: Io): string {
  const folder = harmless(nameOf(dirname(fileURLToPath(chart)), io));
  return `${folder} is a chart, and what it makes is known once it is rendered. Give what helm template renders: helm template ${folder} | netpol-guard reach -`;
}

function worldsOfSelection(selection: Selection, looking: Looking, charts: Set<string>): NamedWorld[] {
  const { root, manifests, reported } = selection;
  const uris = new Set(manifests.flatMap(({ path, uri }) => (reported.has(path) ? uri : [])));
  const isRoot = (uri: string) => isInside(looking.folder, fileURLToPath(uri));
  const within =
    looking.extent === 'within' ? { file: (uri: string) => uris.has(uri), root: isRoot } : undefined;
  const found = allWorldsOf(selection, within);
  for (const chart of found.charts) if (isRoot(chart)) charts.add(chart);
  const plainName = displayPath(looking.from, root);
  const config = selection.config?.parsed.config ?? DEFAULT_CONFIG;
  return chosen(found.worlds, uris, isRoot).map(({ key, reach, scopes }) => {
    const folder = key === '' ? plainName : displayPath(looking.from, dirname(fileURLToPath(key)));
    const name =
      key === '' && found.worlds.some((w) => w.key !== '' && isNamed(w, folder, looking))
        ? `${folder} (plain files)`
        : folder;
    const isReported = (uri: string) => (key !== '' && isRoot(key)) || uris.has(uri);
    return { name, reach, isReported, contractors: contractorsIn(scopes, config) };
  });
}

function contractorsIn(scopes: readonly NamespaceScope[], { contractors }: Config): Map<string, string> {
  const { ofNamespace } = contractorsOf(contractors);
  return new Map(
    scopes.flatMap(({ name, namespace }) => {
      const contractor = name === null ? null : ofNamespace(name, namespace);
      return name === null || contractor === null ? [] : [[name, contractor]];
    }),
  );
}

/** The worlds of a workspace that was read. */
export function allWorldsOf({ config, manifests }: Selection, within?: Within): ReachWorlds {
  const workspace = new Workspace();
  workspace.together(() => {
    for (const { uri, text } of manifests) workspace.set(uri, text);
  });
  const { platform } = config?.parsed.config ?? DEFAULT_CONFIG;
  return reachWorldsOf(workspace, platform, within);
}

function isNamed({ key }: ReachWorld, name: string, { from }: Looking): boolean {
  return displayPath(from, dirname(fileURLToPath(key))) === name;
}

/** The worlds that are asked for with a path: kustomizations in it and plain files in it; else all that have something of it. */
function chosen(
  worlds: readonly ReachWorld[],
  uris: ReadonlySet<string>,
  isRoot: (uri: string) => boolean,
): ReachWorld[] {
  const holds = ({ reach }: ReachWorld) => originsOf(reach).some((uri) => uris.has(uri));
  const direct = worlds.filter((world) => (world.key === '' ? holds(world) : isRoot(world.key)));
  return direct.length > 0 ? direct : worlds.filter(holds);
}

/** The files that a world's pods and policies come from. */
function originsOf({ facts }: Reach): string[] {
  return [
    ...facts.pods.flatMap(({ origin }) => origin?.document.uri ?? []),
    ...facts.policies.flatMap(({ origin }) => origin?.resource.document.uri ?? []),
  ];
}

function pick(worlds: NamedWorld[], wanted: string | null, io: Io): NamedWorld[] {
  if (wanted === null) return worlds;
  const name = displayPath(io.cwd, resolve(io.cwd, wanted));
  const found = worlds.filter((world) => world.name === name || world.name === wanted);
  if (found.length > 0) return found;
  const names = worlds.map((world) => `"${world.name}"`).join(', ');
  throw new UsageError(`There is no world "${wanted}". There is ${names}.`);
}
