/**
 * Owns giving the pods of one workload a policy that denies by default.
 */
import type { DnsPlatform } from '../../core/platform.ts';
import { podLabels, type Resource } from '../../core/resource.ts';
import type { Fix } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { Direction } from '../../engine/direction.ts';
import { podsDenyFix } from './default-deny-fixes.ts';

/** One fix, or none where the pods have no labels by which to select them. */
export function workloadDenyFixes(
  workload: Resource,
  directions: readonly Direction[],
  scope: NamespaceScope,
  platform: DnsPlatform | null,
): Fix[] {
  const pods = Object.fromEntries(podLabels(workload) ?? []);
  if (workload.name === null || Object.keys(pods).length === 0) return [];
  const which = directions.join(' and ').toLowerCase();
  const title = `Add a policy that denies their ${which} by default${directions.includes('Egress') ? ', except DNS' : ''}`;
  const name = `${workload.name}-deny${directions.length === 2 ? '' : `-${which}`}`;
  return [podsDenyFix(scope, title, { directions, name, pods, platform })];
}
