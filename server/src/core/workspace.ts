/**
 * Owns the set of files under analysis and the index from namespaces to the objects in them, kept up to date edit by edit.
 * It is told texts; where they come from, and what anything means, is decided elsewhere.
 */
import type { YamlDocument } from './document.ts';
import { type Resource, resourcesOf } from './resource.ts';
import { type Change, type Edit, SourceFile } from './source-file.ts';

/** What the workspace holds of one namespace. Lists are in path order, then in the order of the text. */
export interface NamespaceScope {
  /** Null for objects that name no namespace; those of one folder are taken to be applied together. */
  readonly name: string | null;
  /** The Namespace object, when the workspace has it. */
  readonly namespace: Resource | null;
  readonly policies: readonly Resource[];
  readonly workloads: readonly Resource[];
  readonly services: readonly Resource[];
  /** Policies of other APIs in this namespace, and all that are cluster-wide. */
  readonly otherPolicies: readonly Resource[];
  /** Everything that is in this namespace, in no particular order; further Namespace objects of its name, too. */
  readonly members: ReadonlySet<Resource>;
}

class Scope implements NamespaceScope {
  readonly key: string;
  readonly name: string | null;
  readonly members = new Set<Resource>();
  readonly clusterWide: ReadonlySet<Resource>;
  private lists: Map<Resource['role'], Resource[]> | null = null;

  constructor(key: string, name: string | null, clusterWide: ReadonlySet<Resource>) {
    this.key = key;
    this.name = name;
    this.clusterWide = clusterWide;
  }

  changed(): void {
    this.lists = null;
  }

  private of(role: Resource['role']): readonly Resource[] {
    // Rules ask for the same lists over and over.
    this.lists ??= Map.groupBy([...this.members].sort(byPlace), (resource) => resource.role);
    return this.lists.get(role) ?? [];
  }

  get namespace(): Resource | null {
    return this.of('namespace')[0] ?? null;
  }
  get policies(): readonly Resource[] {
    return this.of('policy');
  }
  get workloads(): readonly Resource[] {
    return this.of('workload');
  }
  get services(): readonly Resource[] {
    return this.of('service');
  }
  get otherPolicies(): readonly Resource[] {
    return [...this.of('other-policy'), ...[...this.clusterWide].sort(byPlace)];
  }
}

function byPlace(a: Resource, b: Resource): number {
  if (a.document.uri !== b.document.uri) return a.document.uri < b.document.uri ? -1 : 1;
  return a.document.start - b.document.start || a.root.span.start - b.root.span.start;
}

const ALWAYS = (): boolean => true;

/** Names the scopes whose contents changed, so that what was concluded from them can be thrown away. */
export type ScopeListener = (scope: NamespaceScope) => void;

export class Workspace {
  private readonly fileByUri = new Map<string, SourceFile>();
  private readonly scopeByKey = new Map<string, Scope>();
  private readonly clusterWide = new Set<Resource>();
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
    return this.scopeByKey.values();
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
    const key = scopeKey(resource);
    return key === null ? null : (this.scopeByKey.get(key) ?? null);
  }

  private reindex(change: Change, goOn: () => boolean = ALWAYS): void {
    const touched = new Set<Scope>();
    let clusterWideChanged = false;
    for (const document of change.removed) {
      if (this.waiting.delete(document)) continue;
      for (const resource of resourcesOf(document)) {
        clusterWideChanged = this.clusterWide.delete(resource) || clusterWideChanged;
        const scope = this.scopeFor(resource);
        if (scope?.members.delete(resource)) touched.add(scope);
      }
    }
    for (const document of change.added) {
      if (goOn()) clusterWideChanged = this.add(document, touched) || clusterWideChanged;
      else this.waiting.add(document);
    }
    for (const scope of clusterWideChanged ? this.scopeByKey.values() : touched) this.settle(scope);
  }

  private add(document: YamlDocument, touched: Set<Scope>): boolean {
    let clusterWideChanged = false;
    for (const resource of resourcesOf(document)) {
      if (resource.clusterScoped && resource.role !== 'namespace') {
        this.clusterWide.add(resource);
        clusterWideChanged = true;
      }
      const scope = this.scopeFor(resource);
      if (!scope) continue;
      scope.members.add(resource);
      touched.add(scope);
    }
    return clusterWideChanged;
  }

  private settle(scope: Scope): void {
    scope.changed();
    if (scope.members.size === 0) this.scopeByKey.delete(scope.key);
    this.onScopeChange(scope);
  }

  private scopeFor(resource: Resource): Scope | null {
    const key = scopeKey(resource);
    if (key === null) return null;
    let scope = this.scopeByKey.get(key);
    if (!scope) {
      const name = resource.role === 'namespace' ? resource.name : resource.namespace;
      scope = new Scope(key, name, this.clusterWide);
      this.scopeByKey.set(key, scope);
    }
    return scope;
  }
}

const keys = new WeakMap<Resource, string | null>();

/** What the scopes are kept by; null for a resource that is in none. */
function scopeKey(resource: Resource): string | null {
  let key = keys.get(resource);
  if (key === undefined) {
    key = newScopeKey(resource);
    keys.set(resource, key);
  }
  return key;
}

function newScopeKey(resource: Resource): string | null {
  if (resource.role === 'namespace') return resource.name === null ? null : `ns:${resource.name}`;
  if (resource.clusterScoped || resource.namespaceUnknown) return null;
  if (resource.namespace !== null) return `ns:${resource.namespace}`;
  return `folder:${resource.document.uri.slice(0, resource.document.uri.lastIndexOf('/') + 1)}`;
}
