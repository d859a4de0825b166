/**
 * Owns who can connect to a workload: the other workloads of its world, and addresses outside of the cluster.
 */
import type { Resource } from '../../core/resource.ts';
import { betweenWorkloads, outsideOf, workloadsOf } from '../reach/connections.ts';
import { NO_PORT } from '../reach/port-table.ts';
import type { Reach } from '../reach/reach.ts';
import type { Verdict } from '../verdict.ts';

export interface Sources {
  /** The names of the workloads that surely can, on some port, and of those that may. */
  readonly sure: readonly string[];
  readonly maybe: readonly string[];
  /** Whether some address outside can. */
  readonly outside: Verdict;
}

/** Who can connect to the pods that a manifest makes; null when the world has none of them. */
export function sourcesOf(reach: Reach, manifest: Resource): Sources | null {
  const id = reach.facts.pods.find(({ origin }) => origin === manifest)?.workload;
  const all = workloadsOf(reach);
  const target = all.find((workload) => workload.id === id);
  if (!target) return null;
  const sure: string[] = [];
  const maybe: string[] = [];
  for (const source of all) {
    if (source === target) continue;
    const allowed = betweenWorkloads(reach, source, target);
    if (allowed.sure !== NO_PORT) sure.push(source.id);
    else if (allowed.possible !== NO_PORT) maybe.push(source.id);
  }
  const rows = outsideOf(reach, target, 'Ingress').map(({ allowed }) => allowed);
  const outside = rows.some((allowed) => allowed.sure !== NO_PORT)
    ? true
    : rows.some(({ possible }) => possible !== NO_PORT)
      ? null
      : false;
  return { sure, maybe, outside };
}
