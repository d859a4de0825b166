// What policies that select the same pods come to, and which policies those are.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Workspace } from '../../server/src/core/workspace.ts';
import { companionship, policiesBeside } from '../../server/src/engine/companions.ts';
import { type Effect, effectOf } from '../../server/src/engine/effect.ts';
import { includes } from '../../server/src/engine/intervals.ts';
import { type Policy, policyOf } from '../../server/src/engine/policy.ts';
import type { Peer } from '../../server/src/engine/policy-rule.ts';
import { matches } from '../../server/src/engine/selector.ts';
import { describePeer, describePortSet } from '../../server/src/report/describe-policy.ts';
import { deploymentFrom, policyFrom } from '../support/objects.ts';
import { runs } from '../support/runs.ts';

const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const tcp = (...ports: (number | string)[]) => ports.map((port) => ({ port }));

const ingress = (...rules: object[]) =>
  policyFrom({ podSelector: {}, policyTypes: ['Ingress'], ingress: rules });

/** Each grant as `peers | ports`. */
function show({ grants }: Effect): string[] {
  return grants.map(({ peers, ports }) => {
    const who =
      peers === null ? 'anyone' : peers.map((p) => describePeer(p).replace(/ in the.*/, '')).join(', ');
    return `${who} | ${describePortSet(ports).replace('on ', '')}`;
  });
}

const together = (...sure: Policy[]) => effectOf({ sure, maybe: [] }, 'Ingress');

suite('policies that surely select the same pods', () => {
  test('allow nothing when all of them only isolate', () => {
    const { isolated, grants, maybeMore } = together(ingress(), ingress());
    assert.deepEqual({ isolated, grants, maybeMore }, { isolated: true, grants: [], maybeMore: false });
  });
  test('do not isolate for a direction that none of them names', () => {
    const policies = { sure: [ingress(), ingress({})], maybe: [] };
    assert.deepEqual(effectOf(policies, 'Egress'), { isolated: false, grants: [], maybeMore: false });
  });
  test('allow what any of them allows', () =>
    assert.deepEqual(
      show(
        together(
          ingress({ from: [app('a')], ports: tcp(80) }),
          ingress({ from: [app('b')], ports: tcp(90) }),
        ),
      ),
      ['pods with `app=a` | TCP 80', 'pods with `app=b` | TCP 90'],
    ));
  test('are said once where they allow the same peer or the same ports', () =>
    assert.deepEqual(
      show(
        together(
          ingress({ from: [app('a'), app('b')], ports: tcp(80) }),
          ingress({ from: [app('a')], ports: tcp(90) }),
          ingress({ from: [app('c')], ports: tcp(90, 80) }),
        ),
      ),
      ['pods with `app=a`, pods with `app=c` | TCP 80 and TCP 90', 'pods with `app=b` | TCP 80'],
    ));
  test('leave unsaid what is contained in something else', () =>
    assert.deepEqual(
      show(
        together(
          ingress({ from: [app('a')], ports: tcp(80) }, { from: [{ ipBlock: { cidr: '10.1.0.0/16' } }] }),
          ingress({ from: [{ podSelector: {} }], ports: tcp(80) }),
          ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }),
        ),
      ),
      ['every pod | TCP 80', 'addresses in `10.0.0.0/8` | **every port** and protocol'],
    ));
  test('know their own namespace by its name', () => {
    const named = (name: string) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    });
    const peers = (name: string) => [app('a'), { ...named(name), ...app('a') }];
    const count = (name: string) => together(ingress({ from: peers(name) })).grants[0]?.peers?.length;
    assert.deepEqual([count('shop'), count('other')], [1, 2]);
  });
  test('allow everything when one of them does, whatever the others say', () => {
    const effect = together(ingress({ from: [app('a')] }), ingress({}));
    assert.deepEqual(show(effect), ['anyone | **every port** and protocol']);
  });
  test('allow everybody on a port beside others on all', () =>
    assert.deepEqual(
      show(
        together(ingress({ ports: tcp(443) }, { from: [app('a')] }, { from: [app('b')], ports: tcp(443) })),
      ),
      ['anyone | TCP 443', 'pods with `app=a` | **every port** and protocol'],
    ));
  test('stand for everybody on the same ports as somebody', () =>
    assert.deepEqual(
      show(together(ingress({ from: [app('a')], ports: tcp(443) }), ingress({ ports: tcp(443) }))),
      ['anyone | TCP 443'],
    ));
  test('are grouped by named ports and protocols too', () =>
    assert.deepEqual(
      show(
        together(
          ingress({ from: [app('a')], ports: tcp('b', 'a') }, { from: [app('b')], ports: tcp('a', 'b') }),
          ingress({ from: [app('c')], ports: [{ protocol: 'UDP', port: 'a' }] }),
        ),
      ),
      [
        'pods with `app=a`, pods with `app=b` | TCP port named b and TCP port named a',
        'pods with `app=c` | UDP port named a',
      ],
    ));
  test('too many to compare are still all said', () => {
    const rules = Array.from({ length: 61 }, (_, i) => ({ from: [app('a')], ports: tcp(1000 + i) }));
    assert.equal(together(ingress(...rules)).grants.length, 61);
    assert.equal(together(ingress(...rules.slice(1))).grants.length, 1);
  });
});

