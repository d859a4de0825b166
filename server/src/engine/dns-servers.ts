/**
 * Owns what is known of the pods that answer a cluster's DNS, and the egress rules that reach them. Which of these
 * platforms a cluster is, nobody here knows.
 */
import type { Json } from '../core/yaml/json.ts';
import { isSelectorSubset, type Labels, matches, type Selector } from './selector.ts';

/** DNS pods: in one namespace, with at least these labels, listening on one port of UDP and TCP. */
export interface DnsServers {
  readonly namespace: string;
  readonly labels: Labels;
  readonly port: number;
  /** Whether a cluster that has such pods surely answers there; otherwise it depends on how it was set up. */
  readonly certain: boolean;
}

export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';
const APP_LABEL = 'k8s-app';
const OPENSHIFT_LABEL = 'dns.operator.openshift.io/daemonset-dns';

const inKubeSystem = (app: string, certain: boolean): DnsServers => ({
  namespace: 'kube-system',
  labels: new Map([[APP_LABEL, app]]),
  port: 53,
  certain,
});

/**
 * kubeadm, k3s and the managed clusters label CoreDNS `kube-dns`, the name of its predecessor. OpenShift's Service
 * answers on 53 as well, its pods on 5353. Some clusters answer from node-local caches, or label the pods `coredns`.
 */
export const DNS_SERVERS: readonly DnsServers[] = [
  inKubeSystem('kube-dns', true),
  { namespace: 'openshift-dns', labels: new Map([[OPENSHIFT_LABEL, 'default']]), port: 5353, certain: true },
  inKubeSystem('node-local-dns', false),
  inKubeSystem('coredns', false),
];

/** Ports that DNS pods listen on somewhere; 8053 is Gardener's. */
export const DNS_POD_PORTS: readonly number[] = [53, 5353, 8053];

const DNS_APPS: Selector = {
  requirements: [{ key: APP_LABEL, operator: 'In', values: ['kube-dns', 'node-local-dns', 'coredns'] }],
};

/** Whether pods of `namespace` that match `selector` are the cluster's DNS itself. */
export function selectsDnsServers(namespace: string | null, selector: Selector | null): boolean {
  if (namespace === 'openshift-dns') return true;
  return namespace === 'kube-system' && selector !== null && isSelectorSubset(selector, DNS_APPS);
}

/** Whether pods of `namespace` with these labels are the cluster's DNS itself. */
export function isDnsServer(namespace: string | null, labels: Labels | null): boolean {
  if (namespace === 'openshift-dns') return true;
  return namespace === 'kube-system' && labels !== null && matches(DNS_APPS, labels);
}

const podsIn = (namespace: string, label: string, value: string): Json => ({
  namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } },
  podSelector: { matchLabels: { [label]: value } },
});

/** The peer that is the cluster's DNS on most platforms. */
export const KUBE_DNS_PEER: Json = podsIn('kube-system', APP_LABEL, 'kube-dns');
export const OPENSHIFT_DNS_PEER: Json = podsIn('openshift-dns', OPENSHIFT_LABEL, 'default');
/** Where NodeLocal DNSCache listens by default. It runs in the node's network, where selectors do not reach. */
const NODE_LOCAL_PEER: Json = { ipBlock: { cidr: '169.254.20.10/32' } };

const dnsRule = (port: number, ...to: Json[]): Json => ({
  to,
  ports: [
    { protocol: 'UDP', port },
    { protocol: 'TCP', port },
  ],
});

/** Egress rules that reach the DNS of each platform and nothing else. */
export const DNS_RULES = {
  kubeDns: dnsRule(53, KUBE_DNS_PEER),
  openshift: dnsRule(5353, OPENSHIFT_DNS_PEER),
  nodeLocal: dnsRule(53, NODE_LOCAL_PEER, KUBE_DNS_PEER),
} as const;
