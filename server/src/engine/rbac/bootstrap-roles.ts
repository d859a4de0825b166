/**
 * Owns the ClusterRoles that every cluster has from its first start, as far as they are meant for people or let them do much:
 * their names, their labels and what they grant. Source: the bootstrap policy of Kubernetes 1.36,
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
 */
import { type AccessRule, builtInRule } from './access-rule.ts';

/** A ClusterRole that Kubernetes itself makes. */
export interface BootstrapRole {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** The label that ClusterRoles carry whose rules it takes over; null when it has rules of its own. */
  readonly aggregates: string | null;
  readonly rules: readonly AccessRule[];
  /** Rules that it has only in clusters set up before this minor release of Kubernetes 1; upgrades leave them. */
  readonly older: { readonly before: number; readonly rules: readonly AccessRule[] } | null;
}

const TO = 'rbac.authorization.k8s.io/aggregate-to-';
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const READ = ['get', 'list', 'watch'];

/** A label that makes a ClusterRole part of a built-in one: `aggregate-to-edit: "true"`. */
function labelled(...roles: readonly string[]): ReadonlyMap<string, string> {
  return new Map(roles.map((role) => [TO + role, 'true']));
}

function role(
  name: string,
  rules: readonly AccessRule[],
  { labels = labelled(), aggregates = null, older = null }: Partial<BootstrapRole> = {},
): BootstrapRole {
  return { name, labels, aggregates, rules, older };
}

const EDIT_RULES: readonly AccessRule[] = [
  builtInRule(
    [''],
    ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'],
    READ,
  ),
  builtInRule([''], ['serviceaccounts'], ['impersonate']),
  builtInRule([''], ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'], WRITE),
  builtInRule([''], ['pods/eviction'], ['create']),
  builtInRule(
    [''],
    [
      'configmaps',
      'events',
      'persistentvolumeclaims',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'secrets',
      'serviceaccounts',
      'services',
      'services/proxy',
    ],
    WRITE,
  ),
  builtInRule([''], ['serviceaccounts/token'], ['create']),
  builtInRule(
    ['apps'],
    [
      'daemonsets',
      'deployments',
      'deployments/rollback',
      'deployments/scale',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
    WRITE,
  ),
  builtInRule(['autoscaling'], ['horizontalpodautoscalers'], WRITE),
  builtInRule(['batch'], ['cronjobs', 'jobs'], WRITE),
  builtInRule(['policy'], ['poddisruptionbudgets'], WRITE),
  builtInRule(['networking.k8s.io'], ['ingresses', 'networkpolicies'], WRITE),
  builtInRule(['coordination.k8s.io'], ['leases'], [...READ, ...WRITE]),
];

const VIEW_RULES: readonly AccessRule[] = [
  builtInRule(
    [''],
    [
      'bindings',
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'namespaces/status',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
    READ,
  ),
  builtInRule(['discovery.k8s.io'], ['endpointslices'], READ),
  builtInRule(
    ['apps'],
    ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    READ,
  ),
  builtInRule(['autoscaling'], ['horizontalpodautoscalers'], READ),
  builtInRule(['batch'], ['cronjobs', 'jobs'], READ),
  builtInRule(['policy'], ['poddisruptionbudgets'], READ),
  builtInRule(['networking.k8s.io'], ['ingresses', 'networkpolicies'], READ),
];

const ADMIN_RULES: readonly AccessRule[] = [
  builtInRule(['authorization.k8s.io'], ['localsubjectaccessreviews'], ['create']),
  builtInRule(['rbac.authorization.k8s.io'], ['rolebindings', 'roles'], [...READ, ...WRITE]),
];

export const BOOTSTRAP_ROLES: readonly BootstrapRole[] = [
  role('cluster-admin', [builtInRule(['*'], ['*'], ['*'])]),
  role('admin', [], { aggregates: `${TO}admin` }),
  role('edit', [], { labels: labelled('admin'), aggregates: `${TO}edit` }),
  role('view', [], { labels: labelled('edit'), aggregates: `${TO}view` }),
  role('system:aggregate-to-admin', ADMIN_RULES, { labels: labelled('admin') }),
  role('system:aggregate-to-edit', EDIT_RULES, {
    labels: labelled('edit'),
    // Taken away in answer to CVE-2021-25740.
    older: { before: 22, rules: [builtInRule([''], ['endpoints'], WRITE)] },
  }),
  role('system:aggregate-to-view', VIEW_RULES, { labels: labelled('view') }),
  role('system:kubelet-api-admin', [
    builtInRule([''], ['nodes'], [...READ, 'proxy']),
    builtInRule(
      [''],
      [
        'nodes/configz',
        'nodes/healthz',
        'nodes/log',
        'nodes/metrics',
        'nodes/pods',
        'nodes/proxy',
        'nodes/stats',
      ],
      ['*'],
    ),
  ]),
];
