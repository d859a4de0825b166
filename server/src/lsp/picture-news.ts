/**
 * Owns telling a client that shows a picture of who may connect to whom that it may be another one by now. A client that has
 * never asked for one hears nothing.
 */
import type { Connection } from 'vscode-languageserver/node';
import { REACHABILITY_CHANGED } from './protocol-reachability.ts';

export interface PictureNews {
  /** To be called after every change. */
  changed(): void;
  /** To be called when the client asks for a picture. */
  follow(): void;
}

export function createPictureNews(connection: Connection): PictureNews {
  let isFollowed = false;
  let isDue = false;
  return {
    changed() {
      if (!isFollowed || isDue) return;
      isDue = true;
      // Changes that arrive together are told of once.
      setImmediate(() => {
        isDue = false;
        void connection.sendNotification(REACHABILITY_CHANGED);
      });
    },
    follow() {
      isFollowed = true;
    },
  };
}
