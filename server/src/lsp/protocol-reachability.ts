/**
 * Owns what our client and server say to each other about who may connect to whom. Types and constants only: the client bundles
 * this file, and the page of the Reachability panel knows it.
 */

/** Asks who may connect to whom, as the files are on disk and as they are in the editor. */
export const REACHABILITY_REQUEST = 'netpolGuard/reachability';

/** Sent to a client that has asked, when another answer may be due: something has changed, or more files have been read. */
export const REACHABILITY_CHANGED = 'netpolGuard/reachabilityChanged';

export interface ReachabilityParams {
  /** The URI of a document; what is judged together with it is looked at. Null for the first folder. */
  readonly uri: string | null;
  /** Which of the `worlds` of an answer to look at; null for the one the document is in. */
  readonly world: string | null;
}

export interface Reachability {
  /** The one of `worlds` that was looked at. */
  readonly world: string;
  /** What is applied to one cluster together: plain files, each kustomization, each chart. */
  readonly worlds: readonly { readonly id: string; readonly title: string }[];
  /** Whether something is changed that is not saved, or was found on disk otherwise than it is in the editor. */
  readonly isChanged: boolean;
  readonly namespaces: readonly ReachabilityNamespace[];
  readonly ends: readonly ReachabilityEnd[];
  readonly edges: readonly ReachabilityEdge[];
  /** The sets of ports that edges name by their places here; the first is the empty one. */
  readonly ports: readonly ReachabilityPorts[];
  /** What was not taken into account, in whole sentences. */
  readonly notes: readonly string[];
}

export interface ReachabilityNamespace {
  readonly name: string;
  /** The name of the contractor it belongs to, empty where only that is known; null for none. */
  readonly contractor: string | null;
}

/** Workloads of one namespace that all have the same connections, or addresses outside. */
export type ReachabilityEnd = ReachabilityWorkloads | ReachabilityAddresses;

export interface ReachabilityWorkloads {
  readonly kind: 'workloads';
  /** Its place among the namespaces. */
  readonly namespace: number;
  /** `namespace/name[Kind]`; never empty. */
  readonly ids: readonly string[];
  /** Whether they are there on one side only. */
  readonly change: 'added' | 'removed' | null;
}

export interface ReachabilityAddresses {
  readonly kind: 'addresses';
  readonly role: 'source' | 'destination';
  /** In words where they are many. */
  readonly title: string;
  /** As CIDRs; the first of them where they are many. */
  readonly cidrs: readonly string[];
}

/** What is allowed from an end to another. Numbers are places among the ends and the sets of ports. */
export interface ReachabilityEdge {
  readonly from: number;
  readonly to: number;
  /** The ports that are surely allowed before the changes, and those that may be besides. */
  readonly before: number;
  readonly maybeBefore: number;
  readonly after: number;
  readonly maybeAfter: number;
  /** Allowed before and after; only after; only before; not known for one or the other. */
  readonly kept: number;
  readonly gained: number;
  readonly lost: number;
  readonly unknown: number;
  /** Whether some of it is allowed only where the network plugin lets an ipBlock match pods. */
  readonly dependsOnPlugin: boolean;
}

export interface ReachabilityPorts {
  /** `443/TCP, 53/UDP`, or in words. */
  readonly text: string;
  /** One of them, to ask about; null for the empty set. */
  readonly first: PortOfProtocol | null;
}

export interface PortOfProtocol {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

/** Asks why a connection is allowed or not, before and after. */
export const WHY_REQUEST = 'netpolGuard/why';

export interface WhyParams extends ReachabilityParams, PortOfProtocol {
  /** `namespace/name[Kind]`, or a CIDR, whose first address is asked about. */
  readonly from: string;
  readonly to: string;
}

/** Null where one of the ends is not there. */
export interface Why {
  readonly before: WhyAnswer | null;
  readonly after: WhyAnswer | null;
}

export interface WhyAnswer {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  /** What leads to the verdict, in whole sentences. */
  readonly reasons: readonly WhyReason[];
}

export interface WhyReason {
  readonly text: string;
  /** What it is about: a rule or a policy. */
  readonly place: WhyPlace | null;
}

export interface WhyPlace {
  /** `network-policies.yaml:12`, with `as saved` behind it where the line is that of the file on disk. */
  readonly title: string;
  readonly uri: string;
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
