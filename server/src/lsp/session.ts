/**
 * Owns what one client has open and which world each file belongs to. It is told texts and edits, and answers with documents
 * and verdicts; it reads no files and speaks no protocol.
 */
import { CONFIG_FILE } from '../core/config.ts';
import type { Edit, SourceFile } from '../core/source-file.ts';
import { canonicalUri, folderOf } from './uri.ts';
import { isConfig, type RuleErrorListener, World } from './world.ts';

interface OpenDocument {
  /** The URI as the client spells it. */
  readonly clientUri: string;
  version: number;
}

export class Session {
  private readonly worldByRoot = new Map<string, World>();
  private readonly openByUri = new Map<string, OpenDocument>();
  /** Texts of config files by URI. */
  private readonly configTexts = new Map<string, string>();
  private folders: readonly string[] = [];
  private readonly onRuleError: RuleErrorListener;
  /** Files whose verdicts may have changed since they were last reported. Whoever reports them takes them out. */
  readonly stale = new Set<string>();

  constructor(onRuleError: RuleErrorListener) {
    this.onRuleError = onRuleError;
  }

  get worlds(): Iterable<World> {
    return this.worldByRoot.values();
  }

  /** The workspace folders, as URIs with a slash at the end. */
  get workspaceFolders(): readonly string[] {
    return this.folders;
  }

  setFolders(uris: readonly string[]): void {
    this.folders = uris
      .map((uri) => canonicalUri(uri).replace(/\/*$/, '/'))
      .sort((a, b) => b.length - a.length);
    this.repartition();
  }

  isOpen(uri: string): boolean {
    return this.openByUri.has(uri);
  }

  versionOf(uri: string): number | null {
    return this.openByUri.get(uri)?.version ?? null;
  }

  get openUris(): Iterable<string> {
    return this.openByUri.keys();
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

  open(clientUri: string, version: number, text: string): void {
    const uri = canonicalUri(clientUri);
    this.openByUri.set(uri, { clientUri, version });
    this.setText(uri, text);
  }

  change(clientUri: string, version: number, edits: readonly (Edit | { readonly text: string })[]): void {
    const uri = canonicalUri(clientUri);
    const open = this.openByUri.get(uri);
    if (!open) return;
    open.version = version;
    for (const edit of edits) {
      if ('start' in edit) this.worldFor(uri).workspace.edit(uri, [edit]);
      else this.worldFor(uri).workspace.set(uri, edit.text);
    }
    this.stale.add(uri);
    if (isConfig(uri)) this.setConfig(uri, this.file(uri)?.text ?? '');
  }

  /** Ends the client's hold on a file. What is on disk counts again; the caller reads it. */
  close(clientUri: string): void {
    this.openByUri.delete(canonicalUri(clientUri));
  }

  /** Takes the text of a file that was read; an open document's own text wins over it. */
  load(uri: string, text: string): void {
    if (!this.openByUri.has(uri)) this.setText(uri, text);
  }

  /** Forgets a file that is gone from disk, unless it is open. */
  unload(uri: string): void {
    if (this.openByUri.has(uri)) return;
    this.worldFor(uri).workspace.delete(uri);
    this.stale.add(uri);
    if (isConfig(uri)) this.setConfig(uri, null);
  }

  /** The world a file belongs to: that of the topmost config on the way down to it, else its workspace folder's. */
  worldFor(uri: string): World {
    const root = this.rootFor(uri);
    let world = this.worldByRoot.get(root);
    if (!world) {
      world = new World(root, this.onRuleError, (stale) => this.stale.add(stale));
      this.worldByRoot.set(root, world);
    }
    return world;
  }

  private setText(uri: string, text: string): void {
    if (isConfig(uri)) this.setConfig(uri, text);
    this.worldFor(uri).workspace.set(uri, text);
    this.stale.add(uri);
  }

  private rootFor(uri: string): string {
    const own = folderOf(uri);
    const folder = this.folders.find((f) => uri.startsWith(f)) ?? own;
    const configs = [...this.configTexts.keys()]
      .map(folderOf)
      .filter((f) => f.startsWith(folder) && own.startsWith(f));
    return configs.sort((a, b) => a.length - b.length)[0] ?? folder;
  }

  private setConfig(uri: string, text: string | null): void {
    const isNew = this.configTexts.has(uri) !== (text !== null);
    if (text === null) this.configTexts.delete(uri);
    else this.configTexts.set(uri, text);
    if (isNew) this.repartition();
    else this.worldFor(uri).setConfig(uri, text);
    this.everythingIsStale();
  }

  private everythingIsStale(): void {
    for (const world of this.worldByRoot.values())
      for (const uri of world.workspace.files.keys()) this.stale.add(uri);
  }

  /** Moves every file to the world it belongs to now, and every config to its world. */
  private repartition(): void {
    const before = [...this.worldByRoot.values()];
    this.worldByRoot.clear();
    for (const world of before)
      if (world.root === this.rootFor(`${world.root}x`)) this.worldByRoot.set(world.root, world);
    for (const world of before)
      for (const [uri, file] of [...world.workspace.files]) {
        const target = this.worldFor(uri);
        if (target === world) continue;
        world.workspace.delete(uri);
        target.workspace.set(uri, file.text);
      }
    const complete = before.every((world) => world.workspace.allRead);
    for (const world of this.worldByRoot.values()) {
      world.workspace.allRead = complete;
      world.clearConfigs();
    }
    for (const [uri, text] of this.configTexts) this.worldFor(uri).setConfig(uri, text);
  }

  /** Says whether every file has been read, so that rules about what is missing may speak. */
  setComplete(complete: boolean): void {
    for (const world of this.worldByRoot.values()) world.workspace.allRead = complete;
    this.everythingIsStale();
  }
}

/** The URI of the config file in a folder. */
export function configUri(folder: string): string {
  return `${folder}${CONFIG_FILE}`;
}
