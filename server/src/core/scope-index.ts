/**
 * Owns the namespaces of one world and which objects are in each, kept up to date object by object. Which objects the world
 * has is decided elsewhere.
 */
import { byName, type ScopeChange } from './neighbours.ts';
import type { Resource } from './resource.ts';
import { type ClusterWide, type NamespaceScope, Scope } from './scope.ts';

export class ScopeIndex {
  readonly world: string;
  /** See NamespaceScope. */
  unseen: string | null = null;
  rendered = false;
  private readonly scopeByKey = new Map<string, Scope>();
  private sorted: readonly NamespaceScope[] | null = null;
  private readonly clusterWide: ClusterWide;
  private readonly keys = new WeakMap<Resource, string | null>();
  /** Scopes that changes have touched, with the roles of what came and went, until they are settled. */
  private readonly touched = new Map<Scope, Set<Resource['role']>>();
  /** Those that may be other than before in any way. */
  private readonly shaken = new Set<Scope>();
  /** Scopes that came to be since the last settling. */
  private readonly fresh = new Set<Scope>();

  /** `clusterWide` is what counts in the namespaces of every world. */
  constructor(world: string, clusterWide: ClusterWide) {
    this.world = world;
    this.clusterWide = clusterWide;
  }

  /** Every namespace there are objects of, and what is in none, in no particular order. */
  get scopes(): Iterable<NamespaceScope> {
    return this.scopeByKey.values();
  }

  /** The namespaces in the order of their names, those without one last; the same array while none comes or goes. */
  inOrder(): readonly NamespaceScope[] {
    this.sorted ??= [...this.scopeByKey.values()].filter((scope) => !scope.isCluster).sort(byName);
    return this.sorted;
  }

  get(key: string): NamespaceScope | null {
    return this.scopeByKey.get(key) ?? null;
  }

  /** The key of the scope of the namespace with this name, whether or not there is one. */
  keyOf(name: string): string {
    return `${this.world} ns:${name}`;
  }

  /** The key of the scope of what is in no namespace, whether or not there is one. */
  get clusterKey(): string {
    return `${this.world} cluster`;
  }

  /** The scope a resource belongs to; null for cluster-wide policies, and for unknown namespaces. */
  scopeOf(resource: Resource): NamespaceScope | null {
    const key = this.scopeKey(resource);
    return key === null ? null : this.get(key);
  }

  add(resource: Resource): void {
    const key = this.scopeKey(resource);
    if (key === null) return;
    let scope = this.scopeByKey.get(key);
    if (!scope) {
      const name = resource.role === 'namespace' ? resource.name : resource.namespace;
      scope = new Scope(this, { key, name, isCluster: key === this.clusterKey }, this.clusterWide);
      this.scopeByKey.set(key, scope);
      this.sorted = null;
      this.fresh.add(scope);
    }
    scope.add(resource);
    this.touch(scope, resource.role);
  }

  delete(resource: Resource): void {
    const key = this.scopeKey(resource);
    const scope = key === null ? undefined : this.scopeByKey.get(key);
    if (scope?.delete(resource)) this.touch(scope, resource.role);
  }

  /** Says that every scope may be other than before, not by what is in it but by what is known of it. */
  touchAll({ roles }: ScopeChange): void {
    for (const scope of this.scopeByKey.values()) {
      for (const role of roles) this.touch(scope, role);
      this.shaken.add(scope);
    }
  }

  /** Ends a row of changes: drops the scopes that are empty now and announces each that was touched. */
  settle(announce: (scope: NamespaceScope, change: ScopeChange) => void): void {
    const touched = [...this.touched];
    const fresh = new Set(this.fresh);
    const shaken = new Set(this.shaken);
    for (const kept of [this.touched, this.fresh, this.shaken]) kept.clear();
    for (const [scope] of touched)
      if (scope.members.size === 0) {
        this.scopeByKey.delete(scope.key);
        this.sorted = null;
      }
    for (const [scope, roles] of touched) {
      const cameOrWent = shaken.has(scope) || fresh.has(scope) !== (scope.members.size === 0);
      announce(scope, { roles, cameOrWent });
    }
  }

  /** Says that cluster-wide policies have changed. */
  touchOtherPolicies(): void {
    for (const scope of this.scopeByKey.values()) this.touch(scope, 'other-policy');
  }

  private touch(scope: Scope, role: Resource['role']): void {
    const roles = this.touched.get(scope);
    if (roles) roles.add(role);
    else this.touched.set(scope, new Set([role]));
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
    if (resource.clusterScoped && isAccess(resource)) return this.clusterKey;
    if (resource.clusterScoped || resource.namespaceUnknown) return null;
    if (resource.namespace !== null) return this.keyOf(resource.namespace);
    // What one kustomization or chart makes is applied together; plain files are if they lie in one folder.
    if (this.world !== '') return `${this.world} none`;
    const { uri } = resource.document;
    return `${this.world} folder:${uri.slice(0, uri.lastIndexOf('/') + 1)}`;
  }
}

function isAccess({ role }: Resource): boolean {
  return role === 'access-role' || role === 'access-binding';
}
