/**
 * Owns how often property tests run. Few enough for the unit tests to take seconds; NETPOL_GUARD_RUNS=10 runs ten times as
 * many when something in core or engine changes.
 */
const FACTOR = Number(process.env.NETPOL_GUARD_RUNS ?? 1);

/** The number of runs of a property that should run `often` times by default. */
export function runs(often: number): number {
  return Math.max(1, Math.round(often * FACTOR));
}
