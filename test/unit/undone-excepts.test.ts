// Exceptions in vain: against what the policies allow, address by address and port by port.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { resourcesOf } from '../../server/src/core/resource.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import {
  addresses,
  intersectAddresses,
  isAddressSubset,
  isEmptyAddressSet,
} from '../../server/src/engine/cidr.ts';
import { cidrsOf } from '../../server/src/engine/cidr-list.ts';
import { type Policy, policyOf } from '../../server/src/engine/policy.ts';
import { type UndoneBlock, undoneAcross, undoneWithin } from '../../server/src/engine/undone-excepts.ts';
import { judge } from '../support/example.ts';

interface Block {
  readonly cidr: string;
  readonly except?: readonly string[];
}
interface Rule {
  readonly to: readonly Block[];
  readonly ports?: readonly number[];
}

interface Spec {
  readonly rules: readonly Rule[];
  /** The value of the pods' label, or `all` for every pod. */
  readonly pods: string;
}

function policies(...specs: Spec[]): Policy[] {
  const objects = specs.map(({ rules, pods }, i) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `p${i}`, namespace: 'shop' },
    spec: {
      podSelector: pods === 'all' ? {} : { matchLabels: { app: pods } },
      policyTypes: ['Egress'],
      egress: rules.map(({ to, ports }) => ({
        to: to.map((ipBlock) => ({ ipBlock })),
        ...(ports && { ports: ports.map((port) => ({ port })) }),
      })),
    },
  }));
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return new SourceFile('file:///w/p.yaml', text).documents
    .flatMap(resourcesOf)
    .map(policyOf)
    .filter((p) => p !== null);
}

function show(found: readonly UndoneBlock[]): string[] {
  return found.flatMap(({ undone }) =>
    undone.map(
      ({ except, open, by }) =>
        `${except.cidr?.canonical}: ${cidrsOf(open).join(' ')} by ${by.map((b) => b.cidr.canonical).join(' ')}`,
    ),
  );
}

suite('within a policy', () => {
  const cases: readonly (readonly [string, readonly Rule[], readonly string[]])[] = [
    [
      'two blocks undo each other',
      [
        {
          to: [
            { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] },
            { cidr: '0.0.0.0/0', except: ['192.168.0.0/16'] },
          ],
        },
      ],
      ['10.0.0.0/8: 10.0.0.0/8 by 0.0.0.0/0', '192.168.0.0/16: 192.168.0.0/16 by 0.0.0.0/0'],
    ],
    [
      'in two rules',
      [{ to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }] }, { to: [{ cidr: '0.0.0.0/0' }] }],
      ['10.0.0.0/8: 10.0.0.0/8 by 0.0.0.0/0'],
    ],
    [
      'but not on other ports',
      [
        { to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }], ports: [80] },
        { to: [{ cidr: '0.0.0.0/0' }], ports: [443] },
      ],
      [],
    ],
    [
      'nor for lookups alone',
      [{ to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }] }, { to: [{ cidr: '0.0.0.0/0' }], ports: [53] }],
      [],
    ],
    [
      'a part of it is none of it',
      [{ to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { cidr: '10.1.0.0/16' }] }],
      [],
    ],
    [
      'all of it in parts, on the same ports',
      [
        { to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }], ports: [80] },
        { to: [{ cidr: '10.0.0.0/9' }, { cidr: '10.128.0.0/9' }], ports: [80] },
      ],
      ['10.0.0.0/8: 10.0.0.0/8 by 10.0.0.0/9 10.128.0.0/9'],
    ],
    [
      'all of it in parts, but on more ports, is on purpose',
      [
        { to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }], ports: [80] },
        { to: [{ cidr: '10.0.0.0/9' }, { cidr: '10.128.0.0/9' }], ports: [80, 443] },
      ],
      [],
    ],
    [
      'what lies outside of its block is no exception',
      [{ to: [{ cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] }, { cidr: '11.0.0.0/8' }] }],
      [],
    ],
    [
      'for IPv6',
      [{ to: [{ cidr: 'fd00::/8', except: ['fd00:1::/32'] }, { cidr: 'fd00::/16' }] }],
      ['fd00:1::/32: fd00:1::/32 by fd00::/16'],
    ],
  ];
  for (const [name, rules, expected] of cases)
    test(name, () => {
      const [policy] = policies({ rules, pods: 'web' });
      assert.ok(policy);
      assert.deepEqual(show(undoneWithin(policy, 'Egress')), expected);
    });
});

suite('across policies', () => {
  const narrow = { rules: [{ to: [{ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }] }] };
  const wide = (cidr: string) => ({ rules: [{ to: [{ cidr }] }] });
  const across = (...specs: Spec[]) => show(undoneAcross(policies(...specs), 'Egress'));
  test('by one for every pod', () =>
    assert.deepEqual(across({ ...narrow, pods: 'web' }, { ...wide('8.0.0.0/5'), pods: 'all' }), [
      '10.0.0.0/8: 10.0.0.0/8 by 8.0.0.0/5',
    ]));
  test('not by one for some of the pods', () =>
    assert.deepEqual(across({ ...narrow, pods: 'all' }, { ...wide('8.0.0.0/5'), pods: 'web' }), []));
  test('not by one for other pods', () =>
    assert.deepEqual(across({ ...narrow, pods: 'web' }, { ...wide('8.0.0.0/5'), pods: 'db' }), []));
  test('not by one for just the excepted range', () =>
    assert.deepEqual(across({ ...narrow, pods: 'web' }, { ...wide('10.0.0.0/8'), pods: 'all' }), []));
  test('not twice, where the policy undoes it itself', () => {
    const own = { rules: [...narrow.rules, { to: [{ cidr: '0.0.0.0/0' }] }] };
    assert.deepEqual(across({ ...own, pods: 'web' }, { ...wide('8.0.0.0/5'), pods: 'all' }), []);
  });
});

