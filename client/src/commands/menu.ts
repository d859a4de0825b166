/** Owns the menu behind the entry in the status bar: the extension's commands, what to do first on top. */
import * as vscode from 'vscode';
import type { Server } from '../server.ts';

interface Entry extends vscode.QuickPickItem {
  readonly command?: string;
  readonly args?: readonly unknown[];
}

const PROBLEMS: Entry = { label: '$(list-flat) Show Problems', command: 'workbench.actions.view.problems' };
const RESTART: Entry = { label: '$(debug-restart) Restart Server', command: 'netpolGuard.restart' };
const OUTPUT: Entry = { label: '$(output) Show Output', command: 'netpolGuard.showOutput' };
const SETTINGS: Entry = {
  label: '$(gear) Open Settings',
  command: 'workbench.action.openSettings',
  args: ['@ext:netpol-guard.netpol-guard'],
};
const INSERT: Entry = {
  label: '$(shield) Insert Default-Deny Policy…',
  description: 'for a namespace of the workspace',
  command: 'netpolGuard.insertDefaultDeny',
};
const EXPLAIN: Entry = {
  label: '$(git-compare) Explain Connection…',
  description: 'whether it is allowed, and by which line',
  command: 'netpolGuard.explainConnection',
};
const REACHABILITY: Entry = {
  label: '$(type-hierarchy) Show Reachability',
  description: 'who may connect to whom, before and after unsaved changes',
  command: 'netpolGuard.showReachability',
};
const CONFIG: Entry = {
  label: '$(file-add) Create Configuration File…',
  description: 'who is a contractor, how much each rule weighs',
  command: 'netpolGuard.createConfig',
};
const RULES: Entry = {
  label: '$(book) Open Rule Documentation…',
  command: 'netpolGuard.openRule',
};
const CLUSTER: Entry = {
  label: '$(server-environment) Choose Cluster Context…',
  description: 'see the live pods that a policy is about',
  command: 'netpolGuard.chooseContext',
};
const SEPARATOR: Entry = { label: '', kind: vscode.QuickPickItemKind.Separator };

export async function showMenu(server: Server): Promise<void> {
  const entries =
    server.state === 'running'
      ? [
          PROBLEMS,
          REACHABILITY,
          EXPLAIN,
          INSERT,
          CONFIG,
          CLUSTER,
          RULES,
          SEPARATOR,
          RESTART,
          OUTPUT,
          SETTINGS,
        ]
      : [RESTART, OUTPUT, SETTINGS, SEPARATOR, CONFIG, RULES];
  const picked = await vscode.window.showQuickPick(entries, { title: 'NetworkPolicy Guard' });
  if (picked?.command !== undefined)
    await vscode.commands.executeCommand(picked.command, ...(picked.args ?? []));
}
