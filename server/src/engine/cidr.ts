/**
 * Owns sets of IPv4 and IPv6 addresses, and the set that a CIDR is.
 */
import { ADDRESS_BITS, type CidrText, readCidr } from '../core/ip-notation.ts';
import { canonical, equals, type Intervals, intersect, isSubset, subtract, union } from './intervals.ts';

/** Addresses as numbers: IPv4 in `v4`, IPv6 in `v6`. */
export interface AddressSet {
  readonly v4: Intervals<number>;
  readonly v6: Intervals<bigint>;
}

export interface Cidr extends CidrText {
  readonly set: AddressSet;
}

export const NO_ADDRESSES: AddressSet = { v4: [], v6: [] };
export const ALL_IPV4: Intervals<number> = [[0, 2 ** 32]];
export const ALL_IPV6: Intervals<bigint> = [[0n, 2n ** 128n]];

/** Parses `text`; null when the API server would not accept it as a CIDR in any mode. */
export function parseCidr(text: string): Cidr | null {
  const cidr = readCidr(text);
  if (!cidr) return null;
  const { family, network, prefix } = cidr;
  return { ...cidr, set: range(family, network, network + (1n << BigInt(ADDRESS_BITS[family] - prefix))) };
}

function range(family: 4 | 6, from: bigint, to: bigint): AddressSet {
  return family === 4 ? { v4: [[Number(from), Number(to)]], v6: [] } : { v4: [], v6: [[from, to]] };
}

export function unionAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: union(a.v4, b.v4), v6: union(a.v6, b.v6) };
}

export function intersectAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: intersect(a.v4, b.v4), v6: intersect(a.v6, b.v6) };
}

export function subtractAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: subtract(a.v4, b.v4), v6: subtract(a.v6, b.v6) };
}

export function isAddressSubset(inner: AddressSet, outer: AddressSet): boolean {
  return isSubset(inner.v4, outer.v4) && isSubset(inner.v6, outer.v6);
}

/** Whether every address of `inner` is in `outer`, which has more: what the server asks of an exception. */
export function isStrictlyInside(inner: Cidr, outer: Cidr): boolean {
  return inner.maskLength > outer.maskLength && isAddressSubset(inner.set, outer.set);
}

export function equalAddresses(a: AddressSet, b: AddressSet): boolean {
  return equals(a.v4, b.v4) && equals(a.v6, b.v6);
}

export function isEmptyAddressSet(set: AddressSet): boolean {
  return set.v4.length === 0 && set.v6.length === 0;
}

/** The union of CIDRs written as text. For constants: a text that is no CIDR is a programming error. */
export function addresses(...cidrs: string[]): AddressSet {
  const parsed = cidrs.map((text) => {
    const cidr = parseCidr(text);
    if (!cidr) throw new Error(`not a CIDR: ${text}`);
    return cidr.set;
  });
  return { v4: canonical(parsed.flatMap((s) => s.v4)), v6: canonical(parsed.flatMap((s) => s.v6)) };
}

/** IANA's private, shared, link-local, loopback and unique-local ranges (RFC 1918, 6598, 3927, 1122, 4193, 4291). */
export const PRIVATE: AddressSet = addresses(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
);
