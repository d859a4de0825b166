/**
 * Owns showing the client how far the reading of files has come.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { ReadingProgress } from './files-on-disk.ts';

const TITLE = 'NetworkPolicy Guard: reading manifests';

/** Begins a progress report, if the client shows such. The work does not wait for the client to make room for it. */
export function beginProgress(connection: Connection, isShown: boolean): ReadingProgress {
  if (!isShown) return { report() {}, done() {} };
  let latest = 0;
  const begun = connection.window.createWorkDoneProgress().then(
    (progress) => {
      progress.begin(TITLE, 0, undefined, false);
      return progress;
    },
    () => null,
  );
  return {
    report(done, total) {
      const percentage = Math.floor((100 * done) / total);
      if (percentage === latest) return;
      latest = percentage;
      void begun.then((progress) => progress?.report(percentage, `${done} of ${total}`));
    },
    done() {
      void begun.then((progress) => progress?.done());
    },
  };
}
