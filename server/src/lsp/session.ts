/**
 * Owns what one client has open and which world each file belongs to. It is told texts and edits, and answers with documents
 * and verdicts; it reads no files and speaks no protocol.
 */
import { DEFAULT_CONFIG, parseConfig } from '../core/config.ts';
import type { Rule } from '../core/rule.ts';
import type { Edit, SourceFile } from '../core/source-file.ts';
import { MAX_SIZE } from '../files/read.ts';
import { Revisions } from './revisions.ts';
import { holds, type Scope, Scopes, type Unread } from './scopes.ts';
import { Slicer } from './slices.ts';
import { canonicalUri, folderOf } from './uri.ts';
import { isConfig, type KnownConfig, type RuleErrorListener, World } from './world.ts';

interface OpenDocument {
  /** The URI as the client spells it. */
  readonly clientUri: string;
  version: number;
}

export interface SessionOptions {
  readonly rules: readonly Rule[];
  readonly onRuleError: RuleErrorListener;
  /** The scope of a folder, or of a file in it that is looked at by itself. */
  readonly scopeOf: (folder: string, isFile: boolean) => Scope;
}

export class Session {
  private readonly options: SessionOptions;
  private readonly ruleIds: ReadonlySet<string>;
  private readonly worldByRoot = new Map<string, World>();
  /** Open documents that are larger than what is judged. */
  private readonly tooLarge = new Set<string>();
  /** Where files are kept that are too large or that the root config ignores; nothing is found in them. */
  private readonly aside: World;
  private readonly rootByFolder = new Map<string, string>();
  private readonly openByUri = new Map<string, OpenDocument>();
  private readonly configByUri = new Map<string, KnownConfig>();
  private folders: readonly string[] = [];
  readonly scopes = new Scopes();
  readonly revisions = new Revisions();

  constructor(options: SessionOptions) {
    this.options = options;
    this.ruleIds = new Set(options.rules.map((rule) => rule.meta.id));
    this.aside = new World('', [], options.onRuleError, () => {});
  }

  get worlds(): Iterable<World> {
    return this.worldByRoot.values();
  }

  /** The files whose findings the client is to hear of unasked: those in its folders, and open ones. */
  *reportedUris(): Iterable<string> {
    yield* this.openByUri.keys();
    for (const world of this.worldByRoot.values())
      for (const uri of world.workspace.files.keys())
        if (!this.openByUri.has(uri) && this.isReported(uri)) yield uri;
  }

  isReported(uri: string): boolean {
    return this.openByUri.has(uri) || this.folders.some((folder) => uri.startsWith(folder));
  }

  /** Sets the client's workspace folders, by any spelling of their URIs. */
  setFolders(uris: readonly string[]): void {
    this.folders = uris.map(folderUri);
    this.rescope();
  }

  /** The URIs of the client's folders, with a slash at the end. */
  get folderUris(): readonly string[] {
    return this.folders;
  }

  changeFolders(added: readonly string[], removed: readonly string[]): void {
    const gone = new Set(removed.map(folderUri));
    this.folders = [...this.folders.filter((f) => !gone.has(f)), ...added.map(folderUri)];
    this.rescope();
  }

  /** Says that the files of a scope have been read, so that the rules about what is missing may speak. */
  markRead(read: Unread): void {
    if (!this.scopes.markRead(read)) return;
    this.spreadCompleteness();
    this.revisions.touchAll();
  }

  /** Asks for the files around a folder to be read again: some that were left out may belong there now. */
  readAgain(folder: string): void {
    this.scopes.readAgain(folder);
    this.revisions.touchAll();
  }

  isOpen(uri: string): boolean {
    return this.openByUri.has(uri);
  }

  /** How many documents are open. */
  get openCount(): number {
    return this.openByUri.size;
  }

  /** Whether there is a rule of this id. */
  isRule(id: string): boolean {
    return this.ruleIds.has(id);
  }

  /** The version of an open document; null for any other file. */
  versionOf(uri: string): number | null {
    return this.openByUri.get(uri)?.version ?? null;
  }

