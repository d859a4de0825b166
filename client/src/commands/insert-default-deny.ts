/**
 * Owns the command that gives a namespace a default-deny policy: which namespace, which directions, and showing the result.
 * What the policy says and where it goes is the server's to decide.
 */
import * as vscode from 'vscode';
import {
  DEFAULT_DENY_REQUEST,
  type DefaultDenyParams,
  NAMESPACES_REQUEST,
  type NamespaceInfo,
} from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';

type Target = Pick<DefaultDenyParams, 'namespace' | 'near'> & { readonly missing: NamespaceInfo['missing'] };
type Choice = Pick<DefaultDenyParams, 'directions' | 'dns'>;

export async function insertDefaultDeny(server: Server): Promise<void> {
  const target = await pickNamespace(server);
  const choice = target && (await pickDirections(target));
  if (!choice) return;
  const { namespace, near } = target;
  const params: DefaultDenyParams = { namespace, near, ...choice };
  const edit = await server.requestEdit(DEFAULT_DENY_REQUEST, params);
  if (edit === undefined) {
    void vscode.window.showInformationMessage(`Namespace ${namespace} denies that by default already.`);
    return;
  }
  if (await vscode.workspace.applyEdit(edit)) await show(edit);
  else
    void vscode.window.showWarningMessage(
      `The policy for ${namespace} was not written: its file is there already.`,
    );
}

interface NamespaceItem extends vscode.QuickPickItem {
  readonly info?: NamespaceInfo;
}

async function pickNamespace(server: Server): Promise<Target | undefined> {
  const near = activeFile();
  const namespaces = await server.request<NamespaceInfo[]>(NAMESPACES_REQUEST, {});
  const several = new Set(namespaces.map(({ folder }) => folder)).size > 1;
  const sorted = [...namespaces].sort((a, b) => rank(a, near) - rank(b, near) || (a.name < b.name ? -1 : 1));
  const items: NamespaceItem[] = [
    ...sorted.map((info) => ({ ...namespaceItem(info, several), info })),
    { label: '$(edit) Another namespace …', alwaysShow: true },
  ];
  const title = 'Insert default-deny policy (1 of 2)';
  const placeHolder = 'The namespace whose pods it is for';
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (picked?.info)
    return { namespace: picked.info.name, near: picked.info.folder, missing: picked.info.missing };
  const namespace = picked && (await typeNamespace(title));
  return namespace === undefined ? undefined : { namespace, near, missing: ['Ingress', 'Egress'] };
}

/** The file being worked on, else the folder that is open. */
function activeFile(): string | null {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && vscode.workspace.getWorkspaceFolder(uri)) return uri.toString();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder === undefined ? null : `${folder.toString()}/`;
}

/** First what lacks something near the file being worked on, and contractors before others. */
function rank({ folder, missing, contractor }: NamespaceInfo, near: string | null): number {
  const isNear = near?.startsWith(folder) === true;
  return (isNear ? 0 : 4) + (missing.length > 0 ? 0 : 2) + (contractor ? 0 : 1);
}

function namespaceItem(
  { name, missing, contractor, folder }: NamespaceInfo,
  several: boolean,
): vscode.QuickPickItem {
  const lacks =
    missing.length === 0 ? 'has default deny' : `lacks ${missing.join(' and ').toLowerCase()} default deny`;
  return {
    label: name,
    description: contractor ? `contractor · ${lacks}` : lacks,
    ...(several && { detail: shortened(vscode.Uri.parse(folder)) }),
  };
}

/** The path below the workspace folder; the folder's name for itself, and for what it is a part of. */
function shortened({ path }: vscode.Uri): string {
  const [parent] = vscode.workspace.workspaceFolders ?? [];
  const above = `${parent?.uri.path ?? ''}/`;
  const below = path.startsWith(above) ? path.slice(above.length).replace(/\/$/, '') : '';
  return below || (parent?.name ?? '');
}

async function typeNamespace(title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: 'The name of the namespace',
    validateInput: (name) =>
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
        ? null
        : 'A namespace has lower-case letters, digits and dashes only, at most 63 of them.',
  });
}

interface DirectionItem extends vscode.QuickPickItem {
  readonly choice: Choice;
}

const BOTH = ['Ingress', 'Egress'] as const;

/** With DNS first: without it, no pod finds the names of what it may connect to. */
const DIRECTIONS: readonly DirectionItem[] = [
  {
    label: 'Ingress and egress, except DNS',
    detail: 'Pods accept and open only what other policies allow, and look names up in the cluster DNS.',
    choice: { directions: BOTH, dns: true },
  },
  {
    label: 'Egress, except DNS',
    detail: 'Pods open only what other policies allow, and look names up in the cluster DNS.',
    choice: { directions: ['Egress'], dns: true },
  },
  {
    label: 'Ingress',
    detail: 'Pods accept only what other policies allow.',
    choice: { directions: ['Ingress'], dns: false },
  },
  {
    label: 'Ingress and egress, DNS included',
    detail: 'Pods cannot look names up unless another policy allows it.',
    choice: { directions: BOTH, dns: false },
  },
  {
    label: 'Egress, DNS included',
    detail: 'Pods cannot look names up unless another policy allows it.',
    choice: { directions: ['Egress'], dns: false },
  },
];

async function pickDirections({ namespace, missing }: Target): Promise<Choice | undefined> {
  // What the namespace lacks exactly comes first, in the order above.
  const fits = ({ choice }: DirectionItem) =>
    choice.directions.length === missing.length && choice.directions.every((d) => missing.includes(d));
  const items = [...DIRECTIONS.filter(fits), ...DIRECTIONS.filter((item) => !fits(item))];
  const picked = await vscode.window.showQuickPick(items, {
    title: `Insert default-deny policy for ${namespace} (2 of 2)`,
    placeHolder: 'What is denied unless another policy allows it',
  });
  return picked?.choice;
}

/** Shows where the policy went. A new file is saved, for on disk it would be empty; changes to a file are left for review. */
async function show(edit: vscode.WorkspaceEdit): Promise<void> {
  const [uri, edits] = edit.entries().find(([, textEdits]) => textEdits.length > 0) ?? [];
  const [first] = edits ?? [];
  if (uri === undefined || first === undefined) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const start = first.range.start;
  const end = document.positionAt(document.offsetAt(start) + first.newText.length);
  const editor = await vscode.window.showTextDocument(document);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(new vscode.Range(start, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (document.getText().trim() === first.newText.trim()) await document.save();
}
