/**
 * Owns which folders the files that are judged come from, and which of them are still to be read. How they are read, and how
 * configs divide them, is decided elsewhere.
 */
import { pathOf } from './uri.ts';

/** A folder whose files are judged together, as far as no config divides them. */
export interface Scope {
  /** The folder's URI with a slash at the end. */
  readonly root: string;
  /** Whether the files of its subfolders belong to it. */
  readonly deep: boolean;
}

/** A scope that is to be read; another one when it is to be read anew. */
export interface Unread {
  readonly scope: Scope;
}

export class Scopes {
  private list: readonly Scope[] = [];
  private readonly unread = new Map<string, Unread>();
  /** Keys of scopes that have been read at least once. */
  private readonly known = new Set<string>();

  set(scopes: readonly Scope[]): void {
    this.list = [...scopes].sort((a, b) => a.root.length - b.root.length);
    const keys = new Set(this.list.map(keyOf));
    for (const scope of this.list) {
      const key = keyOf(scope);
      if (!this.known.has(key) && !this.unread.has(key)) this.unread.set(key, { scope });
    }
    for (const kept of [this.unread, this.known])
      for (const key of kept.keys()) if (!keys.has(key)) kept.delete(key);
  }

  /** The outermost scope that files of `folder` belong to. */
  around(folder: string): Scope | null {
    return this.list.find((scope) => holds(scope, folder)) ?? null;
  }

  /** A scope on disk whose files are to be read; null when there is none. */
  nextUnread(): Unread | null {
    for (const unread of this.unread.values()) if (pathOf(unread.scope.root) !== null) return unread;
    return null;
  }

  /** Takes note that a scope has been read. Answers whether that was still wanted. */
  markRead(read: Unread): boolean {
    const key = keyOf(read.scope);
    if (this.unread.get(key) !== read) return false;
    this.unread.delete(key);
    this.known.add(key);
    return true;
  }

  /** Asks for the scope around a folder to be read again. */
  readAgain(folder: string): void {
    const scope = this.around(folder);
    if (scope) this.unread.set(keyOf(scope), { scope });
  }

  /** Whether every file there may be below `root`, or around it, has been read at least once. */
  isKnown(root: string): boolean {
    return this.list.every(
      (scope) => this.known.has(keyOf(scope)) || !(holds(scope, root) || scope.root.startsWith(root)),
    );
  }
}

export function holds(scope: Scope, folder: string): boolean {
  return scope.deep ? folder.startsWith(scope.root) : folder === scope.root;
}

function keyOf({ root, deep }: Scope): string {
  return deep ? `${root}**` : root;
}
