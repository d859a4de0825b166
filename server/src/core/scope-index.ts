/**
 * Owns the namespaces of one world and which objects are in each, kept up to date object by object. Which objects the world
 * has is decided elsewhere.
 */
import type { NamespaceSource, ScopeChange } from './neighbours.ts';
import type { Resource } from './resource.ts';
import { ClusterWide, type NamespaceScope, Scope } from './scope.ts';

/** The scopes that changes have touched, with the roles of what came and went, until they are settled. */
export type Touched = Map<Scope, Set<Resource['role']>>;

export class ScopeIndex implements NamespaceSource {
  readonly world: string;
  private readonly scopeByKey = new Map<string, Scope>();
  private readonly clusterWide = new ClusterWide();
  private readonly keys = new WeakMap<Resource, string | null>();
  /** Scopes that came to be since the last settling. */
  private readonly fresh = new Set<Scope>();

  constructor(world: string) {
    this.world = world;
  }

  /** Every namespace there are objects of, in no particular order. */
  get scopes(): Iterable<NamespaceScope> {
    return this.scopeByKey.values();
  }

  get(key: string): NamespaceScope | null {
    return this.scopeByKey.get(key) ?? null;
  }

  /** The key of the scope of the namespace with this name, whether or not there is one. */
  keyOf(name: string): string {
    return `${this.world} ns:${name}`;
  }

  /** The scope a resource belongs to; null for cluster-scoped kinds other than Namespace, and for unknown namespaces. */
  scopeOf(resource: Resource): NamespaceScope | null {
    const key = this.scopeKey(resource);
    return key === null ? null : this.get(key);
  }

  add(resource: Resource, touched: Touched): void {
    if (isClusterWide(resource)) {
      this.clusterWide.add(resource);
      this.touchAll(touched);
    }
    const key = this.scopeKey(resource);
    if (key === null) return;
    let scope = this.scopeByKey.get(key);
    if (!scope) {
      const name = resource.role === 'namespace' ? resource.name : resource.namespace;
      scope = new Scope(key, this.world, name, this.clusterWide);
      this.scopeByKey.set(key, scope);
      this.fresh.add(scope);
    }
    scope.add(resource);
    touch(touched, scope, resource.role);
  }

  delete(resource: Resource, touched: Touched): void {
    if (this.clusterWide.delete(resource)) this.touchAll(touched);
    const key = this.scopeKey(resource);
    const scope = key === null ? undefined : this.scopeByKey.get(key);
    if (scope?.delete(resource)) touch(touched, scope, resource.role);
  }

  /** Ends a row of changes: drops the scopes that are empty now and announces each that was touched. */
  settle(touched: Touched, announce: (scope: NamespaceScope, change: ScopeChange) => void): void {
    for (const scope of touched.keys()) if (scope.members.size === 0) this.scopeByKey.delete(scope.key);
    const fresh = new Set(this.fresh);
    this.fresh.clear();
    for (const [scope, roles] of touched) {
      const cameOrWent = fresh.has(scope) !== (scope.members.size === 0);
      announce(scope, { roles, cameOrWent });
    }
  }

  private touchAll(touched: Touched): void {
    for (const scope of this.scopeByKey.values()) touch(touched, scope, 'other-policy');
  }

  /** What the scopes are kept by; null for a resource that is in none. */
  private scopeKey(resource: Resource): string | null {
    let key = this.keys.get(resource);
    if (key === undefined) {
      key = this.newScopeKey(resource);
      this.keys.set(resource, key);
    }
    return key;
  }

  private newScopeKey(resource: Resource): string | null {
    if (resource.role === 'namespace') return resource.name === null ? null : this.keyOf(resource.name);
    if (resource.clusterScoped || resource.namespaceUnknown) return null;
    if (resource.namespace !== null) return this.keyOf(resource.namespace);
    const { uri } = resource.document;
    return `${this.world} folder:${uri.slice(0, uri.lastIndexOf('/') + 1)}`;
  }
}

function isClusterWide({ clusterScoped, role }: Resource): boolean {
  return clusterScoped && role !== 'namespace';
}

function touch(touched: Touched, scope: Scope, role: Resource['role']): void {
  const roles = touched.get(scope);
  if (roles) roles.add(role);
  else touched.set(scope, new Set([role]));
}
