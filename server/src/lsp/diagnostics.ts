/**
 * Owns diagnostics as the client gets them: pulled per document and per workspace, or pushed to clients that cannot pull.
 * An answer is always for the version that was asked about.
 */
import type {
  CancellationToken,
  Connection,
  Diagnostic,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { YamlDocument } from '../core/document.ts';
import { type DiagnosticStyle, SOURCE, toDiagnostics } from './convert.ts';
import type { Session } from './session.ts';
import { mapInSlices, Slicer } from './slices.ts';
import { canonicalUri } from './uri.ts';

/** What a file's diagnostics were made of, to tell whether they are still the same. */
interface Report {
  readonly id: string;
  readonly parts: readonly (readonly Diagnostic[])[];
  readonly items: readonly Diagnostic[];
}

export interface Diagnostics {
  /** Answers textDocument/diagnostic. */
  pull(clientUri: string, token: CancellationToken): Promise<Report>;
  /** Answers workspace/diagnostic: files whose report differs from what the client has. Waits until there is one. */
  pullWorkspace(
    known: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]>;
  /** To be called after every change: wakes waiting workspace pulls, and pushes to clients that cannot pull. */
  changed(): void;
}

export function createDiagnostics(
  session: Session,
  connection: Connection,
  style: DiagnosticStyle,
  push: boolean,
): Diagnostics {
  const reports = new Map<string, Report>();
  const waiting = new Set<() => void>();
  const published = new Map<string, string>();
  let nextId = 1;
  let pushing = false;
  let pushAgain = false;

  const partOf = (document: YamlDocument): readonly Diagnostic[] =>
    toDiagnostics(document, session.worldFor(document.uri).diagnose(document), style);

  const report = async (uri: string, token: CancellationToken): Promise<Report> => {
    const known = reports.get(uri);
    if (known && !session.stale.has(uri)) return known;
    session.stale.delete(uri);
    const version = session.versionOf(uri);
    const documents = session.worldFor(uri).workspace.files.get(uri)?.documents ?? [];
    const isStale = () => session.versionOf(uri) !== version;
    const parts = await mapInSlices(documents, partOf, token, isStale).catch((error: unknown) => {
      session.stale.add(uri);
      throw error;
    });
    const config = configDiagnostics(session, uri);
    if (config.length > 0) parts.push(config);
    if (known && sameParts(known.parts, parts)) return known;
    const fresh = { id: String(nextId++), parts, items: parts.flat() };
    reports.set(uri, fresh);
    return fresh;
  };

  const everyUri = function* (): Iterable<string> {
    for (const world of session.worlds) yield* world.workspace.files.keys();
  };

  const pushOnce = async (): Promise<void> => {
    const uris = new Set(everyUri());
    const slicer = new Slicer();
    for (const uri of [...session.openUris, ...uris]) {
      if (slicer.isOver) await slicer.yield();
      const { id, items } = await report(uri, NEVER);
      const version = session.versionOf(uri);
      const key = `${id}@${version ?? ''}`;
      if (published.get(uri) === key || (!published.has(uri) && items.length === 0 && version === null))
        continue;
      published.set(uri, key);
      const versioned = version === null ? {} : { version };
      void connection.sendDiagnostics({ uri: session.clientUri(uri), diagnostics: [...items], ...versioned });
    }
    for (const uri of published.keys()) {
      if (uris.has(uri)) continue;
      published.delete(uri);
      void connection.sendDiagnostics({ uri: session.clientUri(uri), diagnostics: [] });
    }
  };

  const pushAll = async (): Promise<void> => {
    if (pushing) {
      pushAgain = true;
      return;
    }
    pushing = true;
    do {
      pushAgain = false;
      try {
        await pushOnce();
      } catch (error) {
        if (!(error instanceof ResponseError)) throw error;
        pushAgain = true;
      }
    } while (pushAgain);
    pushing = false;
  };

  return {
    async pull(clientUri, token) {
      return report(canonicalUri(clientUri), token);
    },
    async pullWorkspace(known, token) {
      for (;;) {
        const changes: WorkspaceDocumentDiagnosticReport[] = [];
        const uris = [...everyUri()];
        const slicer = new Slicer();
        for (const uri of uris) {
          if (slicer.isOver) await slicer.yield();
          const { id, items } = await report(uri, token);
          const clientUri = session.clientUri(uri);
          const before = known.get(uri);
          if (before === id || (before === undefined && items.length === 0)) continue;
          changes.push({
            kind: 'full',
            uri: clientUri,
            version: session.versionOf(uri),
            resultId: id,
            items: [...items],
          });
        }
        const present = new Set(uris);
        for (const uri of known.keys())
          if (!present.has(uri)) changes.push({ kind: 'full', uri, version: null, items: [] });
        if (changes.length > 0) return changes;
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
          token.onCancellationRequested(() => resolve());
        });
        if (token.isCancellationRequested)
          throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      }
    },
    changed() {
      for (const wake of waiting) wake();
      waiting.clear();
      if (push) void pushAll();
    },
  };
}

const NEVER: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose() {} }),
};

function sameParts(a: Report['parts'], b: Report['parts']): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

function configDiagnostics(session: Session, uri: string): Diagnostic[] {
  return session
    .worldFor(uri)
    .configProblems(uri)
    .map(({ at, span, message }) => ({
      range: at.rangeOf(span),
      severity: 1,
      source: SOURCE,
      code: 'config',
      message,
    }));
}
