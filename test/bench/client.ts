/**
 * Owns one language server under measurement: starting its process, typing into one file as an editor would, and waiting for
 * the answer to that very edit. What is measured is decided elsewhere.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CancellationTokenSource,
  createMessageConnection,
  type Diagnostic,
  type InitializeParams,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { poll } from '../../scripts/lib/poll.ts';

export interface Server {
  readonly name: string;
  readonly args: readonly string[];
  /** How its diagnostics come: by request, or by notification with the document's version or without. */
  readonly answers: 'pull' | 'push' | 'push-unversioned';
  /** Whether it judges the text: its answer must then show the mistake that was just typed. */
  readonly judges: boolean;
  /** Answers to workspace/configuration by section. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Task {
  /** URI of the opened folder, without a slash at its end. */
  readonly folder: string;
  /** URI of the file that is typed into. */
  readonly uri: string;
  readonly text: string;
  /** Edits at each place of the file; an even number, so that the text ends as it began. */
  readonly edits: number;
}

/** Milliseconds after which a server counts as hung. */
const PATIENCE = 60_000;

export type Question = 'hover' | 'completion' | 'codeAction';

/** Something that waits for a publication it accepts. */
type Waiter = (version: number | undefined, diagnostics: readonly Diagnostic[]) => boolean;

export class Client {
  private readonly server: Server;
  private readonly task: Task;
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly lines: string[];
  private readonly waiters = new Set<Waiter>();
  private readonly refreshed = Promise.withResolvers<number>();
  private version = 1;
  private found = 0;
  private lastHeard = 0;
  private complaints = '';

