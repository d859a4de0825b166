/**
 * Owns the list of grants that walk round a NetworkPolicy: what each lets a person do, and how grave it is where a contractor
 * has it in a namespace of their own. Sources: https://kubernetes.io/docs/concepts/security/rbac-good-practices/, and the CIS
 * Kubernetes Benchmark, section 5.1.
 */
import type { Severity } from '../../core/severity.ts';
import type { Access } from '../../engine/rbac/access-rule.ts';

/** The rules that each speak for one way round. */
export type DangerRule = 'rbac-boundary-write' | 'rbac-step-round' | 'rbac-leave' | 'rbac-escalation';

export interface Danger extends Access {
  readonly rule: DangerRule;
  /** What it lets the subject do, to follow "can". */
  readonly lets: string;
  /** The severity in a namespace of the contractor's own. Anywhere else it is the rule's. */
  readonly own: Severity;
  /** Of a resource in no namespace: a RoleBinding does not grant it. */
  readonly clusterOnly?: true;
  /** The verb that is enough by itself only before this minor release of Kubernetes 1. */
  readonly enoughBefore?: { readonly verb: string; readonly minor: number };
  /** Whether Pod Security Standards, enforced, take the sting out of it. */
  readonly podSecurity?: true;
  /** Objects that are dangerous even where the rule is limited to their names. */
  readonly names?: ReadonlySet<string>;
}

const CHANGE = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const PUT = ['create', 'update', 'patch'];
const SET = ['update', 'patch'];
/** The verbs that the methods of HTTP come to. */
const CALL = ['get', 'create', 'update', 'patch', 'delete'];

type Common = Omit<Danger, 'group' | 'resource' | 'verbs'>;

function each(
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  common: Common,
): Danger[] {
  return resources.map((resource) => ({ ...common, group, resource, verbs }));
}

const OTHER_POLICIES: Common = {
  rule: 'rbac-boundary-write',
  own: 'error',
  lets: 'change policies that count beside the NetworkPolicies',
};
const CLUSTER_POLICIES: Common = {
  ...OTHER_POLICIES,
  clusterOnly: true,
  lets: 'change policies that rank with or above every NetworkPolicy',
};

const BOUNDARY: readonly Danger[] = [
  ...each('networking.k8s.io', ['networkpolicies'], CHANGE, {
    rule: 'rbac-boundary-write',
    own: 'error',
    lets: 'change NetworkPolicies',
  }),
  ...each('cilium.io', ['ciliumnetworkpolicies'], CHANGE, OTHER_POLICIES),
  ...each('projectcalico.org', ['networkpolicies', 'networksets'], CHANGE, OTHER_POLICIES),
  ...each('crd.projectcalico.org', ['networkpolicies', 'networksets'], CHANGE, OTHER_POLICIES),
  ...each('crd.antrea.io', ['networkpolicies'], CHANGE, OTHER_POLICIES),
  ...each('cilium.io', ['ciliumclusterwidenetworkpolicies'], CHANGE, CLUSTER_POLICIES),
  ...each(
    'projectcalico.org',
    ['globalnetworkpolicies', 'globalnetworksets', 'tiers'],
    CHANGE,
    CLUSTER_POLICIES,
  ),
  ...each(
    'crd.projectcalico.org',
    ['globalnetworkpolicies', 'globalnetworksets', 'tiers'],
    CHANGE,
    CLUSTER_POLICIES,
  ),
  ...each('crd.antrea.io', ['clusternetworkpolicies', 'tiers'], CHANGE, CLUSTER_POLICIES),
  ...each(
    'policy.networking.k8s.io',
    ['adminnetworkpolicies', 'baselineadminnetworkpolicies', 'clusternetworkpolicies'],
    CHANGE,
    CLUSTER_POLICIES,
  ),
  ...each('', ['namespaces'], SET, {
    rule: 'rbac-boundary-write',
    own: 'error',
    lets: "change a Namespace's labels, which policies trust and Pod Security goes by",
  }),
  ...each('', ['namespaces'], ['create'], {
    rule: 'rbac-boundary-write',
    own: 'error',
    clusterOnly: true,
    lets: 'make Namespaces with labels that policies trust',
  }),
  ...each('', ['pods'], SET, {
    rule: 'rbac-boundary-write',
    own: 'info',
    lets: 'give running pods labels that policies trust',
  }),
];

const WEBSOCKET = { enoughBefore: { verb: 'get', minor: 35 } } as const;

const STEP_ROUND: readonly Danger[] = [
  ...each('', ['pods/exec', 'pods/attach'], ['get', 'create'], {
    rule: 'rbac-step-round',
    own: 'warning',
    lets: 'run commands in pods, with what policies allow those',
    ...WEBSOCKET,
  }),
  ...each('', ['pods/portforward'], ['get', 'create'], {
    rule: 'rbac-step-round',
    own: 'warning',
    lets: "reach any port of a pod through the API server and the pod's node",
    ...WEBSOCKET,
  }),
  ...each('', ['pods/proxy', 'services/proxy'], CALL, {
    rule: 'rbac-step-round',
    own: 'warning',
    lets: 'have the API server connect to pods on their behalf',
  }),
  ...each('', ['pods/ephemeralcontainers'], SET, {
    rule: 'rbac-step-round',
    own: 'warning',
    lets: 'put a container of their own into a running pod, inside its network',
  }),
  ...each('', ['nodes/proxy'], CALL, {
    rule: 'rbac-step-round',
    own: 'error',
    clusterOnly: true,
    lets: 'call the kubelets, which run commands in every pod, unseen by the audit log (`get` is enough)',
  }),
];

