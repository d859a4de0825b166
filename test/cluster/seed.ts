// A small cluster for tests: namespaces, pods with the status a kubelet would give them, and roles, written through the API.
import type { ControlPlane, User } from './control-plane.ts';

export interface PodSeed {
  readonly labels?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly phase?: string;
  readonly node?: string;
  readonly hostNetwork?: boolean;
  /** The Deployment that it is to look like a pod of, by its ReplicaSet of this hash. */
  readonly deployment?: string;
  readonly hash?: string;
  /** The StatefulSet that it is to look like a pod of. */
  readonly statefulSet?: string;
}

/** Sends an object and insists that it is taken; answers with what the server made of it. */
export async function send(
  server: ControlPlane,
  method: string,
  path: string,
  body: object,
  contentType = 'application/json',
): Promise<{ metadata: { uid: string; resourceVersion: string } }> {
  const answer = await server.call(path, { method, body: JSON.stringify(body), contentType });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as { metadata: { uid: string; resourceVersion: string } };
}

export async function addNamespace(
  server: ControlPlane,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  await send(server, 'POST', '/api/v1/namespaces', { metadata: { name, labels } });
}

/** What a controller would put on its pod. */
function ownedBy({ labels = {}, deployment, hash = '5d4f8c7b9d', statefulSet }: PodSeed): object {
  const reference = (kind: string, name: string) => ({
    ownerReferences: [
      { apiVersion: 'apps/v1', kind, name, uid: '00000000-0000-4000-8000-000000000000', controller: true },
    ],
  });
  if (statefulSet !== undefined) return { labels, ...reference('StatefulSet', statefulSet) };
  if (deployment === undefined) return { labels };
  return {
    labels: { ...labels, 'pod-template-hash': hash },
    ...reference('ReplicaSet', `${deployment}-${hash}`),
  };
}

/** Adds a pod that looks as if it ran. */
export async function addPod(
  server: ControlPlane,
  namespace: string,
  name: string,
  seed: PodSeed = {},
): Promise<void> {
  const { ip, phase = 'Running', node = 'node-1', hostNetwork = false } = seed;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const containers = [{ name: 'main', image: 'example', ports: [{ name: 'http', containerPort: 8080 }] }];
  const spec = { nodeName: node, hostNetwork, containers };
  await send(server, 'POST', pods, { metadata: { name, ...ownedBy(seed) }, spec });
  const status = { phase, ...(ip && { podIP: ip, podIPs: [{ ip }] }) };
  await send(server, 'PATCH', `${pods}/${name}/status`, { status }, 'application/merge-patch+json');
}

/** Gives a pod these labels besides those it has; null takes one away. */
export async function relabel(
  server: ControlPlane,
  namespace: string,
  name: string,
  labels: Readonly<Record<string, string | null>>,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  await send(server, 'PATCH', path, { metadata: { labels } }, 'application/merge-patch+json');
}

export async function deletePod(server: ControlPlane, namespace: string, name: string): Promise<void> {
  const answer = await server.call(`/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`, {
    method: 'DELETE',
  });
  if (answer.status !== 200) throw new Error(`DELETE ${name}: ${answer.status}`);
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Lets somebody read pods, and what `also` names, in one namespace. */
export async function allowReading(
  server: ControlPlane,
  namespace: string,
  subject:
    | { readonly kind: 'User'; readonly name: User }
    | { readonly kind: 'ServiceAccount'; readonly name: string },
  also: readonly string[] = [],
): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const name = `reader-${subject.name}`;
  const rules = [{ apiGroups: [''], resources: ['pods', ...also], verbs: ['get', 'list', 'watch'] }];
  await send(server, 'POST', `${RBAC}/namespaces/${namespace}/roles`, { metadata: { name }, rules });
  await send(server, 'POST', `${RBAC}/namespaces/${namespace}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup, kind: 'Role', name },
    subjects: [subject.kind === 'User' ? { ...subject, apiGroup } : { ...subject, namespace }],
  });
}
