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
import { isOutdated, nextMessage, outdated, Slicer, throwIfCancelled } from './slices.ts';
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
  /** To be called when a document is closed: what the client shows of it may be about text that was thrown away. */
  closed(clientUri: string): void;
}

/** What the client has of a file. */
interface Held {
  readonly clientUri: string;
  readonly id: string;
}

/**
 * Milliseconds for which a document that was just pulled or closed is left out of the workspace's answers, so that one that is
 * being typed in is not sent twice. Then it is sent, even if nothing has changed: VS Code drops the answer to the pull of a
 * document whose tab is closed, and goes on to show what it had before.
 */
const QUIET = 300;

export function createPulledDiagnostics(session: Session, reports: Reports): PulledDiagnostics {
  const waiting = new Set<() => void>();
  /** When documents were last pulled or closed, in milliseconds, until the workspace's answers have held them once more. */
  const askedAt = new Map<string, number>();

  const asked = (uri: string): void => {
    askedAt.set(uri, performance.now());
    setTimeout(wakeAll, QUIET + 1).unref();
  };

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
      const time = askedAt.get(uri);
      if (time !== undefined && performance.now() - time < QUIET) continue;
      const report = await reports.of(uri, token).catch(unlessOutdated);
      if (!report) continue;
      const before = held.get(uri)?.id;
      const isKnown = before === report.id || (before === undefined && report.items.length === 0);
      if (isKnown && time === undefined) continue;
      if (askedAt.get(uri) === time) askedAt.delete(uri);
      const clientUri = session.clientUri(uri);
      held.set(uri, { clientUri, id: report.id });
      const version = session.versionOf(uri);
      changes.push({ kind: 'full', uri: clientUri, version, resultId: report.id, items: report.items });
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

  function wakeAll(): void {
    for (const wake of [...waiting]) wake();
  }

  return {
    async pull({ textDocument, previousResultId }, token) {
      const uri = canonicalUri(textDocument.uri);
      const version = session.versionOf(uri);
      asked(uri);
      await nextMessage();
      throwIfCancelled(token);
      if (session.versionOf(uri) !== version) throw outdated();
      const { id, items } = await reports.of(uri, token);
      if (previousResultId === id) return { kind: 'unchanged', resultId: id };
      return { kind: 'full', resultId: id, items };
    },
    async pullWorkspace({ previousResultIds }, token, partial) {
      const held = new Map<string, Held>();
      for (const { uri, value } of previousResultIds)
        held.set(canonicalUri(uri), { clientUri: uri, id: value });
      for (;;) {
        const seen = session.revisions.latest;
        const changes = await changesSince(held, token);
        if (changes.length > 0 && !partial) return changes;
        if (changes.length > 0) partial?.(changes);
        if (session.revisions.latest === seen) await nextChange(token);
        throwIfCancelled(token);
      }
    },
    changed: wakeAll,
    closed: (clientUri) => asked(canonicalUri(clientUri)),
  };
}

/** A document that changes while its report is made wakes the pull again. */
function unlessOutdated(error: unknown): null {
  if (isOutdated(error)) return null;
  throw error;
}
