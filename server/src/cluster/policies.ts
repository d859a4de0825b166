/**
 * Owns which policies a cluster has: NetworkPolicies, and those of policy.networking.k8s.io where the server has that API. What
 * they do to connections is not its business.
 */
import type { LivePolicy } from '../engine/snapshot.ts';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';
import type { ApiObject } from './objects.ts';

/** A collection of policies on the server. */
export interface PolicyCollection {
  /** In RBAC's words. */
  readonly resource: string;
  readonly kind: string;
  readonly apiVersion: string;
}

export const NETWORK_POLICIES: PolicyCollection = {
  resource: 'networkpolicies',
  kind: 'NetworkPolicy',
  apiVersion: 'networking.k8s.io/v1',
};

/** The API of policies for whole clusters. */
export const TIERED_GROUP = 'policy.networking.k8s.io';
const TIERED_KINDS: ReadonlySet<string> = new Set([
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
]);

interface ApiGroup {
  readonly versions?: readonly { readonly groupVersion: string }[];
}
interface ApiResources {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}

/** The collections of policies for whole clusters that the server has; none where it has no such API. Rejects with a Failure. */
export async function discoverTiered(api: Api, signal: AbortSignal): Promise<PolicyCollection[]> {
  const group = (await orAbsent(api.get(`/apis/${TIERED_GROUP}`, signal))) as ApiGroup | null;
  const found = new Map<string, PolicyCollection>();
  for (const { groupVersion: apiVersion } of group?.versions ?? []) {
    const answer = (await orAbsent(api.get(`/apis/${apiVersion}`, signal))) as ApiResources | null;
    for (const { name: resource, kind } of answer?.resources ?? [])
      if (TIERED_KINDS.has(kind) && !resource.includes('/') && !found.has(resource))
        found.set(resource, { resource, kind, apiVersion });
  }
  return [...found.values()];
}

async function orAbsent(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'absent') return null;
    throw error;
  }
}

export function pathOf({ apiVersion, resource }: PolicyCollection, namespace: string | null): string {
  const within = namespace === null ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
  return `/apis/${apiVersion}/${within}${resource}`;
}

/** The policies of a cluster by kind, namespace and name. */
export class PolicyStore {
  private readonly byKind = new Map<string, Map<string, LivePolicy>>();

  /** Sorted, so that the same cluster gives the same list. */
  all(): LivePolicy[] {
    const place = ({ kind, metadata }: LivePolicy) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
    return [...this.byKind.values()]
      .flatMap((policies) => [...policies.values()])
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }

  /** How to keep one collection. */
  keeping(collection: PolicyCollection) {
    const policies = new Map<string, LivePolicy>();
    this.byKind.set(collection.kind, policies);
    const put = (object: ApiObject) => policies.set(keyOf(object), readPolicy(object, collection));
    return {
      replace: (objects: readonly ApiObject[]) => {
        policies.clear();
        for (const object of objects) put(object);
      },
      put: (object: ApiObject) => void put(object),
      remove: (object: ApiObject) => void policies.delete(keyOf(object)),
    };
  }
}

function keyOf({ metadata }: ApiObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

const OURS = /^netpol-guard\//;

/** Of the annotations, only this project's are kept: others may hold anything, such as the whole object as it was applied. */
function readPolicy({ metadata = {}, spec }: ApiObject, { apiVersion, kind }: PolicyCollection): LivePolicy {
  const { name = '', namespace, labels } = metadata;
  const ours = Object.entries(metadata.annotations ?? {}).filter(([key]) => OURS.test(key));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(ours.length > 0 && { annotations: Object.fromEntries(ours) }),
    },
    spec: spec ?? {},
  };
}
