// Which policies select a workload's pods, and whether policies together isolate every pod there can be. The oracle tries
// every pod that the selectors could tell apart.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Direction } from '../../server/src/engine/direction.ts';
import {
  coverEverything,
  isolateEveryPod,
  isolatesPods,
  matchesPods,
  podLabelReader,
} from '../../server/src/engine/isolation.ts';
import type { Selector } from '../../server/src/engine/selector.ts';
import { canMatchTogether, matches } from '../../server/src/engine/selector.ts';
import { indexBySelector } from '../../server/src/engine/selector-index.ts';
import { deploymentFrom, policyFrom } from '../support/objects.ts';
import { runs } from '../support/runs.ts';

type Labels = Readonly<Record<string, string>>;
interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}
interface SelectorSpec {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Expression[];
}

const key = fc.constantFrom('a', 'b');
const value = fc.constantFrom('1', '2');
const expression: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.array(value, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selectorSpec: fc.Arbitrary<SelectorSpec> = fc.record(
  { matchLabels: fc.dictionary(key, value), matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
);
/** Every pod that selectors over these keys and values can tell apart: `3` stands for all other values. */
const PODS: readonly Labels[] = [undefined, '1', '2', '3'].flatMap((a) =>
  [undefined, '1', '2', '3'].map((b) => ({ ...(a && { a }), ...(b && { b }) })),
);

function selects({ matchLabels = {}, matchExpressions = [] }: SelectorSpec, pod: Labels): boolean {
  const labels = Object.entries(matchLabels).every(([k, v]) => pod[k] === v);
  return (
    labels &&
    matchExpressions.every(({ key: k, operator, values = [] }) => {
      const own = pod[k];
      if (operator === 'In') return own !== undefined && values.includes(own);
      if (operator === 'NotIn') return own === undefined || !values.includes(own);
      return (operator === 'Exists') === (own !== undefined);
    })
  );
}

/** A spec with what its effective policyTypes are by the API server's defaulting; null when nobody can tell. */
const spec = fc
  .record(
    {
      podSelector: fc.oneof({ weight: 9, arbitrary: selectorSpec }, fc.constant('{{ .Values.selector }}')),
      policyTypes: fc.oneof(
        { weight: 9, arbitrary: fc.uniqueArray(fc.constantFrom('Ingress', 'Egress')) },
        fc.constant('{{ .Values.types }}'),
      ),
      ingress: fc.constantFrom([], [{}]),
      egress: fc.constantFrom([], [{}]),
    },
    { requiredKeys: [] },
  )
  .map((written) => ({ written, types: effectiveTypes(written.policyTypes, written.egress) }));

function effectiveTypes(
  types: string | string[] | undefined,
  egress: readonly object[] | undefined,
): string[] | null {
  if (typeof types === 'string') return null;
  if (types && types.length > 0) return types;
  return egress && egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

const directions = fc.constantFrom<Direction>('Ingress', 'Egress');

suite('isolateEveryPod', () => {
  test('agrees with trying every pod', () => {
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 4 }), directions, (specs, direction) => {
        const covers = (doubt: boolean) =>
          PODS.every((pod) =>
            specs.some(({ written: { podSelector = {} }, types }) => {
              if (types === null ? !doubt : !types.includes(direction)) return false;
              return typeof podSelector === 'string' ? doubt : selects(podSelector, pod);
            }),
          );
        const expected = covers(false) ? true : covers(true) ? null : false;
        assert.equal(
          isolateEveryPod(
            specs.map((s) => policyFrom(s.written)),
            direction,
          ),
          expected,
        );
      }),
      { numRuns: runs(300) },
    );
  });

  test('sees that selectors complete each other', () => {
    const labelled = policyFrom({ podSelector: { matchLabels: { app: 'web' } } });
    const others = policyFrom({
      podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
    });
    assert.equal(isolateEveryPod([labelled, others], 'Ingress'), true);
    assert.equal(isolateEveryPod([labelled], 'Ingress'), false);
  });

  test('a thousand policies, one of them for pods without the label', () => {
    const selectors: Selector[] = Array.from({ length: 1_000 }, (_, i) => ({
      requirements: [{ key: 'app', operator: 'In', values: [`app-${i}`] }],
    }));
    selectors.push({ requirements: [{ key: 'app', operator: 'DoesNotExist', values: [] }] });
    assert.equal(coverEverything(selectors), false);
    selectors.push({ requirements: [{ key: 'app', operator: 'NotIn', values: ['app-7'] }] });
    assert.equal(coverEverything(selectors), true);
  });
});

