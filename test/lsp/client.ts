/**
 * Owns a small client of the real server process: it starts the bundle, speaks LSP to it over stdio, remembers what the server
 * said unasked, and lets a test wait for an event. It never sleeps. When a test waits in vain, the server is ended after a
 * while, and with it everything that is waited for.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type CancellationToken,
  type ClientCapabilities,
  createMessageConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeParams,
  type InitializeResult,
  type MessageConnection,
  type Position,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';

export const REPOSITORY: string = join(import.meta.dirname, '../..');
export const SERVER: readonly string[] = [join(REPOSITORY, 'dist/server.js'), '--stdio'];
/** The same server from its sources, with rules of the tests' own. */
export const PROBE: readonly string[] = [join(import.meta.dirname, 'probe-server.ts'), '--stdio'];

/** Milliseconds that a server may live. */
const TIME_LIMIT = 60_000;

/** What VS Code can do, as far as it concerns this server. */
export const PULLS: ClientCapabilities = {
  workspace: {
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
  },
  window: { workDoneProgress: true },
  textDocument: {
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true },
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source', 'source.fixAll'] } },
      isPreferredSupport: true,
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

const { diagnostic: _, ...withoutPull } = PULLS.textDocument ?? {};

/** The same without pulling. */
export const PUSHED: ClientCapabilities = { ...PULLS, textDocument: withoutPull };

export interface StartOptions {
  /** What Node runs; the bundled server when nothing else is said. */
  readonly program?: readonly string[];
  readonly capabilities?: ClientCapabilities;
  /** Absolute paths of workspace folders; null names none at all. */
  readonly folders?: readonly string[] | null;
  readonly initializationOptions?: object;
  /** Further parameters of `initialize`. */
  readonly params?: Partial<InitializeParams>;
}

/** A change to a document: a replacement of a range, or of everything. */
export type TextChange = string | { readonly range: Range; readonly text: string };

export interface Event {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: what it holds depends on the method
  readonly params: any;
}

/** Starts a server and initializes it. */
export async function startClient(options: StartOptions = {}): Promise<Client> {
  const client = new Client(options.program ?? SERVER);
  await client.initialize(options);
  return client;
}

export class Client implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  /** What the server sent unasked, in order: notifications and requests. */
  readonly events: Event[] = [];
  result: InitializeResult = { capabilities: {} };
  private readonly versions = new Map<string, number>();
  private readonly waiting = new Set<() => void>();
  private readonly exited: Promise<number | null>;
  private hasExited = false;

  constructor(program: readonly string[] = SERVER, errors: 'inherit' | 'ignore' = 'inherit') {
    this.process = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', errors] });
    const limit = setTimeout(() => this.process.kill('SIGKILL'), TIME_LIMIT);
    this.exited = once(this.process, 'exit').then(([code]) => {
      clearTimeout(limit);
      this.hasExited = true;
      this.connection.dispose();
      for (const wake of [...this.waiting]) wake();
      return code as number | null;
    });
    const reader = new StreamMessageReader(this.process.stdout as Readable);
    // A message that is cut off when the server is ended would otherwise be waited for, by a timer that never stops.
    reader.partialMessageTimeout = 0;
    this.connection = createMessageConnection(
      reader,
      new StreamMessageWriter(new Writable({ write: (chunk, _, done) => this.send(chunk, done) })),
    );
    this.connection.onRequest((method, params) => {
      this.record(method, params);
      return null;
    });
    this.connection.onNotification((method, params) => this.record(method, params));
    this.connection.onUnhandledProgress((params) => this.record('$/progress', params));
    // A server that was killed is what some tests are about.
    this.connection.onError(() => {});
    this.process.stdin?.on('error', () => {});
    this.connection.listen();
  }

  private held: Buffer[] = [];
  private holdUntil = 0;

  /** Sends the next messages, so many of them, in one piece: the server reads them at once. */
  together(messages: number): void {
    this.holdUntil = messages;
  }

  private send(chunk: Buffer, done: () => void): void {
    this.held.push(chunk);
    const bytes = Buffer.concat(this.held);
    if (messagesIn(bytes) >= this.holdUntil) {
      this.held = [];
      this.holdUntil = 0;
      this.process.stdin?.write(bytes);
    }
    done();
  }

  private record(method: string, params: unknown): void {
    this.events.push({ method, params });
    for (const wake of [...this.waiting]) wake();
  }

  async initialize({ capabilities = PULLS, folders = null, ...options }: StartOptions): Promise<void> {
    const workspaceFolders = folders?.map((path) => ({ uri: uriOf(path), name: path })) ?? null;
    this.result = await this.request('initialize', {
      processId: null,
      rootUri: workspaceFolders?.[0]?.uri ?? null,
      ...(folders && { workspaceFolders }),
      capabilities,
      initializationOptions: options.initializationOptions,
      ...options.params,
    });
    this.notify('initialized', {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: what it answers depends on the method
  request(method: string, params?: object, token?: CancellationToken): Promise<any> {
    if (!params) return this.connection.sendRequest(method);
    return this.connection.sendRequest(method, params, ...(token ? [token] : []));
  }

  notify(method: string, params: object): void {
    this.connection.sendNotification(method, params).catch(() => {});
  }

  /** Opens a document; answers with its URI, which may be given instead of a path. */
  open(path: string, text: string, languageId = 'yaml'): string {
    const uri = uriOf(path);
    this.versions.set(uri, 1);
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    return uri;
  }

  /** Sends changes in one notification; answers with the new version. */
  change(uri: string, ...changes: TextChange[]): number {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    const contentChanges = changes.map((change) => (typeof change === 'string' ? { text: change } : change));
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
    return version;
  }

  close(uri: string): void {
    this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  /** Says that files changed on disk: 1 created, 2 changed, 3 deleted. */
  watched(...changes: readonly (readonly [path: string, type: 1 | 2 | 3])[]): void {
    this.notify('workspace/didChangeWatchedFiles', {
      changes: changes.map(([path, type]) => ({ uri: uriOf(path), type })),
    });
  }

  /** The first event from `from` on (an index into `events`) that satisfies `matches`, once there is one. */
  async event(matches: (event: Event) => boolean, from = 0): Promise<Event> {
    for (let next = from; ; ) {
      const found = this.events.slice(next).find(matches);
      if (found) return found;
      if (this.hasExited) throw new Error(`the server ended before the event; so far: ${this.said()}`);
      next = this.events.length;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
      });
    }
  }

  private said(): string {
    return this.events.map(({ method, params }) => `${method} ${JSON.stringify(params)}`).join('\n');
  }

  pull(uri: string, previousResultId?: string, token?: CancellationToken): Promise<DocumentDiagnosticReport> {
    const params = { textDocument: { uri }, ...(previousResultId && { previousResultId }) };
    return this.request('textDocument/diagnostic', params, token);
  }

  /** What a pull finds now. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    return report.kind === 'full' ? report.items : [];
  }

  async workspaceDiagnostics(
    previousResultIds: readonly { uri: string; value: string }[] = [],
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const { items } = await this.request('workspace/diagnostic', { previousResultIds });
    return items;
  }

  /** Pulls again whenever the server asks for it, until the diagnostics are as wanted; answers with them. */
  async eventually(uri: string, isWanted: (items: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    for (;;) {
      const from = this.events.length;
      const items = await this.diagnostics(uri);
      if (isWanted(items)) return items;
      await this.event((e) => e.method === 'workspace/diagnostic/refresh', from);
    }
  }

  /** Waits until the server has published diagnostics for a document that are as wanted; answers with the last. */
  async published(
    uri: string,
    isWanted: (params: { diagnostics: Diagnostic[]; version?: number }) => boolean,
    from = 0,
  ): Promise<Diagnostic[]> {
    const matches = ({ method, params }: Event) =>
      method === 'textDocument/publishDiagnostics' && params.uri === uri && isWanted(params);
    return (await this.event(matches, from)).params.diagnostics;
  }

  /** Waits until the workspace has been read for the first time. */
  async indexed(): Promise<void> {
    await this.event(({ method, params }) => method === '$/progress' && params.value?.kind === 'end');
    // The notification of the end and what follows from it may be two messages.
    await this.request('textDocument/hover', { textDocument: { uri: 'untitled:none' }, position: at(0, 0) });
  }

  /** Waits until the process has ended; answers with its exit code, null when a signal ended it. */
  ended(): Promise<number | null> {
    return this.exited;
  }

  async stop(): Promise<number | null> {
    await this.request('shutdown');
    this.notify('exit', {});
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill();
    await this.exited;
  }
}

/** How many whole messages there are in what is sent. */
function messagesIn(bytes: Buffer): number {
  let count = 0;
  for (let start = 0; ; count++) {
    const body = bytes.indexOf('\r\n\r\n', start) + 4;
    const length = /Content-Length: (\d+)/.exec(bytes.toString('latin1', start, body))?.[1];
    if (body < 4 || length === undefined) return count;
    start = body + Number(length);
    if (start > bytes.length) return count;
  }
}

/** The URI of a path; URIs stay as they are. */
function uriOf(path: string): string {
  return /^[a-z]{2,}:/.test(path) ? path : pathToFileURL(path).href;
}

export function at(line: number, character: number): Position {
  return { line, character };
}
