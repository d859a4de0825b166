// Selectors against every set of labels over a few keys and values, one value among them that no selector names.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { YamlDocument } from '../../server/src/core/document.ts';
import { get } from '../../server/src/core/yaml/nodes.ts';
import {
  canMatchTogether,
  describeSelector,
  EVERYTHING,
  equalSelectors,
  isSelectorSubset,
  type Labels,
  matches,
  matchesPartly,
  type Operator,
  type Requirement,
  readSelector,
  type Selector,
} from '../../server/src/engine/selector.ts';
import { runs } from '../support/runs.ts';

const KEYS = ['app', 'tier', 'env'];
const VALUES = ['a', 'b', ''];
const UNNAMED = 'unnamed';

const requirement: fc.Arbitrary<Requirement> = fc
  .record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom<Operator>('In', 'NotIn', 'Exists', 'DoesNotExist'),
    values: fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 4 }),
  })
  .map((r) => (r.operator === 'In' || r.operator === 'NotIn' ? r : { ...r, values: [] }));
const selectors: fc.Arbitrary<Selector> = fc
  .array(requirement, { maxLength: 4 })
  .map((requirements) => ({ requirements }));

/** Every way to label an object with KEYS. */
const ALL_LABELS: readonly Labels[] = KEYS.reduce<Labels[]>(
  (known, key) =>
    known.flatMap((labels) =>
      [null, ...VALUES, UNNAMED].map((value) =>
        value === null ? labels : new Map([...labels, [key, value] as const]),
      ),
    ),
  [new Map()],
);

/** The Kubernetes documentation's meaning of a selector, written down once more. */
function selects({ requirements }: Selector, labels: Labels): boolean {
  return requirements.every(({ key, operator, values }) => {
    const has = labels.has(key);
    const listed = has && values.some((v) => v === labels.get(key));
    return { In: listed, NotIn: !listed, Exists: has, DoesNotExist: !has }[operator];
  });
}

const RUNS = { numRuns: runs(2000) };

suite('against all labels', () => {
  test('there are 125 ways', () => assert.equal(ALL_LABELS.length, 5 ** 3));
  test('matches', () => {
    fc.assert(
      fc.property(selectors, (s) => {
        for (const labels of ALL_LABELS) assert.equal(matches(s, labels), selects(s, labels));
      }),
    );
  });
  test('canMatchTogether says yes exactly when some object matches all', () => {
    fc.assert(
      fc.property(fc.array(selectors, { maxLength: 3 }), (list) => {
        const some = ALL_LABELS.some((labels) => list.every((s) => selects(s, labels)));
        assert.equal(canMatchTogether(...list), some);
      }),
      RUNS,
    );
  });
  test('isSelectorSubset says yes exactly when whatever matches one matches the other', () => {
    fc.assert(
      fc.property(selectors, selectors, (inner, outer) => {
        const all = ALL_LABELS.every((labels) => !selects(inner, labels) || selects(outer, labels));
        assert.equal(isSelectorSubset(inner, outer), all);
      }),
      RUNS,
    );
  });
  test('a selector with more requirements is a subset', () => {
    fc.assert(
      fc.property(selectors, selectors, (a, b) => {
        const both = { requirements: [...a.requirements, ...b.requirements] };
        assert.ok(isSelectorSubset(both, a) && isSelectorSubset(both, b));
      }),
    );
  });
  test('equalSelectors says yes exactly when both match the same', () => {
    fc.assert(
      fc.property(selectors, selectors, (a, b) => {
        const same = ALL_LABELS.every((labels) => selects(a, labels) === selects(b, labels));
        assert.equal(equalSelectors(a, b), same);
      }),
      RUNS,
    );
  });
  test('matchesPartly knows what all ways to fill in the other labels agree on', () => {
    const known = fc
      .subarray(KEYS)
      .chain((keys) =>
        fc
          .tuple(...keys.map(() => fc.constantFrom(...VALUES, UNNAMED)))
          .map((values) => new Map(keys.map((key, i) => [key, values[i] as string] as const))),
      );
    fc.assert(
      fc.property(selectors, known, (s, labels) => {
        const completed = ALL_LABELS.filter((full) =>
          [...labels].every(([key, value]) => full.get(key) === value),
        );
        const verdicts = new Set(completed.map((full) => selects(s, full)));
        assert.equal(matchesPartly(s, labels), verdicts.size === 2 ? null : [...verdicts][0]);
      }),
      RUNS,
    );
  });
});

suite('read from YAML', () => {
  const read = (yaml: string) => {
    const document = new YamlDocument('file:///a.yaml', `s: ${yaml}\n`);
    return readSelector(get(document.yaml.root, 's'), document.text);
  };
  const cases: readonly [yaml: string, described: string | null][] = [
    ['', 'everything'],
    ['{}', 'everything'],
    ['~', 'everything'],
    ['{matchLabels: {}}', 'everything'],
    ['{matchLabels: ~, matchExpressions: []}', 'everything'],
    ['{matchLabels: {app: web}}', 'app=web'],
    ['{matchLabels: {app: }}', 'app='],
    ['{matchLabels: {app: "80", tier: db}}', 'app=80, tier=db'],
    ['{matchExpressions: [{key: app, operator: In, values: [a, b]}]}', 'app in (a, b)'],
    ['{matchExpressions: [{key: app, operator: In, values: [~]}]}', 'app='],
    ['{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}', 'app!=a'],
    ['{matchExpressions: [{key: app, operator: NotIn, values: [a, b]}]}', 'app not in (a, b)'],
    ['{matchExpressions: [{key: app, operator: Exists}]}', 'app present'],
    ['{matchExpressions: [{key: app, operator: Exists, values: []}]}', 'app present'],
    ['{matchExpressions: [{key: app, operator: DoesNotExist}]}', 'app absent'],
    ['{matchLabels: {app: a}, matchExpressions: [{key: b, operator: Exists}]}', 'app=a, b present'],
    ['{matchLabels: {app: 80}}', null],
    ['{matchLabels: {app: yes}}', null],
    ['{matchLabels: {app: [a]}}', null],
    ['{matchLabels: [a]}', null],
    ['{matchLabels: {app: "{{ .x }}"}}', null],
    ['{matchlabels: {app: a}}', null],
    ['{matchExpressions: {key: app}}', null],
    ['{matchExpressions: [{key: app, operator: in, values: [a]}]}', null],
    ['{matchExpressions: [{key: app, operator: In}]}', null],
    ['{matchExpressions: [{key: app, operator: In, values: []}]}', null],
    ['{matchExpressions: [{key: app, operator: In, values: a}]}', null],
    ['{matchExpressions: [{key: app, operator: In, values: [80]}]}', null],
    ['{matchExpressions: [{key: app, operator: Exists, values: [a]}]}', null],
    ['{matchExpressions: [{operator: Exists}]}', null],
    ['{matchExpressions: [~]}', null],
    ['[]', null],
    ['web', null],
    ['*gone', null],
  ];
  for (const [yaml, described] of cases)
    test(yaml || '(nothing)', () => {
      const selector = read(yaml);
      assert.equal(selector && describeSelector(selector), described);
    });
  test('a missing selector is an empty one', () => assert.equal(readSelector(undefined, ''), EVERYTHING));
});
