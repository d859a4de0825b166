/**
 * Owns the way from one namespace to the others of its world, and the record of what was read of them, so that a verdict can
 * be thrown away exactly when something it rests on has changed. What the reader concludes is not its business.
 */
import type { Resource } from './resource.ts';
import type { NamespaceScope } from './scope.ts';

type Role = Resource['role'];

/** The namespaces that are judged together. What is read of them is noted; a scope from here must not outlive the check. */
export interface Namespaces {
  /** The namespace of this name; null when the world has nothing of it. */
  named(name: string): NamespaceScope | null;
  /** What the world grants in the whole cluster: ClusterRoles and their bindings; null when there are none. */
  cluster(): NamespaceScope | null;
  /** Every namespace of the world, the one that is judged included, in the order of their names; those without one last. */
  all(): Iterable<NamespaceScope>;
  /**
   * The namespaces of the same name in other worlds that may be applied to the same cluster: kustomizations that share no file,
   * and plain files. Whether they are is not known, so that they can only ever cast doubt on what seems to be missing.
   */
  beside(): readonly NamespaceScope[];
}

/** Where the namespaces of one world are found. */
export interface NamespaceSource {
  readonly world: string;
  readonly clusterKey: string;
  /** All of them, in the order of their names; those without one last. The same array while none comes or goes. */
  inOrder(): readonly NamespaceScope[];
  keyOf(name: string): string;
  get(key: string): NamespaceScope | null;
  beside(scope: NamespaceScope): readonly NamespaceScope[];
}

/** What has become different about a scope. */
export interface ScopeChange {
  /** The roles of the objects that came, went or were written anew. */
  readonly roles: ReadonlySet<Role>;
  /** Whether the scope has only now come to be, or is empty now. */
  readonly cameOrWent: boolean;
}

const ROLES: readonly Role[] = [
  'namespace',
  'policy',
  'workload',
  'service',
  'route',
  'other-policy',
  'access-role',
  'access-binding',
];

/** For when it is not known what is different: everything may be. */
export const ANY_CHANGE: ScopeChange = { roles: new Set(ROLES), cameOrWent: true };

/** Stands for every scope of a world, where one key would stand for one. */
function everyOf(world: string): string {
  return `*${world}`;
}

/** Stands for the scopes of one name in all worlds. */
function anywhere(name: string): string {
  return `~${name}`;
}

function aspect(key: string, what: Role | 'existence'): string {
  return `${key} ${what}`;
}

/** The aspects, as `readThrough` notes them, that a change to a scope touches. */
export function* aspectsOf(
  { key, world, name }: NamespaceScope,
  { roles, cameOrWent }: ScopeChange,
): Iterable<string> {
  const every = everyOf(world);
  if (cameOrWent) {
    yield aspect(key, 'existence');
    yield aspect(every, 'existence');
    if (name !== null) yield aspect(anywhere(name), 'existence');
  }
  for (const role of roles) {
    yield aspect(key, role);
    yield aspect(every, role);
  }
}

/** What a check reads through, and what of it has been read so far. */
export interface Reading {
  /** The namespace that is judged. */
  readonly scope: NamespaceScope;
  readonly namespaces: Namespaces;
  readonly read: () => Set<string>;
}

/**
 * Lets `reader` read the namespaces of `source`. What is read of the reader itself is noted only if `ownToo`; otherwise whoever
 * keeps the verdict has to throw it away at any change there.
 */
export function readThrough(reader: NamespaceScope, source: NamespaceSource, ownToo: boolean): Reading {
  const notes = new Set<string>();
  const views = new Map<string, NamespaceScope>();
  const readers = new Map<Role, Set<string>>();
  let all: readonly NamespaceScope[] | null = null;
  const note = (scope: NamespaceScope, role: Role) => {
    const { key } = scope;
    if (scope.world !== source.world) {
      notes.add(aspect(key, role));
      return;
    }
    const keys = readers.get(role);
    if (keys) keys.add(key);
    else readers.set(role, new Set([key]));
  };
  const viewOf = (scope: NamespaceScope): NamespaceScope => {
    if (scope === reader && !ownToo) return scope;
    const view = views.get(scope.key) ?? new NotedScope(scope, note);
    views.set(scope.key, view);
    return view;
  };
  const keyed = (key: string): NamespaceScope | null => {
    notes.add(aspect(key, 'existence'));
    const scope = source.get(key);
    return scope && viewOf(scope);
  };
  const namespaces: Namespaces = {
    named: (name) => keyed(source.keyOf(name)),
    cluster: () => keyed(source.clusterKey),
    all() {
      all ??= source.inOrder().map(viewOf);
      return all;
    },
    beside() {
      if (reader.name === null) return [];
      notes.add(aspect(anywhere(reader.name), 'existence'));
      return source.beside(reader).map(viewOf);
    },
  };
  const read = () => {
    const every = everyOf(source.world);
    const noted = all?.filter((scope) => scope !== reader).length;
    for (const [role, keys] of readers) {
      // Rules that look at all look at the same of each: one note in place of thousands.
      if (keys.size === noted) notes.add(aspect(every, role));
      else for (const key of keys) notes.add(aspect(key, role));
    }
    if (all) notes.add(aspect(every, 'existence'));
    // What is known of a scope as a whole counts in every verdict, and changes with its being there.
    if (ownToo) notes.add(aspect(reader.key, 'existence'));
    return notes;
  };
  return { scope: viewOf(reader), namespaces, read };
}

/** In the order of their names; those without one last. */
export function byName(a: NamespaceScope, b: NamespaceScope): number {
  if (a.name === null || b.name === null) {
    if (a.name !== b.name) return a.name === null ? 1 : -1;
    return a.key < b.key ? -1 : 1;
  }
  return a.name < b.name ? -1 : 1;
}

/** A scope that notes which of its lists are looked at. */
class NotedScope implements NamespaceScope {
  readonly key: string;
  readonly world: string;
  readonly name: string | null;
  readonly isCluster: boolean;
  readonly unseen: string | null;
  readonly rendered: boolean;
  private readonly scope: NamespaceScope;
  private readonly note: (scope: NamespaceScope, role: Role) => void;

  constructor(scope: NamespaceScope, note: (scope: NamespaceScope, role: Role) => void) {
    this.key = scope.key;
    this.world = scope.world;
    this.name = scope.name;
    this.isCluster = scope.isCluster;
    this.unseen = scope.unseen;
    this.rendered = scope.rendered;
    this.scope = scope;
    this.note = note;
  }

  get namespace(): Resource | null {
    this.note(this.scope, 'namespace');
    return this.scope.namespace;
  }
  get policies(): readonly Resource[] {
    this.note(this.scope, 'policy');
    return this.scope.policies;
  }
  get workloads(): readonly Resource[] {
    this.note(this.scope, 'workload');
    return this.scope.workloads;
  }
  get services(): readonly Resource[] {
    this.note(this.scope, 'service');
    return this.scope.services;
  }
  get routes(): readonly Resource[] {
    this.note(this.scope, 'route');
    return this.scope.routes;
  }
  get accessRoles(): readonly Resource[] {
    this.note(this.scope, 'access-role');
    return this.scope.accessRoles;
  }
  get accessBindings(): readonly Resource[] {
    this.note(this.scope, 'access-binding');
    return this.scope.accessBindings;
  }
  get otherPolicies(): readonly Resource[] {
    this.note(this.scope, 'other-policy');
    return this.scope.otherPolicies;
  }
  get members(): ReadonlySet<Resource> {
    for (const role of ROLES) this.note(this.scope, role);
    return this.scope.members;
  }
}
