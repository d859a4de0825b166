/**
 * Owns keeping the session's texts the client's: open documents by their edits, the others by what is on disk.
 */
import { type Connection, FileChangeType } from 'vscode-languageserver/node';
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
    await syncing?.disk.reload(canonicalUri(uri));
    syncing?.changed(true);
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const syncing = current();
    if (!syncing) return;
    await Promise.all(changes.map(({ uri, type }) => takeChange(syncing, canonicalUri(uri), type)));
    syncing.changed(true);
  });
}

async function takeChange(
  { session, host, disk }: Syncing,
  uri: string,
  type: FileChangeType,
): Promise<void> {
  if (type === FileChangeType.Deleted) disk.forget(uri);
  else if (host.isListed(uri)) await disk.reload(uri);
  // What a config ignores is not known to the session; when the config changes, it has to be looked for.
  if (isConfig(uri)) session.scopes.readAgain(folderOf(uri));
}
