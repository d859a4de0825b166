/**
 * Owns finding, among many blocks of addresses, those around a range and those inside it, without trying each.
 */
import type { Cidr } from './cidr.ts';

/** Blocks of addresses by where they lie. CIDRs never overlap in part, so what is neither around nor inside is apart. */
export interface BlockIndex<T> {
  /** The items whose block is wider than `cidr` and holds it. */
  around(cidr: Cidr): readonly T[];
  /** The items whose block is `cidr` or lies within it, by their place. */
  inside(cidr: Cidr): readonly T[];
}

export function indexBlocks<T>(items: readonly T[], cidrOf: (item: T) => Cidr): BlockIndex<T> {
  const byBlock = Map.groupBy(items, (item) => keyOf(cidrOf(item), cidrOf(item).prefix));
  const prefixes = { 4: prefixesOf(items, 4, cidrOf), 6: prefixesOf(items, 6, cidrOf) };
  // To sort takes longer than the rest, and not everybody looks inside.
  const sorted: { 4?: T[]; 6?: T[] } = {};
  return {
    around: (cidr) =>
      prefixes[cidr.family]
        .filter((prefix) => prefix < cidr.prefix)
        .flatMap((prefix) => byBlock.get(keyOf(cidr, prefix)) ?? []),
    inside(cidr) {
      const list = sorted[cidr.family] ?? inOrder(items, cidr.family, cidrOf);
      sorted[cidr.family] = list;
      const end = cidr.network + (1n << BigInt(bitsOf(cidr) - cidr.prefix));
      const found: T[] = [];
      for (let i = firstFrom(list, cidr.network, cidrOf); i < list.length; i++) {
        const item = list[i] as T;
        if (cidrOf(item).network >= end) break;
        if (cidrOf(item).prefix >= cidr.prefix) found.push(item);
      }
      return found;
    },
  };
}

const keys = new WeakMap<Cidr, Map<number, string>>();

/** What the block of this length that holds `cidr` is kept by; remembered, since the same are indexed again and again. */
function keyOf(cidr: Cidr, prefix: number): string {
  const known = keys.get(cidr) ?? new Map<number, string>();
  keys.set(cidr, known);
  const key = known.get(prefix) ?? newKey(cidr, prefix);
  known.set(prefix, key);
  return key;
}

function newKey(cidr: Cidr, prefix: number): string {
  return `${cidr.family}/${prefix}/${cidr.network >> BigInt(bitsOf(cidr) - prefix)}`;
}

function bitsOf({ family }: Cidr): number {
  return family === 4 ? 32 : 128;
}

function prefixesOf<T>(items: readonly T[], family: 4 | 6, cidrOf: (item: T) => Cidr): number[] {
  return [...new Set(items.filter((i) => cidrOf(i).family === family).map((i) => cidrOf(i).prefix))];
}

function inOrder<T>(items: readonly T[], family: 4 | 6, cidrOf: (item: T) => Cidr): T[] {
  return items
    .filter((item) => cidrOf(item).family === family)
    .sort((a, b) =>
      cidrOf(a).network < cidrOf(b).network ? -1 : cidrOf(a).network > cidrOf(b).network ? 1 : 0,
    );
}

/** The index of the first item whose network is not below `network`. */
function firstFrom<T>(list: readonly T[], network: bigint, cidrOf: (item: T) => Cidr): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cidrOf(list[middle] as T).network < network) low = middle + 1;
    else high = middle;
  }
  return low;
}
