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
    ['mango', 'tango', null],
    ['mongo', 'mangi', null],
    ['west', 'wtse', null],
    ['prod', 'prad', null],
    ['db', 'dbb', null],
    ['aapii', 'api', null],
    ['postgrse', 'potgres', null],
    ['ingresses', 'ingrassas', 'letters'],
    ['payments', 'paimants', null],
    ['mongoed', 'mongo', null],
    ['inventory-db', 'inventroy-db', 'letters'],
    ['recommendation', 'recomendtaion', 'letters'],
    ['recommendation', 'rcommndtion', null],
    ['paymnts', 'payments-api', null],
    ['payments-api', 'paymnts', null],
    ['paymnts-servcie', 'payments-service', null],
    ['paymnts-api', 'payments-app', null],
    ['shop.payments', 'shop.paymnts', 'letters'],
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
    [['enviromnet', 'blue'], ['environment', 'blue'], 'letters'],
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

suite('keys that say the same', () => {
  const uses = [
    [
      'app',
      'application',
      'app.kubernetes.io/component',
      'app.kubernetes.io/instance',
      'app.kubernetes.io/name',
    ],
    ['component', 'k8s-app', 'name', 'run', 'service'],
  ].flat();
  const names = [
    'kubernetes.io/metadata-name',
    'kubernetes.io/name',
    'kubernetes.io/namespace',
    'metadata.name',
  ];
  names.push('kubernetes.io/metadata.name', 'name', 'namespace', 'ns');
  const likeness = (keys: readonly string[], value: string) =>
    new Set(keys.flatMap((a) => keys.filter((b) => b !== a).map((b) => slip([a, value], [b, value]))));

  test('of an application', () => assert.deepEqual(likeness(uses, 'web'), new Set(['form'])));
  test('of a namespace', () => assert.deepEqual(likeness(names, 'shop'), new Set(['form'])));
  test('of one and of the other', () => assert.equal(slip(['ns', 'web'], ['app', 'web']), null));
  for (const value of ['true', 'False', 'yes', 'no', 'on', 'off', 'allow', 'allowed', '1', '', '2024'])
    test(`say nothing by “${value}”`, () => assert.equal(slip(['app', value], ['run', value]), null));
  for (const value of ['enable', 'enabled', 'disable', 'disabled'])
    test(`say nothing by “${value}”`, () => assert.equal(slip(['app', value], ['run', value]), null));
  for (const value of ['only', 'salon', 'offers', '1a', 'a1', 'nodes'])
    test(`say something by “${value}”`, () => assert.equal(slip(['app', value], ['run', value]), 'form'));
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

  test('that slips in different labels finds objects in their order', () => {
    const two: Labels[] = [
      new Map([app('frontend'), ['tier', 'bakcend']]),
      new Map([app('forntend'), ['tier', 'backend']]),
    ];
    const misses = nearMisses(demanding(app('frontend'), ['tier', 'backend']), indexOf(two));
    assert.deepEqual(
      misses.map(({ key, value, requirement }) => [key, value, requirement.key]),
      [
        ['tier', 'bakcend', 'tier'],
        ['app', 'forntend', 'app'],
      ],
    );
  });

  test('misses by a key while it meets another label', () => {
    const labels: Labels = new Map([
      ['app.kubernetes.io/name', 'web'],
      ['tier', 'front'],
    ]);
    const [miss] = nearMisses(demanding(app('web'), ['tier', 'front']), indexOf([labels]));
    assert.deepEqual([miss?.key, miss?.requirement.key], ['app.kubernetes.io/name', 'app']);
  });

  test('does not miss what it matches', () =>
    assert.deepEqual(nearMisses(demanding(app('web')), indexOf([new Map([app('web')])])), []));

  test('does not miss by a key what has the key with another value', () => {
    const labels: Labels = new Map([app('api'), ['app.kubernetes.io/name', 'web']]);
    assert.deepEqual(nearMisses(demanding(app('web')), indexOf([labels])), []);
  });

  test('finds every object that has the label it was taken for', () => {
    const three = [new Map([app('frontend')]), new Map([app('web')]), new Map([app('frontend')])];
    const index = indexOf(three);
    for (const places of [1, 2].map(() => nearMisses(demanding(app('forntend')), index)))
      assert.deepEqual(
        places.map(({ item }) => three.indexOf(item as (typeof three)[0])),
        [0, 2],
      );
  });

  test('that demands one of several values, or something else than a value, is left alone', () => {
    const one = { key: 'app', operator: 'In', values: ['forntend', 'x'] } as const;
    const not = { key: 'app', operator: 'DoesNotExist', values: [] } as const;
    assert.deepEqual(found({ requirements: [one] }), []);
    assert.deepEqual(found({ requirements: [not] }), []);
    assert.deepEqual(found({ requirements: [{ key: 'app', operator: 'NotIn', values: ['forntend'] }] }), []);
  });

  test('does not get the same key twice', () => {
    const labels: Labels = new Map([['app.kubernetes.io/name', 'web']]);
    const both = demanding(app('web'), ['app.kubernetes.io/name', 'web']);
    assert.deepEqual(nearMisses(both, indexOf([labels])), []);
  });
});
