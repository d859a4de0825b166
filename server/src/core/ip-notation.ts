/**
 * Owns the notation of IP addresses and of their ranges as the API server reads it, following the forgiving parser of
 * k8s.io/utils/net (leading zeros are accepted), and names what strict validation (on by default since 1.36) rejects. Sets of
 * addresses are not its business.
 */

/** What strict validation objects to. Only the first that applies is named, as the server does. */
export type CidrIrregularity = 'leading-zeros' | 'v4-mapped' | 'host-bits';

/** A range as it is written. */
export interface CidrText {
  /** What the server takes it for: an IPv4-mapped IPv6 range (::ffff:10.0.0.0/104) is IPv4. */
  readonly family: 4 | 6;
  /** The address as written, with its host bits. */
  readonly address: bigint;
  /** The network address, host bits cleared. */
  readonly network: bigint;
  /** Bits of the network part, 0 to 32 or 128. */
  readonly prefix: number;
  /** The length as the server compares it with others: that of an IPv4-mapped range counts the 96 bits in front. */
  readonly maskLength: number;
  readonly irregularity: CidrIrregularity | null;
  /** The canonical spelling of the network. */
  readonly canonical: string;
}

/** How many bits the addresses of a family have. */
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const;

/** Reads `text`; null when the API server would not accept it as a CIDR in any mode. */
export function readCidr(text: string): CidrText | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  const prefixText = text.slice(slash + 1);
  if (!/^[0-9]+$/.test(prefixText)) return null;
  const prefix = Number(prefixText);
  const address = parseAddress(text.slice(0, slash));
  if (!address || prefix > ADDRESS_BITS[address.family]) return null;
  const zeros = address.leadingZeros || /^0[0-9]/.test(prefixText);
  const mapped = address.family === 6 && address.value >> 32n === 0xffffn;
  const network = masked(address.family, address.value, prefix);
  const irregularity = zeros
    ? 'leading-zeros'
    : mapped
      ? 'v4-mapped'
      : network !== address.value
        ? 'host-bits'
        : null;
  // A range within ::ffff:0:0/96 is IPv4 to the server.
  const [family, bits, length] =
    mapped && prefix >= 96
      ? ([4, address.value & 0xffffffffn, prefix - 96] as const)
      : ([address.family, address.value, prefix] as const);
  return { ...rangeOf(family, bits, length), maskLength: prefix, irregularity };
}

function masked(family: 4 | 6, value: bigint, prefix: number): bigint {
  const hostBits = BigInt(ADDRESS_BITS[family] - prefix);
  return (value >> hostBits) << hostBits;
}

function rangeOf(
  family: 4 | 6,
  address: bigint,
  prefix: number,
): Omit<CidrText, 'maskLength' | 'irregularity'> {
  const network = masked(family, address, prefix);
  const canonical = `${formatAddress(family, network)}/${prefix}`;
  return { family, address, network, prefix, canonical };
}

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
  readonly leadingZeros: boolean;
}

/** Parses an IP address without a zone; null when it is none. */
export function parseAddress(text: string): Address | null {
  if (text.includes(':')) return parseIpv6(text);
  const v4 = parseIpv4(text);
  return v4 && { family: 4, ...v4 };
}

function parseIpv4(text: string): { value: bigint; leadingZeros: boolean } | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((o) => /^[0-9]+$/.test(o) && Number(o) <= 255)) return null;
  const value = octets.reduce((sum, octet) => sum * 256n + BigInt(Number(octet)), 0n);
  return { value, leadingZeros: octets.some((o) => /^0[0-9]/.test(o)) };
}

function parseIpv6(text: string): Address | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const embedded = text.includes('.') ? parseIpv4(text.slice(text.lastIndexOf(':') + 1)) : null;
  if (text.includes('.') && !embedded) return null;
  const hex = embedded ? `${text.slice(0, text.lastIndexOf(':') + 1)}${hextets(embedded.value)}` : text;
  const [head, tail] = hex.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...(head ?? []), ...(tail ?? [])];
  if (!groups.every((g) => /^0*[0-9a-fA-F]{1,4}$/.test(g))) return null;
  if (halves.length === 2 ? groups.length > 7 : groups.length !== 8) return null;
  const zeros = Array<string>(8 - groups.length).fill('0');
  const all = [...(head ?? []), ...zeros, ...(tail ?? [])];
  const value = all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return { family: 6, value, leadingZeros: embedded?.leadingZeros || groups.some((g) => g.length > 4) };
}

function hextets(v4: bigint): string {
  return `${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
}

/** The canonical text of an address: dotted decimal, or RFC 5952 for IPv6. */
export function formatAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const gap = longestZeroRun(groups);
  const hex = groups.map((g) => g.toString(16));
  if (!gap) return hex.join(':');
  return `${hex.slice(0, gap.start).join(':')}::${hex.slice(gap.start + gap.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } | null {
  let best: { start: number; length: number } | null = null;
  for (let i = 0; i < groups.length; i++) {
    let length = 0;
    while (groups[i + length] === 0) length++;
    if (length > 1 && length > (best?.length ?? 0)) best = { start: i, length };
    i += length;
  }
  return best;
}