  constructor(server: Server, task: Task) {
    this.server = server;
    this.task = task;
    this.lines = task.text.split('\n');
    this.child = spawn(process.execPath, [...server.args, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdout, stdin, stderr } = this.child;
    if (!stdout || !stdin || !stderr) throw new Error('a child process has no streams');
    stderr.on('data', (data) => {
      this.complaints += data;
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.listen();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  private listen(): void {
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, version, diagnostics }: PublishDiagnosticsParams) => {
        if (uri !== this.task.uri) return;
        this.lastHeard = performance.now();
        for (const waiter of this.waiters) if (waiter(version, diagnostics)) this.waiters.delete(waiter);
      },
    );
    this.connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) =>
      items.map(({ section }) => this.server.settings?.[section ?? ''] ?? null),
    );
    // Registrations and refreshes are granted; what they are for is of no interest but one: the first refresh of a server
    // that reads the folder says that it has read it.
    this.connection.onRequest((method) => {
      this.lastHeard = performance.now();
      if (method === 'workspace/diagnostic/refresh') this.refreshed.resolve(this.lastHeard);
      return null;
    });
    this.connection.onNotification(() => {});
    this.connection.listen();
  }

  async initialize(): Promise<void> {
    const { folder } = this.task;
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders: [{ uri: folder, name: 'bench' }],
      capabilities: {
        workspace: {
          configuration: true,
          workspaceFolders: true,
          didChangeWatchedFiles: { dynamicRegistration: true },
          diagnostics: { refreshSupport: true },
          workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
        },
        textDocument: {
          publishDiagnostics: {
            versionSupport: true,
            relatedInformation: true,
            codeDescriptionSupport: true,
          },
          ...(this.server.answers === 'pull' && {
            diagnostic: { relatedInformation: true, codeDescriptionSupport: true },
          }),
          completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
          hover: { contentFormat: ['markdown'] },
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
        },
      },
    };
    await this.connection.sendRequest('initialize', params);
    await this.connection.sendNotification('initialized', {});
  }

  async open(): Promise<readonly Diagnostic[]> {
    const { uri, text } = this.task;
    const { version } = this;
    void this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version, text },
    });
    const diagnostics = await this.diagnostics();
    this.found = diagnostics.length;
    return diagnostics;
  }

  /** Waits until the server has had nothing to say for half a second. */
  async settle(): Promise<void> {
    this.lastHeard = performance.now();
    await poll(() => performance.now() - this.lastHeard > 500, { what: 'the server to fall silent' });
    // What was found in the file may be more by now, for the whole folder has been read.
    if (this.server.answers === 'pull') this.found = (await this.diagnostics()).length;
  }

  /** Types a character behind a protocol's name and takes it away again, as often as the task says. */
  async typeAt(place: number): Promise<number[]> {
    const line = this.protocolLine(place);
    const samples: number[] = [];
    for (let i = 0; i < this.task.edits; i++) {
      await pause(20);
      const mistyped = i % 2 === 0;
      const started = performance.now();
      this.toggle(line, mistyped);
      const diagnostics = await this.diagnostics(mistyped);
      samples.push(performance.now() - started);
      this.check(diagnostics, mistyped);
    }
    return samples;
  }

  /** Sends a change and a request that needs its result. */
  async askAt(question: Question): Promise<number[]> {
    const line = this.protocolLine(0.5);
    const samples: number[] = [];
    for (let i = 0; i < this.task.edits; i++) {
      await pause(20);
      const mistyped = i % 2 === 0;
      const started = performance.now();
      this.toggle(line, mistyped);
      const pushed = this.server.answers === 'pull' ? null : this.diagnostics(mistyped);
      await this.ask(question, line);
      samples.push(performance.now() - started);
      // The server is let finish, so that what it still does for this edit does not count for the next.
      await (pushed ?? this.diagnostics());
    }
    return samples;
  }

  /** Ten changes, `gap` milliseconds apart, each asking for diagnostics and giving up the question before. */
  async burst(gap: number): Promise<number> {
    const line = this.protocolLine(0.5);
    let started = 0;
    let last: Promise<readonly Diagnostic[]> | null = null;
    let source: CancellationTokenSource | null = null;
    for (let i = 0; i < 10; i++) {
      if (i > 0 && gap > 0) await pause(gap);
      source?.cancel();
      source = new CancellationTokenSource();
      started = performance.now();
      this.toggle(line, i % 2 === 0);
      if (this.server.answers !== 'pull' && i < 9) continue;
      last = this.diagnostics(i % 2 === 0, source);
      if (i < 9) void last.catch(() => {});
    }
    const diagnostics = await last;
    const took = performance.now() - started;
    this.check(diagnostics ?? [], false);
    return took;
  }

  /** The moment at which the server had read the folder. */
  folderRead(): Promise<number> {
    return this.inTime(this.refreshed.promise);
  }

  /** The diagnostics of the whole folder. */
  async everything(): Promise<void> {
    await this.inTime(this.connection.sendRequest('workspace/diagnostic', { previousResultIds: [] }));
  }

  async stop(): Promise<void> {
    const gone = this.child.exitCode === null ? once(this.child, 'exit') : Promise.resolve();
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    if (this.child.exitCode === null) {
      await Promise.race([this.connection.sendRequest('shutdown').catch(() => {}), gone]);
      await this.connection.sendNotification('exit').catch(() => {});
    }
    await gone;
    clearTimeout(killer);
    this.connection.dispose();
  }

  /** The diagnostics that answer the newest version. A server that names no versions is told by what it finds. */
  private async diagnostics(
    mistyped = false,
    source?: CancellationTokenSource,
  ): Promise<readonly Diagnostic[]> {
    if (this.server.answers === 'pull') {
      const params = { textDocument: { uri: this.task.uri } };
      const answer = this.connection.sendRequest<{ items?: Diagnostic[] }>(
        'textDocument/diagnostic',
        params,
        ...(source ? [source.token] : []),
      );
      return (await this.inTime(answer)).items ?? [];
    }
    const wanted = this.version;
    const named = this.server.answers === 'push';
    const isFirst = wanted === 1;
    return this.inTime(
      new Promise((resolve) => {
        this.waiters.add((version, diagnostics) => {
          const fits = named
            ? version === wanted
            : isFirst || (mistyped ? diagnostics.length > this.found : diagnostics.length <= this.found);
          if (fits) resolve(diagnostics);
          return fits;
        });
      }),
    );
  }

  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.server.name} did not answer. ${this.complaints.slice(-2000)}`)),
        PATIENCE,
      );
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  private check(diagnostics: readonly Diagnostic[], mistyped: boolean): void {
    if (!this.server.judges) return;
    const right = mistyped ? diagnostics.length > this.found : diagnostics.length === this.found;
    if (!right)
      throw new Error(
        `${this.server.name} answered ${diagnostics.length} diagnostics where it had found ${this.found} ` +
          `and the protocol is ${mistyped ? 'mistyped' : 'right'}`,
      );
  }

  /** The line of a protocol field, nearest to a place between the file's start (0) and end (1). */
  private protocolLine(place: number): number {
    const from = Math.floor(place * (this.lines.length - 1));
    for (let distance = 0; distance < this.lines.length; distance++)
      for (const line of [from + distance, from - distance])
        if (/^ +- protocol: (?:TCP|UDP)$/.test(this.lines[line] ?? '')) return line;
    throw new Error('the file has no protocol to type at');
  }

  private toggle(line: number, mistyped: boolean): void {
    const before = this.lines[line] as string;
    this.lines[line] = mistyped ? `${before}x` : before.slice(0, -1);
    this.version++;
    const end = { line, character: before.length };
    const range = mistyped ? { start: end, end } : { start: { line, character: before.length - 1 }, end };
    void this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.task.uri, version: this.version },
      contentChanges: [{ range, text: mistyped ? 'x' : '' }],
    });
  }

  private async ask(question: Question, line: number): Promise<void> {
    const textDocument = { uri: this.task.uri };
    const position = { line, character: (this.lines[line] as string).indexOf('protocol') + 1 };
    if (question === 'codeAction') {
      const range = { start: position, end: { line, character: (this.lines[line] as string).length } };
      const context = { diagnostics: [] };
      await this.inTime(
        this.connection.sendRequest('textDocument/codeAction', { textDocument, range, context }),
      );
    } else {
      await this.inTime(this.connection.sendRequest(`textDocument/${question}`, { textDocument, position }));
    }
  }
}
