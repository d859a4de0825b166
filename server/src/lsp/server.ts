/**
 * Owns one connection to a client: what is offered, and which feature answers which message. What a feature does is in its own
 * file; where files come from is the host's business.
 */
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
  WatchKind,
} from 'vscode-languageserver/node';
import { affectedPods } from './affected-pods.ts';
import { codeActions, FIX_ALL } from './code-actions.ts';
import { codeLenses, resolveCodeLens } from './code-lens.ts';
import { completion } from './completion.ts';
import { defaultDeny, namespaces } from './default-deny.ts';
import { definition } from './definition.ts';
import { documentLinks } from './document-links.ts';
import { explain, workloads } from './explain.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { policyTests, runPolicyTests } from './policy-tests.ts';
import {
  AFFECTED_PODS_REQUEST,
  CONNECT_REQUEST,
  CONTEXTS_REQUEST,
  type ConnectParams,
  type ContextsParams,
  DEFAULT_DENY_REQUEST,
  type DefaultDenyParams,
  DISCONNECT_REQUEST,
  EXPLAIN_REQUEST,
  type ExplainParams,
  type ExplainReply,
  NAMESPACES_REQUEST,
  POLICY_TESTS_REQUEST,
  RUN_POLICY_TESTS_REQUEST,
  type RunPolicyTestsParams,
  SUPPRESS_REQUEST,
  type SuppressParams,
  WORKLOADS_REQUEST,
} from './protocol.ts';
import {
  REACHABILITY_REQUEST,
  type ReachabilityParams,
  WHY_REQUEST,
  type WhyParams,
} from './protocol-reachability.ts';
import { reachability } from './reachability.ts';
import { REWRITE } from './refactorings.ts';
import { references } from './references.ts';
import { prepareRename, rename } from './rename.ts';
import { suppress } from './requests.ts';
import { createServing, type Host, type Serving } from './serving.ts';
import type { ClientStyle } from './style.ts';
import { documentSymbols } from './symbols.ts';
import { syncTexts } from './sync.ts';
import { why } from './why.ts';

/** Serves one client until the connection closes. The answer tells whether the client has said that it will. */
export function startServer(connection: Connection, host: Host): { isShutDown(): boolean } {
  let started: Serving | null = null;
  let isShutDown = false;
  const serving = (): Serving => {
    if (isShutDown) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server has been shut down');
    if (!started) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialized');
    return started;
  };

  connection.onInitialize((params) => {
    if (started) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialized already');
    started = createServing(connection, host, params);
    started.session.setFolders(foldersOf(params));
    return capabilities(started.style, host.version);
  });
  connection.onInitialized(() => {
    const { style, session, changed } = serving();
    if (style.watchesFiles) void watchFiles(connection);
    if (style.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        session.changeFolders(
          added.map((f) => f.uri),
          removed.map((f) => f.uri),
        );
        changed(true);
      });
    changed(false);
  });
  connection.onShutdown(() => {
    isShutDown = true;
    started?.cluster.disconnect();
  });

  syncTexts(connection, () => (isShutDown ? null : started));
  connection.onDidChangeConfiguration(({ settings }) => {
    if (!isShutDown) started?.show(settings?.netpolGuard);
  });
  answerRequests(connection, serving);
  answerLookups(connection, serving);
  answerAboutCluster(connection, serving);
  answerReach(connection, serving);
  connection.listen();
  return { isShutDown: () => isShutDown };
}

function answerRequests(connection: Connection, serving: () => Serving): void {
  connection.languages.diagnostics.on((p, token) => serving().pulled.pull(p, token));
  connection.languages.diagnostics.onWorkspace(async (p, token, _, partial) => {
    const report = partial ? (items: object[]) => partial.report({ items } as never) : null;
    return { items: await serving().pulled.pullWorkspace(p, token, report) };
  });
  connection.onCodeAction((p, token) => {
    const { session, style } = serving();
    return codeActions(session, style, p, token);
  });
  connection.onHover((p, token) => {
    const { session, style } = serving();
    return hover(session, style, p.textDocument.uri, p.position, token);
  });
  connection.onCompletion((p, token) => {
    const { session, style } = serving();
    return completion(session, style, p.textDocument.uri, p.position, token);
  });
  connection.onDocumentSymbol((p, token) => {
    const { session, style } = serving();
    return documentSymbols(session, style, p.textDocument.uri, token);
  });
  connection.onRequest(SUPPRESS_REQUEST, (p: SuppressParams) => {
    const { session, style } = serving();
    return suppress(session, style, p);
  });
  connection.onRequest(NAMESPACES_REQUEST, () => namespaces(serving().session));
  connection.onRequest(DEFAULT_DENY_REQUEST, (p: DefaultDenyParams) => {
    const { session, style } = serving();
    return defaultDeny(session, style, p);
  });
  connection.onRequest(REACHABILITY_REQUEST, (p: ReachabilityParams, token) => {
    const { session, saved, showPictures } = serving();
    showPictures();
    return reachability(session, saved, p, token);
  });
  connection.onRequest(WHY_REQUEST, (p: WhyParams, token) => {
    const { session, saved, style } = serving();
    return why(session, saved, style, p, token);
  });
  connection.onRequest((method) => {
    serving();
    throw new ResponseError(ErrorCodes.MethodNotFound, `there is no method ${method}`);
  });
}

