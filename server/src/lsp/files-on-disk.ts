/**
 * Owns the way of files from where they are kept into the session: which ones, in what order, and that an older text never
 * takes the place of a newer one. Where they are kept is the host's business.
 */
import type { Scope } from './scopes.ts';
import type { Session } from './session.ts';
import { mapInSlices } from './slices.ts';
import type { World } from './world.ts';

/** A file's text, without byte order mark; or why it is left out, as a sentence about it, null when it is simply not there. */
export type FileContent = { readonly text: string } | { readonly leftOut: string | null };

export interface Listing {
  /** URIs of config files first, then those of manifests. */
  readonly uris: readonly string[];
  /** What could not be listed, as sentences. */
  readonly problems: readonly string[];
}

/** Where files come from. Neither of its promises rejects. */
export interface FileHost {
  /** The scope of a folder (a URI with a slash at the end), or of a file in it that is looked at by itself. */
  scopeOf(folder: string, isFile: boolean): Scope;
  /** The manifests and config files of a scope. */
  list(scope: Scope): Promise<Listing>;
  read(uri: string): Promise<FileContent>;
  /** Whether a file would be listed if it were there. */
  isListed(uri: string): boolean;
}

/** Shows how far the reading of files has come. */
export interface ReadingProgress {
  report(done: number, total: number): void;
  done(): void;
}

/** How many files are read at once. */
const PARALLEL = 16;

export interface FilesOnDisk {
  /** Reads files again, in slices. */
  reload(uris: readonly string[]): Promise<void>;
  /** Takes note that files, or folders with everything in them, are gone. */
  forget(uris: ReadonlySet<string>): void;
  /** Reads the scopes of the session that have not been read yet. To be called again when there are new ones. */
  readScopes(): Promise<void>;
}

export function createFilesOnDisk(
  session: Session,
  host: FileHost,
  note: (message: string) => void,
  beginProgress: () => ReadingProgress,
): FilesOnDisk {
  /** The last read of each file that is under way. */
  const reading = new Map<string, symbol>();

  /** Reads a file and gives what to do with its text, which is nothing when it has been read again meanwhile. */
  const read = async (uri: string): Promise<() => void> => {
    const ticket = Symbol();
    reading.set(uri, ticket);
    const content = await host.read(uri);
    return () => {
      if (reading.get(uri) !== ticket) return;
      reading.delete(uri);
      if ('text' in content) session.load(uri, content.text);
      else session.unload(uri);
      if ('leftOut' in content && content.leftOut !== null) note(content.leftOut);
    };
  };

  const readAll = async (
    uris: readonly string[],
    isWanted: () => boolean,
    progress: (done: number) => void,
  ): Promise<void> => {
    for (let at = 0; at < uris.length && isWanted(); at += PARALLEL) {
      const takings = await Promise.all(uris.slice(at, at + PARALLEL).map(read));
      await mapInSlices(takings, (take) => take(), NO_CHECK);
      await indexAll(session.worlds);
      progress(Math.min(at + PARALLEL, uris.length));
    }
  };

  const readScope = async (scope: Scope, isWanted: () => boolean): Promise<void> => {
    const progress = beginProgress();
    try {
      const { uris, problems } = await host.list(scope);
      problems.forEach(note);
      await readAll(uris, isWanted, (done) => progress.report(done, uris.length));
    } finally {
      progress.done();
    }
  };

  return {
    reload: (uris) => readAll(uris, ALWAYS, () => {}),
    forget(uris) {
      for (const gone of session.filesBelow(uris)) {
        reading.delete(gone);
        session.unload(gone);
      }
      for (const gone of uris) reading.delete(gone);
    },
    async readScopes() {
      const { scopes } = session;
      for (let next = scopes.nextUnread(); next; next = scopes.nextUnread()) {
        const unread = next;
        await readScope(unread.scope, () => scopes.nextUnread() === unread);
        session.markRead(unread);
      }
    },
  };
}

const NO_CHECK = (): void => {};
const ALWAYS = (): boolean => true;

/** Indexes, in slices, whatever waits to be indexed. */
export async function indexAll(worlds: Iterable<World>): Promise<void> {
  for (const world of [...worlds]) await world.index();
}
