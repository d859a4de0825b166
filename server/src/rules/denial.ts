/**
 * Owns what the name of a policy promises to deny. Whether the policy keeps the promise is for the rules to judge.
 */
import { DIRECTIONS, type Direction } from '../engine/direction.ts';
import { type Policy, rulesOf } from '../engine/policy.ts';

/** What a name says is denied: everything in these directions. */
export interface Denial {
  readonly directions: readonly Direction[];
  /**
   * How plainly: the direction is in the name (`deny-egress`), or all traffic is (`deny-all`), or it says no more than that
   * something is denied (`default-deny`, `isolate`).
   */
  readonly says: 'direction' | 'all' | 'something';
}

const DENY = /^(?:den(?:y|ies|ied)|block(?:s|ed)?|forbid|drops?|no)$/;
const ISOLATE = /^(?:isolated?|isolation)$/;
const NAMED: Readonly<Record<Direction, RegExp>> = {
  Ingress: /^(?:ingress|inbound|incoming)$/,
  Egress: /^(?:egress|outbound|outgoing)$/,
};
const ALL = /^(?:all|any|anything|everything|both)$/;
/** Words that add nothing to what is denied. With any other word behind the denial, only some of the traffic may be meant. */
const FILLER =
  /^(?:default|and|or|by|traffic|network|networking|policy|policies|netpol|networkpolicy|np|namespace|ns|pods?|baseline|\d+)$/;
const KNOWN: readonly RegExp[] = [DENY, ISOLATE, ...Object.values(NAMED), ALL, FILLER];

/** What `name` promises; null when nothing, or when it may be about some of the traffic only. */
export function denialIn(name: string): Denial | null {
  const words = wordsOf(name);
  const at = words.findIndex((word) => isDenial(word));
  const behind = words.slice(at + 1);
  if (at < 0 || !behind.every(isKnown)) return null;
  // `ip-block` denies nothing.
  if (behind.length === 0 && !/^(?:den|isolat)/.test(words[at] ?? '')) return null;
  // What stands in front may be whom it is about: an ingress controller's policy is named after it.
  const said = words.slice(0, at).every(isKnown) ? words : behind;
  const directions = DIRECTIONS.filter((direction) => said.some((word) => NAMED[direction].test(word)));
  if (directions.length > 0) return { directions, says: 'direction' };
  const isWhole = said.some((word) => ALL.test(word)) && !words.some((word) => ISOLATE.test(word));
  return { directions: DIRECTIONS, says: isWhole ? 'all' : 'something' };
}

/** Whether `name` says that egress is denied, be it to some destinations only. */
export function mentionsEgressDenial(name: string): boolean {
  const words = wordsOf(name);
  const at = words.findIndex((word) => NAMED.Egress.test(word));
  // An egress gateway is a thing.
  const isThing = /^(?:gateway|proxy|router|controller)$/.test(words[at + 1] ?? '');
  return at >= 0 && !isThing && words.some(isDenial) && !words.includes('allow');
}

/**
 * Whether the policy's name promises to deny all of `direction`. A name that says no more than that something is denied is
 * kept by denying either direction.
 */
export function promisesDenial(policy: Policy, direction: Direction): boolean {
  const denial = denialIn(policy.resource.name ?? '');
  if (!denial?.directions.includes(direction)) return false;
  return denial.says !== 'something' || !DIRECTIONS.some((other) => deniesAll(policy, other));
}

function deniesAll(policy: Policy, direction: Direction): boolean {
  return policy.isolates[direction] === true && rulesOf(policy, direction).rules.length === 0;
}

function wordsOf(name: string): string[] {
  return name.toLowerCase().split(/[-._]+/);
}

function isDenial(word: string): boolean {
  return DENY.test(word) || ISOLATE.test(word);
}

function isKnown(word: string): boolean {
  return KNOWN.some((pattern) => pattern.test(word));
}