/** The requests about what belongs together. */
function answerLookups(connection: Connection, serving: () => Serving): void {
  connection.onPrepareRename((p) => prepareRename(serving().session, p));
  connection.onRenameRequest((p, token) => {
    const { session, style } = serving();
    const say = (message: string) =>
      void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
    return rename(session, style, p, token, say);
  });
  connection.onDefinition(({ textDocument, position }, token) => {
    const { session, style } = serving();
    return definition(session, style, textDocument.uri, position, token);
  });
  connection.onReferences(({ textDocument, position, context }, token) => {
    const { session, style } = serving();
    const asked = { clientUri: textDocument.uri, position, declaration: context.includeDeclaration };
    return references(session, style, asked, token);
  });
  connection.onDocumentLinks(({ textDocument }, token) => {
    const { session, style } = serving();
    return documentLinks(session, style, textDocument.uri, token);
  });
  connection.languages.inlayHint.on(({ textDocument, range }, token) => {
    const { session, shown } = serving();
    return inlayHints(session, shown, textDocument.uri, range, token);
  });
  connection.onCodeLens(({ textDocument }, token) => {
    const { session, shown } = serving();
    return codeLenses(session, shown, textDocument.uri, token);
  });
  connection.onCodeLensResolve((lens) => {
    const { session, reaching, style } = serving();
    return resolveCodeLens(session, reaching, style, lens);
  });
}

/** The requests about what reaches what. */
function answerReach(connection: Connection, serving: () => Serving): void {
  connection.onRequest(POLICY_TESTS_REQUEST, () => policyTests(serving().session));
  connection.onRequest(RUN_POLICY_TESTS_REQUEST, (p: RunPolicyTestsParams, token) => {
    const { session, reaching, style } = serving();
    return runPolicyTests(session, reaching, style.clientUri, p, token);
  });
  connection.onRequest(WORKLOADS_REQUEST, () => {
    const { session, reaching, style } = serving();
    return workloads(session, reaching, style.clientUri);
  });
  connection.onRequest<ExplainReply, void>(EXPLAIN_REQUEST, (p: ExplainParams): ExplainReply => {
    const { session, reaching, style } = serving();
    return explain(session, reaching, style.clientUri, p);
  });
}

/** The requests about a live cluster. */
function answerAboutCluster(connection: Connection, serving: () => Serving): void {
  connection.onRequest(CONTEXTS_REQUEST, (p: ContextsParams) => serving().cluster.contexts(p));
  connection.onRequest(CONNECT_REQUEST, (p: ConnectParams) => serving().cluster.connect(p));
  connection.onRequest(DISCONNECT_REQUEST, () => serving().cluster.disconnect());
  connection.onRequest(AFFECTED_PODS_REQUEST, (p: TextDocumentPositionParams, token) => {
    const { session, cluster } = serving();
    return affectedPods(session, cluster.current, p, token);
  });
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
      ...(style.pulls && {
        diagnosticProvider: {
          identifier: 'netpol-guard',
          interFileDependencies: true,
          workspaceDiagnostics: true,
        },
      }),
      codeActionProvider: { codeActionKinds: ['quickfix', REWRITE, FIX_ALL] },
      hoverProvider: true,
      ...(style.completes !== 'nothing' && { completionProvider: { triggerCharacters: [' '] } }),
      documentSymbolProvider: true,
      renameProvider: style.preparesRename ? { prepareProvider: true } : true,
      definitionProvider: true,
      referencesProvider: true,
      documentLinkProvider: {},
      // Some clients show these without saying that they can.
      inlayHintProvider: true,
      codeLensProvider: { resolveProvider: true },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

/** Manifests and configs by their names; of anything else only that it is gone, since it may have been a folder of them. */
async function watchFiles(connection: Connection): Promise<void> {
  const watchers = [
    { globPattern: '**/*.{yaml,yml,json}' },
    { globPattern: '**/.netpol-guard.yaml' },
    { globPattern: '**/Kustomization' },
    { globPattern: '**/*', kind: WatchKind.Delete },
  ];
  await connection.client
    .register(DidChangeWatchedFilesNotification.type, { watchers })
    .catch((error: unknown) => connection.console.warn(`Files are not watched: ${error}`));
}