suite('what cannot be known', () => {
  const cases: readonly (readonly [string, Policy])[] = [
    ['a peer', ingress({ from: [app('a'), { form: {} }], ports: tcp(80) })],
    ['addresses', ingress({ from: [app('a'), { ipBlock: { cidr: '{{ x }}' } }], ports: tcp(80) })],
    ['the peers of a rule', ingress({ from: [app('a')], ports: tcp(80) }, { from: 'x', ports: tcp(81) })],
    ['the ports of a rule', ingress({ from: [app('a')], ports: tcp(80) }, { from: [app('b')], ports: 'x' })],
  ];
  for (const [what, policy] of cases)
    test(`${what}: there may be more`, () => {
      const effect = together(policy);
      assert.deepEqual([show(effect), effect.maybeMore], [['pods with `app=a` | TCP 80'], true]);
    });
  test('the rules', () => {
    const effect = together(policyFrom({ podSelector: {}, policyTypes: ['Ingress'], ingress: 'x' }));
    assert.deepEqual([effect.isolated, effect.maybeMore], [true, true]);
  });
  test('there is no more where all is known', () =>
    assert.equal(together(ingress({ from: [app('a')], ports: tcp(80) })).maybeMore, false));
  test('nothing is more than everything', () => {
    const effect = together(ingress({}), ingress({ from: [{ form: {} }] }));
    assert.equal(effect.maybeMore, false);
  });
  test('less than everything leaves room for more', () => {
    for (const rule of [{ ports: tcp(80) }, { from: [app('a')] }])
      assert.equal(together(ingress(rule, { from: 'x' })).maybeMore, true);
  });
  test('a policy that perhaps selects the pods perhaps isolates them, and perhaps allows more', () => {
    const by = (maybe: Policy) => {
      const { isolated, maybeMore, grants } = effectOf({ sure: [], maybe: [maybe] }, 'Ingress');
      return [isolated, maybeMore, grants.length];
    };
    assert.deepEqual(by(ingress({ from: [app('a')] })), [null, true, 0]);
    assert.deepEqual(by(ingress()), [null, false, 0]);
    assert.deepEqual(by(policyFrom({ policyTypes: ['Egress'], ingress: [{}] })), [false, false, 0]);
  });
  test('a policy that perhaps isolates', () => {
    const of = (rules: object[]) => {
      const policy = policyFrom({ policyTypes: '{{ types }}', ingress: rules });
      const { isolated, maybeMore, grants } = together(policy);
      return [isolated, maybeMore, grants.length];
    };
    assert.deepEqual(of([{ from: [app('a')] }]), [null, true, 0]);
    assert.deepEqual(of([]), [null, false, 0]);
  });
  test('a policy that surely isolates beside one that perhaps selects them', () => {
    const { isolated, maybeMore } = effectOf({ sure: [ingress()], maybe: [ingress({})] }, 'Ingress');
    assert.deepEqual([isolated, maybeMore], [true, true]);
  });
});

