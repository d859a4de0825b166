/**
 * Owns what is put together for one initialized client: its session, what keeps it up to date, and who is told of changes.
 */
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import type { Rule } from '../core/rule.ts';
import { oneAtATime } from './again.ts';
import { type ClusterLink, createClusterLink } from './cluster.ts';
import { createPulledDiagnostics, type PulledDiagnostics } from './diagnostics.ts';
import { createFilesOnDisk, type FileHost, indexAll } from './files-on-disk.ts';
import { createPictureNews } from './picture-news.ts';
import { createPolicyTestNotice } from './policy-tests.ts';
import { beginProgress } from './progress.ts';
import { CLUSTER_NOTIFICATION } from './protocol.ts';
import { createPush } from './push.ts';
import { createReaching, type Reaching } from './reaching.ts';
import { createHintRefresh } from './refresh.ts';
import { createReports } from './reports.ts';
import { createSavedFiles, type SavedFiles } from './saved-files.ts';
import { Session } from './session.ts';
import { type Shown, shownBy } from './shown.ts';
import { type ClientStyle, styleOf } from './style.ts';
import type { Syncing } from './sync.ts';

/** What the process that serves brings along. */
export interface Host {
  readonly files: FileHost;
  readonly version: string;
  /** The rules to judge by. */
  readonly rules: readonly Rule[];
  /** The URI of a rule's page for clients that name none of their own; null when the pages are not there. */
  readonly ruleUri: (ruleId: string) => string | null;
}

export interface Serving extends Syncing {
  readonly style: ClientStyle;
  readonly pulled: PulledDiagnostics;
  /** The cluster of the context that was picked. */
  readonly cluster: ClusterLink;
  readonly reaching: Reaching;
  /** The files as they are on disk. */
  readonly saved: SavedFiles;
  /** Which hints and lenses are wanted now. */
  readonly shown: Shown;
  /** Tells the client from now on whenever a picture of who may connect to whom may be another one. */
  showPictures(): void;
  /** Takes what a client says of that from now on. */
  show(options: unknown): void;
}

export function createServing(connection: Connection, host: Host, params: InitializeParams): Serving {
  const session = new Session({
    rules: host.rules,
    onRuleError: onceEach(({ ruleId, uri, error }) =>
      connection.console.error(`Rule ${ruleId} failed on ${uri}; its findings are missing there. ${error}`),
    ),
    scopeOf: host.files.scopeOf,
  });
  const style = styleOf(params, session, host.ruleUri);
  const reports = createReports(session, style);
  const pulled = createPulledDiagnostics(session, reports);
  const failed = (error: unknown) => connection.console.error(`Work in the background failed: ${error}`);
  const note = (message: string) => connection.console.info(message);
  const disk = createFilesOnDisk(session, host.files, note, () => beginProgress(connection, style.progress));

  const refresh = oneAtATime(() => connection.languages.diagnostics.refresh(), failed);
  const push = oneAtATime(
    createPush(session, reports, (p) => void connection.sendDiagnostics(p)),
    failed,
  );
  const cluster = createClusterLink(
    session,
    (info) => void connection.sendNotification(CLUSTER_NOTIFICATION, info),
  );
  const hints = createHintRefresh(connection, session, style);
  const testsMayHaveChanged = createPolicyTestNotice(connection, style.showsPolicyTests);
  const pictures = createPictureNews(connection);
  let shown = shownBy(params.initializationOptions);
  const tellClient = (others: boolean): void => {
    pulled.changed();
    hints.changed(others);
    testsMayHaveChanged();
    pictures.changed();
    if (!style.pulls) push();
    else if (others && style.refreshesDiagnostics) refresh();
  };
  const catchUp = oneAtATime(async () => {
    const before = session.revisions.latest;
    await disk.readScopes();
    await indexAll(session.worlds);
    if (session.revisions.latest !== before) tellClient(true);
  }, failed);
  const changed = (others: boolean): void => {
    tellClient(others);
    catchUp();
  };
  return {
    session,
    style,
    host: host.files,
    disk,
    pulled,
    cluster,
    reaching: createReaching(session),
    saved: createSavedFiles(session, host.files),
    changed,
    closed: pulled.closed,
    get shown() {
      return shown;
    },
    showPictures: pictures.follow,
    show(options) {
      shown = shownBy(options);
      hints.now();
    },
  };
}

function onceEach(
  say: (failure: { ruleId: string; uri: string; error: unknown }) => void,
): (ruleId: string, error: unknown, uri: string) => void {
  const said = new Set<string>();
  return (ruleId, error, uri) => {
    const key = `${ruleId}\n${uri}\n${error}`;
    if (said.has(key)) return;
    said.add(key);
    say({ ruleId, uri, error });
  };
}
