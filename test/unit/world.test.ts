// When blocks of addresses amount to the world: alone, in any division, over rules that share a port, and not otherwise.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { YamlDocument } from '../../server/src/core/document.ts';
import { formatAddress } from '../../server/src/core/ip-notation.ts';
import { asSeq } from '../../server/src/core/yaml/nodes.ts';
import { readRule } from '../../server/src/engine/policy-rule.ts';
import { worldsIn } from '../../server/src/engine/world.ts';

interface Rule {
  readonly cidrs: readonly string[];
  readonly ports?: readonly object[];
}

/** `extent: cidr, cidr` for each world among the rules. */
function worlds(...rules: readonly Rule[]): string[] {
  const text = JSON.stringify(
    rules.map(({ cidrs, ports }) => ({ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports })),
  );
  const items = asSeq(new YamlDocument('file:///rules.json', text).yaml.root)?.items ?? [];
  assert.equal(items.length, rules.length);
  return worldsIn(items.map((item) => readRule(item, 'Egress', text))).map(
    ({ blocks, extent }) => `${extent}: ${blocks.map((b) => b.cidr.canonical).join(', ')}`,
  );
}

/** The first blocks of /8 in order. */
function eighths(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i}.0.0.0/8`);
}

/** Those of them that hold anything public. */
function publicEighths(count: number): string[] {
  return eighths(Math.min(count, 224)).filter((cidr) => cidr !== '10.0.0.0/8' && cidr !== '127.0.0.0/8');
}

const HALVES = ['0.0.0.0/1', '128.0.0.0/1'] as const;
/** The public addresses of IPv4 as blocks, none of them shorter than /8 unless its neighbours are public too. */
const PUBLIC_IPV4 =
  '0.0.0.0/5 8.0.0.0/7 11.0.0.0/8 12.0.0.0/6 16.0.0.0/4 32.0.0.0/3 64.0.0.0/3 96.0.0.0/6 100.0.0.0/10 100.128.0.0/9 101.0.0.0/8 102.0.0.0/7 104.0.0.0/5 112.0.0.0/5 120.0.0.0/6 124.0.0.0/7 126.0.0.0/8 128.0.0.0/3 160.0.0.0/5 168.0.0.0/8 169.0.0.0/9 169.128.0.0/10 169.192.0.0/11 169.224.0.0/12 169.240.0.0/13 169.248.0.0/14 169.252.0.0/15 169.255.0.0/16 170.0.0.0/7 172.0.0.0/12 172.32.0.0/11 172.64.0.0/10 172.128.0.0/9 173.0.0.0/8 174.0.0.0/7 176.0.0.0/4 192.0.0.0/9 192.128.0.0/11 192.160.0.0/13 192.169.0.0/16 192.170.0.0/15 192.172.0.0/14 192.176.0.0/12 192.192.0.0/10 193.0.0.0/8 194.0.0.0/7 196.0.0.0/6 200.0.0.0/5 208.0.0.0/4'.split(
    ' ',
  );

suite('worlds', () => {
  const cases: readonly [name: string, rules: readonly Rule[], expected: string[]][] = [
    ['every address', [{ cidrs: ['0.0.0.0/0', '::/0'] }], ['all: 0.0.0.0/0', 'all: ::/0']],
    [
      'every address, each time',
      [{ cidrs: ['0.0.0.0/0'] }, { cidrs: ['0.0.0.0/0'] }],
      ['all: 0.0.0.0/0', 'all: 0.0.0.0/0'],
    ],
    ['host bits do not matter', [{ cidrs: ['10.1.2.3/0'] }], ['all: 0.0.0.0/0']],
    ['two halves', [{ cidrs: HALVES }], ['all: 0.0.0.0/1, 128.0.0.0/1']],
    ['two halves of IPv6', [{ cidrs: ['::/1', '8000::/1'] }], ['all: ::/1, 8000::/1']],
    ['half of each family', [{ cidrs: ['0.0.0.0/1', '::/1'] }], ['wide: 0.0.0.0/1', 'public: ::/1']],
    [
      'blocks that are not needed are left out',
      [{ cidrs: ['10.0.0.0/8', '0.0.0.0/1', '192.0.2.0/24', '128.0.0.0/1'] }],
      ['all: 0.0.0.0/1, 128.0.0.0/1'],
    ],
    [
      'a block behind one that begins with it, and in front of it',
      [{ cidrs: ['128.0.0.0/2', '0.0.0.0/2', '0.0.0.0/1', '128.0.0.0/1', '0.0.0.0/3'] }],
      ['all: 0.0.0.0/1, 128.0.0.0/1', 'wide: 128.0.0.0/2, 0.0.0.0/2, 0.0.0.0/3'],
    ],
    [
      'a half given twice',
      [{ cidrs: ['0.0.0.0/1', '0.0.0.0/1', '128.0.0.0/1'] }],
      ['all: 0.0.0.0/1, 128.0.0.0/1', 'wide: 0.0.0.0/1'],
    ],
    ['everything public', [{ cidrs: PUBLIC_IPV4 }], [`public: ${PUBLIC_IPV4.join(', ')}`]],
    [
      'everything public, and a private network beside it',
      [{ cidrs: ['10.20.0.0/16', ...PUBLIC_IPV4] }],
      [`public: ${PUBLIC_IPV4.join(', ')}`],
    ],
    ['everything public of IPv6', [{ cidrs: ['2000::/3'] }], ['public: 2000::/3']],
    ['wide blocks of one rule', [{ cidrs: ['16.0.0.0/4', '64.0.0.0/2'] }], ['wide: 16.0.0.0/4, 64.0.0.0/2']],
    [
      'wide blocks of two rules',
      [{ cidrs: ['16.0.0.0/4'] }, { cidrs: ['64.0.0.0/2'] }],
      ['wide: 16.0.0.0/4', 'wide: 64.0.0.0/2'],
    ],
    ['a wide block with nothing public in it', [{ cidrs: ['224.0.0.0/4', 'fc00::/7'] }], []],
    ['a network that is /8', [{ cidrs: ['17.0.0.0/8', '10.0.0.0/8'] }], []],
    [
      'all blocks of one size but one that is public',
      [{ cidrs: eighths(256).filter((cidr) => cidr !== '93.0.0.0/8') }],
      [
        `wide: ${publicEighths(256)
          .filter((cidr) => cidr !== '93.0.0.0/8')
          .join(', ')}`,
      ],
    ],
    ['enough blocks of one size', [{ cidrs: eighths(31) }], [`wide: ${publicEighths(31).join(', ')}`]],
    ['not quite enough', [{ cidrs: eighths(28) }], []],
    [
      'enough blocks in two rules that share a port',
      [
        { cidrs: eighths(31).slice(0, 9), ports: [{ port: 443 }] },
        { cidrs: eighths(31).slice(9), ports: [{ port: 443 }] },
      ],
      [`wide: ${publicEighths(31).join(', ')}`],
    ],
    [
      'enough blocks in two rules that share none',
      [
        { cidrs: eighths(31).slice(0, 9), ports: [{ port: 443 }] },
        { cidrs: eighths(31).slice(9), ports: [{ port: 80 }] },
      ],
      [],
    ],
    ['many blocks that are the same', [{ cidrs: Array.from({ length: 40 }, () => '17.0.0.0/8') }], []],
    [
      'many blocks with nothing public in them',
      [{ cidrs: Array.from({ length: 256 }, (_, i) => `fc00:${i.toString(16)}::/32`) }],
      [],
    ],
    ['what is no CIDR', [{ cidrs: ['0.0.0.0', 'all'] }], []],
    ['no addresses at all', [{ cidrs: [] }], []],
  ];
  for (const [name, rules, expected] of cases) test(name, () => assert.deepEqual(worlds(...rules), expected));
});

suite('halves in two rules', () => {
  const [low, high] = HALVES;
  const whole = [`all: ${low}, ${high}`];
  const apart = [`wide: ${low}`, `wide: ${high}`];
  const cases: readonly [
    name: string,
    a: object[] | undefined,
    b: object[] | undefined,
    expected: string[],
  ][] = [
    ['on every port', undefined, undefined, whole],
    ['on the same port', [{ port: 443 }], [{ port: 443 }], whole],
    ['on one port and on every port', [{ port: 443 }], undefined, whole],
    ['on ranges that overlap', [{ port: 400, endPort: 500 }], [{ port: 500, endPort: 600 }], whole],
    [
      'on several ports, of which one is shared',
      [{ port: 1 }, { port: 2 }],
      [{ port: 3 }, { port: 2 }],
      whole,
    ],
    ['on the same name', [{ port: 'https' }], [{ port: 'https' }], whole],
    ['on a name and on every port of its protocol', [{ port: 'https' }], [{ protocol: 'TCP' }], whole],
    ['on different ports', [{ port: 443 }], [{ port: 80 }], apart],
    ['on ranges that touch', [{ port: 400, endPort: 499 }], [{ port: 500, endPort: 600 }], apart],
    ['on one port of two protocols', [{ port: 443 }], [{ port: 443, protocol: 'UDP' }], apart],
    ['on a name and a number', [{ port: 'https' }], [{ port: 443 }], apart],
    ['on ports that cannot be read', [{ port: '{{ .port }}' }], [{ port: '{{ .port }}' }], apart],
  ];
  for (const [name, a, b, expected] of cases)
    test(name, () => {
      const rule = (cidr: string, ports: object[] | undefined): Rule => ({
        cidrs: [cidr],
        ...(ports && { ports }),
      });
      assert.deepEqual(worlds(rule(low, a), rule(high, b)), expected);
    });

  test('three rules that share a port only all together', () => {
    const ports = (...numbers: number[]) => numbers.map((port) => ({ port }));
    const [a, b, c] = [ports(1, 2, 5), ports(2, 3, 5), ports(4, 5)];
    assert.deepEqual(
      worlds(
        { cidrs: ['0.0.0.0/2'], ports: a },
        { cidrs: ['64.0.0.0/2'], ports: b },
        { cidrs: ['128.0.0.0/1'], ports: c },
      ),
      ['all: 0.0.0.0/2, 64.0.0.0/2, 128.0.0.0/1'],
    );
  });
});

/** A division of a family into blocks: each number says which block of those so far is cut into halves. */
function divide(family: 4 | 6, cuts: readonly number[]): string[] {
  const bits = family === 4 ? 32n : 128n;
  let blocks: { network: bigint; prefix: bigint }[] = [{ network: 0n, prefix: 0n }];
  for (const cut of [0, ...cuts]) {
    const at = cut % blocks.length;
    const { network, prefix } = blocks[at] as { network: bigint; prefix: bigint };
    if (prefix === bits) continue;
    const half = { network, prefix: prefix + 1n };
    const other = { network: network + (1n << (bits - prefix - 1n)), prefix: prefix + 1n };
    blocks = [...blocks.slice(0, at), half, other, ...blocks.slice(at + 1)];
  }
  return blocks.map((b) => `${formatAddress(family, b.network)}/${b.prefix}`);
}

const divisions = fc
  .record({
    family: fc.constantFrom<4 | 6>(4, 6),
    cuts: fc.array(fc.nat(1000), { maxLength: 24 }),
    seed: fc.nat(),
  })
  .map(({ family, cuts, seed }) => ({ blocks: divide(family, cuts), seed }));

test('every division of a family, in any order and over rules that share a port, is one world', () => {
  fc.assert(
    fc.property(
      divisions,
      fc.array(fc.nat(2), { minLength: 1, maxLength: 8 }),
      ({ blocks, seed }, spread) => {
        const turned = [...blocks.slice(seed % blocks.length), ...blocks.slice(0, seed % blocks.length)];
        const rules = [0, 1, 2].map((n) => ({
          cidrs: turned.filter((_, i) => spread[i % spread.length] === n),
          ports: [{ port: 443 }, { port: 1000 + n }],
        }));
        const used = rules.filter((rule) => rule.cidrs.length > 0);
        assert.deepEqual(worlds(...used), [`all: ${used.flatMap((r) => r.cidrs).join(', ')}`]);
      },
    ),
  );
});

test('a division without one of its blocks is never every address', () => {
  fc.assert(
    fc.property(divisions, ({ blocks, seed }) => {
      const missing = seed % blocks.length;
      const found = worlds({ cidrs: blocks.filter((_, i) => i !== missing) });
      assert.ok(!found.some((world) => world.startsWith('all')), found.join('\n'));
    }),
  );
});

test('blocks of one size are wide exactly when they are an eighth of what is public', () => {
  const publicOnes = publicEighths(256);
  fc.assert(
    fc.property(fc.subarray(eighths(256)), (cidrs) => {
      const count = cidrs.filter((cidr) => publicOnes.includes(cidr)).length;
      // Parts of five more blocks are private, so that a block is a little more than one 222nd.
      fc.pre(count < 25 || count > 29);
      assert.equal(worlds({ cidrs }).length, count > 29 ? 1 : 0);
    }),
    { numRuns: 40 },
  );
});
