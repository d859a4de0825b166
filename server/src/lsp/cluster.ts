/**
 * Owns the one cluster that a person has picked in this window: which contexts there are to pick, following the one that was, and
 * telling the client of changes. What can reach a cluster is loaded when the first one is picked.
 */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { kubeconfigFiles, pluginOf, readKubeconfig } from '../cluster/kubeconfig.ts';
import type { PluginGuard } from '../cluster/login.ts';
import { isInside } from '../files/paths.ts';
import { neededRight } from '../report/forbidden.ts';
import type { ClusterInfo, ConnectParams, Contexts, ContextsParams } from './protocol.ts';
import type { Session } from './session.ts';
import { pathOf } from './uri.ts';

export interface ClusterLink {
  /** Null while no context is picked. */
  readonly current: Cluster | null;
  contexts(params: ContextsParams): Contexts;
  connect(params: ConnectParams): Promise<ClusterInfo>;
  disconnect(): void;
}

/** Milliseconds in which changes are told together. */
const TOGETHER = 100;

export function createClusterLink(session: Session, tell: (info: ClusterInfo) => void): ClusterLink {
  let current: Cluster | null = null;
  let timer: NodeJS.Timeout | null = null;
  const disconnect = () => {
    current?.stop();
    current = null;
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const changed = (cluster: Cluster) => {
    if (cluster !== current) return;
    timer ??= setTimeout(() => {
      timer = null;
      if (current) tell(infoOf(current));
    }, TOGETHER);
  };
  return {
    get current() {
      return current;
    },
    contexts: ({ kubeconfig }) => contextsIn(kubeconfig),
    connect: async ({ context, kubeconfig, trusted }) => {
      const { Cluster } = await import('../cluster/open.ts');
      disconnect();
      const files = kubeconfigFiles(kubeconfig, process.env);
      const guard = guardOf(session, trusted);
      const cluster: Cluster = new Cluster({ context, files, guard, watches: true }, () => changed(cluster));
      current = cluster;
      void cluster.start();
      return infoOf(cluster);
    },
    disconnect,
  };
}

function contextsIn(setting: readonly string[]): Contexts {
  const { contexts, current, users, problems } = readKubeconfig(kubeconfigFiles(setting, process.env));
  return {
    contexts: contexts.map(({ name, cluster, namespace, user }) => {
      const plugin = pluginOf(users.get(user));
      return { name, cluster, namespace, current: name === current, plugin: plugin && basename(plugin) };
    }),
    problems,
  };
}

function infoOf({ state: { forbidden, ...state } }: Cluster): ClusterInfo {
  return { ...state, missing: forbidden.map(neededRight) };
}

/** A program is run only where the workspace is trusted, and only when a kubeconfig of the user's own names it. */
function guardOf(session: Session, trusted: boolean): PluginGuard {
  return (file, command) => {
    const program = basename(command);
    if (!trusted)
      return `This context signs in with the program ${program}, and programs are not run in a workspace that is not trusted. Trust the workspace, or pick another context.`;
    const folders = session.folderUris.flatMap((uri) => pathOf(uri) ?? []);
    if (isOwn(file) || !folders.some((folder) => isInside(real(folder), real(file)))) return null;
    return `This context signs in with the program ${program}, which is named by ${file}: a file of this workspace is not allowed to run programs. Copy the context to your own kubeconfig if you trust it.`;
  };
}

/** Whoever opens their home folder has their own kubeconfig in the workspace. */
function isOwn(file: string): boolean {
  return real(file) === real(join(homedir(), '.kube', 'config'));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
