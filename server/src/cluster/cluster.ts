/**
 * Owns what is known of the cluster of one context while it is picked: namespaces and pods as far as they may be read, how current
 * they are, and what was forbidden. It only reads; what policies make of it is decided elsewhere.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { LiveNamespace, LiveObjects, LivePod } from '../engine/live-pods.ts';
import { type LivePolicy, objectsIn, type Refused, type Snapshot, viewOf } from '../engine/snapshot.ts';
import { type Api, createApi } from './api.ts';
import { Failure } from './failure.ts';
import { backOff, type Follower, follow } from './follow.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { type Login, loginTo, type PluginGuard } from './login.ts';
import { type ApiObject, readNamespace, readPod } from './objects.ts';
import { PodStore } from './pod-store.ts';
import {
  discoverTiered,
  NETWORK_POLICIES,
  type PolicyCollection,
  PolicyStore,
  pathOf,
  TIERED_GROUP,
} from './policies.ts';

export interface ClusterOptions {
  readonly context: string;
  /** The kubeconfig files to look in. */
  readonly files: readonly string[];
  readonly guard: PluginGuard;
  /** False to read once. */
  readonly watches: boolean;
  /** Whether policies are read, too. Who does not need them does not ask for them. */
  readonly policies?: boolean;
}

/** `connecting`: nothing has been read yet. `stale`: what was read may be out of date. `failed`: nothing could be read. */
export type Phase = 'connecting' | 'live' | 'stale' | 'failed';

export interface ClusterState {
  readonly context: string;
  /** The namespace of the context, where kubectl would put what names none. */
  readonly namespace: string;
  readonly phase: Phase;
  /** What is wrong and what to do; null while nothing is. */
  readonly message: string | null;
  readonly forbidden: readonly Refused[];
  /** The one namespace whose pods are read; null for all. */
  readonly only: string | null;
  /** Milliseconds since the epoch when the server was last heard of; null before. */
  readonly heardAt: number | null;
  readonly counts: { readonly namespaces: number; readonly pods: number };
}

/** A resource that is read, or the API whose resources are to be found out. */
type Part = string;

export class Cluster implements LiveObjects {
  private readonly options: ClusterOptions;
  private readonly onChange: () => void;
  private readonly api: Api;
  private readonly pods = new PodStore();
  private readonly labelled = new Map<string, LiveNamespace>();
  private readonly parts = new Set<Part>();
  private readonly policyStore = new PolicyStore();
  private readonly current = new Set<Part>();
  private readonly failures = new Map<Part, Failure>();
  private forbidden: Refused[] = [];
  private login: Login | null = null;
  private only: string | null = null;
  private heardAt: number | null = null;
  private wasLive = false;
  private running = new AbortController();

  /** `onChange` is called after every change of the objects or the state. Nothing is contacted before `start`. */
  constructor(options: ClusterOptions, onChange: () => void) {
    this.options = options;
    this.onChange = onChange;
    this.api = createApi(options.context, () => {
      this.login = loginTo(readKubeconfig(options.files), options.context, options.guard);
      return this.login;
    });
  }

  /** Reads, and follows until `stop`. Settles when there is nothing left to do or to try. Called again, it starts anew. */
  async start(): Promise<void> {
    this.running.abort();
    this.running = new AbortController();
    this.forbidden = [];
    this.failures.clear();
    this.current.clear();
    this.api.signInAnew();
    const { signal } = this.running;
    this.parts.clear();
    for (const part of ['namespaces', 'pods']) this.parts.add(part);
    const policies = this.options.policies
      ? [this.followPolicies(NETWORK_POLICIES, true, signal), this.followTiered(signal)]
      : [];
    await Promise.all([this.followNamespaces(signal), this.followPods(signal), ...policies]);
  }

  stop(): void {
    this.running.abort();
    this.api.close();
  }

  get state(): ClusterState {
    const [failure] = this.failures.values();
    return {
      context: this.options.context,
      namespace: this.namespaceOfContext,
      phase: this.phase,
      message: failure?.message ?? null,
      forbidden: this.forbidden,
      only: this.only,
      heardAt: this.heardAt,
      counts: { namespaces: [...this.namespaces()].length, pods: this.pods.size },
    };
  }

  /** Whether everything that may be read has been read at least once. Before, nothing can be said about it. */
  get isRead(): boolean {
    return this.wasLive;
  }

  /** How much of the cluster is seen. */
  get view(): ReturnType<typeof viewOf> {
    return viewOf(this.state);
  }

  private get phase(): Phase {
    if (this.failures.size > 0) return this.wasLive ? 'stale' : 'failed';
    return this.isCurrent ? 'live' : 'connecting';
  }

  private get isCurrent(): boolean {
    return this.parts.size > 0 && [...this.parts].every((part) => this.current.has(part));
  }

  private get namespaceOfContext(): string {
    return this.login?.context.namespace ?? 'default';
  }

  *namespaces(): Iterable<LiveNamespace> {
    yield* this.labelled.values();
    for (const name of this.pods.namespaces()) if (!this.labelled.has(name)) yield { name, labels: null };
  }

  namespace(name: string): LiveNamespace | null {
    return this.labelled.get(name) ?? (this.pods.has(name) ? { name, labels: null } : null);
  }

  podsIn(namespace: string): Iterable<LivePod> {
    return this.pods.in(namespace);
  }

  /** What is known now, as plain data. `now` is the time in milliseconds since 1970. */
  snapshot(now: number): Snapshot {
    const { context, namespace, only, forbidden, heardAt } = this.state;
    const readAt = new Date(heardAt ?? now).toISOString();
    const policies: readonly LivePolicy[] = this.policyStore.all();
    return { version: 1, context, namespace, readAt, only, forbidden, ...objectsIn(this), policies };
  }

