/** Owns what becomes of an exported picture: the clipboard, or a file. */
import * as vscode from 'vscode';

const FORMATS = {
  svg: { name: 'SVG', file: 'reachability.svg', endings: ['svg'] },
  mermaid: { name: 'Mermaid', file: 'reachability.mmd', endings: ['mmd', 'md'] },
};

export async function exportPicture(format: keyof typeof FORMATS, text: string): Promise<void> {
  const { name, file, endings } = FORMATS[format];
  const copy: vscode.QuickPickItem = { label: '$(copy) Copy to Clipboard' };
  const save: vscode.QuickPickItem = { label: '$(save) Save to a File…' };
  const picked = await vscode.window.showQuickPick([copy, save], { title: `Export as ${name}` });
  if (picked === copy) {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`The picture is in the clipboard as ${name}.`, 5000);
  } else if (picked === save) await saveAs(file, { [name]: endings }, text);
}

async function saveAs(name: string, filters: Record<string, string[]>, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder && vscode.Uri.joinPath(folder, name);
  const uri = await vscode.window.showSaveDialog({ ...(defaultUri && { defaultUri }), filters });
  if (!uri) return;
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  } catch (error) {
    void vscode.window.showErrorMessage(`The picture was not saved: ${(error as Error).message}`);
  }
}
