/**
 * Owns diagnostics as clients pull them, per document and per workspace. An answer is always for the version that was asked
 * about. Clients that cannot pull are served elsewhere.
 */
import type {
  CancellationToken,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  WorkspaceDiagnosticParams,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Reports } from './reports.ts';
import type { Session } from './session.ts';
import { isOutdated, nextTurn, outdated, Slicer, throwIfCancelled } from './slices.ts';
import { canonicalUri } from './uri.ts';

/** Takes a part of an answer before the answer is complete. */
export type PartialResult = (items: WorkspaceDocumentDiagnosticReport[]) => void;

export interface PulledDiagnostics {
  /** Answers textDocument/diagnostic. */
  pull(params: DocumentDiagnosticParams, token: CancellationToken): Promise<DocumentDiagnosticReport>;
  /**
   * Answers workspace/diagnostic with the reports that differ from what the client has, and waits until there is one. Given
   * somewhere to put partial results, it goes on until it is cancelled.
   */
  pullWorkspace(
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    partial: PartialResult | null,
  ): Promise<WorkspaceDocumentDiagnosticReport[]>;
  /** To be called after every change: wakes waiting workspace pulls. */
  changed(): void;
  /**
   * To be called when a document is closed, with the promise that what is on disk has been read: the client pulls it one last
   * time and keeps that answer, which must not be about text that was thrown away.
   */
  closed(clientUri: string, read: Promise<void>): void;
}

/** What the client has of a file. */
interface Held {
  readonly clientUri: string;
  readonly id: string;
}

export function createPulledDiagnostics(session: Session, reports: Reports): PulledDiagnostics {
  const waiting = new Set<() => void>();
  /** Open documents that the client pulls by itself; the workspace's answers leave them out. */
  const pulled = new Set<string>();
  /** Closed documents whose text on disk is being read. */
  const reading = new Map<string, Promise<void>>();

  const changesSince = async (
    held: Map<string, Held>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> => {
    const changes: WorkspaceDocumentDiagnosticReport[] = [];
    const present = new Set(session.reportedUris());
    const slicer = new Slicer();
    for (const uri of present) {
      if (slicer.isOver) await slicer.yield();
      throwIfCancelled(token);
      if (pulled.has(uri)) continue;
      const report = await reports.of(uri, token).catch(unlessOutdated);
      const before = held.get(uri)?.id;
      if (!report || before === report.id || (before === undefined && report.items.length === 0)) continue;
      const clientUri = session.clientUri(uri);
      held.set(uri, { clientUri, id: report.id });
      const version = session.versionOf(uri);
      changes.push({ kind: 'full', uri: clientUri, version, resultId: report.id, items: [...report.items] });
    }
    for (const [uri, { clientUri }] of held) {
      if (present.has(uri)) continue;
      held.delete(uri);
      changes.push({ kind: 'full', uri: clientUri, version: null, items: [] });
    }
    return changes;
  };

  const nextChange = (token: CancellationToken): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        waiting.delete(wake);
        cancelled.dispose();
        resolve();
      };
      const cancelled = token.onCancellationRequested(wake);
      waiting.add(wake);
    });

  return {
    async pull({ textDocument, previousResultId }, token) {
      const uri = canonicalUri(textDocument.uri);
      await reading.get(uri);
      const version = session.versionOf(uri);
      if (version !== null) pulled.add(uri);
      await nextTurn();
      throwIfCancelled(token);
      if (session.versionOf(uri) !== version) throw outdated();
      const { id, items } = await reports.of(uri, token);
      if (previousResultId === id) return { kind: 'unchanged', resultId: id };
      return { kind: 'full', resultId: id, items: [...items] };
    },
    async pullWorkspace({ previousResultIds }, token, partial) {
      const held = new Map<string, Held>();
      for (const { uri, value } of previousResultIds)
        held.set(canonicalUri(uri), { clientUri: uri, id: value });
      for (;;) {
        const seen = session.revision;
        const changes = await changesSince(held, token);
        if (changes.length > 0 && !partial) return changes;
        if (changes.length > 0) partial?.(changes);
        if (session.revision === seen) await nextChange(token);
        throwIfCancelled(token);
      }
    },
    changed() {
      for (const wake of [...waiting]) wake();
    },
    closed(clientUri, read) {
      const uri = canonicalUri(clientUri);
      pulled.delete(uri);
      reading.set(uri, read);
      void read.finally(() => {
        if (reading.get(uri) === read) reading.delete(uri);
      });
    },
  };
}

/** A document that changes while its report is made wakes the pull again. */
function unlessOutdated(error: unknown): null {
  if (isOutdated(error)) return null;
  throw error;
}
