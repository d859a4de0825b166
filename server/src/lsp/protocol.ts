/**
 * Owns what our client and server say to each other beyond the Language Server Protocol. Types and constants only: the client
 * bundles this file.
 */

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
  readonly codeLens?: { readonly policies?: boolean; readonly workloads?: boolean };
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
