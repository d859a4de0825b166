/**
 * Owns the view "Affected Pods": the live pods of the policy under the cursor, following the cursor, the text and the cluster.
 */
import * as vscode from 'vscode';
import { AFFECTED_PODS_REQUEST, type AffectedPods } from '../../../server/src/lsp/protocol.ts';
import { SELECTOR, type Server } from '../server.ts';
import { isEnabled } from '../settings.ts';
import type { ClusterChoice } from './choice.ts';
import { ageOf, missingOf } from './describe.ts';
import { childrenOf, type Node, parentsOf, treeItem } from './pod-tree.ts';

const VIEW = 'netpolGuard.affectedPods';
/** Milliseconds in which changes of cursor, text and cluster are answered together. */
const TOGETHER = 80;

export function showAffectedPods(choice: ClusterChoice, server: Server): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let policies: AffectedPods = [];
  let asked = 0;
  let timer: NodeJS.Timeout | undefined;
  const view = vscode.window.createTreeView<Node>(VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => (node ? childrenOf(node) : parentsOf(policies)),
      getTreeItem: treeItem,
    },
  });
  const show = () => {
    view.message = messageOf(choice, policies);
    changed.fire();
  };
  const ask = async () => {
    const editor = vscode.window.activeTextEditor;
    const isPolicyFile = editor !== undefined && vscode.languages.match(SELECTOR, editor.document) > 0;
    const turn = ++asked;
    if (choice.picked === undefined) policies = [];
    // Whoever looks into another kind of file, or into the terminal, keeps what is shown.
    else if (isPolicyFile && isEnabled() && server.state === 'running' && view.visible) {
      const answer = await answerFor(editor);
      if (turn !== asked || answer === undefined) return;
      policies = answer;
    }
    show();
  };
  const answerFor = (editor: vscode.TextEditor): Promise<AffectedPods | undefined> =>
    server
      .request<AffectedPods | null>(AFFECTED_PODS_REQUEST, {
        textDocument: { uri: server.uriOf(editor.document) },
        position: editor.selection.active,
      })
      .then(
        (answer) => answer ?? [],
        // The text has changed meanwhile, which is asked about next.
        () => undefined,
      );
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void ask();
    }, TOGETHER);
  };
  return vscode.Disposable.from(
    view,
    changed,
    choice.onDidChange(soon),
    view.onDidChangeVisibility(soon),
    vscode.window.onDidChangeActiveTextEditor(soon),
    vscode.window.onDidChangeTextEditorSelection(soon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) soon();
    }),
    { dispose: () => clearTimeout(timer) },
  );
}

/** What stands above the tree: whose pods they are and how current, what is wrong, what is missing, what to do. */
function messageOf({ picked, info }: ClusterChoice, policies: AffectedPods): string {
  if (picked === undefined) return '';
  if (!info) return `${picked} · not connected`;
  if (info.phase === 'failed') return info.message ?? '';
  const [policy] = policies;
  const name = policy && [policy.namespace, policy.name].filter((part) => part !== null).join('/');
  const head = [name, picked, ageOf(info)].filter((part) => part !== undefined).join(' · ');
  const sentences = [
    info.message,
    missingOf(info),
    !policy && info.phase !== 'connecting' ? 'Put the cursor into a NetworkPolicy.' : null,
  ].filter((sentence) => sentence !== null && sentence !== undefined);
  // Line breaks are not shown.
  return sentences.length === 0 ? head : `${head}. ${sentences.join(' ')}`;
}
