/**
 * Owns the set of files under analysis and the index from namespaces to the objects in them, kept up to date edit by edit.
 * It is told texts; where they come from, and what anything means, is decided elsewhere.
 */
import type { YamlDocument } from './document.ts';
import type { NamespaceSource, ScopeChange } from './neighbours.ts';
import { type Resource, resourcesOf } from './resource.ts';
import type { NamespaceScope } from './scope.ts';
import { ScopeIndex, type Touched } from './scope-index.ts';
import { type Change, type Edit, SourceFile } from './source-file.ts';

const ALWAYS = (): boolean => true;

export type { NamespaceScope };

/** Names the scopes whose contents changed, and how, so that what was concluded from them can be thrown away. */
export type ScopeListener = (scope: NamespaceScope, change: ScopeChange) => void;

export class Workspace {
  private readonly fileByUri = new Map<string, SourceFile>();
  private readonly index = new ScopeIndex('');
  private readonly onScopeChange: ScopeListener;
  /** Documents that are in a file but not in the index yet. */
  private readonly waiting = new Set<YamlDocument>();
  /** Whether every file has been read, as far as whoever reads them knows. */
  allRead = true;

  constructor(onScopeChange: ScopeListener = () => {}) {
    this.onScopeChange = onScopeChange;
  }

  get files(): ReadonlyMap<string, SourceFile> {
    return this.fileByUri;
  }

  /** Whether everything has been read and indexed. Until then nothing can be said about what is missing. */
  get complete(): boolean {
    return this.allRead && this.waiting.size === 0;
  }

  /** Every namespace the workspace has objects of, in no particular order. */
  get scopes(): Iterable<NamespaceScope> {
    return this.index.scopes;
  }

  /**
   * Adds a file, or replaces its text. Parsing a long file takes its time: once `goOn` says no, the rest of its documents
   * wait for `indexWaiting`.
   */
  set(uri: string, text: string, goOn: () => boolean = ALWAYS): SourceFile {
    const known = this.fileByUri.get(uri);
    if (known) {
      this.reindex(known.replace(text), goOn);
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
  }

  delete(uri: string): void {
    const file = this.fileByUri.get(uri);
    if (!file) return;
    this.fileByUri.delete(uri);
    this.reindex({ removed: file.documents, added: [] });
  }

  /** The scope a resource belongs to; null for cluster-scoped kinds other than Namespace, and for unknown namespaces. */
  scopeOf(resource: Resource): NamespaceScope | null {
    return this.index.scopeOf(resource);
  }

  /** The namespaces that are judged together with this one. */
  namespacesBeside(_scope: NamespaceScope): NamespaceSource {
    return this.index;
  }

  private reindex(change: Change, goOn: () => boolean = ALWAYS): void {
    const touched: Touched = new Map();
    for (const document of change.removed) {
      if (this.waiting.delete(document)) continue;
      for (const resource of resourcesOf(document)) this.index.delete(resource, touched);
    }
    for (const document of change.added) {
      if (!goOn()) this.waiting.add(document);
      else for (const resource of resourcesOf(document)) this.index.add(resource, touched);
    }
    this.index.settle(touched, this.onScopeChange);
  }
}
