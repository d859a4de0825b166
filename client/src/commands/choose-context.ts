/**
 * Owns the list from which a cluster context is picked. Opening it reads the kubeconfig and contacts nobody.
 */
import * as vscode from 'vscode';
import type { ContextInfo } from '../../../server/src/lsp/protocol.ts';
import type { ClusterChoice } from '../cluster/choice.ts';

interface Entry extends vscode.QuickPickItem {
  readonly does?: () => Promise<void>;
}

const SEPARATOR: Entry = { label: '', kind: vscode.QuickPickItemKind.Separator };

export async function chooseContext(choice: ClusterChoice): Promise<void> {
  const { contexts, problems } = await choice.contexts();
  if (contexts.length === 0) {
    const message = problems[0] ?? 'The kubeconfig has no contexts. Add one, as you would for kubectl.';
    const picked = await vscode.window.showWarningMessage(message, 'Open Settings');
    if (picked !== undefined)
      await vscode.commands.executeCommand('workbench.action.openSettings', 'netpolGuard.kubeconfig');
    return;
  }
  for (const problem of problems) void vscode.window.showWarningMessage(problem);
  const entry = (info: ContextInfo) => entryOf(info, choice);
  const last = contexts.find(({ name }) => name === choice.remembered && name !== choice.picked);
  const others = contexts.filter((info) => info !== last);
  const entries = [
    ...(last ? [separator('last used'), entry(last), separator('contexts')] : []),
    ...others.map(entry),
    ...(choice.picked === undefined ? [] : [SEPARATOR, disconnect(choice)]),
  ];
  const picked = await vscode.window.showQuickPick(entries, {
    title: 'Choose the cluster whose pods are shown',
    placeHolder: 'It is only read, and only once you have picked it; your kubeconfig stays as it is',
    matchOnDescription: true,
  });
  await picked?.does?.();
}

function entryOf({ name, cluster, namespace, current, plugin }: ContextInfo, choice: ClusterChoice): Entry {
  const facts = [
    ...(name === choice.picked ? ['picked'] : []),
    ...(current ? ['current-context of kubectl'] : []),
    ...(cluster === name ? [] : [cluster]),
    ...(namespace === null ? [] : [`namespace ${namespace}`]),
    ...(plugin === null ? [] : [`signs in with ${plugin}`]),
  ];
  return {
    label: `$(${name === choice.picked ? 'check' : 'server-environment'}) ${name}`,
    description: facts.join(' · '),
    does: async () => {
      await choice.pick(name);
      await vscode.commands.executeCommand('netpolGuard.affectedPods.focus', { preserveFocus: true });
    },
  };
}

function disconnect(choice: ClusterChoice): Entry {
  return {
    label: '$(debug-disconnect) Disconnect',
    description: `from ${choice.picked}`,
    does: () => choice.letGo(),
  };
}

function separator(label: string): Entry {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
