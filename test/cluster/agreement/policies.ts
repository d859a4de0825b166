/**
 * Owns the NetworkPolicies on which our validity rules and the API server must agree: boundary values of every field, and
 * mutations of valid policies. Everything generated follows from a seed.
 */
import type { Random } from '../../support/random-yaml.ts';
import { type Plain, type Tree, type TreeMap, treeOf, write } from './tree.ts';

/** Policies that the server accepts, with every field there is between them. */
const VALID: readonly Plain[] = [
  { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  {
    podSelector: { matchLabels: { app: 'web', 'example.com/tier': 'front' } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [
          {
            podSelector: { matchLabels: { app: 'api' } },
            namespaceSelector: { matchLabels: { team: 'shop' } },
          },
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } },
        ],
        ports: [
          { protocol: 'TCP', port: 80 },
          { protocol: 'TCP', port: 8000, endPort: 8080 },
          { port: 'http' },
        ],
      },
    ],
  },
  {
    podSelector: {
      matchLabels: { app: 'job' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'legacy', operator: 'DoesNotExist' },
      ],
    },
    policyTypes: ['Egress'],
    egress: [
      { to: [{ ipBlock: { cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] } }], ports: [{ port: 443 }] },
      {
        to: [
          { namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['dev'] }] } },
        ],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'SCTP', port: 'sctp-port' },
        ],
      },
    ],
  },
];

const METADATA: Plain = { name: 'web', labels: { app: 'web' }, annotations: { 'example.com/note': 'x' } };

/** A policy with this spec, as text. */
function policyText(spec: Plain, metadata: Plain = METADATA): string {
  return write(treeOf({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec }));
}

const LONG = (length: number) => 'a'.repeat(length);

/** Scalars as they may be typed: readings that differ between versions of YAML, boundaries of every field, other alphabets. */
const SCALARS: readonly string[] = [
  ...[
    'yes',
    'no',
    'on',
    'Off',
    'y',
    'n',
    'true',
    'FALSE',
    '~',
    'null',
    '""',
    "''",
    '{}',
    '[]',
    '"yes"',
    '"1"',
  ],
  ...[
    '0',
    '1',
    '-1',
    '010',
    '0o10',
    '0x1F',
    '0b11',
    '1_000',
    '22:30',
    '1e3',
    '1.0',
    '.5',
    '.inf',
    '.nan',
    '+5',
  ],
  ...[
    '53',
    '80',
    '"80"',
    "'443'",
    '65535',
    '65536',
    '32768',
    '2147483647',
    '2147483648',
    '99999999999',
    '1.5',
  ],
  ...['TCP', 'tcp', 'Udp', 'SCTP', 'ICMP', '"TCP"', 'TCP/UDP', 'ANY'],
  ...['http', 'HTTP', 'http-alt', 'http--alt', '-http', 'http-', 'h', '8080-http', 'a_b', LONG(15), LONG(16)],
  ...[
    '10.0.0.0/8',
    '10.0.0.5/8',
    '10.1.0.0/16',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '010.0.0.0/8',
    '10.0.0.0',
    '10.0.0.1/32',
  ],
  ...[
    '0.0.0.0/0',
    '::/0',
    '::1/128',
    '::1',
    '2001:DB8::/32',
    '2001:db8::1/32',
    '::ffff:10.0.0.0/104',
    'fe80::/10',
  ],
  ...[
    '300.0.0.0/8',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '" 10.0.0.0/8"',
    '2001:db8:1::/48',
    '11.0.0.0/16',
    '10.0.0.0/9',
  ],
  ...[
    'In',
    'in',
    'NotIn',
    'Exists',
    'DoesNotExist',
    'Gt',
    'Lt',
    'Equals',
    'Ingress',
    'ingress',
    'EGRESS',
    'Egress',
  ],
  ...[
    'web',
    'Web',
    'a/b',
    'a//b',
    '/b',
    'a/',
    'a/b/c',
    'Example.com/x',
    'example.com/x_y',
    '-a',
    'a-',
    'a.b',
    'ä',
    '日本',
  ],
  ...[
    LONG(63),
    LONG(64),
    LONG(253),
    LONG(254),
    `${LONG(253)}/a`,
    `${LONG(254)}/a`,
    '"a b"',
    'a b',
    '"\\u0000"',
    '!!str 80',
    '2026-01-01',
  ],
];

const KEYS: readonly string[] = [
  ...[
    'podSelector',
    'namespaceSelector',
    'ipBlock',
    'from',
    'to',
    'ports',
    'port',
    'protocol',
    'endPort',
    'cidr',
  ],
  ...[
    'except',
    'matchLabels',
    'matchExpressions',
    'key',
    'operator',
    'values',
    'policyTypes',
    'ingress',
    'egress',
  ],
  ...[
    'PodSelector',
    'podselector',
    'form',
    'cidrs',
    'Port',
    'namespaceselector',
    'labels',
    'selector',
    'peers',
    'status',
  ],
  ...['"from"', '1', 'yes', 'null', 'true', 'ünknown', 'app', 'app.kubernetes.io/name'],
];

/** A random policy: a valid one with one to three things changed. */
export function randomPolicy(random: Random): string {
  const root = treeOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: METADATA,
    spec: random.pick(VALID),
  }) as TreeMap;
  const changes = random.pick([1, 1, 1, 2, 3]);
  for (let i = 0; i < changes; i++) mutate(root, random);
  return write(root);
}

/** Somewhere in a tree: a pair of a map or an item of a list. */
interface Slot {
  readonly parent: Exclude<Tree, { kind: 'raw' }>;
  readonly index: number;
  /** Whether it is one of the fields that say what the object is, or where it is created. */
  readonly isFixed: boolean;
}

