/**
 * Owns writing a set of addresses as the shortest list of CIDRs.
 */
import { formatAddress } from '../core/ip-notation.ts';
import type { AddressSet } from './cidr.ts';

/** The fewest CIDRs that are together exactly this set, IPv4 first, ascending. */
export function cidrsOf({ v4, v6 }: AddressSet): string[] {
  return [
    ...v4.flatMap(([from, to]) => blocksBetween(4, BigInt(from), BigInt(to))),
    ...v6.flatMap(([from, to]) => blocksBetween(6, from, to)),
  ];
}

/** From left to right the widest block that starts there and does not reach beyond the end. */
function blocksBetween(family: 4 | 6, from: bigint, to: bigint): string[] {
  const bits = family === 4 ? 32 : 128;
  const blocks: string[] = [];
  for (let at = from; at < to; ) {
    let free = 0;
    while (free < bits && fits(at, 1n << BigInt(free + 1), to)) free++;
    blocks.push(`${formatAddress(family, at)}/${bits - free}`);
    at += 1n << BigInt(free);
  }
  return blocks;
}

function fits(at: bigint, size: bigint, to: bigint): boolean {
  return at % size === 0n && at + size <= to;
}
