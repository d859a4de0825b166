// Peers that together match every namespace: against trying every namespace there could be.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { YamlDocument } from '../../server/src/core/document.ts';
import { asSeq } from '../../server/src/core/yaml/nodes.ts';
import { leastCover } from '../../server/src/engine/cover.ts';
import { everyNamespaceIn } from '../../server/src/engine/every-namespace.ts';
import { coverEverything } from '../../server/src/engine/isolation.ts';
import { readRule } from '../../server/src/engine/policy-rule.ts';
import { matches, readSelector, type Selector } from '../../server/src/engine/selector.ts';

const NAME = 'kubernetes.io/metadata.name';

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const expression: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    key: fc.constantFrom('a', 'b', NAME),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.subarray(['1', '2'], { minLength: 1 }),
  }),
  fc.record({ key: fc.constantFrom('a', 'b', NAME), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selectors = fc.array(fc.array(expression, { maxLength: 2 }), { minLength: 1, maxLength: 5 });

/** Namespaces with every combination of what these selectors can tell apart; each has a name. */
function* namespaces(): Iterable<Map<string, string>> {
  for (const a of [null, '1', '2', '3'])
    for (const b of [null, '1', '2', '3'])
      for (const name of ['1', '2', '3']) {
        const labels = new Map([[NAME, name]]);
        if (a !== null) labels.set('a', a);
        if (b !== null) labels.set('b', b);
        yield labels;
      }
}

function read(value: object, wanted: 'rule'): ReturnType<typeof readRule>;
function read(value: object, wanted: 'selector'): Selector;
function read(value: object, wanted: 'rule' | 'selector') {
  const text = JSON.stringify([value]);
  const node = asSeq(new YamlDocument('file:///x.json', text).yaml.root)?.items[0];
  assert.ok(node);
  return wanted === 'rule' ? readRule(node, 'Ingress', text) : readSelector(node, text);
}

test('peers are every namespace exactly when no namespace escapes them, and none of them is too many', () => {
  fc.assert(
    fc.property(selectors, (specs) => {
      const peers = specs.map((matchExpressions) => ({ namespaceSelector: { matchExpressions } }));
      const found = everyNamespaceIn([read({ from: peers }, 'rule')]);
      const escapes = (some: readonly Selector[]) =>
        [...namespaces()].some((labels) => !some.some((selector) => matches(selector, labels)));
      const all = specs.map((matchExpressions) => read({ matchExpressions }, 'selector'));
      assert.equal(found.length > 0, !escapes(all));
      for (const every of found) {
        const own = every.map(({ peer }) => peer.namespaceSelector);
        assert.ok(!escapes(own));
        for (const one of own) assert.ok(own.length === 1 || escapes(own.filter((other) => other !== one)));
      }
    }),
    { numRuns: 500 },
  );
});

test('the least cover covers, and nothing in it can be left out', () => {
  fc.assert(
    fc.property(selectors, (specs) => {
      const all = specs.map((matchExpressions) => read({ matchExpressions }, 'selector'));
      const cover = leastCover(all, (selector) => selector);
      assert.equal(cover !== null, coverEverything(all) === true);
      if (!cover) return;
      assert.equal(coverEverything(cover), true);
      for (const one of cover) assert.notEqual(coverEverything(cover.filter((other) => other !== one)), true);
    }),
  );
});

suite('which peers add up', () => {
  const team = (operator: string) => ({ matchExpressions: [{ key: 'team', operator }] });
  const count = (...rules: object[]) => everyNamespaceIn(rules.map((rule) => read(rule, 'rule'))).length;
  const [some, others] = [{ namespaceSelector: team('Exists') }, { namespaceSelector: team('DoesNotExist') }];
  const pods = { podSelector: { matchLabels: { app: 'web' } } };
  const cases: readonly (readonly [string, number, object[]])[] = [
    ['one list', 1, [{ from: [some, others] }]],
    ['two rules that share a port', 1, [{ from: [some], ports: [{ port: 80 }] }, { from: [others] }]],
    [
      'two rules that share none',
      0,
      [
        { from: [some], ports: [{ port: 80 }] },
        { from: [others], ports: [{ port: 81 }] },
      ],
    ],
    [
      'the same pods',
      1,
      [
        {
          from: [
            { ...some, ...pods },
            { ...others, ...pods },
          ],
        },
      ],
    ],
    ['other pods', 0, [{ from: [{ ...some, ...pods }, others] }]],
    ['all pods, in two ways', 1, [{ from: [{ ...some, podSelector: {} }, others] }]],
    ['an empty selector beside them', 2, [{ from: [{ namespaceSelector: {} }, some, others] }]],
    ['two pairs', 2, [{ from: [some, others, some, others] }]],
    ['pods of the own namespace are not of all', 0, [{ from: [{ podSelector: {} }] }]],
  ];
  for (const [name, expected, rules] of cases) test(name, () => assert.equal(count(...rules), expected));
});