  /** The URI under which the client knows a file. */
  clientUri(uri: string): string {
    return this.openByUri.get(uri)?.clientUri ?? uri;
  }

  /** The file under a client's or canonical URI; null when it is not known. */
  file(uri: string): SourceFile | null {
    const canonical = canonicalUri(uri);
    return this.worldFor(canonical).workspace.files.get(canonical) ?? null;
  }

  /** Whether an open document is not judged because of its size. */
  isTooLarge(uri: string): boolean {
    return this.tooLarge.has(uri);
  }

  open(clientUri: string, version: number, text: string): void {
    const uri = canonicalUri(clientUri);
    if (text.length > MAX_SIZE) this.tooLarge.add(uri);
    this.openByUri.set(uri, { clientUri, version });
    if (!this.isInScope(uri)) this.rescope();
    this.setText(uri, text);
  }

  change(clientUri: string, version: number, edits: readonly (Edit | { readonly text: string })[]): void {
    const uri = canonicalUri(clientUri);
    const open = this.openByUri.get(uri);
    if (!open) return;
    open.version = version;
    for (const edit of edits) {
      if ('start' in edit) this.worldFor(uri).workspace.edit(uri, [edit]);
      else this.setText(uri, edit.text);
    }
    this.revisions.touch(uri);
    if (isConfig(uri)) this.setConfig(uri, this.file(uri)?.text ?? '');
  }

  /** Ends the client's hold on a file. What is on disk counts again; the caller reads it. */
  close(clientUri: string): void {
    const uri = canonicalUri(clientUri);
    this.openByUri.delete(uri);
    if (this.tooLarge.delete(uri)) this.aside.workspace.delete(uri);
    this.revisions.touch(uri);
    if (!this.folders.some((folder) => uri.startsWith(folder))) this.rescope();
  }

  /** Takes the text of a file that was read, if it is in scope and not ignored; an open document's own text wins over it. */
  load(uri: string, text: string): void {
    if (this.openByUri.has(uri) || !this.isInScope(uri)) return;
    if (this.worldFor(uri) === this.aside) return;
    this.setText(uri, text);
  }

  /** Forgets a file that is gone from disk, unless it is open. */
  unload(uri: string): void {
    if (this.openByUri.has(uri)) return;
    this.worldFor(uri).workspace.delete(uri);
    this.revisions.touch(uri);
    if (isConfig(uri)) this.setConfig(uri, null);
  }

  /** The known files that are among `uris`, or in folders that are. Folders come without a slash at the end. */
  filesBelow(uris: ReadonlySet<string>): string[] {
    const isBelow = (uri: string): boolean => {
      for (let at = uri; at.length > 0; at = at.slice(0, at.lastIndexOf('/'))) {
        if (uris.has(at)) return true;
        if (!at.includes('/')) return false;
      }
      return false;
    };
    const worlds = [...this.worldByRoot.values(), this.aside];
    return worlds.flatMap((world) => [...world.workspace.files.keys()]).filter(isBelow);
  }

  /** The world a file belongs to: that of the topmost config on the way down to it, else its scope's. */
  worldFor(uri: string): World {
    if (this.tooLarge.has(uri)) return this.aside;
    const world = this.worldAt(this.rootFor(folderOf(uri)));
    return world.ignores(uri) ? this.aside : world;
  }

  private worldAt(root: string): World {
    let world = this.worldByRoot.get(root);
    if (!world) {
      world = new World(root, this.options.rules, this.options.onRuleError, (stale) =>
        this.revisions.touch(stale),
      );
      this.worldByRoot.set(root, world);
      this.equip(world);
    }
    return world;
  }

  private rootFor(folder: string): string {
    let root = this.rootByFolder.get(folder);
    if (root === undefined) {
      const scope = this.scopes.around(folder)?.root ?? folder;
      const configs = [...this.configByUri.keys()]
        .map(folderOf)
        .filter((f) => f.startsWith(scope) && folder.startsWith(f));
      root = configs.sort((a, b) => a.length - b.length)[0] ?? scope;
      this.rootByFolder.set(folder, root);
    }
    return root;
  }

