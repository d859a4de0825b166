/**
 * Owns the address ranges that are not the public internet: private networks, shared and link-local addresses, with the
 * metadata services of the clouds among them.
 */
import { type AddressSet, addresses } from './cidr.ts';

/** What to leave out of "everything" so that the public internet remains, by IP family; canonical, none inside another. */
export const PRIVATE_RANGES: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  6: ['fc00::/7', 'fe80::/10'],
};

/**
 * What must be out of reach before egress is to the internet alone: the private networks of RFC 1918 and RFC 4193, and the
 * address at which AWS, Azure, Google and others serve a machine's metadata and credentials. Authors who except this much
 * meant it; the rest of PRIVATE_RANGES is a refinement.
 */
export const INTERNAL: AddressSet = addresses(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.169.254/32',
  'fc00::/7',
);

/** The blocks that hold no public unicast address: private ones, loopback, multicast, reserved; all of IPv6 but 2000::/3. */
export const NOT_PUBLIC: AddressSet = addresses(
  ...PRIVATE_RANGES[4],
  '127.0.0.0/8',
  '224.0.0.0/3',
  '::/3',
  '4000::/2',
  '8000::/1',
);
