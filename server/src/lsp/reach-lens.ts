/**
 * Owns what the lens above a workload says of who can reach it.
 */
import type { Resource } from '../core/resource.ts';
import { sourcesOf } from '../engine/questions/sources.ts';
import { count, eitherOf } from './count.ts';
import type { Reaching } from './reaching.ts';
import type { World } from './world.ts';

export interface ReachableFrom {
  readonly title: string;
  /** The workloads that can, or may, in no particular order. */
  readonly sources: readonly Resource[];
}

/** Workloads and policies up to which the answer is there within a blink; beyond, it would hold up what is typed. */
const MOST = 3000;

/** Whether the lens is shown at all: it is worked out anew after every change. */
export function isReachShown({ workspace }: World): boolean {
  let size = 0;
  for (const { workloads, policies } of workspace.scopes) size += workloads.length + policies.length;
  return size <= MOST;
}

/** `views` are what worlds make of one workload; null where nothing is known of it. */
export function reachableFrom(
  reaching: Reaching,
  world: World,
  views: readonly Resource[],
): ReachableFrom | null {
  const { worlds } = reaching.in(world);
  const said: string[] = [];
  const sources = new Set<Resource>();
  for (const view of views) {
    const reach = worlds.find(({ key }) => key === (view.derived?.world ?? ''))?.reach;
    const found = reach && sourcesOf(reach, view);
    if (!found) continue;
    const { sure, maybe, outside } = found;
    const open = reach.facts.notes.length > 0;
    const elsewhere =
      outside === true ? ' and from outside' : outside === null ? ' and perhaps from outside' : '';
    said.push(`${count({ sure, maybe, open }, 'workload', 'workloads')}${elsewhere}`);
    const names = new Set([...sure, ...maybe]);
    for (const { workload, origin } of reach.facts.pods)
      if (origin && names.has(workload)) sources.add(origin);
  }
  return said.length === 0 ? null : { title: `reachable from ${eitherOf(said)}`, sources: [...sources] };
}
