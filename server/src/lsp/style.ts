/**
 * Owns what a client can take, read once from its initialize request.
 */
import { type InitializeParams, InsertTextMode } from 'vscode-languageserver/node';
import type { ActionStyle } from './code-actions.ts';
import type { InitializationOptions } from './protocol.ts';
import type { Session } from './session.ts';

export interface ClientStyle extends ActionStyle {
  /** Whether the client pulls diagnostics; otherwise they are pushed. */
  readonly pulls: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly watchesFiles: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
  /** What is completed: nothing, only what the workspace holds, or fields and their values too. */
  readonly completes: 'nothing' | 'workspace' | 'everything';
  readonly snippets: boolean;
  /** Whether the client asks first what there is to rename. */
  readonly preparesRename: boolean;
  /** Whether an outline may be a tree. */
  readonly symbolTree: boolean;
  /** Whether an inserted text can be told to stay as it is, without the editor's own indentation. */
  readonly insertsAsIs: boolean;
  readonly markdownDocumentation: boolean;
  /** Whether hover may be Markdown. */
  readonly markdown: boolean;
  /** Whether a definition may be a link, which says what led to it and how much to show. */
  readonly definitionLinks: boolean;
  readonly refreshesHints: boolean;
  readonly refreshesLenses: boolean;
  /** Whether the client shows policy tests. */
  readonly showsPolicyTests: boolean;
}

export function styleOf(
  params: InitializeParams,
  session: Session,
  hostRuleUri: (ruleId: string) => string | null,
): ClientStyle {
  const { textDocument, workspace, window } = params.capabilities;
  const item = textDocument?.completion?.completionItem;
  const options = (params.initializationOptions ?? {}) as InitializationOptions;
  const template = options.ruleUri;
  return {
    pulls: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
    completes: completionOf(options.completion),
    definitionLinks: textDocument?.definition?.linkSupport === true,
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    showsPolicyTests: options.policyTests === true,
    markdown: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    insertsAsIs: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
    markdownDocumentation: item?.documentationFormat?.includes('markdown') === true,
    snippets: item?.snippetSupport === true,
    relatedInformation:
      (textDocument?.diagnostic?.relatedInformation ??
        textDocument?.publishDiagnostics?.relatedInformation) === true,
    codeDescription:
      (textDocument?.diagnostic?.codeDescriptionSupport ??
        textDocument?.publishDiagnostics?.codeDescriptionSupport) === true,
    codeActions: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
    preparesRename: textDocument?.rename?.prepareSupport === true,
    symbolTree: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    createFiles:
      workspace?.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    commands: new Set(options.commands ?? []),
    ruleUri: onceForEach((id) => (template === undefined ? hostRuleUri(id) : template.replace('{id}', id))),
    clientUri: (uri) => session.clientUri(uri),
  };
}

function completionOf(option: InitializationOptions['completion']): ClientStyle['completes'] {
  if (option === 'workspace') return option;
  return option === false ? 'nothing' : 'everything';
}

/** Remembers what was found: the host looks on disk. */
function onceForEach(find: (id: string) => string | null): (id: string) => string | null {
  const found = new Map<string, string | null>();
  return (id) => {
    let uri = found.get(id);
    if (uri === undefined) {
      uri = find(id);
      found.set(id, uri);
    }
    return uri;
  };
}
