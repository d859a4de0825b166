/**
 * Owns how long work may hold the event loop. Long work is done in slices that yield in between, so that the connection sees
 * cancellations and edits.
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** Milliseconds of work between two yields. */
const SLICE = 10;

/** Tells when a slice is over. */
export class Slicer {
  private started = performance.now();

  /** Whether it is time to yield. */
  get isOver(): boolean {
    return performance.now() - this.started >= SLICE;
  }

  /** Lets everything that waits on the event loop run, then starts the next slice. */
  async yield(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.started = performance.now();
  }
}

/**
 * Maps `items` with `work`, yielding between slices. Throws RequestCancelled when the request is cancelled, and
 * ContentModified when `isStale` says that the answer would be for text that is gone.
 */
export async function mapInSlices<T, R>(
  items: readonly T[],
  work: (item: T) => R,
  token: CancellationToken,
  isStale: () => boolean,
): Promise<R[]> {
  const slicer = new Slicer();
  const results: R[] = [];
  for (const item of items) {
    if (slicer.isOver) {
      await slicer.yield();
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      if (isStale()) throw new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed');
    }
    results.push(work(item));
  }
  return results;
}