suite('what cannot be known, and what is not in effect', () => {
  const spec = (egress: string, types = '[Egress]') =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: shop }\nspec:\n  podSelector: { matchLabels: { app: a } }\n  policyTypes: ${types}\n  egress: [${egress}]\n`;
  const other = (podSelector: string, types: string, cidr: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: b, namespace: shop }\nspec:\n  podSelector: ${podSelector}\n  policyTypes: ${types}\n  egress: [{ to: [{ ipBlock: { cidr: ${cidr} } }] }]\n`;
  const except = '{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }';
  const count = (text: string) => judge(text).filter((d) => d.rule.id === 'except-undone').length;
  const cases: readonly (readonly [string, number, string])[] = [
    [
      'pods in the list',
      1,
      spec(`{ to: [{ podSelector: {} }, ${except}, { ipBlock: { cidr: 10.0.0.0/9 } }] }`),
    ],
    [
      'all of it in parts, where ports cannot be read',
      0,
      spec(
        `{ to: [${except}], ports: [{ port: "{{ .a }}" }] }, { to: [{ ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: 1 }] }`,
      ),
    ],
    [
      'the same the other way round',
      0,
      spec(
        `{ to: [${except}], ports: [{ port: 1 }] }, { to: [{ ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: "{{ .a }}" }] }`,
      ),
    ],
    [
      'all of it in parts, in one list whose ports cannot be read',
      1,
      spec(`{ to: [${except}, { ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: "{{ .a }}" }] }`),
    ],
    [
      'an exception that cannot be read',
      0,
      spec(
        `{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: ["{{ .a }}"] } }, { ipBlock: { cidr: 10.0.0.0/9 } }] }`,
      ),
    ],
    ['not in effect', 0, spec(`{ to: [${except}, { ipBlock: { cidr: 10.0.0.0/9 } }] }`, '[Ingress]')],
    [
      'a policy for every pod',
      1,
      `${spec(`{ to: [${except}] }`)}---\n${other('{}', '[Egress]', '10.0.0.0/9')}`,
    ],
    [
      'one that is not in effect',
      0,
      `${spec(`{ to: [${except}] }`)}---\n${other('{}', '[Ingress]', '10.0.0.0/9')}`,
    ],
    [
      'undone in one that is not in effect',
      0,
      `${spec(`{ to: [${except}] }`, '[Ingress]')}---\n${other('{}', '[Egress]', '10.0.0.0/9')}`,
    ],
    [
      'one for pods that cannot be read',
      0,
      `${spec(`{ to: [${except}] }`)}---\n${other('"{{ .a }}"', '[Egress]', '10.0.0.0/9')}`,
    ],
  ];
  for (const [name, expected, text] of cases) test(name, () => assert.equal(count(text), expected));
});

const RANGES = ['10.0.0.0/29', '10.0.0.0/30', '10.0.0.4/30', '10.0.0.0/31', '10.0.0.2/31', '10.0.0.1/32'];
const range = fc.constantFrom(...RANGES);
const block = fc.record({ cidr: range, except: fc.uniqueArray(range, { maxLength: 2 }) });
const rule = fc.record(
  { to: fc.array(block, { minLength: 1, maxLength: 3 }), ports: fc.subarray([80, 443], { minLength: 1 }) },
  { requiredKeys: ['to'] },
);

test('what is open again is excepted, is allowed by what is said to open it, and shares a port', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), (rules) => {
      const [policy] = policies({ rules, pods: 'web' });
      assert.ok(policy);
      for (const { block: own, undone } of undoneWithin(policy, 'Egress'))
        for (const { except, open, by } of undone) {
          assert.ok(!isEmptyAddressSet(open));
          assert.ok(isAddressSubset(open, except.cidr?.set ?? addresses()));
          assert.ok(isEmptyAddressSet(intersectAddresses(open, own.addresses)));
          assert.ok(isAddressSubset(open, addresses(...by.flatMap((b) => cidrsOf(b.addresses)))));
          for (const other of by) assert.notEqual(other, own);
        }
    }),
  );
});

test('one finding for a block, at its first exception in vain, pointing at what opens it', () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16, 10.200.0.0/16, 10.3.0.0/16, 10.4.0.0/16] }
      ports: [{ port: 80 }]
    - to:
        - ipBlock: { cidr: 10.0.0.0/9 }
      ports: [{ port: 80 }, { port: 443 }]
`;
  const found = judge(text).filter((d) => d.rule.id === 'except-undone');
  assert.deepEqual(
    found.map(({ message, finding: { at, related } }) => ({
      at: text.slice(at.span.start, at.span.end),
      message,
      related: related?.map((r) => `${text.slice(r.at.span.start, r.at.span.end)}: ${r.message}`),
    })),
    [
      {
        at: '10.1.0.0/16',
        message:
          '`10.1.0.0/16`, `10.2.0.0/15` and `10.4.0.0/16` are open again, in spite of this exception: `10.0.0.0/9` in another rule allows the same pods to connect there. Except it there too, or make that block narrower.',
        related: ['10.0.0.0/9: This allows `10.1.0.0/16`, `10.2.0.0/15` and `10.4.0.0/16`.'],
      },
    ],
  );
});
