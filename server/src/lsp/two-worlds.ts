/**
 * Owns which two states of the workspace are compared: what is applied together with a document, as its files are on disk and as
 * they are in the editor. What is made of them is decided elsewhere.
 */
import type { NamespaceScope, Workspace } from '../core/workspace.ts';
import type { AddressSet } from '../engine/cidr.ts';
import { cidrsOf } from '../engine/cidr-list.ts';
import { podAddressesOf } from '../engine/questions/worlds.ts';
import { factsOf } from '../engine/reach/from-manifests.ts';
import { type Reach, reachOf } from '../engine/reach/reach.ts';
import type { ReachabilityParams } from './protocol-reachability.ts';
import type { SavedFiles, SavedState } from './saved-files.ts';
import type { Session } from './session.ts';
import { nextMessage } from './slices.ts';
import { canonicalUri } from './uri.ts';
import type { World } from './world.ts';

/** Two states of what is applied together. They are the same object where nothing is changed. */
export interface TwoWorlds {
  readonly world: World;
  /** The key of the one looked at among those of the workspace. */
  readonly key: string;
  readonly keys: readonly string[];
  readonly before: Reach;
  readonly after: Reach;
  /** The namespaces as they are now. */
  readonly scopes: readonly NamespaceScope[];
}

/** What a document is judged together with, as it is on disk and as it is in the editor. */
export async function twoWorlds(
  session: Session,
  saved: SavedFiles,
  { uri, world: wanted }: ReachabilityParams,
  check: () => void,
): Promise<TwoWorlds> {
  // While somebody types, the next request is often there already and this one is cancelled.
  await nextMessage();
  check();
  const world = uri === null ? firstWorld(session) : session.worldFor(canonicalUri(uri));
  await world.index(check);
  const old = await saved.savedIn(world, check);
  const { workspace } = world;
  const keys = keysOf(workspace);
  const key = wanted !== null && keys.includes(wanted) ? wanted : keyFor(workspace, uri, keys);
  const scopes = scopesIn(workspace, key);
  const podAddresses = podAddressesOf(world.config.platform);
  const after = reachOf(factsOf(scopes, { podAddresses }));
  check();
  const before = old.workspace === workspace ? after : reachBefore(old, key, podAddresses);
  return { world, key, keys, before, after, scopes };
}

interface Known {
  readonly revision: number;
  readonly key: string;
  readonly podAddresses: string;
  readonly reach: Reach;
}

/** What is saved stays the same while somebody types. */
const lastBefore = new WeakMap<Workspace, Known>();

function reachBefore(
  { workspace, revision }: SavedState,
  key: string,
  podAddresses: AddressSet | null,
): Reach {
  const known = lastBefore.get(workspace);
  const addresses = podAddresses ? cidrsOf(podAddresses).join() : '';
  if (known?.revision === revision && known.key === key && known.podAddresses === addresses)
    return known.reach;
  const reach = reachOf(factsOf(scopesIn(workspace, key), { podAddresses }));
  lastBefore.set(workspace, { revision, key, podAddresses: addresses, reach });
  return reach;
}

/** Without a document: what holds most files. */
function firstWorld(session: Session): World {
  const [first] = [...session.worlds].sort(
    (a, b) => b.workspace.files.size - a.workspace.files.size || (a.root < b.root ? -1 : 1),
  );
  return first ?? session.worldFor('');
}

/** The worlds that have anything in them that a picture shows. What the templates of a chart render to is not known. */
function keysOf({ scopes }: Workspace): string[] {
  const shown = [...scopes].filter(
    ({ workloads, policies, rendered }) => !rendered && workloads.length + policies.length > 0,
  );
  return [...new Set(shown.map(({ world }) => world))].sort();
}

function keyFor(workspace: Workspace, uri: string | null, keys: readonly string[]): string {
  const file = uri === null ? undefined : workspace.files.get(canonicalUri(uri));
  const views = (file?.documents ?? []).flatMap((document) => workspace.viewsOf(document));
  const own = views.flatMap((view) => workspace.scopesOf(view)).map(({ world }) => world);
  return own.find((key) => keys.includes(key)) ?? keys[0] ?? '';
}

/** In the order of their names, so that the same files give the same answer. */
function scopesIn({ scopes }: Workspace, key: string): NamespaceScope[] {
  return [...scopes].filter(({ world }) => world === key).sort((a, b) => (a.key < b.key ? -1 : 1));
}
