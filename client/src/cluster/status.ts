/**
 * Owns the entry of the cluster in the status bar: which context is picked, and how current what is known of it is. A click picks
 * another one.
 */
import * as vscode from 'vscode';
import { SELECTOR, type Server } from '../server.ts';
import { isEnabled } from '../settings.ts';
import type { ClusterChoice } from './choice.ts';
import { missingOf, plural, timeOf } from './describe.ts';

export function showClusterStatus(choice: ClusterChoice, server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('netpolGuard.cluster', vscode.StatusBarAlignment.Right, 49);
  item.name = 'NetworkPolicy Guard: Cluster';
  item.command = 'netpolGuard.chooseContext';
  const update = () => {
    const { text, tooltip, warns } = lookOf(choice, server);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: `Cluster for NetworkPolicy Guard. ${tooltip}`, role: 'button' };
    item.backgroundColor = warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    if (isEnabled() && (choice.picked !== undefined || isRelevant())) item.show();
    else item.hide();
  };
  update();
  return vscode.Disposable.from(
    item,
    choice.onDidChange(update),
    server.onDidChangeState(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}

function isRelevant(): boolean {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && vscode.languages.match(SELECTOR, document) > 0;
}

interface Look {
  readonly text: string;
  readonly tooltip: string;
  readonly warns: boolean;
}

function lookOf({ picked, info }: ClusterChoice, server: Server): Look {
  if (picked === undefined)
    return {
      text: '$(server-environment) No Cluster',
      tooltip: 'No cluster is contacted. Choose a context to see the live pods that policies are about.',
      warns: false,
    };
  if (server.state !== 'running')
    return {
      text: `$(circle-slash) ${picked}`,
      tooltip: 'The server is not running, and no cluster is contacted.',
      warns: false,
    };
  if (!info || info.phase === 'connecting')
    return { text: `$(sync~spin) ${picked}`, tooltip: `The context ${picked} is being read …`, warns: false };
  const { phase, message, counts, heardAt } = info;
  if (phase === 'failed')
    return { text: `$(warning) ${picked}`, tooltip: message ?? 'Nothing could be read.', warns: true };
  const missing = missingOf(info);
  const known = `${plural(counts.pods, 'pod')} in ${plural(counts.namespaces, 'namespace')}`;
  if (phase === 'stale')
    return {
      text: `$(history) ${picked} · ${timeOf(heardAt)}`,
      tooltip: join([`${known}, as of ${timeOf(heardAt)}.`, message, missing]),
      warns: false,
    };
  return {
    text: `$(server-environment) ${picked}${missing === undefined ? '' : ' $(lock)'}`,
    tooltip: join([`Context ${picked}, live: ${known}. Last heard of at ${timeOf(heardAt)}.`, missing]),
    warns: false,
  };
}

function join(sentences: readonly (string | null | undefined)[]): string {
  return sentences.filter((sentence) => sentence !== null && sentence !== undefined).join(' ');
}
