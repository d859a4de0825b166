/**
 * Owns counting: how many pods reach how many, without listing them.
 */
import { andBits, type Bits, bitsOf, listBits } from './bits.ts';
import { NO_PORT, type PortsId } from './port-table.ts';
import { allowedWith, type Group, type Reach } from './reach.ts';

/** Ordered pairs of different pods. */
export interface PairCounts {
  readonly all: number;
  /** Those with at least one port that is surely allowed. */
  readonly allowed: number;
  /** Those with none, but at least one that may be. */
  readonly unknown: number;
}

export function countPairs({ classes, groups, ports }: Reach): PairCounts {
  const sizes = classes.list.map(({ members }) => members.length);
  const pods = sizes.reduce((sum, size) => sum + size, 0);
  const weight = (bits: Bits) =>
    listBits(bits, sizes.length).reduce((sum, i) => sum + (sizes[i] as number), 0);
  const counted = { sure: 0, possible: 0 };
  for (const [group, receivers] of membersOf(groups.Ingress))
    for (const { where, allowed: into } of group.pods) {
      if (into.possible === NO_PORT) continue;
      for (const [sender, sending] of bySender(where, sizes, groups.Egress))
        for (const { where: targets, allowed: out } of sender.pods) {
          if (meet(out.possible, into.possible) === NO_PORT) continue;
          const pairs = sending * weight(andBits(receivers, targets));
          counted.possible += pairs;
          if (meet(out.sure, into.sure) !== NO_PORT) counted.sure += pairs;
        }
    }
  const self = selfPairs();
  const allowed = counted.sure - self.sure;
  return { all: pods * (pods - 1), allowed, unknown: counted.possible - self.possible - allowed };

  function meet(a: PortsId, b: PortsId): PortsId {
    return ports.intersect(a, b);
  }

  /** A pod with itself is no pair, but was counted as one where its class reaches its class. */
  function selfPairs(): { sure: number; possible: number } {
    const found = { sure: 0, possible: 0 };
    for (const { index } of classes.list) {
      const out = allowedWith((groups.Egress[index] as Group).pods, index);
      const into = allowedWith((groups.Ingress[index] as Group).pods, index);
      if (meet(out.possible, into.possible) !== NO_PORT) found.possible += sizes[index] as number;
      if (meet(out.sure, into.sure) !== NO_PORT) found.sure += sizes[index] as number;
    }
    return found;
  }
}

/** The classes that the same policies select. */
function membersOf(groups: readonly Group[]): Map<Group, Bits> {
  const found = new Map<Group, number[]>();
  groups.forEach((group, index) => {
    const list = found.get(group);
    if (list) list.push(index);
    else found.set(group, [index]);
  });
  return new Map([...found].map(([group, list]) => [group, bitsOf(list)]));
}

/** By the group that says what they may send: how many of the pods of `where` are in it. */
function bySender(where: Bits, sizes: readonly number[], groups: readonly Group[]): Map<Group, number> {
  const found = new Map<Group, number>();
  for (const index of listBits(where, sizes.length)) {
    const group = groups[index] as Group;
    found.set(group, (found.get(group) ?? 0) + (sizes[index] as number));
  }
  return found;
}
