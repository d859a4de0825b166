/** Owns reading the settings `netpolGuard.*`, and following them while the extension runs. */
import * as vscode from 'vscode';

const SECTION = 'netpolGuard';

export function isEnabled(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get('enable', true);
}

/** Two sources of completion would offer every field twice; Red Hat's YAML extension owns it where it is there. */
export function isCompletionWanted(): boolean {
  const setting = vscode.workspace.getConfiguration(SECTION).get('completion', 'auto');
  if (setting !== 'auto') return setting === 'on';
  return vscode.extensions.getExtension('redhat.vscode-yaml') === undefined;
}

/** Tells when one of the answers above is another one than before; extensions come and go, too. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  const answers = () => `${isEnabled()} ${isCompletionWanted()}`;
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
