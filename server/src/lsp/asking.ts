/**
 * Owns what requests about the text of one document have in common: they are answered for the version they were asked about,
 * from a workspace whose waiting documents are indexed.
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import type { Session } from './session.ts';
import { contentModified, throwIfCancelled } from './slices.ts';
import { canonicalUri } from './uri.ts';
import type { World } from './world.ts';

export interface Asking {
  /** The canonical URI of the document. */
  readonly uri: string;
  readonly world: World;
  /** To be called between slices. Throws when the answer is no longer wanted. */
  readonly check: () => void;
}

/** Prepares the answer to a request. While files are still being read it does not wait for them. */
export async function asking(session: Session, clientUri: string, token: CancellationToken): Promise<Asking> {
  const uri = canonicalUri(clientUri);
  const version = session.versionOf(uri);
  const check = () => {
    throwIfCancelled(token);
    if (session.versionOf(uri) !== version) throw contentModified();
  };
  const world = session.worldFor(uri);
  if (world.workspace.allRead) await world.index(check);
  return { uri, world, check };
}
