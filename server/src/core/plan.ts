/**
 * Owns what it means to divide the files of a workspace into worlds: which files arrive in which, and what is known of each.
 * How that is found out is decided elsewhere.
 */
import type { Membership } from './kustomize/derive.ts';

/** What is known of a world but for what is in it. */
export interface WorldInfo {
  /** Why there may be more to it than is here; null when there is not. */
  readonly unseen: string | null;
  /** Whether it is rendered from templates. */
  readonly rendered: boolean;
}

export interface Plan {
  /** By the URI of a file: its ways into worlds. Files that are nothing but patches have none; plain files are not here. */
  readonly memberships: ReadonlyMap<string, readonly Membership[]>;
  /** By the key of a world: the URI of the kustomization at its root, or of a chart's Chart.yaml. */
  readonly worlds: ReadonlyMap<string, WorldInfo>;
  /** Files and folders that are named and are not here. */
  readonly missing: ReadonlySet<string>;
  /** Files whose text is part of the plan. */
  readonly read: ReadonlySet<string>;
  /** Folders in which every manifest matters: those of charts, and of kustomizations that cannot be read. */
  readonly folders: ReadonlySet<string>;
}

export const NO_PLAN: Plan = {
  memberships: new Map(),
  worlds: new Map(),
  missing: new Set(),
  read: new Set(),
  folders: new Set(),
};
