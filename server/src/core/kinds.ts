/**
 * Owns the list of Kubernetes kinds the product understands, each told apart by API group, since other groups have kinds of
 * the same name (Calico's NetworkPolicy, Knative's Service).
 */

/** What the product takes a kind to be. `policy` is networking.k8s.io/v1 NetworkPolicy alone. */
export type Role =
  | 'policy'
  | 'namespace'
  | 'workload'
  | 'service'
  /** What leads connections from outside the cluster to Services: an Ingress, an HTTPRoute. */
  | 'route'
  | 'other-policy'
  /** RBAC: what a Role or a ClusterRole grants, and to whom a binding grants it. */
  | 'access-role'
  | 'access-binding'
  | 'list';

interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly role: Role;
  /** Cluster-scoped objects belong to no namespace. */
  readonly clusterScoped?: true;
  /** Where a workload keeps its pod: the path to the object that has `metadata.labels` and `spec`. */
  readonly podPath?: readonly string[];
  /** An object that makes others has its role only where NetworkPolicies are among them. */
  readonly generates?: true;
}

const TEMPLATE = ['spec', 'template'] as const;

const KINDS: readonly Kind[] = [
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', role: 'policy' },
  { group: '', kind: 'Namespace', role: 'namespace', clusterScoped: true },
  { group: '', kind: 'Service', role: 'service' },
  { group: '', kind: 'List', role: 'list' },
  { group: '', kind: 'Pod', role: 'workload', podPath: [] },
  { group: '', kind: 'ReplicationController', role: 'workload', podPath: TEMPLATE },
  { group: 'apps', kind: 'Deployment', role: 'workload', podPath: TEMPLATE },
  { group: 'apps', kind: 'StatefulSet', role: 'workload', podPath: TEMPLATE },
  { group: 'apps', kind: 'DaemonSet', role: 'workload', podPath: TEMPLATE },
  { group: 'apps', kind: 'ReplicaSet', role: 'workload', podPath: TEMPLATE },
  { group: 'batch', kind: 'Job', role: 'workload', podPath: TEMPLATE },
  { group: 'batch', kind: 'CronJob', role: 'workload', podPath: ['spec', 'jobTemplate', 'spec', 'template'] },
  { group: 'apps.kruise.io', kind: 'CloneSet', role: 'workload', podPath: TEMPLATE },
  { group: 'apps.kruise.io', kind: 'StatefulSet', role: 'workload', podPath: TEMPLATE },
  { group: 'apps.kruise.io', kind: 'DaemonSet', role: 'workload', podPath: TEMPLATE },
  { group: 'apps.openshift.io', kind: 'DeploymentConfig', role: 'workload', podPath: TEMPLATE },
  { group: 'argoproj.io', kind: 'Rollout', role: 'workload', podPath: TEMPLATE },
  { group: 'keda.sh', kind: 'ScaledJob', role: 'workload', podPath: ['spec', 'jobTargetRef', 'template'] },
  { group: 'serving.knative.dev', kind: 'Service', role: 'workload', podPath: TEMPLATE },
  { group: 'networking.k8s.io', kind: 'Ingress', role: 'route' },
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', role: 'route' },
  { group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', role: 'route' },
  { group: 'gateway.networking.k8s.io', kind: 'TLSRoute', role: 'route' },
  { group: 'gateway.networking.k8s.io', kind: 'TCPRoute', role: 'route' },
  { group: 'gateway.networking.k8s.io', kind: 'UDPRoute', role: 'route' },
  { group: 'route.openshift.io', kind: 'Route', role: 'route' },
  { group: 'rbac.authorization.k8s.io', kind: 'Role', role: 'access-role' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', role: 'access-role', clusterScoped: true },
  { group: 'rbac.authorization.k8s.io', kind: 'RoleBinding', role: 'access-binding' },
  {
    group: 'rbac.authorization.k8s.io',
    kind: 'ClusterRoleBinding',
    role: 'access-binding',
    clusterScoped: true,
  },
  { group: 'projectcalico.org', kind: 'NetworkPolicy', role: 'other-policy' },
  { group: 'crd.projectcalico.org', kind: 'NetworkPolicy', role: 'other-policy' },
  { group: 'projectcalico.org', kind: 'GlobalNetworkPolicy', role: 'other-policy', clusterScoped: true },
  { group: 'crd.projectcalico.org', kind: 'GlobalNetworkPolicy', role: 'other-policy', clusterScoped: true },
  { group: 'cilium.io', kind: 'CiliumNetworkPolicy', role: 'other-policy' },
  { group: 'cilium.io', kind: 'CiliumClusterwideNetworkPolicy', role: 'other-policy', clusterScoped: true },
  {
    group: 'policy.networking.k8s.io',
    kind: 'ClusterNetworkPolicy',
    role: 'other-policy',
    clusterScoped: true,
  },
  {
    group: 'policy.networking.k8s.io',
    kind: 'AdminNetworkPolicy',
    role: 'other-policy',
    clusterScoped: true,
  },
  {
    group: 'policy.networking.k8s.io',
    kind: 'BaselineAdminNetworkPolicy',
    role: 'other-policy',
    clusterScoped: true,
  },
  // Kyverno can give every namespace its default deny.
  { group: 'kyverno.io', kind: 'ClusterPolicy', role: 'other-policy', clusterScoped: true, generates: true },
  { group: 'kyverno.io', kind: 'Policy', role: 'other-policy', generates: true },
  {
    group: 'policies.kyverno.io',
    kind: 'GeneratingPolicy',
    role: 'other-policy',
    clusterScoped: true,
    generates: true,
  },
];

/** Every kind has a list of its own, such as NetworkPolicyList in the group of NetworkPolicy. */
const LISTS: readonly Kind[] = KINDS.filter((k) => k.role !== 'list').map(({ group, kind }) => ({
  group,
  kind: `${kind}List`,
  role: 'list',
}));

const BY_GROUP_KIND = new Map([...KINDS, ...LISTS].map((k) => [`${k.group}/${k.kind}`, k]));
const KNOWN_NAMES = new Set([...KINDS, ...LISTS].map((k) => k.kind));

/** Whether any kind the product knows has this name, in whatever API group. */
export function isKnownKindName(name: string): boolean {
  return KNOWN_NAMES.has(name);
}

/** The kind in this API group, or undefined when the product does not know it. */
export function kindOf(group: string, kind: string): Kind | undefined {
  return BY_GROUP_KIND.get(`${group}/${kind}`);
}

/** The API group of an `apiVersion`: `apps` for `apps/v1`, the empty string for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
