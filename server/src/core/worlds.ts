/**
 * Owns the worlds of a workspace: the plain files, and one world for each kustomization that stands for itself and for each
 * chart. It knows which objects of a document are in which world, as what, and keeps the namespaces of each. Which files there
 * are is decided elsewhere.
 */
import type { YamlDocument } from './document.ts';
import { derive, type Membership } from './kustomize/derive.ts';
import { ANY_CHANGE, type NamespaceSource, type ScopeChange } from './neighbours.ts';
import { NO_PLAN, type Plan } from './plan.ts';
import { type Resource, resourcesOf } from './resource.ts';
import { ClusterWide, type NamespaceScope } from './scope.ts';
import { ScopeIndex } from './scope-index.ts';
import type { SourceFile } from './source-file.ts';

/** The key of the world of plain files. */
const PLAIN = '';

const NO_SCOPES: readonly NamespaceScope[] = [];

export class Worlds {
  /** Policies of whole clusters may be applied with any of the worlds, whichever they are written in. */
  private readonly clusterWide = new ClusterWide();
  private readonly plain = new ScopeIndex(PLAIN, this.clusterWide);
  private readonly indexes = new Map([[PLAIN, this.plain]]);
  private readonly touched = new Set<ScopeIndex>();
  /** By a document of a file that a kustomization names: its objects as they arrive in worlds. */
  private readonly derived = new Map<YamlDocument, readonly Resource[]>();
  private plan: Plan = NO_PLAN;
  /** By the key of a world: the files in it. Made when first asked for. */
  private filesByWorld: Map<string, Set<string>> | null = null;
  /** By a scope: those of its name in other worlds. Every policy asks, and to find out which share files takes long. */
  private besidesOf = new WeakMap<NamespaceScope, readonly NamespaceScope[]>();
  /** The scopes of all worlds by their names. Made when first asked for. */
  private scopesByName: Map<string | null, NamespaceScope[]> | null = null;

  get currentPlan(): Plan {
    return this.plan;
  }

  /** Every namespace of every world, in no particular order. */
  *scopes(): Iterable<NamespaceScope> {
    for (const index of this.indexes.values()) yield* index.scopes;
  }

  add(document: YamlDocument): void {
    const ways = this.plan.memberships.get(document.uri);
    if (ways) this.derived.set(document, arrivals(document, ways));
    for (const resource of this.viewsOf(document)) {
      const index = this.indexOf(resource);
      index.add(resource);
      this.touched.add(index);
      if (isClusterWide(resource)) {
        this.clusterWide.add(resource);
        this.touchOtherPolicies();
      }
    }
  }

  delete(document: YamlDocument): void {
    for (const resource of this.viewsOf(document)) {
      const index = this.indexOf(resource);
      index.delete(resource);
      this.touched.add(index);
      if (this.clusterWide.delete(resource)) this.touchOtherPolicies();
    }
    this.derived.delete(document);
  }

  /**
   * The objects of a document as they are applied: as they are written, or as they arrive in each of the worlds that they are
   * in. The same array until that changes.
   */
  viewsOf(document: YamlDocument): readonly Resource[] {
    const arrived = this.derived.size > 0 ? this.derived.get(document) : undefined;
    return arrived ?? resourcesOf(document);
  }

  /** The scopes of a view; of an object as it is written, those of all its views. */
  scopesOf(resource: Resource): NamespaceScope[] {
    const views = this.derived.get(resource.document);
    if (!views || resource.derived) return [this.indexOf(resource).scopeOf(resource) ?? []].flat();
    const own = views.filter((view) => view.derived?.from === resource);
    return [...new Set(own.flatMap((view) => this.indexOf(view).scopeOf(view) ?? []))];
  }

  /** The namespaces that are judged together with this one. */
  sourceFor({ world }: NamespaceScope): NamespaceSource {
    const index = this.indexes.get(world) ?? this.plain;
    return {
      world,
      clusterKey: index.clusterKey,
      inOrder: () => index.inOrder(),
      keyOf: (name) => index.keyOf(name),
      get: (key) => index.get(key),
      beside: (scope) => this.besides(scope),
    };
  }

  /**
   * The scopes of the same name in worlds that may be applied to the same cluster: those that share no file with this one. What
   * shares a base are variants of it, of which each cluster gets one.
   */
  besides(scope: NamespaceScope): readonly NamespaceScope[] {
    if (scope.name === null || this.indexes.size === 1) return NO_SCOPES;
    const known = this.besidesOf.get(scope) ?? this.findBesides(scope);
    this.besidesOf.set(scope, known);
    return known;
  }

