/**
 * Owns the language server's process as the extension sees it: starting, stopping and restarting it one after the other, what
 * it is told at the start, and giving up when it keeps crashing. It knows nothing about policies.
 */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  type Location,
  State,
  TransportKind,
  type WorkspaceEdit,
} from 'vscode-languageclient/node';
import { type InitializationOptions, SHOW_LOCATIONS } from '../../server/src/lsp/protocol.ts';
import { REACHABILITY_CHANGED } from '../../server/src/lsp/protocol-reachability.ts';
import { ruleUriTemplate } from './rule-page.ts';
import { completionWanted, shownOptions } from './settings.ts';

const LANGUAGES: readonly string[] = ['yaml', 'json', 'helm'];

/** What the server looks at: files on disk, and text that is not saved anywhere yet. */
export const SELECTOR: { language: string; scheme: string }[] = LANGUAGES.flatMap((language) =>
  ['file', 'untitled'].map((scheme) => ({ language, scheme })),
);

/** Commands of this extension that the server may put behind a quick fix or a lens. */
const OFFERED_COMMANDS = ['netpolGuard.openRule', 'netpolGuard.suppress', SHOW_LOCATIONS];

/** This many crashes within this many milliseconds, and the server stays down until a person restarts it. */
const CRASHES = 5;
const CRASH_WINDOW = 3 * 60_000;

/** `failed`: it crashed too often, or did not come up. */
export type ServerState = 'stopped' | 'starting' | 'running' | 'failed';

export interface Server {
  readonly state: ServerState;
  readonly onDidChangeState: vscode.Event<ServerState>;
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Tells that the answer to a request for reachability may be another one by now. */
  readonly onReachabilityChanged: vscode.Event<void>;
  /** Asks the server. Throws when it is not running. */
  request<R>(method: string, params?: object, token?: vscode.CancellationToken): Promise<R>;
  /** Asks the server for an edit; undefined when it has none. Throws when it is not running. */
  requestEdit(method: string, params: object): Promise<vscode.WorkspaceEdit | undefined>;
  /** Listens to what the server says of its own accord, also after it has been restarted. */
  onNotification<P>(method: string, listener: (params: P) => void): vscode.Disposable;
  /** The URI of a document as the server is told it. */
  uriOf(document: vscode.TextDocument): string;
  asLocation(location: Location): vscode.Location;
  /** Tells the server which hints and lenses the settings want now. One that is started later reads them by itself. */
  showAsSet(): void;
  dispose(): Promise<void>;
}

export function createServer(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Server {
  const changed = new vscode.EventEmitter<ServerState>();
  let state: ServerState = 'stopped';
  const become = (next: ServerState) => {
    if (next === state) return;
    state = next;
    changed.fire(next);
  };
  const client = createClient(context, output, () => become('failed'));
  const reachabilityChanged = new vscode.EventEmitter<void>();
  client.onNotification(REACHABILITY_CHANGED, () => reachabilityChanged.fire());
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) become('running');
    else if (newState === State.Starting) become('starting');
    else if (newState === State.StartFailed) become('failed');
    else if (state !== 'failed') become('stopped');
  });

  // The client refuses to stop while it starts, and to start while it stops: each waits for the one before.
  let last: Promise<void> = Promise.resolve();
  const queue = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((error: unknown) => {
      output.error(error instanceof Error ? error : String(error));
      become('failed');
    });
    return last;
  };
  const start = () => client.start();
  const stop = async () => {
    if (client.isRunning()) await client.stop();
    become('stopped');
  };
  return {
    get state() {
      return state;
    },
    onDidChangeState: changed.event,
    start: () => queue(start),
    stop: () => queue(stop),
    restart: () => queue(() => stop().then(start)),
    onReachabilityChanged: reachabilityChanged.event,
    request: (method, params, token) => {
      // An absent argument that is passed on would be sent as a parameter.
      if (!params) return client.sendRequest(method);
      return token ? client.sendRequest(method, params, token) : client.sendRequest(method, params);
    },
    requestEdit: async (method, params) =>
      client.protocol2CodeConverter.asWorkspaceEdit(
        await client.sendRequest<WorkspaceEdit | null>(method, params),
      ),
    onNotification: (method, listener) => client.onNotification(method, listener),
    uriOf: (document) => client.code2ProtocolConverter.asUri(document.uri),
    asLocation: (location) => client.protocol2CodeConverter.asLocation(location),
    showAsSet: () => {
      if (state === 'running')
        void client.sendNotification('workspace/didChangeConfiguration', {
          settings: { netpolGuard: shownOptions() },
        });
    },
    dispose: async () => {
      await last;
      await client.dispose();
      changed.dispose();
      reachabilityChanged.dispose();
    },
  };
}

/** Everything that goes wrong is in the output. A person is only told, once, when the server is down for good. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function createClient(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
  onGivenUp: () => void,
): LanguageClient {
  const module = context.asAbsolutePath('dist/server.js');
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    outputChannel: output,
    // Read at every start, so that a restart takes what the settings say by then.
    initializationOptions,
    errorHandler: untilItCrashesTooOften(onGivenUp),
    diagnosticPullOptions: { onChange: true, onSave: false },
    initializationFailedHandler: () => false,
  };
  return new QuietClient(
    'netpolGuard',
    'NetworkPolicy Guard',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
    },
    options,
  );
}

function initializationOptions(): InitializationOptions {
  return {
    ruleUri: ruleUriTemplate(),
    commands: OFFERED_COMMANDS,
    completion: completionWanted(),
    policyTests: true,
    ...shownOptions(),
  };
}

/** Restarts the server after a crash, quietly, until crashes come so fast that there is no use in it. */
function untilItCrashesTooOften(giveUp: () => void): ErrorHandler {
  let crashes: number[] = [];
  return {
    // What is wrong with the connection is in the output; the process that is behind it says whether it still works.
    error: (error) => ({ action: ErrorAction.Continue, message: error.message, handled: true }),
    closed: () => {
      const now = Date.now();
      crashes = [...crashes.filter((time) => now - time < CRASH_WINDOW), now];
      if (crashes.length < CRASHES) return { action: CloseAction.Restart, handled: true };
      crashes = [];
      giveUp();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}
