// Sets of addresses as the shortest list of CIDRs, and blocks by where they lie, against trying each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress } from '../../server/src/core/ip-notation.ts';
import { indexBlocks } from '../../server/src/engine/block-index.ts';
import {
  addresses,
  type Cidr,
  equalAddresses,
  isAddressSubset,
  NO_ADDRESSES,
  parseCidr,
  subtractAddresses,
} from '../../server/src/engine/cidr.ts';
import { cidrsOf } from '../../server/src/engine/cidr-list.ts';

/** Blocks of a small corner of each family, so that many hold each other. */
const block: fc.Arbitrary<Cidr> = fc
  .record({ family: fc.constantFrom<4 | 6>(4, 6), host: fc.nat(63), length: fc.nat(6) })
  .map(({ family, host, length }) => {
    const base = family === 4 ? 0x0a000000n : 0xfdn << 120n;
    const prefix = (family === 4 ? 26 : 122) + length;
    const cidr = parseCidr(`${formatAddress(family, base + BigInt(host))}/${prefix}`);
    assert.ok(cidr);
    return cidr;
  });
const blocks = fc.array(block, { maxLength: 12 });

const text = ({ canonical }: Cidr) => canonical;

test('a set is exactly its CIDRs, and fewer would not do', () => {
  fc.assert(
    fc.property(blocks, blocks, (some, out) => {
      const set = subtractAddresses(addresses(...some.map(text)), addresses(...out.map(text)));
      const cidrs = cidrsOf(set);
      assert.ok(equalAddresses(addresses(...cidrs), set));
      // Two halves of one block would be that block.
      const parents = cidrs.map((cidr) => parentOf(cidr)).filter((parent) => parent !== null);
      assert.equal(new Set(parents).size, parents.length);
    }),
  );
});

/** The block that a CIDR is one half of. */
function parentOf(cidr: string): string | null {
  const [address, prefix] = cidr.split('/');
  return Number(prefix) === 0 ? null : (parseCidr(`${address}/${Number(prefix) - 1}`)?.canonical ?? null);
}

test('no addresses are no CIDRs, and a family is one', () => {
  assert.deepEqual(cidrsOf(NO_ADDRESSES), []);
  assert.deepEqual(cidrsOf(addresses('0.0.0.0/0', '::/0')), ['0.0.0.0/0', '::/0']);
  assert.deepEqual(cidrsOf(subtractAddresses(addresses('10.0.0.0/8'), addresses('10.64.0.0/10'))), [
    '10.0.0.0/10',
    '10.128.0.0/9',
  ]);
});

test('the blocks around a range and inside it are those that hold it and those it holds', () => {
  fc.assert(
    fc.property(blocks, block, (some, range) => {
      const index = indexBlocks(some, (cidr) => cidr);
      const isWider = (cidr: Cidr) =>
        isAddressSubset(range.set, cidr.set) && !isAddressSubset(cidr.set, range.set);
      const isInside = (cidr: Cidr) => isAddressSubset(cidr.set, range.set);
      assert.deepEqual(new Set(index.around(range)), new Set(some.filter(isWider)));
      assert.deepEqual(new Set(index.inside(range)), new Set(some.filter(isInside)));
      assert.equal(index.around(range).length, some.filter(isWider).length);
      assert.equal(index.inside(range).length, some.filter(isInside).length);
    }),
  );
});