const WORKLOADS: Common = {
  rule: 'rbac-leave',
  own: 'info',
  podSecurity: true,
  lets: "start pods in the node's network, or with labels that policies trust",
};
const ROUTES: Common = {
  rule: 'rbac-leave',
  own: 'info',
  lets: 'open a way in from outside, through a proxy that policies let through',
};

const LEAVE: readonly Danger[] = [
  ...each('', ['pods'], ['create'], WORKLOADS),
  ...each('', ['replicationcontrollers'], PUT, WORKLOADS),
  ...each('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], PUT, WORKLOADS),
  ...each('batch', ['cronjobs', 'jobs'], PUT, WORKLOADS),
  ...each('', ['services'], PUT, {
    rule: 'rbac-leave',
    own: 'info',
    lets: 'open pods to the outside with a NodePort or a load balancer, and take over addresses with `externalIPs`',
  }),
  ...each('', ['services/status'], SET, {
    rule: 'rbac-leave',
    own: 'warning',
    lets: 'take over addresses by writing them into the status of a Service',
  }),
  ...each('networking.k8s.io', ['ingresses'], PUT, ROUTES),
  ...each(
    'gateway.networking.k8s.io',
    ['gateways', 'grpcroutes', 'httproutes', 'tcproutes', 'tlsroutes', 'udproutes'],
    PUT,
    ROUTES,
  ),
  ...each('route.openshift.io', ['routes'], PUT, ROUTES),
  ...['', 'discovery.k8s.io'].flatMap((group) =>
    each(group, [group === '' ? 'endpoints' : 'endpointslices'], PUT, {
      rule: 'rbac-leave',
      own: 'warning',
      lets: 'point a Service at pods of other namespaces, and reach them through a proxy that they trust',
    }),
  ),
  ...each('', ['nodes'], PUT, {
    rule: 'rbac-leave',
    own: 'error',
    clusterOnly: true,
    lets: 'change nodes, and with them where pods run',
  }),
];

const CLUSTER_ROLES_OF_NOTE: ReadonlySet<string> = new Set(['admin', 'cluster-admin', 'edit']);

const ESCALATION: readonly Danger[] = [
  ...each('', ['serviceaccounts'], ['impersonate'], {
    rule: 'rbac-escalation',
    own: 'warning',
    lets: 'act as any ServiceAccount',
  }),
  ...each('', ['users', 'groups'], ['impersonate'], {
    rule: 'rbac-escalation',
    own: 'error',
    clusterOnly: true,
    names: new Set(['system:masters']),
    lets: 'act as anybody else',
  }),
  ...each('', ['serviceaccounts/token'], ['create'], {
    rule: 'rbac-escalation',
    own: 'warning',
    lets: 'get tokens of any ServiceAccount',
  }),
  ...each('', ['secrets'], ['get', 'list', 'watch'], {
    rule: 'rbac-escalation',
    own: 'info',
    lets: 'read Secrets, tokens and keys among them',
  }),
  ...each('rbac.authorization.k8s.io', ['roles', 'clusterroles'], ['bind', 'escalate'], {
    rule: 'rbac-escalation',
    own: 'error',
    names: CLUSTER_ROLES_OF_NOTE,
    lets: 'grant themselves more than they have',
  }),
  ...each('rbac.authorization.k8s.io', ['rolebindings'], PUT, {
    rule: 'rbac-escalation',
    own: 'warning',
    lets: 'pass on what they may do to anybody',
  }),
  ...each('rbac.authorization.k8s.io', ['clusterrolebindings'], PUT, {
    rule: 'rbac-escalation',
    own: 'error',
    clusterOnly: true,
    lets: 'pass on what they may do to anybody, everywhere',
  }),
  ...each('certificates.k8s.io', ['certificatesigningrequests/approval'], SET, {
    rule: 'rbac-escalation',
    own: 'error',
    clusterOnly: true,
    lets: 'approve certificates, and so have one for any name',
  }),
  ...each(
    'admissionregistration.k8s.io',
    [
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'mutatingwebhookconfigurations',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'validatingwebhookconfigurations',
    ],
    CHANGE,
    {
      rule: 'rbac-escalation',
      own: 'error',
      clusterOnly: true,
      lets: 'switch admission checks off, or change objects on their way in',
    },
  ),
  ...each('', ['persistentvolumes'], ['create'], {
    rule: 'rbac-escalation',
    own: 'error',
    clusterOnly: true,
    lets: 'mount directories of the node with a volume of type hostPath',
  }),
];

/** Gravest ways first, as a list of them is read. */
export const DANGERS: readonly Danger[] = [...BOUNDARY, ...STEP_ROUND, ...ESCALATION, ...LEAVE];
