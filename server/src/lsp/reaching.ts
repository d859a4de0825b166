/**
 * Owns the answers to what reaches what in the worlds of a session, kept until anything changes. They are made when first asked
 * for, since most keystrokes are followed by no such question.
 */
import { type ReachWorlds, reachWorldsOf } from '../engine/questions/worlds.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

export interface Reaching {
  /** What can be asked in a world, as it is now. */
  in(world: World): ReachWorlds;
}

export function createReaching(session: Session): Reaching {
  let known = new Map<World, ReachWorlds>();
  let madeAt = -1;
  return {
    in(world) {
      const { latest } = session.revisions;
      if (latest !== madeAt) known = new Map();
      madeAt = latest;
      const found = known.get(world) ?? reachWorldsOf(world.workspace, world.config.platform);
      known.set(world, found);
      return found;
    },
  };
}
