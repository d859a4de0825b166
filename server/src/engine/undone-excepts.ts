/**
 * Owns which exceptions of an ipBlock are in vain, because something else opens the same addresses to the same pods again.
 * Policies and their rules add up: `except` carves out of its own block alone. A block that opens a part of what is excepted
 * is none of it: to except a network and to allow one host of it is what exceptions are for.
 */
import { type BlockIndex, indexBlocks } from './block-index.ts';
import {
  type AddressSet,
  type Cidr,
  intersectAddresses,
  isAddressSubset,
  isEmptyAddressSet,
  NO_ADDRESSES,
  unionAddresses,
} from './cidr.ts';
import type { Direction } from './direction.ts';
import { isDnsOnly } from './dns-ports.ts';
import { type Policy, rulesOf } from './policy.ts';
import type { CidrField, CidrPeer, PolicyRule } from './policy-rule.ts';
import { isPortSubset } from './ports.ts';
import { samePort } from './same-port.ts';
import { isSelectorSubset } from './selector.ts';

/** A block whose addresses are known. */
export interface OpenBlock {
  readonly policy: Policy;
  readonly rule: PolicyRule;
  readonly peer: CidrPeer;
  readonly cidr: Cidr;
  /** The exceptions taken out. */
  readonly addresses: AddressSet;
}

/** An exception in vain. */
export interface UndoneExcept {
  readonly except: CidrField;
  /** What of it is open again. */
  readonly open: AddressSet;
  /** The blocks that open it; never empty. */
  readonly by: readonly OpenBlock[];
  /** Whether those blocks are parts of the exception that together are all of it, not blocks wider than it. */
  readonly piecemeal: boolean;
}

/** A block with the exceptions of it that are in vain; never empty. */
export interface UndoneBlock {
  readonly block: OpenBlock;
  readonly undone: readonly [UndoneExcept, ...UndoneExcept[]];
}

/** The exceptions that other peers of the same policy undo. */
export function undoneWithin(policy: Policy, direction: Direction): UndoneBlock[] {
  const blocks = blocksOf(policy, direction);
  const index = indexBlocks(blocks, (block) => block.cidr);
  return blocks.flatMap((block) =>
    undoneOf(block, (range) => {
      const wider = index.around(range).filter((other) => isUndoing(other, block, range));
      return wider.length > 0 ? openedBy(wider, range) : openedPiecemeal(index, block, range);
    }),
  );
}

/** The exceptions that are not in vain within their policy, but that another policy for the same pods undoes. */
export function undoneAcross(policies: readonly Policy[], direction: Direction): UndoneBlock[] {
  const isolating = policies.filter((policy) => policy.isolates[direction] === true);
  const blocks = isolating.flatMap((policy) => blocksOf(policy, direction));
  const index = indexBlocks(blocks, (block) => block.cidr);
  return blocks.flatMap((block) =>
    undoneOf(block, (range, except) => {
      const wider = index
        .around(range)
        .filter((other) => selectsAll(other.policy, block.policy) && isUndoing(other, block, range));
      if (wider.length === 0 || isUndoneWithin(except, block.policy, direction)) return null;
      return openedBy(wider, range);
    }),
  );
}

function isUndoneWithin(except: CidrField, policy: Policy, direction: Direction): boolean {
  return undoneWithin(policy, direction).some(({ undone }) => undone.some((u) => u.except === except));
}

const cache = new WeakMap<Policy, Map<Direction, readonly OpenBlock[]>>();

function blocksOf(policy: Policy, direction: Direction): readonly OpenBlock[] {
  const known = cache.get(policy) ?? new Map<Direction, readonly OpenBlock[]>();
  cache.set(policy, known);
  const blocks = known.get(direction) ?? readBlocks(policy, direction);
  known.set(direction, blocks);
  return blocks;
}

function readBlocks(policy: Policy, direction: Direction): readonly OpenBlock[] {
  return rulesOf(policy, direction).rules.flatMap((rule) =>
    (rule.peers.kind === 'some' ? rule.peers.items : []).flatMap((peer) =>
      peer.kind === 'cidr' && peer.addresses && peer.cidr?.cidr
        ? [{ policy, rule, peer, cidr: peer.cidr.cidr, addresses: peer.addresses }]
        : [],
    ),
  );
}

type Opened = Omit<UndoneExcept, 'except'>;

function undoneOf(block: OpenBlock, judge: (range: Cidr, except: CidrField) => Opened | null): UndoneBlock[] {
  const [first, ...others] = block.peer.excepts.flatMap((except) => {
    const opened = except.cidr && carvesOut(except, block) ? judge(except.cidr, except) : null;
    return opened ? [{ except, ...opened }] : [];
  });
  return first ? [{ block, undone: [first, ...others] }] : [];
}

const carving = new WeakMap<CidrField, boolean>();

/** Whether an exception of a block takes something out of it. */
function carvesOut(except: CidrField, block: OpenBlock): boolean {
  const carves = carving.get(except) ?? (except.cidr !== null && isPartOf(except.cidr, block.cidr));
  carving.set(except, carves);
  return carves;
}

/** The API server takes no exception that is not a part of its block. */
function isPartOf(range: Cidr, { set, prefix }: Cidr): boolean {
  return range.prefix > prefix && isAddressSubset(range.set, set);
}

/** Whether `other`, which is around the exception, leaves some of it open, and does so on a port of `block`. */
function isUndoing(other: OpenBlock, block: OpenBlock, { set }: Cidr): boolean {
  return (
    other !== block &&
    !isDnsLookup(other.rule) &&
    !isEmptyAddressSet(intersectAddresses(set, other.addresses)) &&
    sharePort(other.rule, block.rule)
  );
}

function openedBy(by: readonly OpenBlock[], { set }: Cidr): Opened {
  return { open: intersectAddresses(set, together(by)), by, piecemeal: false };
}

/** Blocks within the exception that together are all of it, on just the same ports. */
function openedPiecemeal(index: BlockIndex<OpenBlock>, block: OpenBlock, range: Cidr): Opened | null {
  const by = index.inside(range).filter((other) => haveSamePorts(other.rule, block.rule));
  return isAddressSubset(range.set, together(by)) ? { open: range.set, by, piecemeal: true } : null;
}

function together(blocks: readonly OpenBlock[]): AddressSet {
  return blocks.reduce((set, { addresses }) => unionAddresses(set, addresses), NO_ADDRESSES);
}

/** Queries to every address are a mistake of their own, if one. */
function isDnsLookup(rule: PolicyRule): boolean {
  return rule.direction === 'Egress' && isDnsOnly(rule);
}

function sharePort(a: PolicyRule, b: PolicyRule): boolean {
  return a === b || [...samePort([{ rule: a }, { rule: b }])].some((parts) => parts.length === 2);
}

function haveSamePorts(a: PolicyRule, b: PolicyRule): boolean {
  if (a === b) return true;
  if (a.ports.kind === 'unknown' || b.ports.kind === 'unknown') return false;
  return isPortSubset(a.ports.set, b.ports.set) && isPortSubset(b.ports.set, a.ports.set);
}

/** Whether `outer` selects every pod that `inner` selects. */
function selectsAll(outer: Policy, inner: Policy): boolean {
  const [narrow, wide] = [inner.podSelector.selector, outer.podSelector.selector];
  return narrow !== null && wide !== null && isSelectorSubset(narrow, wide);
}
