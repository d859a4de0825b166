/**
 * Owns asking the client for new hints and lenses when other files than the one it shows may have changed what they say. The
 * document that is typed in is asked about by the client itself.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { Session } from './session.ts';
import type { ClientStyle } from './style.ts';

/** Milliseconds without a change before hints in other documents are made anew: nobody reads them while typing elsewhere. */
const QUIET = 250;

export interface HintRefresh {
  /** To be called after every change; `others` says whether more than the text the client shows may have changed. */
  changed(others: boolean): void;
  /** Asks at once. */
  now(): void;
}

export function createHintRefresh(connection: Connection, session: Session, style: ClientStyle): HintRefresh {
  let waiting: NodeJS.Timeout | undefined;
  const now = () => {
    clearTimeout(waiting);
    const failed = (error: unknown) => connection.console.info(`The client did not refresh: ${error}`);
    if (style.refreshesHints) connection.languages.inlayHint.refresh().catch(failed);
    if (style.refreshesLenses) void connection.sendRequest('workspace/codeLens/refresh').catch(failed);
  };
  return {
    changed(others) {
      // With one document open there is no other in which hints could show.
      if (!others && session.openCount < 2) return;
      clearTimeout(waiting);
      waiting = setTimeout(now, QUIET).unref();
    },
    now,
  };
}
