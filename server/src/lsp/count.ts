/**
 * Owns saying how many there are, without saying more than is known.
 */
import type { Meant } from './selection.ts';

/**
 * `3 workloads`; `no workload`; `3+ workloads` when there may be more elsewhere; `2–3 workloads` when one depends on what is not
 * known; `? workloads` when all do.
 */
export function count({ sure, maybe, open }: Meant<unknown>, one: string, many: string): string {
  const least = sure.length;
  const most = least + maybe.length;
  if (least === 0) return most === 0 && !open ? `no ${one}` : `? ${many}`;
  if (open) return `${least}+ ${many}`;
  return least === most ? `${least} ${least === 1 ? one : many}` : `${least}–${most} ${many}`;
}

/** The things that are said, each once: `1 workload or 2 workloads` where kustomizations make different things of an object. */
export function eitherOf(said: readonly string[]): string {
  return [...new Set(said)].join(' or ');
}
