/**
 * Owns the state of a cluster at one moment as plain data: what was read, when, and what could not be. It is what a snapshot file
 * holds; how it is read or written is decided elsewhere.
 */
import type { LiveNamespace, LiveObjects, LivePod } from './live-pods.ts';

/** A request that was refused. `namespace` is null where it was about all of them. */
export interface Refused {
  readonly verb: 'get' | 'list' | 'watch';
  readonly resource: string;
  readonly namespace: string | null;
}

/** A NetworkPolicy, or one of policy.networking.k8s.io, with the fields that it is judged by. */
export interface LivePolicy {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    /** Those of this project. */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

type Texts = Readonly<Record<string, string>>;

export interface Snapshot {
  readonly version: 1;
  readonly context: string;
  /** The namespace of the context. */
  readonly namespace: string;
  /** ISO 8601. */
  readonly readAt: string;
  /** The one namespace whose pods were read; null for all. */
  readonly only: string | null;
  readonly forbidden: readonly Refused[];
  readonly namespaces: readonly { readonly name: string; readonly labels: Texts | null }[];
  readonly pods: readonly (Omit<LivePod, 'labels'> & { readonly labels: Texts })[];
  readonly policies: readonly LivePolicy[];
}

/** The namespaces and pods of a cluster in the form of a snapshot. */
export function objectsIn(live: LiveObjects): Pick<Snapshot, 'namespaces' | 'pods'> {
  const namespaces = [...live.namespaces()].sort(byName);
  const pods = namespaces.flatMap(({ name }) => [...live.podsIn(name)].sort(byName));
  return {
    namespaces: namespaces.map(({ name, labels }) => ({
      name,
      labels: labels && Object.fromEntries(labels),
    })),
    pods: pods.map((pod) => ({ ...pod, labels: Object.fromEntries(pod.labels) })),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** A snapshot's namespaces and pods, to be asked as those of a running cluster. */
export function liveObjectsOf(snapshot: Snapshot): LiveObjects {
  const namespaces = new Map<string, LiveNamespace>();
  for (const { name, labels } of snapshot.namespaces)
    namespaces.set(name, { name, labels: labels && new Map(Object.entries(labels)) });
  const pods = Map.groupBy(
    snapshot.pods.map((pod): LivePod => ({ ...pod, labels: new Map(Object.entries(pod.labels)) })),
    ({ namespace }) => namespace,
  );
  for (const name of pods.keys()) if (!namespaces.has(name)) namespaces.set(name, { name, labels: null });
  return {
    namespaces: () => namespaces.values(),
    namespace: (name) => namespaces.get(name) ?? null,
    podsIn: (name) => pods.get(name) ?? [],
  };
}

/** How much of the cluster is seen: `only` one namespace, or, where not even its pods may be read, none (`blind`). */
export function viewOf({ namespace, only, forbidden }: Pick<Snapshot, 'namespace' | 'only' | 'forbidden'>) {
  const blind = forbidden.some((f) => f.resource === 'pods' && f.verb === 'list' && f.namespace !== null);
  return { namespace, only, blind };
}
