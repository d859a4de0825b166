/**
 * Owns what our client and server say to each other beyond the Language Server Protocol. Types and constants only: the client
 * bundles this file.
 */
import type { PolicyPods } from '../report/affected-pods.ts';

export type {
  NamespaceGroup,
  PodLine,
  PodSection,
  PolicyPods,
  WorkloadGroup,
} from '../report/affected-pods.ts';

/** Sent by the client in `initialize`. Every field is optional, so that any LSP client can do without. */
export interface InitializationOptions {
  /** Where a rule's page is, with `{id}` in place of the rule's id. */
  readonly ruleUri?: string;
  /** Commands the client carries out itself: `netpolGuard.openRule`, `netpolGuard.suppress`, `netpolGuard.showLocations`. */
  readonly commands?: readonly string[];
  /** `workspace` where another YAML server completes fields: then only what the workspace holds is completed. False for nothing. */
  readonly completion?: boolean | 'workspace';
  readonly inlayHints?: ShownOptions['inlayHints'];
  readonly codeLens?: ShownOptions['codeLens'];
  /** Whether the client shows policy tests, and is to be told when they may have changed. */
  readonly policyTests?: boolean;
}

/**
 * Which hints and lenses are shown; each is unless it is false. Sent in `initialize`, and again in
 * `workspace/didChangeConfiguration` as `settings.netpolGuard` whenever they change.
 */
export interface ShownOptions {
  readonly inlayHints?: {
    readonly podSelector?: boolean;
    readonly peers?: boolean;
    readonly namedPorts?: boolean;
  };
  readonly codeLens?: {
    readonly policies?: boolean;
    readonly workloads?: boolean;
    readonly reachable?: boolean;
  };
}

/** The command behind a lens. Its arguments are a URI and a position, where to show them, and the locations to show. */
export const SHOW_LOCATIONS = 'netpolGuard.showLocations';

/** Asks for the edit that suppresses a rule's finding at a position, with a reason. */
export const SUPPRESS_REQUEST = 'netpolGuard/suppress';

export interface SuppressParams {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
  readonly ruleId: string;
  readonly reason: string;
}

/** Asks for the edit that gives a namespace a default-deny policy. */
export const DEFAULT_DENY_REQUEST = 'netpolGuard/defaultDeny';

export interface DefaultDenyParams {
  readonly namespace: string;
  readonly directions: readonly ('Ingress' | 'Egress')[];
  /** Whether egress to the cluster's DNS stays allowed. */
  readonly dns: boolean;
  /**
   * The URI of a file, or of a folder with a slash at the end. The namespace is looked for beside it first, and its folder takes
   * the policy of a namespace that nothing names yet.
   */
  readonly near: string | null;
}

/** Asks, without parameters, for the namespaces the workspace knows and the directions each lacks default deny for. */
export const NAMESPACES_REQUEST = 'netpolGuard/namespaces';

export interface NamespaceInfo {
  readonly name: string;
  /** The URI of the folder whose files are judged together with it. Another such folder may have one of the same name. */
  readonly folder: string;
  readonly missing: readonly ('Ingress' | 'Egress')[];
  readonly contractor: boolean;
}

/** Asks for the contexts of the kubeconfig. Contacts nobody. */
export const CONTEXTS_REQUEST = 'netpolGuard/contexts';

export interface ContextsParams {
  /** Paths of kubeconfig files that take the place of $KUBECONFIG; none to find them as kubectl does. */
  readonly kubeconfig: readonly string[];
}

export interface Contexts {
  readonly contexts: readonly ContextInfo[];
  /** What is wrong with the files, in sentences for people. */
  readonly problems: readonly string[];
}

export interface ContextInfo {
  readonly name: string;
  readonly cluster: string;
  readonly namespace: string | null;
  /** Whether it is what kubectl would use. */
  readonly current: boolean;
  /** The program that signs in; null when there is none. */
  readonly plugin: string | null;
}

/** Picks a context, which is then read and followed. Sent again for the same context, it starts anew. */
export const CONNECT_REQUEST = 'netpolGuard/connect';

export interface ConnectParams extends ContextsParams {
  readonly context: string;
  /** Whether the workspace is trusted: only then may a program be run to sign in. */
  readonly trusted: boolean;
}

/** Lets go of the context that was picked. */
export const DISCONNECT_REQUEST = 'netpolGuard/disconnect';

/** Sent by the server when the cluster or what is known of it has changed. */
export const CLUSTER_NOTIFICATION = 'netpolGuard/cluster';

