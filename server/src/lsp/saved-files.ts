/**
 * Owns what a world would be with nothing but saved text: beside the files as they are in the editor, the same as they are on
 * disk. What is compared of the two is decided elsewhere.
 */
import { SourceFile } from '../core/source-file.ts';
import { Workspace } from '../core/workspace.ts';
import type { FileHost } from './files-on-disk.ts';
import type { Session } from './session.ts';
import { Slicer } from './slices.ts';
import type { World } from './world.ts';

interface Saved {
  readonly text: string;
  /** The revision of the file in the editor that it is a copy of; null for what was read from disk. */
  readonly revision: number | null;
}

interface SavedWorld {
  readonly workspace: Workspace;
  readonly files: Map<string, Saved>;
  revision: number;
}

export interface SavedFiles {
  /** The world's files as they are on disk. */
  savedIn(world: World, check: () => void): Promise<SavedState>;
}

export interface SavedState {
  /** The world's own workspace where nothing is different. */
  readonly workspace: Workspace;
  /** The same number for as long as nothing that is saved changes. */
  readonly revision: number;
}

export function createSavedFiles(session: Session, host: Pick<FileHost, 'read'>): SavedFiles {
  const worlds = new WeakMap<World, SavedWorld>();
  return {
    async savedIn(world, check) {
      const onDisk = await textsOnDisk(session, host, world);
      check();
      if (onDisk.size === 0) return { workspace: world.workspace, revision: session.revisions.latest };
      const saved = worlds.get(world) ?? {
        workspace: new Workspace(),
        files: new Map(),
        revision: 0,
      };
      worlds.set(world, saved);
      const slicer = new Slicer();
      const goOn = () => !slicer.isOver;
      saved.workspace.together(() => follow(saved, world, session, onDisk, goOn));
      saved.workspace.allRead = world.workspace.allRead;
      while (!saved.workspace.indexWaiting(goOn)) {
        await slicer.yield();
        check();
      }
      return saved;
    },
  };
}

/** Of the open files that are not as they are on disk: the text there, null when there is none. */
async function textsOnDisk(
  session: Session,
  host: Pick<FileHost, 'read'>,
  { workspace }: World,
): Promise<Map<string, string | null>> {
  const open = [...workspace.files.values()].filter(({ uri }) => session.isOpen(uri));
  const contents = await Promise.all(open.map(({ uri }) => host.read(uri)));
  const result = new Map<string, string | null>();
  open.forEach((file, i) => {
    const content = contents[i];
    const text = content && 'text' in content ? content.text : null;
    if (text !== file.text) result.set(file.uri, text);
  });
  return result;
}

/** Brings the saved files up to date. Documents that are the same are shared with the files in the editor. */
function follow(
  saved: SavedWorld,
  world: World,
  session: Session,
  onDisk: ReadonlyMap<string, string | null>,
  goOn: () => boolean,
): void {
  const { workspace, files } = saved;
  const drop = (uri: string) => {
    if (!files.delete(uri)) return;
    workspace.delete(uri);
    saved.revision++;
  };
  for (const uri of [...files.keys()]) if (!world.workspace.files.has(uri)) drop(uri);
  for (const [uri, file] of world.workspace.files) {
    const known = files.get(uri);
    const text = onDisk.get(uri);
    const revision = text === undefined ? session.revisions.of(uri) : null;
    if (text === null) {
      drop(uri);
      continue;
    }
    if (revision === null ? known?.text === text : known?.revision === revision) continue;
    if (known?.text === (text ?? file.text)) {
      files.set(uri, { ...known, revision });
      continue;
    }
    drop(uri);
    const fresh = text === undefined ? file.copy() : new SourceFile(uri, text);
    workspace.adopt(fresh, goOn);
    files.set(uri, { text: text ?? file.text, revision });
    saved.revision++;
  }
}
