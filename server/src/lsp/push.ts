/**
 * Owns diagnostics for clients that cannot pull: each file's are published with the version they are for, whenever they change.
 */
import { CancellationToken, type PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { Reports } from './reports.ts';
import type { Session } from './session.ts';
import { isOutdated, nextMessage, Slicer } from './slices.ts';

/** What the client was last sent for a file. */
interface Published {
  readonly clientUri: string;
  readonly id: string;
  readonly version: number | null;
}

/** Gives the function that publishes, with `publish`, whatever the client has not got yet. */
export function createPush(
  session: Session,
  reports: Reports,
  publish: (params: PublishDiagnosticsParams) => void,
): () => Promise<void> {
  const published = new Map<string, Published>();

  const pushFile = async (uri: string): Promise<void> => {
    const { id, items } = await reports.of(uri, CancellationToken.None);
    const version = session.versionOf(uri);
    const clientUri = session.clientUri(uri);
    const before = published.get(uri);
    if (before ? before.id === id && before.version === version : items.length === 0 && version === null)
      return;
    published.set(uri, { clientUri, id, version });
    publish({ uri: clientUri, diagnostics: items, ...(version !== null && { version }) });
  };

  const pushAll = async (): Promise<void> => {
    const present = new Set(session.reportedUris());
    const slicer = new Slicer();
    for (const uri of present) {
      if (slicer.isOver) await slicer.yield();
      await pushFile(uri).catch((error: unknown) => {
        if (!isOutdated(error)) throw error;
      });
    }
    for (const [uri, { clientUri }] of published) {
      if (present.has(uri)) continue;
      published.delete(uri);
      publish({ uri: clientUri, diagnostics: [] });
    }
  };

  return async () => {
    for (let seen = -1; seen !== session.revisions.latest; ) {
      await nextMessage();
      seen = session.revisions.latest;
      await pushAll();
    }
  };
}