test('the effect allows exactly what some rule allows', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const peer = fc.oneof(
    name.map(app),
    fc.constant({ podSelector: {} }),
    fc.tuple(name, name).map(([a, b]) => ({
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [a, b] }] },
    })),
  );
  const port = fc.integer({ min: 1, max: 4 }).map((n) => ({ port: n, endPort: Math.min(4, n + 1) }));
  const rule = fc.record(
    { from: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const matchesPeer = (p: Peer, labels: ReadonlyMap<string, string>) =>
    p.kind === 'pods' && p.podSelector !== null && matches(p.podSelector, labels);
  fc.assert(
    fc.property(fc.array(fc.array(rule, { maxLength: 3 }), { minLength: 1, maxLength: 3 }), (all) => {
      const policies = all.map((rules) => ingress(...rules));
      const { grants } = together(...policies);
      for (const value of ['a', 'b', 'c', 'd'])
        for (const number of [1, 2, 3, 4, 5]) {
          const labels = new Map([['app', value]]);
          const allowed = policies.some((policy) =>
            policy.ingress.rules.some(
              ({ peers, ports }) =>
                (peers.kind === 'any' ||
                  (peers.kind === 'some' && peers.items.some((p) => matchesPeer(p, labels)))) &&
                ports.kind !== 'unknown' &&
                includes(ports.set.numbers.TCP, number),
            ),
          );
          const granted = grants.some(
            ({ peers, ports }) =>
              (peers === null || peers.some((p) => matchesPeer(p, labels))) &&
              includes(ports.numbers.TCP, number),
          );
          assert.equal(granted, allowed, `${value} on ${number}`);
        }
    }),
    { numRuns: runs(200) },
  );
});

suite('the policies beside one', () => {
  const policy = (name: string, podSelector: unknown, more = '') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: ${JSON.stringify(podSelector)}${more} }
`;
  const labels = (matchLabels: object) => ({ matchLabels });
  const deployment = (text: object) =>
    deploymentFrom(text).document.text.replace('"name":"web"', `"name":"${Object.values(text).join('-')}"`);

  /** How `other` stands to a policy with this selector. */
  const relation = (own: unknown, other: unknown, ...workloads: string[]) => {
    const workspace = new Workspace();
    workspace.set(
      'file:///all.yaml',
      [policy('own', own), policy('other', other), ...workloads].join('\n---\n'),
    );
    const scope = [...workspace.scopes][0] ?? assert.fail();
    const [first, second] = scope.policies.map(policyOf);
    assert.ok(first && second);
    const found = companionship(first, second, scope);
    return found && typeof found === 'object' ? found.workloads.map((w) => w.name) : found;
  };

  test('select all of its pods', () => {
    assert.equal(relation(labels({ app: 'web' }), {}), 'all');
    assert.equal(relation(labels({ app: 'web', tier: 'front' }), labels({ tier: 'front' })), 'all');
    assert.equal(relation(labels({ app: 'web' }), labels({ app: 'web' })), 'all');
  });
  test('select none of them', () => {
    assert.equal(relation(labels({ app: 'web' }), labels({ app: 'api' })), null);
    assert.equal(relation(labels({ app: 'web' }), labels({ tier: 'front' })), null);
    assert.equal(
      relation(
        labels({ app: 'web' }),
        labels({ tier: 'front' }),
        deployment({ app: 'web' }),
        deployment({ tier: 'front' }),
      ),
      null,
    );
  });
  test('select some of them', () =>
    assert.deepEqual(
      relation(
        labels({ app: 'web' }),
        labels({ tier: 'front' }),
        deployment({ app: 'web', tier: 'front' }),
        deployment({ app: 'web', tier: 'back' }),
      ),
      ['web-front'],
    ));
  test('cannot be told where a selector cannot be read', () => {
    assert.equal(relation(labels({ app: 'web' }), '{{ selector }}'), 'perhaps');
    assert.equal(relation('{{ selector }}', labels({ app: 'web' })), 'perhaps');
  });
  test('are the other policies of the namespace that can be read', () => {
    const workspace = new Workspace();
    const others = [
      policy('a', {}),
      policy('b', {}),
      policy('a', { a: 'b' }),
      policy('c', {}).replace(/spec.*/, 'spec: text'),
    ];
    workspace.set('file:///all.yaml', others.join('\n---\n'));
    const scope = [...workspace.scopes][0] ?? assert.fail();
    const own = scope.policies[0] && policyOf(scope.policies[0]);
    assert.ok(own);
    assert.deepEqual(
      policiesBeside(own, scope).map((p) => p.resource.name),
      ['b'],
    );
  });
});
