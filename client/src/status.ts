/**
 * Owns the entry in the status bar. It keeps quiet: it is there beside files that could hold a policy and where there are
 * findings, counts nothing in the bar itself, and gets a colour only when the server is down.
 */
import * as vscode from 'vscode';
import { SELECTOR, type Server, type ServerState } from './server.ts';
import { isEnabled } from './settings.ts';

/** What diagnostics of ours carry as their source. */
const SOURCE = 'netpol-guard';

interface Look {
  readonly text: string;
  readonly tooltip: string;
  readonly warns: boolean;
}

/** Shows the entry for as long as the extension lives. A click on it opens the menu. */
export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('netpolGuard.status', vscode.StatusBarAlignment.Right, 50);
  item.name = 'NetworkPolicy Guard';
  item.command = 'netpolGuard.menu';
  const counts = new Map<string, Counts>();
  const update = () => {
    const look = lookOf(server.state, counts);
    item.text = look.text;
    item.tooltip = look.tooltip;
    item.accessibilityInformation = { label: `NetworkPolicy Guard. ${look.tooltip}`, role: 'button' };
    item.backgroundColor = look.warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    if (isEnabled() && (look.warns || counts.size > 0 || isRelevant())) item.show();
    else item.hide();
  };
  update();
  return vscode.Disposable.from(
    item,
    server.onDidChangeState(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) recount(uri, counts);
      update();
    }),
  );
}

function isRelevant(): boolean {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && vscode.languages.match(SELECTOR, document) > 0;
}

interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly others: number;
}

/** Counts one file anew: an edit changes few files, and going through all of them on every key would not be quiet at all. */
function recount(uri: vscode.Uri, counts: Map<string, Counts>): void {
  const ours = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === SOURCE);
  if (ours.length === 0) {
    counts.delete(uri.toString());
    return;
  }
  const of = (severity: vscode.DiagnosticSeverity) => ours.filter((d) => d.severity === severity).length;
  const errors = of(vscode.DiagnosticSeverity.Error);
  const warnings = of(vscode.DiagnosticSeverity.Warning);
  counts.set(uri.toString(), { errors, warnings, others: ours.length - errors - warnings });
}

function lookOf(state: ServerState, counts: ReadonlyMap<string, Counts>): Look {
  switch (state) {
    case 'running':
      return { text: '$(shield) NetworkPolicy Guard', tooltip: describe(counts), warns: false };
    case 'starting':
      return { text: '$(sync~spin) NetworkPolicy Guard', tooltip: 'The server is starting …', warns: false };
    case 'failed':
      return {
        text: '$(warning) NetworkPolicy Guard',
        tooltip: 'The server is down: policies are not checked. Click for what to do.',
        warns: true,
      };
    case 'stopped':
      return {
        text: '$(circle-slash) NetworkPolicy Guard',
        tooltip: 'The server is stopped: policies are not checked.',
        warns: false,
      };
  }
}

/** `12 errors and 3 warnings in 4 files`. */
function describe(counts: ReadonlyMap<string, Counts>): string {
  const sum = (pick: (counts: Counts) => number) => [...counts.values()].reduce((n, c) => n + pick(c), 0);
  const parts = [
    plural(
      sum((c) => c.errors),
      'error',
    ),
    plural(
      sum((c) => c.warnings),
      'warning',
    ),
    plural(
      sum((c) => c.others),
      'note',
    ),
  ].filter((part) => part !== null);
  if (parts.length === 0) return 'Nothing found in the NetworkPolicies of this workspace.';
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts[0];
  return `${list} in ${plural(counts.size, 'file')}`;
}

function plural(count: number, noun: string): string | null {
  if (count === 0) return null;
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