  private setText(uri: string, text: string): void {
    if (isConfig(uri)) this.setConfig(uri, text);
    const slicer = new Slicer();
    this.worldFor(uri).workspace.set(uri, text, () => !slicer.isOver);
    this.revisions.touch(uri);
  }

  /** Takes a config's text, or null when it is gone. While its text makes no sense, what it said before stays in force. */
  private setConfig(uri: string, text: string | null): void {
    const before = this.configByUri.get(uri);
    const ignoredBefore = this.ignoresInForce();
    if (text === null) this.configByUri.delete(uri);
    else {
      const parsed = parseConfig(uri, text, this.ruleIds);
      const inForce = parsed.problems.length > 0 ? (before?.inForce ?? DEFAULT_CONFIG) : parsed.config;
      this.configByUri.set(uri, { parsed, inForce });
    }
    if (this.configByUri.has(uri) !== (before !== undefined)) this.rescope();
    else this.repartition();
    // What was ignored was not kept.
    const ignoredNow = new Set(this.ignoresInForce());
    if (ignoredBefore.some((ignore) => !ignoredNow.has(ignore))) this.readAgain(folderOf(uri));
    this.revisions.touchAll();
  }

  /** What each world leaves out, for comparison. */
  private ignoresInForce(): string[] {
    return [...this.worldByRoot.values()].flatMap(({ root, config }) =>
      config.ignore.map((glob) => `${root} ${glob}`),
    );
  }

  /** Gives a world the configs in it and says whether all of it has been read. */
  private equip(world: World): void {
    const configs = [...this.configByUri].filter(([uri]) => this.rootFor(folderOf(uri)) === world.root);
    world.setConfigs(new Map(configs));
    this.spreadCompleteness();
  }

  private spreadCompleteness(): void {
    for (const world of this.worldByRoot.values()) world.workspace.allRead = this.scopes.isKnown(world.root);
  }

  private isInScope(uri: string): boolean {
    return this.scopes.around(folderOf(uri)) !== null;
  }

  /** Finds anew which scopes the client's folders and open documents are in, and drops what is in none. */
  private rescope(): void {
    const { scopeOf } = this.options;
    const wanted = this.folders.map((folder) => scopeOf(folder, false));
    for (const uri of this.openByUri.keys())
      if (!wanted.some((scope) => holds(scope, folderOf(uri)))) wanted.push(scopeOf(folderOf(uri), true));
    this.scopes.set(wanted);
    for (const uri of this.configByUri.keys())
      if (!this.openByUri.has(uri) && !this.isInScope(uri)) this.configByUri.delete(uri);
    this.repartition();
    this.revisions.touchAll();
  }

  /** Moves every file to the world it belongs to now. Files that belong to none are forgotten, unless they are open. */
  private repartition(): void {
    const before = [...this.worldByRoot.values()];
    this.worldByRoot.clear();
    this.rootByFolder.clear();
    for (const world of before)
      if (world.root === this.rootFor(world.root)) this.worldByRoot.set(world.root, world);
    for (const world of this.worldByRoot.values()) this.equip(world);
    const worlds = new Set([...before, this.aside]);
    // All worlds there will be, so that each can take what is moved to it together.
    for (const { workspace } of [...worlds])
      for (const uri of workspace.files.keys()) worlds.add(this.worldFor(uri));
    const move = () => this.moveFiles([...before, this.aside]);
    [...worlds].reduce(
      (work, { workspace }) =>
        () =>
          workspace.together(work),
      move,
    )();
    for (const [root, world] of this.worldByRoot)
      if (world.workspace.files.size === 0) this.worldByRoot.delete(root);
  }

  private moveFiles(from: readonly World[]): void {
    const slicer = new Slicer();
    for (const world of from)
      for (const [uri, file] of [...world.workspace.files]) {
        const target = this.worldFor(uri);
        const keeps = this.openByUri.has(uri) || (this.isInScope(uri) && target !== this.aside);
        if (keeps && target === world) continue;
        world.workspace.delete(uri);
        if (keeps) target.workspace.adopt(file, () => !slicer.isOver);
      }
  }
}

function folderUri(uri: string): string {
  return canonicalUri(uri).replace(/\/*$/, '/');
}