test('selectors for several labels complete others', () => {
  const of = (...requirements: Selector['requirements']): Selector => ({ requirements });
  const is = (key: string, ...values: string[]) => ({ key, operator: 'In', values }) as const;
  const isNot = (key: string, ...values: string[]) => ({ key, operator: 'NotIn', values }) as const;
  const withoutA = of(isNot('a', '1'));
  const withoutB = of(isNot('b', '1'));
  assert.equal(coverEverything([of(is('a', '1'), is('b', '1')), withoutA, withoutB]), true);
  assert.equal(coverEverything([of(is('a', '1'), is('b', '2')), withoutA, withoutB]), false);
  const both = [of(isNot('a', '1'), isNot('b', '1')), of(is('a', '1'), isNot('b', '1'))];
  assert.equal(coverEverything([...both, of(is('b', '1'))]), true);
  assert.equal(coverEverything(both), false);
});

test('labels that controllers add may be there; others are not', () => {
  const labelOf = podLabelReader(deploymentFrom({ app: 'web' }));
  for (const label of [
    'pod-template-hash',
    'controller-revision-hash',
    'pod-template-generation',
    'rollouts-pod-template-hash',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
    'job-name',
    'controller-uid',
    'batch.kubernetes.io/job-name',
    'batch.kubernetes.io/controller-uid',
    'batch.kubernetes.io/job-completion-index',
    'serving.knative.dev/revision',
  ])
    assert.equal(labelOf(label), null, label);
  assert.equal(labelOf('app'), 'web');
  assert.equal(labelOf('tier'), undefined);
  assert.equal(labelOf(''), undefined);
});

suite('isolatesPods', () => {
  test('agrees with the labels of the pod template', () => {
    const labels = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PODS) },
      fc.constant('{{ include "labels" . }}'),
    );
    fc.assert(
      fc.property(spec, labels, directions, ({ written, types }, pod, direction) => {
        const { podSelector = {} } = written;
        const possible = typeof pod === 'string' ? PODS : [pod];
        const selected = new Set(
          possible.flatMap((p) =>
            typeof podSelector === 'string' ? [true, false] : [selects(podSelector, p)],
          ),
        );
        const sure = selected.size === 1 ? [...selected][0] : null;
        const isolates = types === null ? null : types.includes(direction);
        const expected = sure === false || isolates === false ? false : sure && isolates;
        const labelOf = podLabelReader(deploymentFrom(pod));
        assert.equal(isolatesPods(policyFrom(written), direction, labelOf), expected);
      }),
      { numRuns: runs(300) },
    );
  });

  const cases: readonly [selector: Selector['requirements'][number], expected: boolean | null][] = [
    [{ key: 'app', operator: 'In', values: ['web'] }, true],
    [{ key: 'tier', operator: 'DoesNotExist', values: [] }, true],
    [{ key: 'pod-template-hash', operator: 'Exists', values: [] }, null],
    [{ key: 'batch.kubernetes.io/job-name', operator: 'In', values: ['x'] }, null],
    [{ key: 'serving.knative.dev/service', operator: 'In', values: ['x'] }, null],
  ];
  for (const [requirement, expected] of cases)
    test(`pods labelled app=web by ${requirement.key} ${requirement.operator}: ${expected}`, () => {
      const labelOf = podLabelReader(deploymentFrom({ app: 'web' }));
      assert.equal(matchesPods({ requirements: [requirement] }, labelOf), expected);
    });
});

suite('indexBySelector', () => {
  const selector = selectorSpec.map((s) => ({
    written: s,
    read: policyFrom({ podSelector: s }).podSelector.selector,
  }));

  test('leaves out nothing that matches, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(selector), fc.constantFrom(...PODS), selector, (items, pod, other) => {
        const index = indexBySelector(items, (item) => item.read);
        const matching = index.matching((k) => pod[k]);
        const overlapping = [...index.overlapping(other.read as Selector)];
        assert.deepEqual(
          matching,
          items.filter((i) => matching.includes(i)),
        );
        for (const item of items) {
          if (selects(item.written, pod)) assert.ok(matching.includes(item));
          if (canMatchTogether(item.read as Selector, other.read as Selector))
            assert.ok(overlapping.includes(item));
        }
        assert.deepEqual(
          index.matching(() => null),
          items,
        );
      }),
    );
  });

  test('returns one of a thousand where one can match', () => {
    const items: Selector[] = Array.from({ length: 1_000 }, (_, i) => ({
      requirements: [{ key: 'app', operator: 'In', values: [`app-${i}`] }],
    }));
    const index = indexBySelector(items, (item) => item);
    assert.deepEqual(
      index.matching((k) => (k === 'app' ? 'app-7' : undefined)),
      [items[7]],
    );
    assert.deepEqual([...index.overlapping(items[8] as Selector)], [items[8]]);
    assert.deepEqual(
      index.matching(() => undefined),
      [],
    );
  });
});

test('the engine reads selectors as the oracle does', () => {
  fc.assert(
    fc.property(selectorSpec, fc.constantFrom(...PODS), (written, pod) => {
      const { selector } = policyFrom({ podSelector: written }).podSelector;
      assert.ok(selector);
      assert.equal(matches(selector, new Map(Object.entries(pod))), selects(written, pod));
    }),
  );
});
