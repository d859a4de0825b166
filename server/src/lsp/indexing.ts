/**
 * Owns reading the workspace's files into the session in the background, with progress shown and without holding up answers.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { Session } from './session.ts';
import { Slicer } from './slices.ts';

/** Where files come from. Unreadable files are the host's to report; here they are as good as absent. */
export interface FileHost {
  /** The manifests and config files below a folder (a URI with a slash at the end), config files first. */
  list(folder: string): Promise<readonly string[]>;
  /** The text of a file, its byte order mark taken off; null when it is gone, unreadable, binary or too large. */
  read(uri: string): Promise<string | null>;
}

/** How many files are read at once. */
const PARALLEL = 32;

/** Reads every file of the session's workspace folders, then lets the rules about what is missing speak. */
export async function indexFolders(
  session: Session,
  host: FileHost,
  connection: Connection,
  showProgress: boolean,
): Promise<void> {
  session.setComplete(session.workspaceFolders.length === 0);
  const progress = showProgress ? await connection.window.createWorkDoneProgress() : null;
  progress?.begin('NetworkPolicy Guard: reading manifests', 0, undefined, false);
  try {
    for (const folder of session.workspaceFolders) {
      const uris = await host.list(folder);
      await readAll(uris, session, host, (done) => {
        progress?.report(Math.round((100 * done) / uris.length), `${done} of ${uris.length}`);
      });
    }
  } finally {
    progress?.done();
    session.setComplete(true);
  }
}

async function readAll(
  uris: readonly string[],
  session: Session,
  host: FileHost,
  report: (done: number) => void,
): Promise<void> {
  const slicer = new Slicer();
  for (let at = 0; at < uris.length; at += PARALLEL) {
    const batch = uris.slice(at, at + PARALLEL);
    const texts = await Promise.all(batch.map((uri) => host.read(uri)));
    for (const [i, text] of texts.entries()) {
      if (text !== null) session.load(batch[i] as string, text);
      if (slicer.isOver) await slicer.yield();
    }
    if (at % (PARALLEL * 16) === 0) report(at);
  }
}
