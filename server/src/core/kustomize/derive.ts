/**
 * Owns what becomes of an object on its way through kustomizations: its name, namespace and labels, and what of it a patch has
 * made uncertain. The text it is written in stays the same.
 */
import type { YamlDocument } from '../document.ts';
import { groupOf } from '../kinds.ts';
import type { Derived, Resource } from '../resource.ts';
import { isTemplate } from '../yaml/template.ts';
import type { LabelSet } from './kustomization.ts';
import type { Candidate, LabelChanges, Patch } from './patch.ts';

/** One thing a kustomization does to every object it takes in. */
export type Step =
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'name'; readonly prefix: string; readonly suffix: string }
  | { readonly kind: 'labels'; readonly set: LabelSet }
  | { readonly kind: 'patch'; readonly patch: Patch }
  /** Something that cannot be told. */
  | { readonly kind: 'unknown' };

/** The objects of a kustomization that says so are for tools alone, and are left out of what is applied. */
const LOCAL_CONFIG = 'config.kubernetes.io/local-config';

/** One way of a file's objects into a world. */
export interface Membership {
  /** The key of the world: the URI of the kustomization file at its root. */
  readonly world: string;
  /** That file. */
  readonly root: YamlDocument;
  readonly steps: readonly Step[];
  /** The kustomization that names the file. */
  readonly listedIn: YamlDocument;
}

/** The object as it arrives in a world; null when it is not applied. */
export function derive(resource: Resource, { world, root, steps, listedIn }: Membership): Resource | null {
  const local = resource.annotations.get(LOCAL_CONFIG);
  if (local !== undefined && local !== 'false') return null;
  const way = new Way(resource);
  for (const step of steps) if (!way.take(step)) return null;
  return way.end({ world, root, listedIn });
}

/** An object under way. */
class Way {
  private readonly origin: Resource;
  private readonly names: (string | null)[];
  private readonly namespaces: (string | null)[];
  private readonly labels: Map<string, string>;
  private readonly podLabels = new Map<string, string | null>();
  private readonly selectorLabels = new Map<string, string>();
  private name: string | null;
  private namespace: string | null;
  private namespaceUnknown: boolean;
  private setsNamespace = false;
  private podUnknown = false;
  private patchedBy: string | null = null;
  private partial: boolean;

  constructor(origin: Resource) {
    this.origin = origin;
    this.name = origin.name;
    this.namespace = origin.namespace;
    this.namespaceUnknown = origin.namespaceUnknown;
    this.names = [origin.name];
    this.namespaces = [origin.namespace];
    this.labels = new Map(origin.labels);
    this.partial = origin.partial;
  }

  /** Answers whether the object is still there. */
  take(step: Step): boolean {
    switch (step.kind) {
      case 'namespace':
        this.moveTo(step.namespace);
        return true;
      case 'name':
        // A Namespace keeps its name; only `namespace` changes it.
        if (this.origin.role !== 'namespace' && this.name !== null)
          this.rename(`${step.prefix}${this.name}${step.suffix}`);
        return true;
      case 'labels':
        this.label(step.set);
        return true;
      case 'patch':
        return this.patch(step.patch);
      case 'unknown':
        this.namespace = null;
        this.namespaceUnknown = !this.origin.clusterScoped;
        if (this.origin.role === 'namespace') this.rename(null);
        return true;
    }
  }

  private moveTo(namespace: string): void {
    const known = isTemplate(namespace) ? null : namespace;
    if (this.origin.role === 'namespace') this.rename(known);
    if (this.origin.clusterScoped) return;
    this.namespace = known;
    this.namespaceUnknown = known === null;
    this.setsNamespace = true;
    this.namespaces.push(known);
  }

  private rename(name: string | null): void {
    this.name = name;
    this.names.push(name);
  }

  private label({ pairs, selectors, templates, kinds }: LabelSet): void {
    const reachesPods = templates && this.hasKnownTemplate() && (kinds?.has(this.origin.kind) ?? true);
    for (const [key, value] of pairs) {
      this.labels.set(key, value);
      if (selectors) this.selectorLabels.set(key, value);
      if (reachesPods) this.podLabels.set(key, value);
    }
  }

  /** Whether kustomize knows where the kind keeps its pod: it does not for kinds that are not Kubernetes' own. */
  private hasKnownTemplate(): boolean {
    return ['', 'apps', 'batch'].includes(groupOf(this.origin.apiVersion));
  }

  private patch({ isFor, effect, uri }: Patch): boolean {
    const candidate: Candidate = {
      apiVersion: this.origin.apiVersion,
      kind: this.origin.kind,
      names: this.names,
      namespaces: this.namespaces,
    };
    const verdict = isFor(candidate);
    if (verdict === false) return true;
    if (verdict === true && effect.deletes) return false;
    const { unknown } = effect;
    if (verdict === null || unknown.spec || unknown.labels) this.patchedBy = uri;
    const doubtful = verdict === null || effect.deletes;
    this.podUnknown ||= unknown.pod || (doubtful && (effect.deletes || effect.podLabels.size > 0));
    const ownsSpec = this.origin.role !== 'workload' && this.origin.role !== 'namespace';
    this.partial ||= (ownsSpec && unknown.spec) || (doubtful && effect.deletes);
    if (verdict === null) return true;
    apply(effect.labels, this.labels);
    for (const [key, value] of effect.podLabels) this.podLabels.set(key, value);
    return true;
  }

  end(at: Pick<Derived, 'world' | 'root' | 'listedIn'>): Resource {
    const { origin } = this;
    const isPod = origin.pod === origin.root;
    const podLabels = isPod ? new Map([...this.podLabels, ...this.ownLabels()]) : this.podLabels;
    const derived: Derived = {
      ...at,
      from: origin,
      podLabels,
      selectorLabels: this.selectorLabels,
      setsNamespace: this.setsNamespace,
      patchedBy: this.patchedBy,
    };
    return {
      ...origin,
      name: this.name,
      namespace: this.namespace,
      namespaceUnknown: this.namespaceUnknown,
      labels: this.labels,
      pod: this.podUnknown ? null : origin.pod,
      partial: this.partial,
      derived,
    };
  }

  /** A Pod's own labels are those policies look at. */
  private ownLabels(): Map<string, string | null> {
    const removed = [...this.origin.labels.keys()].filter((key) => !this.labels.has(key));
    return new Map<string, string | null>([...this.labels, ...removed.map((key) => [key, null] as const)]);
  }
}

function apply(changes: LabelChanges, labels: Map<string, string>): void {
  for (const [key, value] of changes)
    if (value === null) labels.delete(key);
    else labels.set(key, value);
}
