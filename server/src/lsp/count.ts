/**
 * Owns saying how many there are, without saying more than is known.
 */
import type { Selection } from '../engine/selected.ts';

/** `3 workloads`; `no workload`; `2–3 workloads` when one depends on what is not known; `? workloads` when all do. */
export function count({ sure, maybe }: Selection<unknown>, one: string, many: string): string {
  const least = sure.length;
  const most = least + maybe.length;
  if (most === 0) return `no ${one}`;
  if (least === most) return `${least} ${least === 1 ? one : many}`;
  return least === 0 ? `? ${many}` : `${least}–${most} ${many}`;
}
