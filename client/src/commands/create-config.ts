/** Owns the command that writes a commented starter config into a workspace folder. It never overwrites one. */
import * as vscode from 'vscode';

const CONFIG_FILE = '.netpol-guard.yaml';

export async function createConfig(context: vscode.ExtensionContext): Promise<void> {
  const folder = await pickFolder();
  if (folder === undefined) return;
  const file = vscode.Uri.joinPath(folder, CONFIG_FILE);
  if (await exists(file)) {
    void vscode.window.showInformationMessage(`This folder has its ${CONFIG_FILE} already.`);
  } else {
    const template = vscode.Uri.joinPath(context.extensionUri, 'schemas', 'starter-config.yaml');
    await vscode.workspace.fs.copy(template, file, { overwrite: false });
  }
  await vscode.window.showTextDocument(file);
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) {
    const placeHolder = `The folder whose policies ${CONFIG_FILE} is for`;
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri;
  }
  if (folders.length === 0)
    void vscode.window.showInformationMessage(`Open a folder first: ${CONFIG_FILE} belongs into its root.`);
  return folders[0]?.uri;
}

async function exists(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}
