/**
 * Owns what is known of the pods and addresses that answer a cluster's DNS, on the platform that the config names or on any, and
 * the egress rules that reach them.
 */
import type { DnsPlatform } from '../core/platform.ts';
import type { Json } from '../core/yaml/json.ts';
import { type AddressSet, addresses, NO_ADDRESSES } from './cidr.ts';
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
/** Where NodeLocal DNSCache listens by default. */
export const NODE_LOCAL_CIDR = '169.254.20.10/32';

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

/** Where the lookups of pods go. */
export interface DnsSetup {
  /** Whether the config says so; otherwise it is what may be. */
  readonly isKnown: boolean;
  readonly servers: readonly DnsServers[];
  /** Addresses that answer on port 53 in the node's network, where selectors do not reach. */
  readonly addresses: AddressSet;
}

const OPENSHIFT_SERVERS = DNS_SERVERS.filter(({ namespace }) => namespace === 'openshift-dns');

const pods = (...servers: DnsServers[]): DnsSetup => ({ isKnown: true, servers, addresses: NO_ADDRESSES });
const SETUPS: Readonly<Record<DnsPlatform, DnsSetup>> = {
  'kube-dns': pods(inKubeSystem('kube-dns', true)),
  coredns: pods(inKubeSystem('coredns', true)),
  openshift: pods(...OPENSHIFT_SERVERS),
  // Pods ask the cache of their node; only the cache asks kube-dns.
  'node-local-dns': { isKnown: true, servers: [], addresses: addresses(NODE_LOCAL_CIDR) },
};
const ANY_SETUP: DnsSetup = { isKnown: false, servers: DNS_SERVERS, addresses: NO_ADDRESSES };

/** Who answers on a platform; null where the config does not name one. */
export function dnsSetupOf(platform: DnsPlatform | null): DnsSetup {
  return platform === null ? ANY_SETUP : SETUPS[platform];
}

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

/** The namespaces that DNS servers are in. */
export const DNS_NAMESPACES: ReadonlySet<string> = new Set(DNS_SERVERS.map(({ namespace }) => namespace));

/** Whether pods of `namespace` with these labels are the cluster's DNS itself. */
export function isDnsServer(namespace: string | null, labels: Labels | null): boolean {
  if (namespace === 'openshift-dns') return true;
  return namespace === 'kube-system' && labels !== null && matches(DNS_APPS, labels);
}

const podsIn = (namespace: string, label: string, value: string): Json => ({
  namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } },
  podSelector: { matchLabels: { [label]: value } },
});

const KUBE_DNS_PEER: Json = podsIn('kube-system', APP_LABEL, 'kube-dns');
const COREDNS_PEER: Json = podsIn('kube-system', APP_LABEL, 'coredns');
const OPENSHIFT_DNS_PEER: Json = podsIn('openshift-dns', OPENSHIFT_LABEL, 'default');
/** It runs in the node's network, which only a block of addresses reaches. */
const NODE_LOCAL_PEER: Json = { ipBlock: { cidr: NODE_LOCAL_CIDR } };

/** What an egress rule says to reach the DNS of a platform and nothing else, and what that is called. */
export interface DnsDestination {
  readonly name: string;
  readonly peers: readonly Json[];
  readonly port: number;
}

export const DNS_DESTINATIONS: Readonly<Record<DnsPlatform, DnsDestination>> = {
  'kube-dns': { name: 'the cluster DNS (kube-dns in kube-system)', peers: [KUBE_DNS_PEER], port: 53 },
  coredns: { name: 'the cluster DNS (coredns in kube-system)', peers: [COREDNS_PEER], port: 53 },
  openshift: {
    name: 'the DNS of OpenShift (openshift-dns, port 5353)',
    peers: [OPENSHIFT_DNS_PEER],
    port: 5353,
  },
  'node-local-dns': {
    name: 'NodeLocal DNSCache (169.254.20.10) and kube-dns',
    peers: [NODE_LOCAL_PEER, KUBE_DNS_PEER],
    port: 53,
  },
};

/** The egress rule that reaches the DNS of a platform: on most, and where none is named, kube-dns. */
export function dnsRuleOf(platform: DnsPlatform | null): Json {
  const { peers, port } = DNS_DESTINATIONS[platform ?? 'kube-dns'];
  return {
    to: peers,
    ports: [
      { protocol: 'UDP', port },
      { protocol: 'TCP', port },
    ],
  };
}