function slotsOf(tree: Tree, depth = 0): Slot[] {
  if (tree.kind === 'raw') return [];
  const children = tree.kind === 'map' ? tree.pairs.map(([, value]) => value) : tree.items;
  return children.flatMap((child, index) => {
    const key = tree.kind === 'map' ? tree.pairs[index]?.[0] : undefined;
    const isFixed = depth === 0 && key !== 'spec';
    return [{ parent: tree, index, isFixed }, ...slotsOf(child, depth + 1)];
  });
}

function mutate(root: TreeMap, random: Random): void {
  const slots = slotsOf(root).filter((slot) => !slot.isFixed);
  if (slots.length === 0) return;
  const slot = random.pick(slots);
  random.pick(MUTATIONS)(slot, random, slots);
}

type Mutation = (slot: Slot, random: Random, slots: readonly Slot[]) => void;

const MUTATIONS: readonly Mutation[] = [
  replaceByScalar,
  replaceByScalar,
  replaceByScalar,
  (slot) => setValue(slot, { kind: 'raw', text: '' }),
  (slot, random) => setValue(slot, treeOf(random.pick([{}, [], { a: 'b' }, ['a'], [{}], ['']]))),
  renameKey,
  remove,
  repeat,
  addPair,
  (slot, random, slots) => setValue(slot, structuredClone(valueIn(random.pick(slots)))),
  (slot) => setValue(slot, { kind: 'list', items: [valueIn(slot)] }),
  unwrap,
  sibling,
];

function valueIn({ parent, index }: Slot): Tree {
  return (parent.kind === 'map' ? parent.pairs[index]?.[1] : parent.items[index]) as Tree;
}

function setValue({ parent, index }: Slot, value: Tree): void {
  if (parent.kind === 'list') parent.items[index] = value;
  else (parent.pairs[index] as [string, Tree])[1] = value;
}

function replaceByScalar(slot: Slot, random: Random, slots: readonly Slot[]): void {
  const leaves = slots.filter((s) => valueIn(s).kind === 'raw');
  setValue(leaves.length > 0 ? random.pick(leaves) : slot, { kind: 'raw', text: random.pick(SCALARS) });
}

function renameKey({ parent, index }: Slot, random: Random): void {
  if (parent.kind === 'map') (parent.pairs[index] as [string, Tree])[0] = random.pick(KEYS);
}

function remove({ parent, index }: Slot): void {
  if (parent.kind === 'map') parent.pairs.splice(index, 1);
  else parent.items.splice(index, 1);
}

/** Writes a pair or an item twice. */
function repeat({ parent, index }: Slot): void {
  if (parent.kind === 'map') parent.pairs.push(structuredClone(parent.pairs[index] as [string, Tree]));
  else parent.items.push(structuredClone(parent.items[index] as Tree));
}

function addPair({ parent }: Slot, random: Random): void {
  if (parent.kind === 'map') parent.pairs.push([random.pick(KEYS), treeOf(random.pick(SCALARS))]);
  else parent.items.push(treeOf(random.pick(SCALARS)));
}

function unwrap(slot: Slot): void {
  const value = valueIn(slot);
  const inner =
    value.kind === 'list' ? value.items[0] : value.kind === 'map' ? value.pairs[0]?.[1] : undefined;
  if (inner) setValue(slot, inner);
}

/** Puts what is in one place beside where it belongs. */
function sibling(slot: Slot, random: Random, slots: readonly Slot[]): void {
  const other = random.pick(slots);
  if (slot.parent.kind !== 'map' || other.parent.kind !== 'map' || other.parent === slot.parent) return;
  const pair = other.parent.pairs[other.index];
  if (pair) slot.parent.pairs.push(structuredClone(pair));
}

/** Values for one field each, from the documented validation and one step beyond every boundary. */
export function boundaryPolicies(): string[] {
  const ports = (items: Plain) => policyText({ podSelector: {}, ingress: [{ ports: items }] });
  const from = (items: Plain) => policyText({ podSelector: {}, ingress: [{ from: items }] });
  const select = (podSelector: Plain) => policyText({ podSelector });
  const texts: string[] = [];
  for (const scalar of SCALARS) {
    texts.push(
      ports([{ port: scalar }]),
      ports([{ port: 8080, protocol: scalar }]),
      ports([{ port: 80, endPort: scalar }]),
      from([{ ipBlock: { cidr: scalar } }]),
      from([{ ipBlock: { cidr: '10.0.0.0/8', except: [scalar] } }]),
      select({ matchLabels: { app: scalar } }),
      select({ matchExpressions: [{ key: 'a', operator: 'In', values: [scalar] }] }),
      select({ matchExpressions: [{ key: 'a', operator: scalar, values: ['b'] }] }),
      policyText({ podSelector: {}, policyTypes: [scalar] }),
      policyText({ podSelector: {} }, { name: scalar }),
      policyText({ podSelector: {} }, { name: 'web', labels: { app: scalar } }),
      policyText({ podSelector: {} }, { name: 'web', annotations: { a: scalar } }),
    );
    if (!/^[[{!]|^$/.test(scalar)) texts.push(select({ matchLabels: { [scalar]: 'b' } }));
  }
  for (const operator of ['In', 'NotIn', 'Exists', 'DoesNotExist'])
    for (const values of [[], ['a'], ['a', 'a'], 'null'] as const)
      texts.push(select({ matchExpressions: [{ key: 'a', operator, values }] }));
  for (const types of [
    ['Ingress', 'Ingress'],
    ['Ingress', 'Egress', 'Ingress'],
    [],
    'null',
    'Ingress',
  ] as const)
    texts.push(policyText({ podSelector: {}, policyTypes: types }));
  return texts;
}
