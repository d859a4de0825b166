/**
 * Owns the shape of what reachability is computed from: namespaces, pods and policies as plain data. Manifests, live objects
 * and snapshots are all brought into this shape first; it knows no YAML, no file and no cluster.
 */
import type { Resource } from '../../core/resource.ts';
import type { AddressSet } from '../cidr.ts';
import type { Direction } from '../direction.ts';
import type { Policy } from '../policy.ts';
import type { PortSet, Protocol } from '../ports.ts';
import type { Labels, Selector } from '../selector.ts';
import type { Verdict } from '../verdict.ts';

export interface Facts {
  /** A namespace that pods or policies are in and that is not listed counts as one whose labels are not known. */
  readonly namespaces: readonly NamespaceFacts[];
  readonly pods: readonly PodFacts[];
  readonly policies: readonly PolicyFacts[];
  readonly tieredPolicies: readonly TieredPolicyFacts[];
  /**
   * Where the addresses of pods lie whose own are not known (the cluster's podCidrs); null when that is not known either:
   * they are then taken to be private ones (RFC 1918, RFC 6598, RFC 4193).
   */
  readonly podAddresses: AddressSet | null;
  /** What was seen and could not be taken into account, in whole sentences. */
  readonly notes: readonly string[];
}

export interface NamespaceFacts {
  readonly name: string;
  /** Null when they are not known. The label with the name is always taken to be there. */
  readonly labels: Labels | null;
  /** Whether these are surely all of its labels: true for a live object, false for a manifest, which a platform adds to. */
  readonly complete: boolean;
}

/** Pods that are alike: the pods of a workload's manifest, or one live pod. Pods that have ended are never among the facts. */
export interface PodFacts {
  /** What the answers call them: `namespace/name[Kind]`, that of the workload or of the controller that owns the pod. */
  readonly workload: string;
  readonly namespace: string;
  /** Null when they are not known. */
  readonly labels: Labels | null;
  /** Whether these are surely all of their labels: true for a live pod, false for a manifest, which controllers add to. */
  readonly complete: boolean;
  /** The ports of the containers that have a name. */
  readonly namedPorts: readonly NamedPort[];
  /** Whether `namedPorts` is surely all of them. */
  readonly portsKnown: boolean;
  /** One address for each family (IPv4 as a number, IPv6 as a bigint); null when they are not known. */
  readonly addresses: readonly (number | bigint)[] | null;
  readonly hostNetwork: Verdict;
  /** The manifest they come from; null when there is none. */
  readonly origin: Resource | null;
}

export interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly number: number;
}

/** A NetworkPolicy. Every `null` and `unknown` says that the text does not tell. */
export interface PolicyFacts {
  readonly name: string;
  readonly namespace: string;
  readonly podSelector: Selector | null;
  /** The effective policyTypes. */
  readonly isolates: Readonly<Record<Direction, Verdict>>;
  readonly rules: Readonly<Record<Direction, readonly RuleFacts[]>>;
  /** Whether there may be rules that could not be read. */
  readonly maybeMore: Readonly<Record<Direction, boolean>>;
  /** What was read, with its nodes: rule `i` here is rule `i` there. Null for a policy without a text. */
  readonly origin: Policy | null;
}

export interface RuleFacts {
  readonly peers: PeersFacts;
  /** Null when they are not known. */
  readonly ports: PortSet | null;
}

export type PeersFacts = 'any' | 'unknown' | readonly PeerFacts[];

export type PeerFacts =
  | PodsPeerFacts
  /** Null addresses: they are not known. */
  | { readonly kind: 'addresses'; readonly addresses: AddressSet | null }
  /** The nodes of the cluster, by their labels. */
  | { readonly kind: 'nodes' }
  /** Addresses outside of the cluster that have one of some DNS names; which these are is not known. */
  | { readonly kind: 'domains' }
  | { readonly kind: 'unknown' };

/** In a NetworkPolicy a null namespaceSelector means the policy's own namespace. A null podSelector means all pods. */
export interface PodsPeerFacts {
  readonly kind: 'pods';
  readonly podSelector: Selector | null;
  readonly namespaceSelector: Selector | null;
}

export type Tier = 'Admin' | 'Baseline';
export type Action = 'Accept' | 'Deny' | 'Pass';

/**
 * A ClusterNetworkPolicy, or an AdminNetworkPolicy (tier Admin) or BaselineAdminNetworkPolicy (tier Baseline).
 * https://network-policy-api.sigs.k8s.io/api-overview/
 */
export interface TieredPolicyFacts {
  readonly kind: string;
  readonly name: string;
  readonly tier: Tier;
  /** A lower number goes first. */
  readonly priority: number;
  /** Null when it cannot be read. Pods in the node's network are never among them. */
  readonly subject: PodsPeerFacts | null;
  readonly rules: Readonly<Record<Direction, readonly TieredRuleFacts[]>>;
  readonly origin: Resource | null;
}

export interface TieredRuleFacts extends RuleFacts {
  readonly name: string | null;
  /** Null when it cannot be read. */
  readonly action: Action | null;
}
