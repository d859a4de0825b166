/**
 * Owns which cluster context is picked in this window, and what the server says of it. A choice is remembered to be offered again;
 * nothing is contacted before somebody picks it.
 */
import * as vscode from 'vscode';
import {
  CLUSTER_NOTIFICATION,
  type ClusterInfo,
  CONNECT_REQUEST,
  CONTEXTS_REQUEST,
  type ConnectParams,
  type Contexts,
  DISCONNECT_REQUEST,
} from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';
import { kubeconfigPaths } from '../settings.ts';

export interface ClusterChoice extends vscode.Disposable {
  /** The context that was picked in this window; undefined for none. */
  readonly picked: string | undefined;
  /** The context that was picked last in this workspace, to be offered. */
  readonly remembered: string | undefined;
  /** What the server says of it; undefined until it says something, and while it does not run. */
  readonly info: ClusterInfo | undefined;
  /** Fires when any of that changes, and when the objects of the cluster do. */
  readonly onDidChange: vscode.Event<void>;
  contexts(): Promise<Contexts>;
  pick(context: string): Promise<void>;
  /** Reads everything anew. */
  refresh(): Promise<void>;
  letGo(): Promise<void>;
}

const REMEMBERED = 'netpolGuard.context';
/** What `when` clauses ask. */
const IS_PICKED = 'netpolGuard.hasContext';

export function createClusterChoice(context: vscode.ExtensionContext, server: Server): ClusterChoice {
  const changed = new vscode.EventEmitter<void>();
  let picked: string | undefined;
  let info: ClusterInfo | undefined;
  const become = (next: string | undefined) => {
    picked = next;
    info = undefined;
    void vscode.commands.executeCommand('setContext', IS_PICKED, next !== undefined);
    changed.fire();
  };
  const connect = async () => {
    if (picked === undefined || server.state !== 'running') return;
    const params: ConnectParams = {
      context: picked,
      kubeconfig: kubeconfigPaths(),
      trusted: vscode.workspace.isTrusted,
    };
    const first = await server.request<ClusterInfo>(CONNECT_REQUEST, params);
    if (first.context === picked) info ??= first;
    changed.fire();
  };
  const subscriptions = [
    changed,
    server.onNotification<ClusterInfo>(CLUSTER_NOTIFICATION, (next) => {
      if (next.context !== picked) return;
      info = next;
      changed.fire();
    }),
    // A server that was restarted knows nothing of what was picked before, in this same window.
    server.onDidChangeState((state) => {
      info = undefined;
      changed.fire();
      if (state === 'running') quietly(connect);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => quietly(connect)),
  ];
  return {
    get picked() {
      return picked;
    },
    get remembered() {
      return context.workspaceState.get<string>(REMEMBERED);
    },
    get info() {
      return info;
    },
    onDidChange: changed.event,
    contexts: () => server.request<Contexts>(CONTEXTS_REQUEST, { kubeconfig: kubeconfigPaths() }),
    pick: async (name) => {
      become(name);
      await context.workspaceState.update(REMEMBERED, name);
      await connect();
    },
    refresh: connect,
    letGo: async () => {
      become(undefined);
      if (server.state === 'running') await server.request(DISCONNECT_REQUEST, {});
    },
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  };
}

/** Does what nobody waits for. It fails when the server stops meanwhile, of which there is more to say than this. */
function quietly(work: () => Promise<void>): void {
  work().catch(() => {});
}
