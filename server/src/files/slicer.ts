/**
 * Owns how long work may hold the event loop. Long work is done in slices that yield in between, so that whoever waits, a
 * client of the language server above all, is heard.
 */

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
