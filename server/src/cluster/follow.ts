/**
 * Owns following one collection of objects: list it page by page, then watch it from the version of the list, and go on from where
 * the watch broke off for as long as the server remembers. What the objects are is not its business.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from './api.ts';
import { Failure, type FailureKind, failureOfStatus } from './failure.ts';
import type { ApiObject } from './objects.ts';

export interface Follower {
  /** Takes everything there is, in place of what was there before. */
  replace(objects: readonly ApiObject[]): void;
  put(object: ApiObject): void;
  remove(object: ApiObject): void;
  /** What was taken in is what the server has; called again whenever the server has been heard of. */
  current(): void;
  /** What was taken in may be out of date from now on, or stays missing. It is tried again if the failure may pass. */
  failed(failure: Failure): void;
  /** The collection may be listed and not watched: it is listed over and over. */
  unwatchable(): void;
}

export interface Following {
  readonly api: Api;
  /** The path of the collection. */
  readonly path: string;
  /** False to list once. */
  readonly watches: boolean;
  readonly signal: AbortSignal;
}

/** Objects of a page. Parsing more at once would hold up everything else. */
const PAGE = 250;
/** Seconds that a watch is asked to last; the server ends it then, and a new one begins. */
const WATCH_SECONDS = 300;
/** Milliseconds between two lists of what cannot be watched. */
const RELIST = 30_000;
/** Milliseconds below which a watch that brought nothing counts as one that failed. */
const TOO_SHORT = 1_000;

/** Failures after which the kubeconfig is read again: what it says may be what was wrong, and may be right by then. */
const RENEWS: ReadonlySet<FailureKind> = new Set([
  'kubeconfig',
  'plugin',
  'unreachable',
  'certificate',
  'unauthorized',
]);

/** Follows until the signal is aborted, or a failure that does not pass by itself. Never rejects. */
export async function follow(following: Following, follower: Follower): Promise<void> {
  const { api, signal, watches } = following;
  const at: { version: string | null } = { version: null };
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (at.version === null) at.version = await listAll(following, follower);
      if (!watches) return;
      const isLong = await watch(following, follower, at);
      failures = isLong ? 0 : failures + 1;
      if (!isLong) await pause(backOff(failures), undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof Failure ? error : unexpected(error);
      if (failure.kind === 'gone') at.version = null;
      else if (failure.kind === 'forbidden' && at.version !== null) {
        follower.unwatchable();
        at.version = null;
        await pause(RELIST, undefined, { signal }).catch(() => {});
        continue;
      } else {
        if (RENEWS.has(failure.kind)) api.signInAnew();
        follower.failed(failure);
        if (!failure.passes || !watches) return;
      }
      await pause(backOff(failures++), undefined, { signal }).catch(() => {});
    }
  }
}

/** Milliseconds to wait after so many failures, never the same for two clients. */
export function backOff(failures: number): number {
  return Math.min(30_000, 300 * 2 ** failures) * (0.5 + Math.random());
}

interface List {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly ApiObject[] | null;
}

/** Answers with the version of the list. */
async function listAll({ api, path, signal }: Following, follower: Follower): Promise<string> {
  const objects: ApiObject[] = [];
  for (let next = ''; ; ) {
    const more = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    const list = (await api.get(`${path}?limit=${PAGE}${more}`, signal)) as List;
    signal.throwIfAborted();
    objects.push(...(list.items ?? []));
    next = list.metadata?.continue ?? '';
    if (next !== '') continue;
    follower.replace(objects);
    follower.current();
    return list.metadata?.resourceVersion ?? '0';
  }
}

/** Answers whether it lasted, or brought anything. */
async function watch(
  { api, path, signal }: Following,
  follower: Follower,
  at: { version: string | null },
): Promise<boolean> {
  const start = performance.now();
  let heard = false;
  const query = new URLSearchParams({
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(WATCH_SECONDS),
    resourceVersion: at.version ?? '0',
  });
  const listener = {
    silence: (WATCH_SECONDS + 30) * 1000,
    opened: () => follower.current(),
    line: (text: string) => {
      heard = true;
      at.version = take(JSON.parse(text) as WatchEvent, follower) ?? at.version;
      follower.current();
    },
  };
  await api.lines(`${path}?${query}`, listener, signal);
  return heard || performance.now() - start > TOO_SHORT;
}

interface WatchEvent {
  readonly type: string;
  readonly object: ApiObject & { readonly code?: number };
}

/** Answers with the version that the event leads to. Throws a Failure for an event that is an error. */
function take({ type, object }: WatchEvent, follower: Follower): string | undefined {
  if (type === 'ERROR')
    throw failureOfStatus(object.code ?? 500, { context: '', server: 'The API server' }, null);
  if (type === 'ADDED' || type === 'MODIFIED') follower.put(object);
  if (type === 'DELETED') follower.remove(object);
  return object.metadata?.resourceVersion;
}

function unexpected(error: unknown): Failure {
  const { name } = error instanceof Error ? error : new Error();
  return new Failure('server', `The API server sent something that could not be understood (${name}).`);
}
