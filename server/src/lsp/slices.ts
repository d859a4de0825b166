/**
 * Owns how a request's long work is done: in slices, between which it may turn out that nobody waits for the answer any more.
 */
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { Slicer } from '../files/slicer.ts';

export { Slicer };

/**
 * Maps `items` with `work` in slices. `check` is called between slices and throws to give up. What takes long about an item is
 * done by `prepare`, as far as `goOn` allows at a time, until it answers that nothing is left.
 */
export async function mapInSlices<T, R>(
  items: readonly T[],
  work: (item: T) => R,
  check: () => void,
  prepare: (item: T, goOn: () => boolean) => boolean = () => true,
): Promise<R[]> {
  const slicer = new Slicer();
  const goOn = () => !slicer.isOver;
  const results: R[] = [];
  for (const item of items) {
    while (slicer.isOver || !prepare(item, goOn)) {
      await slicer.yield();
      check();
    }
    results.push(work(item));
  }
  return results;
}

/**
 * Lets a change or a cancellation right behind a request be seen before the request is worked on. The next message is taken
 * from the queue one turn of the event loop after this one, but behind what was put there first; hence two.
 */
export async function nextMessage(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Throws RequestCancelled when the client has cancelled a request. */
export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}

/** The answer to a pull whose document changed meanwhile: ask again for the text as it is now. */
export function outdated(): ResponseError<{ retriggerRequest: boolean }> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, 'the text has changed', { retriggerRequest: true });
}

/** The answer to any other request whose document changed meanwhile. */
export function contentModified(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed');
}

export function isOutdated(error: unknown): boolean {
  return error instanceof ResponseError && error.code === LSPErrorCodes.ServerCancelled;
}
