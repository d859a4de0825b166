/**
 * Owns what is known of one namespace: its objects by the role they play, in lists that stay the same arrays while nothing in
 * them changes. Which objects belong to a namespace is decided by whoever puts them in.
 */
import type { Resource } from './resource.ts';

type Role = Resource['role'];

/**
 * What one world holds of one namespace. Lists are in path order, then in the order of the text; a list is the same array
 * until something in it changes, so that what was concluded from lists alone can be kept by them.
 */
export interface NamespaceScope {
  /** Tells this scope from every other of its workspace, and stays the same when the scope is emptied and filled again. */
  readonly key: string;
  /** The world it is in: only the namespaces of one world are ever judged together. Empty for plain files. */
  readonly world: string;
  /**
   * Null for objects that name no namespace, of which those of one folder are taken to be applied together, and for the scope of
   * what is in no namespace.
   */
  readonly name: string | null;
  /** Whether it is no namespace, but the place of what RBAC grants in the whole cluster. There is one in each world. */
  readonly isCluster: boolean;
  /** The Namespace object, when the workspace has it. */
  readonly namespace: Resource | null;
  readonly policies: readonly Resource[];
  readonly workloads: readonly Resource[];
  readonly services: readonly Resource[];
  readonly routes: readonly Resource[];
  /** Roles and role bindings; in the scope of what is in no namespace, ClusterRoles and their bindings. */
  readonly accessRoles: readonly Resource[];
  readonly accessBindings: readonly Resource[];
  /** Policies of other APIs in this namespace, and all in the workspace that are cluster-wide. */
  readonly otherPolicies: readonly Resource[];
  /**
   * Why there may be more in this namespace than is listed here, or other than it says: a sentence's part to follow "unknown:".
   * Null when what is here is all. Where it is set, nothing follows from what is absent.
   */
  readonly unseen: string | null;
  /** Whether its objects are rendered from the templates of a chart: then nothing at all is to be said of what is absent. */
  readonly rendered: boolean;
  /** Everything that is in this namespace, in no particular order; further Namespace objects of its name, too. */
  readonly members: ReadonlySet<Resource>;
}

/** The objects that are in no namespace and count in each, as a list that is the same array until something in it changes. */
export class ClusterWide {
  private readonly members = new Set<Resource>();
  private sorted: readonly Resource[] | null = null;

  get list(): readonly Resource[] {
    this.sorted ??= [...this.members].sort(byPlace);
    return this.sorted;
  }

  add(resource: Resource): void {
    this.members.add(resource);
    this.sorted = null;
  }

  /** Answers whether it was there. */
  delete(resource: Resource): boolean {
    if (!this.members.delete(resource)) return false;
    this.sorted = null;
    return true;
  }
}

/** What a scope shares with all others of its world. */
export interface World {
  readonly world: string;
  readonly unseen: string | null;
  readonly rendered: boolean;
}

export class Scope implements NamespaceScope {
  private readonly home: World;
  readonly key: string;
  readonly name: string | null;
  readonly isCluster: boolean;
  readonly members = new Set<Resource>();
  private readonly clusterWide: ClusterWide;
  private readonly byRole = new Map<Role, Set<Resource>>();
  private readonly lists = new Map<Role, readonly Resource[]>();
  private other: { readonly wide: readonly Resource[]; readonly all: readonly Resource[] } | null = null;

  constructor(home: World, at: Pick<NamespaceScope, 'key' | 'name' | 'isCluster'>, clusterWide: ClusterWide) {
    this.home = home;
    this.key = at.key;
    this.name = at.name;
    this.isCluster = at.isCluster;
    this.clusterWide = clusterWide;
  }

  add(resource: Resource): void {
    const { role } = resource;
    this.members.add(resource);
    const known = this.byRole.get(role);
    if (known) known.add(resource);
    else this.byRole.set(role, new Set([resource]));
    this.changed(role);
  }

  /** Answers whether it was there. */
  delete(resource: Resource): boolean {
    if (!this.members.delete(resource)) return false;
    this.byRole.get(resource.role)?.delete(resource);
    this.changed(resource.role);
    return true;
  }

  private changed(role: Role): void {
    this.lists.delete(role);
    if (role === 'other-policy') this.other = null;
  }

  private of(role: Role): readonly Resource[] {
    const known = this.lists.get(role);
    if (known) return known;
    const list = [...(this.byRole.get(role) ?? [])].sort(byPlace);
    this.lists.set(role, list);
    return list;
  }

  get world(): string {
    return this.home.world;
  }
  get unseen(): string | null {
    return this.home.unseen;
  }
  get rendered(): boolean {
    return this.home.rendered;
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
  get routes(): readonly Resource[] {
    return this.of('route');
  }
  get accessRoles(): readonly Resource[] {
    return this.of('access-role');
  }
  get accessBindings(): readonly Resource[] {
    return this.of('access-binding');
  }
  get otherPolicies(): readonly Resource[] {
    const wide = this.clusterWide.list;
    if (this.other?.wide !== wide) this.other = { wide, all: [...this.of('other-policy'), ...wide] };
    return this.other.all;
  }
}

function byPlace(a: Resource, b: Resource): number {
  if (a.document.uri !== b.document.uri) return a.document.uri < b.document.uri ? -1 : 1;
  return a.document.start - b.document.start || a.root.span.start - b.root.span.start;
}
