/**
 * Owns which blocks of addresses amount to the whole of IPv4 or IPv6: one block alone, several together for some port, or a
 * block so wide that nobody listed it on purpose. Exceptions do not count here; what they take out is the caller's question.
 */
import { ALL_IPV4, ALL_IPV6, type Cidr, isAddressSubset } from './cidr.ts';
import { canonical, equals, includes } from './intervals.ts';
import type { CidrPeer, PolicyRule } from './policy-rule.ts';
import { ANY_PORT, PROTOCOLS, type Protocol } from './ports.ts';
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
  /** Whether they cover the family, or what is public of it, or are blocks shorter than /8 that do neither. */
  readonly extent: 'all' | 'public' | 'wide';
}

/** Every block shorter than this is wider than any network one organisation has. */
const WIDE_PREFIX = 8;

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

/**
 * The blocks that share a port, for every port that could matter: if some rules share a port at all, they share one at which
 * a range of one of them starts. Rules whose ports are not known share them with themselves alone.
 */
function* samePort(blocks: readonly Block[]): Iterable<Block[]> {
  const rules = [...new Set(blocks.map((b) => b.rule))];
  const ports = new Map(rules.flatMap(startsOf).map((port) => [`${port.protocol}/${port.port}`, port]));
  for (const port of ports.values()) yield blocks.filter((b) => includesPort(b.rule, port));
  for (const rule of rules) if (rule.ports.kind === 'unknown') yield blocks.filter((b) => b.rule === rule);
}

interface Port {
  readonly protocol: Protocol;
  readonly port: number | string;
}

function startsOf({ ports }: PolicyRule): Port[] {
  if (ports.kind === 'unknown') return [];
  const { numbers, names } = ports.set;
  return [
    ...PROTOCOLS.flatMap((protocol) => numbers[protocol].map(([port]) => ({ protocol, port }))),
    ...[...names].map((name) => {
      const slash = name.indexOf('/');
      return { protocol: name.slice(0, slash) as Protocol, port: name.slice(slash + 1) };
    }),
  ];
}

function includesPort({ ports }: PolicyRule, { protocol, port }: Port): boolean {
  if (ports.kind === 'unknown') return false;
  const numbers = ports.set.numbers[protocol];
  if (typeof port === 'number') return includes(numbers, port);
  return ports.set.names.has(`${protocol}/${port}`) || equals(numbers, ANY_PORT);
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

/** What part of each family is public, as a fraction of it; a little less, for rounding. */
const PUBLIC_SHARE = {
  4: 1 - NOT_PUBLIC.v4.reduce((sum, [from, to]) => sum + to - from, 0) / 2 ** 32 - 1e-9,
  6: 1 / 8 - 1e-9,
} as const;

/** Whether blocks of one family leave out nothing that is public. */
function coversPublic(blocks: readonly Block[]): boolean {
  const family = blocks[0]?.cidr.family ?? 4;
  // Most lists fall far short of it: adding up their sizes saves looking where they lie.
  if (blocks.reduce((sum, { cidr }) => sum + 2 ** -cidr.prefix, 0) < PUBLIC_SHARE[family]) return false;
  return family === 4
    ? equals(canonical([...blocks.flatMap((b) => b.cidr.set.v4), ...NOT_PUBLIC.v4]), ALL_IPV4)
    : equals(canonical([...blocks.flatMap((b) => b.cidr.set.v6), ...NOT_PUBLIC.v6]), ALL_IPV6);
}

function endOf(cidr: Cidr): bigint {
  return cidr.network + (1n << BigInt(bitsOf(cidr) - cidr.prefix));
}

function bitsOf(cidr: Cidr): number {
  return cidr.family === 4 ? 32 : 128;
}