  /** In the namespace of the context where not in all of them. */
  private async followPolicies(
    collection: PolicyCollection,
    isNamespaced: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { resource } = collection;
    this.parts.add(resource);
    const objects = this.policyStore.keeping(collection);
    const followIn = (namespace: string | null) =>
      follow(
        this.following(pathOf(collection, namespace), signal),
        this.follower(resource, namespace, objects),
      );
    await followIn(null);
    if (!this.isForbidden(resource) || signal.aborted) return;
    objects.replace([]);
    if (isNamespaced) await followIn(this.namespaceOfContext);
    const refused = this.forbidden.filter((f) => f.verb === 'list' && f.resource === resource);
    if (refused.length === (isNamespaced ? 2 : 1)) this.settle(resource);
  }

  private async followTiered(signal: AbortSignal): Promise<void> {
    this.parts.add(TIERED_GROUP);
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const found = await discoverTiered(this.api, signal);
        for (const { resource } of found) this.parts.add(resource);
        this.settle(TIERED_GROUP);
        await Promise.all(found.map((collection) => this.followPolicies(collection, false, signal)));
        return;
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure)) return;
        if (error.kind === 'forbidden') {
          this.forbid({ verb: 'get', resource: TIERED_GROUP, namespace: null });
          this.settle(TIERED_GROUP);
          return;
        }
        this.failures.set(TIERED_GROUP, error);
        this.onChange();
        if (!error.passes || !this.options.watches) return;
        await pause(backOff(failures), undefined, { signal }).catch(() => {});
      }
    }
  }

  private async followNamespaces(signal: AbortSignal): Promise<void> {
    const namespaces = this.labelled;
    const follower = this.follower('namespaces', null, {
      replace: (objects) => {
        namespaces.clear();
        for (const object of objects) put(object);
      },
      put: (object) => put(object),
      remove: (object) => namespaces.delete(object.metadata?.name ?? ''),
    });
    const put = (object: ApiObject) => {
      const namespace = readNamespace(object);
      namespaces.set(namespace.name, namespace);
    };
    await follow(this.following('/api/v1/namespaces', signal), follower);
    if (!this.isForbidden('namespaces') || signal.aborted) return;
    namespaces.clear();
    await this.readOwnNamespace(signal, put);
  }

  /** Who may not list namespaces may often get the one of the context. It is not followed: its labels hardly ever change. */
  private async readOwnNamespace(signal: AbortSignal, put: (object: ApiObject) => void): Promise<void> {
    const name = this.namespaceOfContext;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        put((await this.api.get(`/api/v1/namespaces/${encodeURIComponent(name)}`, signal)) as ApiObject);
        this.heardAt = Date.now();
        break;
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure)) return;
        if (error.kind === 'forbidden') {
          this.forbid({ verb: 'get', resource: 'namespaces', namespace: name });
          break;
        }
        this.failures.set('namespaces', error);
        this.onChange();
        if (!error.passes || !this.options.watches) return;
        await pause(backOff(failures), undefined, { signal }).catch(() => {});
      }
    }
    if (!signal.aborted) this.settle('namespaces');
  }

  private async followPods(signal: AbortSignal): Promise<void> {
    this.only = null;
    await follow(this.following('/api/v1/pods', signal), this.podFollower(null));
    if (!this.isForbidden('pods') || signal.aborted) return;
    const namespace = this.namespaceOfContext;
    this.only = namespace;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    await follow(this.following(path, signal), this.podFollower(namespace));
    if (this.forbidden.filter(({ resource }) => resource === 'pods').length < 2) return;
    this.pods.clear();
    this.settle('pods');
  }

  private podFollower(namespace: string | null): Follower {
    return this.follower('pods', namespace, {
      replace: (objects) => this.pods.replace(objects.map(readPod)),
      put: (object) => this.pods.put(readPod(object)),
      remove: ({ metadata }) => this.pods.delete(metadata?.namespace ?? '', metadata?.name ?? ''),
    });
  }

  private following(path: string, signal: AbortSignal) {
    return { api: this.api, path, watches: this.options.watches, signal };
  }

  /** A follower that keeps the state of one part beside the objects. */
  private follower(
    part: Part,
    namespace: string | null,
    objects: Pick<Follower, 'replace' | 'put' | 'remove'>,
  ): Follower {
    return {
      ...objects,
      current: () => {
        this.heardAt = Date.now();
        this.settle(part);
      },
      failed: (failure) => {
        this.current.delete(part);
        if (failure.kind === 'forbidden') this.forbid({ verb: 'list', resource: part, namespace });
        else this.failures.set(part, failure);
        this.onChange();
      },
      unwatchable: () => {
        this.forbid({ verb: 'watch', resource: part, namespace });
        this.onChange();
      },
    };
  }

  /** Takes note that of one part, what may be read is what the server has. */
  private settle(part: Part): void {
    this.failures.delete(part);
    this.current.add(part);
    this.wasLive ||= this.isCurrent;
    this.onChange();
  }

  private forbid(what: Refused): void {
    this.heardAt = Date.now();
    const key = JSON.stringify(what);
    if (this.forbidden.some((known) => JSON.stringify(known) === key)) return;
    // In the same order whichever answer came first.
    const place = (f: Refused) => `${f.resource} ${f.namespace ?? ''} ${f.verb}`;
    this.forbidden = [...this.forbidden, what].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }

  private isForbidden(part: Part): boolean {
    return this.forbidden.some(({ verb, resource }) => verb === 'list' && resource === part);
  }
}