  private findBesides({ world, name }: NamespaceScope): readonly NamespaceScope[] {
    this.scopesByName ??= Map.groupBy(this.scopes(), (scope) => scope.name);
    const others = (this.scopesByName.get(name) ?? []).filter(
      (scope) => scope.world !== world && !this.shareFiles(world, scope.world),
    );
    return others.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  private shareFiles(a: string, b: string): boolean {
    this.filesByWorld ??= filesByWorld(this.plan);
    const [ofA, ofB] = [this.filesByWorld.get(a), this.filesByWorld.get(b)];
    return ofA !== undefined && ofB !== undefined && [...ofA].some((uri) => ofB.has(uri));
  }

  /** Follows another plan: moves the documents of `files` whose way has changed. Answers the URIs of files that moved. */
  follow(
    plan: Plan,
    files: ReadonlyMap<string, SourceFile>,
    isKnown: (d: YamlDocument) => boolean,
  ): string[] {
    const before = this.plan;
    const moved = [...new Set([...before.memberships.keys(), ...plan.memberships.keys()])].filter(
      (uri) => !sameWays(before.memberships.get(uri), plan.memberships.get(uri)),
    );
    const documents = moved.flatMap((uri) => files.get(uri)?.documents ?? []).filter(isKnown);
    for (const document of documents) this.delete(document);
    this.plan = plan;
    this.filesByWorld = null;
    this.besidesOf = new WeakMap();
    const changed = new Set<string>();
    for (const uri of moved)
      for (const { memberships } of [before, plan])
        for (const { world } of memberships.get(uri) ?? []) changed.add(world);
    for (const [world, info] of plan.worlds) {
      const index = this.indexes.get(world) ?? new ScopeIndex(world, this.clusterWide);
      this.indexes.set(world, index);
      if (index.unseen !== info.unseen || index.rendered !== info.rendered) changed.add(world);
      index.unseen = info.unseen;
      index.rendered = info.rendered;
    }
    for (const document of documents) this.add(document);
    for (const world of changed) {
      const index = this.indexes.get(world);
      index?.touchAll(ANY_CHANGE);
      if (index) this.touched.add(index);
    }
    return moved;
  }

  /** Ends a row of changes: announces the scopes they touched. */
  settle(announce: (scope: NamespaceScope, change: ScopeChange) => void): void {
    const noticed = (scope: NamespaceScope, change: ScopeChange) => {
      if (change.cameOrWent) {
        this.scopesByName = null;
        this.besidesOf = new WeakMap();
      }
      announce(scope, change);
    };
    for (const index of this.touched) {
      index.settle(noticed);
      if (index !== this.plain && !this.plan.worlds.has(index.world)) this.indexes.delete(index.world);
    }
    this.touched.clear();
  }

  private touchOtherPolicies(): void {
    for (const index of this.indexes.values()) {
      index.touchOtherPolicies();
      this.touched.add(index);
    }
  }

  private indexOf({ derived }: Resource): ScopeIndex {
    return this.indexes.get(derived?.world ?? PLAIN) ?? this.plain;
  }
}

function isClusterWide({ clusterScoped, role }: Resource): boolean {
  return clusterScoped && role === 'other-policy';
}

function arrivals(document: YamlDocument, ways: readonly Membership[]): readonly Resource[] {
  const views = ways.flatMap((way) =>
    resourcesOf(document).flatMap((resource) => derive(resource, way) ?? []),
  );
  // By two ways into one world under one name it is one object, as far as kustomize takes it at all.
  const byIdentity = Map.groupBy(views, ({ derived, namespace, name, root }) =>
    JSON.stringify([derived?.world, namespace, name, root.span.start]),
  );
  return byIdentity.size === views.length
    ? views
    : [...byIdentity.values()].flatMap(([first]) => first ?? []);
}

function sameWays(a: readonly Membership[] | undefined, b: readonly Membership[] | undefined): boolean {
  if (!a || !b || a.length !== b.length) return a === b;
  return a.every((way, i) => {
    const other = b[i] as Membership;
    return (
      way.root === other.root &&
      way.listedIn === other.listedIn &&
      way.steps.length === other.steps.length &&
      way.steps.every((step, at) => step === other.steps[at])
    );
  });
}

function filesByWorld({ memberships }: Plan): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>();
  for (const [uri, ways] of memberships)
    for (const { world } of ways) {
      const known = result.get(world);
      if (known) known.add(uri);
      else result.set(world, new Set([uri]));
    }
  return result;
}
