/**
 * Owns the set of files under analysis and the index from namespaces to the objects in them, kept up to date edit by edit.
 * It is told texts; where they come from, and what anything means, is decided elsewhere.
 */
import type { YamlDocument } from './document.ts';
import type { NamespaceSource, ScopeChange } from './neighbours.ts';
import { concerns, planFor } from './planning.ts';
import type { Resource } from './resource.ts';
import type { NamespaceScope } from './scope.ts';
import { type Change, type Edit, SourceFile } from './source-file.ts';
import { Worlds } from './worlds.ts';

const ALWAYS = (): boolean => true;

export type { NamespaceScope };

/** Names the scopes whose contents changed, and how, so that what was concluded from them can be thrown away. */
export type ScopeListener = (scope: NamespaceScope, change: ScopeChange) => void;

export class Workspace {
  private readonly fileByUri = new Map<string, SourceFile>();
  private readonly worlds = new Worlds();
  private readonly onScopeChange: ScopeListener;
  private readonly onMove: (uri: string) => void;
  /** Documents that are in a file but not in the index yet. */
  private readonly waiting = new Set<YamlDocument>();
  private isAllRead = true;
  private isPlanStale = false;
  private held = 0;

  /** `onMove` is told the URI of a file whose objects have moved to other worlds though its text stayed the same. */
  constructor(onScopeChange: ScopeListener = () => {}, onMove: (uri: string) => void = () => {}) {
    this.onScopeChange = onScopeChange;
    this.onMove = onMove;
  }

  /** Whether every file has been read, as far as whoever reads them knows. Kustomizations are looked at when it has. */
  get allRead(): boolean {
    return this.isAllRead;
  }
  set allRead(value: boolean) {
    this.isAllRead = value;
    this.followPlan();
  }

  /** Makes many changes together: what kustomizations make of the files is worked out once, at the end. */
  together(work: () => void): void {
    this.held++;
    try {
      work();
    } finally {
      this.held--;
      this.followPlan();
    }
  }

  get files(): ReadonlyMap<string, SourceFile> {
    return this.fileByUri;
  }

  /** Whether everything has been read and indexed. Until then nothing can be said about what is missing. */
  get complete(): boolean {
    return this.allRead && this.waiting.size === 0;
  }

  /** Every namespace the workspace has objects of, in every world, in no particular order. */
  get scopes(): Iterable<NamespaceScope> {
    return this.worlds.scopes();
  }

  /**
   * Adds a file, or replaces its text. Parsing a long file takes its time: once `goOn` says no, the rest of its documents
   * wait for `indexWaiting`.
   */
  set(uri: string, text: string, goOn: () => boolean = ALWAYS): SourceFile {
    const known = this.fileByUri.get(uri);
    if (known) {
      this.reindex(known.replace(text), goOn);
      this.noticed(uri, false);
      return known;
    }
    const file = new SourceFile(uri, text);
    this.adopt(file, goOn);
    return file;
  }

  /** Adds a file that another workspace has given up, with everything already known about its documents. */
  adopt(file: SourceFile, goOn: () => boolean = ALWAYS): void {
    this.fileByUri.set(file.uri, file);
    this.reindex({ removed: [], added: file.documents }, goOn);
    this.noticed(file.uri, true);
  }

  /** Indexes documents that wait, at least one and more while `goOn` says yes. Answers whether none is left. */
  indexWaiting(goOn: () => boolean): boolean {
    if (this.waiting.size > 0) {
      let first = true;
      const added = [...this.waiting];
      this.waiting.clear();
      this.reindex({ removed: [], added }, () => {
        const yes = first || goOn();
        first = false;
        return yes;
      });
    }
    return this.waiting.size === 0;
  }

  /** Applies edits to a file in order, each to the result of the one before. */
  edit(uri: string, edits: readonly Edit[]): void {
    const file = this.fileByUri.get(uri);
    for (const edit of edits) if (file) this.reindex(file.apply(edit));
    this.noticed(uri, false);
  }

  delete(uri: string): void {
    const file = this.fileByUri.get(uri);
    if (!file) return;
    this.fileByUri.delete(uri);
    this.reindex({ removed: file.documents, added: [] });
    this.noticed(uri, true);
  }

  /**
   * The objects of a document as they are applied: as they are written, or, in a file that kustomizations name, as they arrive
   * in each of their worlds. The same array until that changes.
   */
  viewsOf(document: YamlDocument): readonly Resource[] {
    return this.worlds.viewsOf(document);
  }

  /**
   * The scope a resource belongs to; null for cluster-scoped kinds other than Namespace, and for unknown namespaces. An object as
   * it is written may be in several worlds; this is the first.
   */
  scopeOf(resource: Resource): NamespaceScope | null {
    return this.worlds.scopesOf(resource)[0] ?? null;
  }

  /** The scopes a resource belongs to, one for each of its worlds. */
  scopesOf(resource: Resource): readonly NamespaceScope[] {
    return this.worlds.scopesOf(resource);
  }

  /** The namespaces that are judged together with this one. */
  namespacesBeside(scope: NamespaceScope): NamespaceSource {
    return this.worlds.sourceFor(scope);
  }

  private reindex(change: Change, goOn: () => boolean = ALWAYS): void {
    for (const document of change.removed) if (!this.waiting.delete(document)) this.worlds.delete(document);
    for (const document of change.added) {
      if (goOn()) this.worlds.add(document);
      else this.waiting.add(document);
    }
    this.worlds.settle(this.onScopeChange);
  }

  /** Takes note that a file has changed, or has come or gone. */
  private noticed(uri: string, isNew: boolean): void {
    this.isPlanStale ||= concerns(this.worlds.currentPlan, uri, isNew);
    this.followPlan();
  }

  private followPlan(): void {
    if (!this.isPlanStale || !this.isAllRead || this.held > 0) return;
    this.isPlanStale = false;
    const moved = this.worlds.follow(planFor(this.fileByUri), this.fileByUri, (d) => !this.waiting.has(d));
    this.worlds.settle(this.onScopeChange);
    moved.forEach(this.onMove);
  }
}
