/**
 * Owns keeping the session's texts the client's: open documents by their edits, the others by what is on disk.
 */
import { type Connection, FileChangeType, type FileEvent } from 'vscode-languageserver/node';
import type { FileHost, FilesOnDisk } from './files-on-disk.ts';
import type { Session } from './session.ts';
import { canonicalUri, folderOf } from './uri.ts';
import { isConfig } from './world.ts';

/** What the notifications about texts need of the rest of the server. */
export interface Syncing {
  readonly session: Session;
  readonly host: FileHost;
  readonly disk: FilesOnDisk;
  /** Told of every change; `others` says whether it may show in documents that the client has no reason to look at again. */
  changed(others: boolean): void;
  closed(clientUri: string): void;
}

/** Listens to the client's notifications about texts. `current` is null while there is no session. */
export function syncTexts(connection: Connection, current: () => Syncing | null): void {
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    const syncing = current();
    syncing?.session.open(uri, version, text);
    syncing?.changed(isConfig(uri));
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const edits = contentChanges.map((c) =>
      'range' in c ? { start: c.range.start, end: c.range.end, text: c.text } : { text: c.text },
    );
    const syncing = current();
    syncing?.session.change(uri, version, edits);
    syncing?.changed(isConfig(uri));
  });
  connection.onDidCloseTextDocument(async ({ textDocument: { uri } }) => {
    const syncing = current();
    syncing?.session.close(uri);
    syncing?.closed(uri);
    await syncing?.disk.reload([canonicalUri(uri)]);
    syncing?.changed(true);
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const syncing = current();
    if (!syncing) return;
    const before = syncing.session.revisions.latest;
    await takeChanges(syncing, changes);
    // Much of what comes and goes in a folder is none of ours.
    if (syncing.session.revisions.latest !== before) syncing.changed(true);
  });
}

async function takeChanges({ session, host, disk }: Syncing, changes: readonly FileEvent[]): Promise<void> {
  const gone = new Set<string>();
  const there = new Set<string>();
  for (const { uri, type } of changes) {
    const canonical = canonicalUri(uri);
    if (type === FileChangeType.Deleted) gone.add(canonical);
    else if (host.isListed(canonical)) there.add(canonical);
  }
  disk.forget(gone);
  await disk.reload([...there]);
  // What a config ignores is not known to the session; when the config changes, it has to be looked for.
  for (const uri of [...gone, ...there]) if (isConfig(uri)) session.readAgain(folderOf(uri));
}
