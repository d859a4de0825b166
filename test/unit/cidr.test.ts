// CIDRs are read as the API server reads them, by recordings, and address sets are right bit by bit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, parseAddress } from '../../server/src/core/ip-notation.ts';
import {
  type AddressSet,
  addresses,
  equalAddresses,
  intersectAddresses,
  isAddressSubset,
  isEmptyAddressSet,
  parseCidr,
  subtractAddresses,
  unionAddresses,
} from '../../server/src/engine/cidr.ts';
import { runs } from '../support/runs.ts';

interface Recorded {
  readonly text: string;
  readonly network?: string;
  readonly first?: string;
  readonly last?: string;
  readonly strict?: string;
}

const { cidrs } = JSON.parse(
  readFileSync(new URL('../fixtures/cidr/cidrs.json', import.meta.url), 'utf8'),
) as { cidrs: Recorded[] };

const STRICT = {
  'leading-zeros': 'must not have leading 0s in IP or prefix length',
  'v4-mapped': 'must not have an IPv4-mapped IPv6 address',
  'host-bits': 'must not have bits set beyond the prefix length',
} as const;

/** The first and the last address of a range, in hexadecimal. */
function rangeOf({ v4, v6 }: AddressSet): string[] {
  assert.equal(v4.length + v6.length, 1);
  const [range] = v4.length > 0 ? v4 : v6;
  const [from, to] = range as readonly [number | bigint, number | bigint];
  const digits = v4.length > 0 ? 8 : 32;
  return [BigInt(from), BigInt(to) - 1n].map((value) => value.toString(16).padStart(digits, '0'));
}

suite('recorded spellings', () => {
  const accepted = cidrs.filter((c) => c.network !== undefined);

  test('what the server refuses is no CIDR, and what it accepts is one', () => {
    const wrong = cidrs.filter(({ text, network }) => (parseCidr(text) !== null) !== (network !== undefined));
    assert.deepEqual(wrong, []);
  });
  test('the range is the same', () => {
    for (const { text, first, last } of accepted)
      assert.deepEqual(rangeOf(parseCidr(text)?.set as AddressSet), [first, last], text);
  });
  test('the canonical spelling is the same', () => {
    for (const { text, network } of accepted) assert.equal(parseCidr(text)?.canonical, network, text);
  });
  test('strict validation objects to the same', () => {
    for (const { text, strict } of accepted) {
      const irregularity = parseCidr(text)?.irregularity;
      assert.equal(irregularity ? STRICT[irregularity] : undefined, strict, text);
    }
  });
  test('each canonical spelling is regular and means the same', () => {
    for (const { text, network } of accepted) {
      const again = parseCidr(network as string);
      assert.equal(again?.irregularity, null, text);
      assert.ok(equalAddresses(again?.set as AddressSet, parseCidr(text)?.set as AddressSet), text);
    }
  });
});

const BITS = { 4: 32, 6: 128 } as const;
const anyRange = fc
  .constantFrom(4 as const, 6 as const)
  .chain((family) =>
    fc.record({
      family: fc.constant(family),
      value: fc.oneof(
        fc.bigInt({ min: 0n, max: (1n << BigInt(BITS[family])) - 1n }),
        fc
          .integer({ min: 0, max: BITS[family] })
          .map((n) => ((1n << BigInt(n)) - 1n) << BigInt(BITS[family] - n)),
      ),
      prefix: fc.integer({ min: 0, max: BITS[family] }),
    }),
  )
  .filter(({ family, value }) => family === 4 || value >> 32n !== 0xffffn);

function bitsOf(family: 4 | 6, value: bigint): string {
  return value.toString(2).padStart(BITS[family], '0');
}

test('a CIDR holds exactly the addresses whose first bits are those of its network', () => {
  fc.assert(
    fc.property(anyRange, anyRange, ({ family, value, prefix }, other) => {
      const cidr = parseCidr(`${formatAddress(family, value)}/${prefix}`);
      assert.ok(cidr);
      const single = parseCidr(`${formatAddress(other.family, other.value)}/${BITS[other.family]}`);
      assert.ok(single);
      const inside =
        other.family === family &&
        bitsOf(family, other.value).slice(0, prefix) === bitsOf(family, value).slice(0, prefix);
      assert.equal(isAddressSubset(single.set, cidr.set), inside);
      assert.equal(isEmptyAddressSet(intersectAddresses(single.set, cidr.set)), !inside);
      assert.equal(cidr.irregularity === 'host-bits', bitsOf(family, value).slice(prefix).includes('1'));
    }),
    { numRuns: runs(2000) },
  );
});

test('an address that is written out reads back', () => {
  fc.assert(
    fc.property(anyRange, ({ family, value }) => {
      const { leadingZeros, ...read } = parseAddress(formatAddress(family, value)) ?? {};
      assert.deepEqual(read, { family, value });
      assert.equal(leadingZeros, false);
    }),
  );
});

suite('IPv6 addresses are written as RFC 5952 says', () => {
  const cases: readonly [string, string][] = [
    ['2001:0db8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:DB8::ABCD', '2001:db8::abcd'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
  ];
  for (const [written, canonical] of cases)
    test(written, () => {
      const address = parseAddress(written);
      assert.ok(address);
      assert.equal(formatAddress(address.family, address.value), canonical);
    });
});

suite('address sets', () => {
  const halves = addresses('0.0.0.0/1', '128.0.0.0/1');
  test('two halves are everything', () => {
    assert.ok(equalAddresses(halves, addresses('0.0.0.0/0')));
    assert.ok(!isAddressSubset(addresses('::/0'), halves));
  });
  test('what is left of a range without its halves is nothing', () => {
    assert.ok(isEmptyAddressSet(subtractAddresses(addresses('10.0.0.0/8'), halves)));
  });
  test('families do not mix, but a mapped range is an IPv4 range', () => {
    assert.ok(isEmptyAddressSet(intersectAddresses(addresses('0.0.0.0/0'), addresses('::/0'))));
    assert.ok(isAddressSubset(addresses('::ffff:10.0.0.0/104'), addresses('10.0.0.0/8')));
  });
  test('a union holds both', () => {
    const both = unionAddresses(addresses('10.0.0.0/9'), addresses('10.128.0.0/9', 'fc00::/8'));
    assert.ok(equalAddresses(both, addresses('10.0.0.0/8', 'fc00::/8')));
  });
  test('a constant that is no CIDR is a mistake', () => {
    assert.throws(() => addresses('10.0.0.0'), /not a CIDR: 10\.0\.0\.0/);
  });
});
