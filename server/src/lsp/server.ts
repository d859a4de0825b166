/**
 * Owns one connection to a client: what is offered, and which feature answers which message. What a feature does is in its own
 * file; where files come from is the host's business.
 */
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { codeActions, FIX_ALL } from './code-actions.ts';
import { completion } from './completion.ts';
import { createDiagnostics, type Diagnostics } from './diagnostics.ts';
import { hover } from './hover.ts';
import { type FileHost, indexFolders } from './indexing.ts';
import { SUPPRESS_REQUEST, type SuppressParams } from './protocol.ts';
import { suppress } from './requests.ts';
import { Session } from './session.ts';
import { type ClientStyle, styleOf } from './style.ts';
import { documentSymbols } from './symbols.ts';
import { canonicalUri } from './uri.ts';

export interface Host {
  readonly files: FileHost;
  readonly version: string;
  /** The URI of a rule's page for clients that name none of their own; null when the pages are not there. */
  readonly ruleUri: (ruleId: string) => string | null;
}

/** Serves one client until the connection closes. */
export function startServer(connection: Connection, host: Host): void {
  const session = new Session((ruleId, error, uri) => {
    connection.console.error(
      `Rule ${ruleId} failed on ${uri}; its findings are missing there. ${String(error)}`,
    );
  });
  let style: ClientStyle;
  let diagnostics: Diagnostics;

  connection.onInitialize((params) => {
    style = styleOf(params, session, host.ruleUri);
    diagnostics = createDiagnostics(session, connection, style, !style.pulls);
    session.setFolders(foldersOf(params));
    session.setComplete(session.workspaceFolders.length === 0);
    return capabilities(style, host.version);
  });

  connection.onInitialized(() => {
    if (style.watchesFiles) void watchFiles(connection);
    if (style.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = (await connection.workspace.getWorkspaceFolders()) ?? [];
        session.setFolders(folders.map((f) => f.uri));
        await index();
      });
    void index();
  });

  const index = async (): Promise<void> => {
    await indexFolders(session, host.files, connection, style.progress);
    diagnostics.changed();
    if (style.refreshesDiagnostics) connection.languages.diagnostics.refresh();
  };

  syncDocuments(connection, session, host, () => diagnostics.changed());

  connection.languages.diagnostics.on(async (params, token) => {
    const { id, items } = await diagnostics.pull(params.textDocument.uri, token);
    if (params.previousResultId === id) return { kind: 'unchanged', resultId: id };
    return { kind: 'full', resultId: id, items: [...items] };
  });
  connection.languages.diagnostics.onWorkspace(async (params, token) => {
    const known = new Map(params.previousResultIds.map((p) => [canonicalUri(p.uri), p.value]));
    return { items: await diagnostics.pullWorkspace(known, token) };
  });
  connection.onCodeAction((p) => codeActions(session, style, p.textDocument.uri, p.range, p.context));
  connection.onHover((p) => hover(session, style, p.textDocument.uri, p.position));
  connection.onCompletion((p) => completion(session, style, p.textDocument.uri, p.position));
  connection.onDocumentSymbol((p) => documentSymbols(session, p.textDocument.uri));
  connection.onRequest(SUPPRESS_REQUEST, (p: SuppressParams) => suppress(session, style, p));
  connection.listen();
}

function foldersOf(params: InitializeParams): string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map((f) => f.uri);
  return params.rootUri ? [params.rootUri] : [];
}

function capabilities(style: ClientStyle, version: string): InitializeResult {
  return {
    serverInfo: { name: 'netpol-guard', version },
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      diagnosticProvider: style.pulls
        ? { identifier: 'netpol-guard', interFileDependencies: true, workspaceDiagnostics: true }
        : undefined,
      codeActionProvider: { codeActionKinds: ['quickfix', FIX_ALL] },
      hoverProvider: true,
      completionProvider: style.completes ? { triggerCharacters: [' ', ':', '-'] } : undefined,
      documentSymbolProvider: true,
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  } as InitializeResult;
}

async function watchFiles(connection: Connection): Promise<void> {
  const watchers = ['**/*.{yaml,yml,json}', '**/.netpol-guard.yaml'].map((globPattern) => ({ globPattern }));
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
}

/** Keeps the session's texts the client's: open documents by their edits, the others by what is on disk. */
function syncDocuments(connection: Connection, session: Session, host: Host, changed: () => void): void {
  const reload = async (uri: string): Promise<void> => {
    const text = await host.files.read(uri);
    if (text === null) session.unload(uri);
    else session.load(uri, text);
    changed();
  };
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    session.open(uri, version, text);
    changed();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    session.change(
      uri,
      version,
      contentChanges.map((c) =>
        'range' in c ? { start: c.range.start, end: c.range.end, text: c.text } : { text: c.text },
      ),
    );
    changed();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session.close(uri);
    void reload(canonicalUri(uri));
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    for (const { uri, type } of changes) {
      const canonical = canonicalUri(uri);
      if (type === FileChangeType.Deleted) session.unload(canonical);
      else await reload(canonical);
    }
    changed();
  });
}
