// Which labels are taken for a slip of which others, and which are just others.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { indexLabels, nearMisses } from '../../server/src/engine/near-miss.ts';
import type { Labels, Selector } from '../../server/src/engine/selector.ts';

type Label = readonly [string, string];

const demanding = (...labels: Label[]): Selector => ({
  requirements: labels.map(([key, value]) => ({ key, operator: 'In', values: [value] })),
});

const indexOf = (items: readonly Labels[]) => indexLabels(items, (labels) => labels);

/** `form` or `letters` where `has` is taken for what was meant by `wanted`, null where it is not. */
function slip(wanted: Label, has: Label): 'form' | 'letters' | null {
  const [found] = nearMisses(demanding(wanted), indexOf([new Map([has])]));
  if (!found) return null;
  assert.deepEqual([found.key, found.value], has);
  return found.inForm ? 'form' : 'letters';
}

const app = (value: string): Label => ['app', value];

suite('values', () => {
  const cases: readonly (readonly [string, string, 'form' | 'letters' | null])[] = [
    ['Frontend', 'frontend', 'form'],
    ['front-end', 'frontend', 'form'],
    ['front_end', 'front-end', 'form'],
    ['forntend', 'frontend', 'letters'],
    ['fronted', 'frontend', 'letters'],
    ['frontendd', 'frontend', 'letters'],
    ['workers', 'worker', 'letters'],
    ['wbe', 'web', null],
    ['wetb', 'webt', 'letters'],
    ['aip', 'api', null],
    ['apii', 'api', 'letters'],
    ['payment-servcie', 'payment-service', 'letters'],
    ['recommendtionn', 'recommendation', 'letters'],
    ['recomendtion', 'recommendation', 'letters'],
    ['web-1', 'web-2', null],
    ['worker1', 'worker2', null],
    ['service-a', 'service-b', null],
    ['frontend', 'backend', null],
    ['east-api', 'west-api', null],
    ['api', 'app', null],
    ['http', 'https', null],
    ['loader', 'reader', null],
    ['payments', 'payments-api', null],
    ['mongo', 'mango', 'letters'],
    ['mongo', 'tango', null],
    ['prod', 'prd', null],
  ];
  for (const [wanted, has, expected] of cases)
    test(`${wanted} for ${has}: ${expected}`, () => assert.equal(slip(app(wanted), app(has)), expected));
});

suite('keys', () => {
  const cases: readonly (readonly [Label, Label, 'form' | 'letters' | null])[] = [
    [['app', 'web'], ['app.kubernetes.io/name', 'web'], 'form'],
    [['k8s-app', 'web'], ['app', 'web'], 'form'],
    [['component', 'web'], ['app.kubernetes.io/component', 'web'], 'form'],
    [['App', 'web'], ['app', 'web'], 'form'],
    [['name', 'shop'], ['kubernetes.io/metadata.name', 'shop'], 'form'],
    [['aap', 'web'], ['app', 'web'], 'letters'],
    [['tier', 'web'], ['app', 'web'], null],
    [['app', 'web'], ['app.kubernetes.io/name', 'api'], null],
    [['app', 'true'], ['run', 'true'], null],
    [['Allow-Cache', 'true'], ['allow-cache', 'true'], 'form'],
    [['allow-cahce', 'true'], ['allow-cache', 'true'], 'letters'],
    [['allow-queue', 'true'], ['allow-cache', 'true'], null],
    [['access-a', 'yes'], ['access-b', 'yes'], null],
    [['access-a', 'shop'], ['access-b', 'shop'], 'letters'],
  ];
  for (const [wanted, has, expected] of cases)
    test(`${wanted.join('=')} for ${has.join('=')}: ${expected}`, () =>
      assert.equal(slip(wanted, has), expected));
});

suite('a selector', () => {
  const items: Labels[] = [
    new Map([app('frontend'), ['tier', 'front']]),
    new Map([app('front-end'), ['tier', 'front']]),
    new Map([app('frontend'), ['tier', 'back']]),
  ];
  const found = (selector: Selector) =>
    nearMisses(selector, indexOf(items)).map(({ item, value }) => [items.indexOf(item), value]);

  test('misses an object by one label only', () => {
    assert.deepEqual(found(demanding(app('forntend'), ['tier', 'front'])), [[0, 'frontend']]);
    assert.deepEqual(found(demanding(app('forntend'), ['tier', 'fornt'])), []);
  });

  test('is taken for what differs in form before what differs in letters', () => {
    assert.deepEqual(found(demanding(app('front_end'), ['tier', 'front'])), [
      [0, 'frontend'],
      [1, 'front-end'],
    ]);
    assert.deepEqual(found(demanding(app('Front-ends'), ['tier', 'front'])), []);
  });

  test('that demands one of several values, or something else than a value, is left alone', () => {
    const one = { key: 'app', operator: 'In', values: ['forntend', 'x'] } as const;
    const not = { key: 'app', operator: 'DoesNotExist', values: [] } as const;
    assert.deepEqual(found({ requirements: [one] }), []);
    assert.deepEqual(found({ requirements: [not] }), []);
  });

  test('does not get the same key twice', () => {
    const labels: Labels = new Map([['app.kubernetes.io/name', 'web']]);
    const both = demanding(app('web'), ['app.kubernetes.io/name', 'web']);
    assert.deepEqual(nearMisses(both, indexOf([labels])), []);
  });
});
