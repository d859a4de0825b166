/**
 * Owns work that is done in the background, over and over, as often as something gives reason to.
 */

/**
 * Makes a function that starts `work`, but never twice at once: called while it is under way, it runs once more afterwards.
 * `failed` is told of what should not happen.
 */
export function oneAtATime(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let running = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    running = true;
    try {
      while (wanted) {
        wanted = false;
        await work();
      }
    } finally {
      running = false;
    }
  };
  return () => {
    wanted = true;
    if (!running) run().catch(failed);
  };
}
