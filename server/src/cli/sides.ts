/**
 * Owns what `diff` compares: a folder or file as it is, or a git revision of one, as worlds with names that fit each other.
 */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GitError } from '../files/git.ts';
import { selectRevision } from '../files/git-selection.ts';
import { displayPath } from '../files/paths.ts';
import { select } from '../files/selection.ts';
import { targetAt } from '../files/target.ts';
import { RULE_IDS } from '../rules/index.ts';
import { type Arguments, UsageError } from './command.ts';
import { Refused } from './faults.ts';
import type { Io } from './io.ts';
import { type LiveSide, liveWorlds, placeName, readContext, snapshotAt } from './live.ts';
import { type NamedWorld, worldsIn } from './worlds.ts';

export interface Side {
  readonly worlds: readonly NamedWorld[];
  /** The name of the file with this URI. */
  readonly fileOf: (uri: string) => string;
  /** Whether it is the state of a cluster, and nothing else. */
  readonly isLive: boolean;
}

const REVISION = /^git:([^:]*)(?::(.*))?$/s;

const LIVE = /^(context|snapshot):(.*)$/s;

/** Reads both sides. Manifests are laid over the cluster that they are compared with. Throws what the caller has to change. */
export async function readSides(a: string, b: string, args: Arguments, io: Io): Promise<[Side, Side]> {
  const [liveA, liveB] = [await liveSide(a, io), await liveSide(b, io)];
  const read = async (side: string, other: string, live: LiveSide | null, beneath: LiveSide | null) => {
    if (live) return sideOf(live, io);
    const manifests = await readSide(side, beneath ? side : other, args, io);
    if (!beneath) return manifests;
    const fileOf = (uri: string) => (uri.startsWith('file:') ? manifests.fileOf(uri) : uri);
    return { worlds: liveWorlds(beneath, manifests.worlds), fileOf, isLive: false };
  };
  return [await read(a, b, liveA, liveB), await read(b, a, liveB, liveA)];
}

async function liveSide(side: string, io: Io): Promise<LiveSide | null> {
  const [, kind, name] = LIVE.exec(side) ?? [];
  if (kind === undefined || name === undefined) return null;
  if (name === '')
    throw new UsageError(`Name the ${kind}: ${kind}:${kind === 'context' ? 'staging' : 'staging.json'}`);
  return kind === 'context' ? readContext(name, io) : snapshotAt(name, io);
}

function sideOf(live: LiveSide, io: Io): Side {
  return { worlds: liveWorlds(live, null), fileOf: (uri) => placeName(uri, io), isLive: true };
}

/** The folder that a side is about, absolute: of a revision without a path, that of `other`, the side it is compared with. */
function folderOf(side: string, other: string, io: Io): string {
  const [, , path] = REVISION.exec(side) ?? [];
  if (!REVISION.test(side)) return resolve(io.cwd, side);
  if (path !== undefined) return resolve(io.cwd, path);
  return REVISION.test(other) ? io.cwd : resolve(io.cwd, other);
}

/** Reads a side that is manifests. */
async function readSide(side: string, other: string, args: Arguments, io: Io): Promise<Side> {
  if (side === '') throw new UsageError('A side is empty. For the current folder, write a dot (.).');
  const folder = folderOf(side, other, io);
  const [, revision] = REVISION.exec(side) ?? [];
  if (revision === '') throw new UsageError('Name the revision: git:main');
  const options = { cwd: io.cwd, knownRules: RULE_IDS, config: args.text('config') };
  const selected = await (revision === undefined
    ? select([side], options)
    : selectRevision(folder, revision, RULE_IDS).catch(refuse));
  const target = targetAt(io.cwd, folder);
  const from = 'kind' in target && target.kind === 'file' ? dirname(folder) : folder;
  return {
    isLive: false,
    worlds: worldsIn(selected, { extent: 'within', folder, from }, io),
    fileOf: (uri) => {
      const name = displayPath(io.cwd, fileURLToPath(uri));
      return revision === undefined ? name : `${revision}:${name}`;
    },
  };
}

function refuse(error: unknown): never {
  if (error instanceof GitError) throw new Refused(`netpol-guard: ${error.message}`);
  throw error;
}
