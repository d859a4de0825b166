/**
 * Owns naming a set of addresses in as little room as a label has.
 */
import { type AddressSet, ALL_IPV4, ALL_IPV6, subtractAddresses } from '../engine/cidr.ts';
import { cidrsOf } from '../engine/cidr-list.ts';
import type { Intervals } from '../engine/intervals.ts';

/** Blocks that are listed one by one. */
const FEW = 3;

/** `203.0.113.0/24`, `any address`, `any address except 10.0.0.0/8`, or the first block and how many more there are. */
export function shortAddresses(set: AddressSet): string {
  const everything = everythingAround(set);
  const what = wordsFor(everything);
  const excepted = cidrsOf(subtractAddresses(everything, set));
  if (excepted.length === 0) return what;
  const blocks = cidrsOf(set);
  if (blocks.length <= FEW) return blocks.join(', ');
  if (excepted.length <= FEW) return `${what} except ${excepted.join(', ')}`;
  return excepted.length < blocks.length
    ? `${what} except ${excepted[0]} and ${excepted.length - 1} more ranges`
    : `${blocks[0]} and ${blocks.length - 1} more ranges`;
}

/** The whole of each family that the set has addresses of. */
function everythingAround({ v4, v6 }: AddressSet): AddressSet {
  return { v4: v4.length > 0 ? ALL_IPV4 : [], v6: v6.length > 0 ? ALL_IPV6 : [] };
}

function wordsFor({ v4, v6 }: AddressSet): string {
  const has = (family: Intervals<number> | Intervals<bigint>) => family.length > 0;
  if (has(v4) && has(v6)) return 'any address';
  return has(v4) ? 'any IPv4 address' : 'any IPv6 address';
}
