/** Owns reading the settings `netpolGuard.*`, and following them while the extension runs. */
import * as vscode from 'vscode';
import type { InitializationOptions, ShownOptions } from '../../server/src/lsp/protocol.ts';

const SECTION = 'netpolGuard';

export function isEnabled(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get('enable', true);
}

/**
 * What is completed. Two sources of fields would offer each of them twice; Red Hat's YAML extension owns them where it is there,
 * but it knows nothing of what the workspace holds.
 */
export function completionWanted(): InitializationOptions['completion'] & {} {
  const setting = vscode.workspace.getConfiguration(SECTION).get('completion', 'auto');
  if (setting !== 'auto') return setting === 'on';
  return vscode.extensions.getExtension('redhat.vscode-yaml') === undefined ? true : 'workspace';
}

/** Which hints and lenses are shown. */
export function shownOptions(): ShownOptions {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const isOn = (name: string) => settings.get(name, true);
  return {
    inlayHints: {
      podSelector: isOn('inlayHints.podSelector'),
      peers: isOn('inlayHints.peers'),
      namedPorts: isOn('inlayHints.namedPorts'),
    },
    codeLens: {
      policies: isOn('codeLens.policies'),
      workloads: isOn('codeLens.workloads'),
      reachable: isOn('codeLens.reachable'),
    },
  };
}

/** The kubeconfig files to read in place of those that kubectl would find. Only the user's own settings can name them. */
export function kubeconfigPaths(): readonly string[] {
  return vscode.workspace.getConfiguration(SECTION).get<string[]>('kubeconfig', []);
}

/** Tells when another of the hints and lenses are wanted. */
export function onDidChangeShown(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (['inlayHints', 'codeLens'].some((name) => event.affectsConfiguration(`${SECTION}.${name}`)))
      listener();
  });
}

/** Tells when the server is wanted or not, or other completion of it; extensions come and go, too. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  const answers = () => `${isEnabled()} ${completionWanted()}`;
  let before = answers();
  const compare = () => {
    if (before === answers()) return;
    before = answers();
    listener();
  };
  return vscode.Disposable.from(
    vscode.extensions.onDidChange(compare),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) compare();
    }),
  );
}