export interface ClusterInfo {
  readonly context: string;
  /** The namespace of the context. */
  readonly namespace: string;
  readonly phase: 'connecting' | 'live' | 'stale' | 'failed';
  /** What is wrong and what to do; null while nothing is. */
  readonly message: string | null;
  /** The rights that are missing, in the words of RBAC. */
  readonly missing: readonly string[];
  /** The one namespace whose pods are read; null for all. */
  readonly only: string | null;
  /** Milliseconds since the epoch when the server was last heard of; null before. */
  readonly heardAt: number | null;
  readonly counts: { readonly namespaces: number; readonly pods: number };
}

/**
 * Asks, with a document and a position, for the live pods of the policy there, as its text is now. Null when no context is picked,
 * when it has not been read yet, or when no policy is there.
 */
export const AFFECTED_PODS_REQUEST = 'netpolGuard/affectedPods';

/** The policy, once for each way in which it would be applied: kustomizations may make more than one of it. */
export type AffectedPods = readonly PolicyPods[];

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

interface Location {
  readonly uri: string;
  readonly range: Range;
}

/** Asks, without parameters, for the policy tests in the client's folders and open documents. */
export const POLICY_TESTS_REQUEST = 'netpolGuard/policyTests';

/** A file of policy tests. */
export interface PolicyTestsInfo {
  readonly uri: string;
  /** Empty when the file cannot be read. */
  readonly tests: readonly PolicyTestInfo[];
  /** What is wrong with the file; null when nothing is. */
  readonly problem: string | null;
}

export interface PolicyTestInfo {
  /** Tells the test from the others of its file. */
  readonly id: string;
  readonly name: string;
  readonly range: Range;
}

/** Runs all tests of some files. Answered with a list of PolicyTestResult. */
export const RUN_POLICY_TESTS_REQUEST = 'netpolGuard/runPolicyTests';

export interface RunPolicyTestsParams {
  readonly uris: readonly string[];
}

export interface PolicyTestResult {
  /** As it was asked for. */
  readonly uri: string;
  readonly id: string;
  /** `unknown`: it cannot be told whether it holds. `error`: an assertion is about nothing. */
  readonly status: 'passed' | 'failed' | 'unknown' | 'error';
  readonly failures: readonly PolicyTestFailure[];
}

export interface PolicyTestFailure {
  readonly message: string;
  /** The part of the assertion that it is about. */
  readonly range: Range;
  /** The rules and policies responsible. */
  readonly responsible: readonly { readonly text: string; readonly location: Location }[];
}

/** Sent by the server, to clients that show policy tests, when there may be others or they may fare otherwise. */
export const POLICY_TESTS_CHANGED = 'netpolGuard/policyTestsChanged';

/** Asks, without parameters, for the workloads that a connection can be explained for. Answered with a list of WorkloadInfo. */
export const WORKLOADS_REQUEST = 'netpolGuard/workloads';

export interface WorkloadInfo {
  /** `namespace/name[Kind]`. */
  readonly id: string;
  /** The folder of the workspace it is in, and the world there; to be given back. */
  readonly root: string;
  readonly world: string;
  /** What the world is called; null where there is only one. */
  readonly worldName: string | null;
  /** The ports that its containers declare. */
  readonly ports: readonly {
    readonly name: string | null;
    readonly number: number;
    readonly protocol: string;
  }[];
  readonly location: Location | null;
}

/** Asks whether a connection is allowed, and why. */
export const EXPLAIN_REQUEST = 'netpolGuard/explain';

export interface ExplainParams {
  /** As in WorkloadInfo. */
  readonly root: string;
  readonly world: string;
  /** A workload's id, an IP address, a range, or `any`. */
  readonly from: string;
  readonly to: string;
  /** `8443/TCP`. */
  readonly port: string;
}

type VerdictWord = 'allowed' | 'denied' | 'unknown';

/** Why there is no answer, as a sentence; or one answer for each way that pods and addresses fare. */
export type ExplainReply =
  | { readonly problem: string }
  | { readonly answers: readonly ExplainAnswer[]; readonly notes: readonly string[] };

export interface ExplainAnswer {
  readonly title: string;
  readonly verdict: VerdictWord;
  /** Egress of the source, then ingress of the destination; an address outside has neither. */
  readonly sides: readonly {
    readonly title: string;
    readonly verdict: VerdictWord;
    readonly lines: readonly { readonly text: string; readonly location: Location | null }[];
  }[];
  readonly notes: readonly string[];
}
