/**
 * Owns which blocks of addresses amount to the whole of IPv4 or IPv6: one block alone, several together for some port, or
 * blocks so wide that nobody listed them on purpose. Exceptions do not count here; what they take out is the caller's question.
 */
import {
  type AddressSet,
  ALL_IPV4,
  ALL_IPV6,
  type Cidr,
  isAddressSubset,
  subtractAddresses,
} from './cidr.ts';
import { canonical, equals, subtract } from './intervals.ts';
import type { CidrPeer, PolicyRule } from './policy-rule.ts';
import { samePort } from './same-port.ts';
import { NOT_PUBLIC } from './special-ranges.ts';

/** A readable ipBlock of a rule. */
export interface Block {
  readonly rule: PolicyRule;
  readonly peer: CidrPeer;
  readonly cidr: Cidr;
}

/** Blocks of one family that amount to the world, in the order of the text; never empty. */
export interface World {
  readonly blocks: readonly Block[];
  /** Whether they cover the family, or what is public of it, or do neither and are far wider than any network. */
  readonly extent: 'all' | 'public' | 'wide';
}

/** Every block shorter than this is wider than any network one organisation has. */
export const WIDE_PREFIX = 8;

/** So are blocks that together are this part of what is public. The largest cloud has about a twentieth of IPv4. */
const WIDE_SHARE = 1 / 8;

/** The worlds among the ipBlocks of `rules`, which must be of one direction. No block is in two of them. */
export function worldsIn(rules: readonly PolicyRule[]): World[] {
  const blocks = rules.flatMap(blocksOf);
  const worlds: World[] = [];
  for (const family of [4, 6] as const) {
    const rest = new Set(blocks.filter((b) => b.cidr.family === family));
    const take = (taken: readonly Block[], extent: World['extent']) => {
      for (const block of taken) rest.delete(block);
      worlds.push({ blocks: taken, extent });
    };
    for (const block of rest) if (block.cidr.prefix === 0) take([block], 'all');
    for (const cover of coversOf(rest)) take(cover, isWhole(cover) ? 'all' : 'public');
    for (const rule of rules) {
      const wide = [...rest].filter((b) => b.rule === rule && isWide(b.cidr));
      if (wide.length > 0) take(wide, 'wide');
    }
    for (const cover of wideCoversOf(rest)) take(cover, 'wide');
  }
  return worlds;
}

function blocksOf(rule: PolicyRule): Block[] {
  if (rule.peers.kind !== 'some') return [];
  return rule.peers.items.flatMap((peer) =>
    peer.kind === 'cidr' && peer.cidr?.cidr ? [{ rule, peer, cidr: peer.cidr.cidr }] : [],
  );
}

function isWide(cidr: Cidr): boolean {
  return cidr.prefix < WIDE_PREFIX && !isAddressSubset(cidr.set, NOT_PUBLIC);
}

/** Sets of blocks that share a port and cover all that is public, for one port after the other; to be taken out of `rest`. */
function* coversOf(rest: Set<Block>): Iterable<readonly Block[]> {
  if (!coversPublic([...rest])) return;
  for (const ofPort of samePort([...rest])) {
    const left = ofPort.filter((block) => rest.has(block));
    if (!coversPublic(left)) continue;
    // Private blocks beside the public ones are no part of the mistake, unless with them it is everything.
    const outer = outermost(left);
    yield isWhole(outer) ? outer : outer.filter((b) => !isAddressSubset(b.cidr.set, NOT_PUBLIC));
  }
}

/** Sets of blocks that share a port and together are a good part of what is public; to be taken out of `rest`. */
function* wideCoversOf(rest: Set<Block>): Iterable<readonly Block[]> {
  const open = [...rest].filter((block) => !isAddressSubset(block.cidr.set, NOT_PUBLIC));
  if (!isWideTogether(open)) return;
  for (const ofPort of samePort(open)) {
    const left = ofPort.filter((block) => rest.has(block));
    if (isWideTogether(left)) yield outermost(left);
  }
}

/** The blocks that lie in none of the others, in the order of the text. Blocks never overlap in part. */
function outermost(blocks: readonly Block[]): Block[] {
  const byNetwork = [...blocks].sort((a, b) => compare(a.cidr, b.cidr));
  const kept = new Set<Block>();
  let end = 0n;
  for (const block of byNetwork) {
    if (block.cidr.network < end) continue;
    kept.add(block);
    end = endOf(block.cidr);
  }
  return blocks.filter((block) => kept.has(block));
}

/** By network, the wider one first. */
function compare(a: Cidr, b: Cidr): number {
  if (a.network !== b.network) return a.network < b.network ? -1 : 1;
  return a.prefix - b.prefix;
}

/** Whether blocks that lie in none of each other are all addresses of their family. */
function isWhole(blocks: readonly Block[]): boolean {
  const size = blocks.reduce((sum, { cidr }) => sum + endOf(cidr) - cidr.network, 0n);
  return blocks[0] !== undefined && size === 1n << BigInt(bitsOf(blocks[0].cidr));
}

/** The size of what is public of each family, as a fraction of the family. */
const PUBLIC_SHARE = {
  4: shareOf(4, { v4: subtract(ALL_IPV4, NOT_PUBLIC.v4), v6: [] }),
  6: shareOf(6, { v4: [], v6: subtract(ALL_IPV6, NOT_PUBLIC.v6) }),
} as const;

/** The size of a set of one family, as a fraction of the family. */
function shareOf(family: 4 | 6, { v4, v6 }: AddressSet): number {
  return family === 4
    ? v4.reduce((sum, [from, to]) => sum + (to - from) / 2 ** 32, 0)
    : v6.reduce((sum, [from, to]) => sum + Number(to - from) / 2 ** 128, 0);
}

/** The sizes of the blocks added up: no less than what they are together, and quicker to know. */
function sumOfSizes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { cidr }) => sum + 2 ** -cidr.prefix, 0);
}

/** Whether blocks of one family leave out nothing that is public. */
function coversPublic(blocks: readonly Block[]): boolean {
  const family = blocks[0]?.cidr.family ?? 4;
  // Most lists fall far short of it: adding up their sizes saves looking where they lie. A little less, for rounding.
  if (sumOfSizes(blocks) < PUBLIC_SHARE[family] - 1e-9) return false;
  return family === 4
    ? equals(canonical([...blocks.flatMap((b) => b.cidr.set.v4), ...NOT_PUBLIC.v4]), ALL_IPV4)
    : equals(canonical([...blocks.flatMap((b) => b.cidr.set.v6), ...NOT_PUBLIC.v6]), ALL_IPV6);
}

/** Whether blocks of one family are together wider than any network one organisation has. */
function isWideTogether(blocks: readonly Block[]): boolean {
  const family = blocks[0]?.cidr.family ?? 4;
  const wide = PUBLIC_SHARE[family] * WIDE_SHARE;
  if (sumOfSizes(blocks) < wide) return false;
  const together = {
    v4: canonical(blocks.flatMap((b) => b.cidr.set.v4)),
    v6: canonical(blocks.flatMap((b) => b.cidr.set.v6)),
  };
  return shareOf(family, subtractAddresses(together, NOT_PUBLIC)) >= wide;
}

function endOf(cidr: Cidr): bigint {
  return cidr.network + (1n << BigInt(bitsOf(cidr) - cidr.prefix));
}

function bitsOf(cidr: Cidr): number {
  return cidr.family === 4 ? 32 : 128;
}
