/** Owns whether the Node that runs the command line is one that it runs on. What is done about it is the entry point's. */

/**
 * What to tell somebody whose Node is older than `needed` (`22.19`); null when `running` (`24.1.0`) is not. Without this, the
 * first function that an old Node lacks ends the run with a stack trace.
 */
export function oldNodeMessage(running: string, needed: string): string | null {
  const [major = 0, minor = 0] = running.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return null;
  return `netpol-guard: this is Node ${running}, and Node ${needed} or later is needed`;
}
