// What the manifests of a workspace let through: the list, what is unknown and why, and what pods are exposed to.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Workspace } from '../../server/src/core/workspace.ts';
import { cidrsOf } from '../../server/src/engine/cidr-list.ts';
import type { Direction } from '../../server/src/engine/direction.ts';
import { isEmptyPortSet, isEveryPort, type PortSet, PROTOCOLS } from '../../server/src/engine/ports.ts';
import {
  type Connection,
  connectionsOf,
  connectionsWith,
  type End,
  workloadsOf,
} from '../../server/src/engine/reach/connections.ts';
import { differenceOf, isolationOf } from '../../server/src/engine/reach/difference.ts';
import { explain } from '../../server/src/engine/reach/explain.ts';
import { ANY_POD, allowedWithSome, anyPodIn } from '../../server/src/engine/reach/exposure.ts';
import { factsOf } from '../../server/src/engine/reach/from-manifests.ts';
import { type Reach, reachOf } from '../../server/src/engine/reach/reach.ts';

function reach(...texts: string[]): Reach {
  const workspace = new Workspace();
  texts.forEach((text, i) => void workspace.set(`file:///w/${i}.yaml`, text));
  return reachOf(factsOf(workspace.scopes));
}

const endText = (end: End) => (typeof end === 'string' ? end : cidrsOf(end).join(','));

function portText(set: PortSet): string {
  if (isEveryPort(set)) return 'all';
  if (isEmptyPortSet(set)) return 'none';
  return PROTOCOLS.flatMap((protocol) =>
    set.numbers[protocol].map(([from, to]) => `${protocol} ${from}${to > from + 1 ? `-${to - 1}` : ''}`),
  ).join(', ');
}

const line = ({ from, to, ports, unknown }: Connection) =>
  `${endText(from)} → ${endText(to)}: ${portText(ports)}${isEmptyPortSet(unknown) ? '' : `; perhaps ${portText(unknown)}`}`;

const list = (found: Reach) => [...connectionsOf(found)].map(line);

const pods = (name: string, { ns = 'shop', spec = 'containers: []' } = {}) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${ns} }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${spec} }
`;

const policy = (spec: string, ns = 'shop') => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: ${ns} }
spec: ${spec}
`;

const EVERYWHERE = '0.0.0.0/0,::/0';

suite('the list of connections', () => {
  test('has everything where no policy is', () =>
    assert.deepEqual(list(reach(pods('a'), pods('b'))), [
      'shop/a[Deployment] → shop/b[Deployment]: all',
      `shop/a[Deployment] → ${EVERYWHERE}: all`,
      'shop/b[Deployment] → shop/a[Deployment]: all',
      `shop/b[Deployment] → ${EVERYWHERE}: all`,
      `${EVERYWHERE} → shop/a[Deployment]: all`,
      `${EVERYWHERE} → shop/b[Deployment]: all`,
    ]));
  test('counts what names no namespace to `default`', () =>
    assert.deepEqual(
      workloadsOf(reach('apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: {}\n')).map(({ id }) => id),
      ['default/a[Pod]'],
    ));
  test('has no workload whose pods have ended', () => {
    const job = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: {}\nstatus: { phase: Failed }\n';
    assert.deepEqual(list(reach(job)), []);
  });
  test('can be had of one workload', () => {
    const found = reach(pods('a'), pods('b'), pods('c'));
    const [a] = workloadsOf(found);
    assert.ok(a);
    assert.equal([...connectionsWith(found, a)].length, 6);
  });
});

suite('a block of addresses and pods whose addresses are not known', () => {
  const egressTo = (cidr: string, more = '') =>
    list(
      reach(
        pods('a'),
        pods('b'),
        policy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Egress],
        egress: [{ to: [{ ipBlock: { cidr: ${cidr}${more} } }] }] }`),
      ),
    ).filter((text) => text.startsWith('shop/a[Deployment] → shop/b'));
  test('are not known to match where pods may have addresses of it', () =>
    assert.deepEqual(egressTo('10.1.0.0/16'), [
      'shop/a[Deployment] → shop/b[Deployment]: none; perhaps all',
    ]));
  test('do not match where pods never have addresses of it', () =>
    assert.deepEqual(egressTo('203.0.113.0/24'), []));
  test('match where pods have no other', () =>
    assert.deepEqual(egressTo('0.0.0.0/0'), ['shop/a[Deployment] → shop/b[Deployment]: all']));
  test('do not match where all private addresses are excepted', () => {
    const all = ', except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10]';
    assert.deepEqual(egressTo('0.0.0.0/0', all), []);
  });
  test('make the connection depend on the plugin', () => {
    const found = reach(
      pods('a'),
      pods('b'),
      policy(`{ podSelector: {}, policyTypes: [Egress],
      egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }`),
    );
    const between = [...connectionsOf(found)].filter(({ to }) => typeof to === 'string');
    assert.deepEqual(between.map(({ from, dependsOnPlugin }) => [from, dependsOnPlugin]).slice(0, 2), [
      ['shop/a[Deployment]', true],
      ['shop/b[Deployment]', true],
    ]);
    // Nothing tells the pods apart: they are one class.
    const question = { from: { podClass: 0 }, to: { podClass: 0 }, protocol: 'TCP', port: 1 } as const;
    assert.equal(explain(found, question).dependsOnPlugin, true);
  });
});

suite("pods in the node's network", () => {
  const host = pods('agent', { spec: 'hostNetwork: true, containers: []' });
  test('may be reached whatever a policy says', () =>
    assert.deepEqual(
      list(reach(host, pods('a'), policy('{ podSelector: {} }'))).filter((text) =>
        text.includes('→ shop/agent'),
      ),
      [
        'shop/a[Deployment] → shop/agent[Deployment]: none; perhaps all',
        `${EVERYWHERE} → shop/agent[Deployment]: none; perhaps all`,
      ],
    ));
  test('are explained', () => {
    const found = reach(host, pods('a'), policy('{ podSelector: {} }'));
    const question = { from: { podClass: 1 }, to: { podClass: 0 }, protocol: 'TCP', port: 80 } as const;
    const { verdict, ingress } = explain(found, question);
    assert.deepEqual(
      [verdict, ingress?.doubts],
      [
        null,
        ["shop/agent[Deployment] is in the node's network, where most network plugins apply no policy."],
      ],
    );
  });
});

suite('pods that do not exist yet', () => {
  const found = reach(
    pods('a'),
    policy(`{ podSelector: {}, ingress: [
      { ports: [{ port: 80 }] },
      { from: [{ podSelector: {} }], ports: [{ port: 81 }] },
      { from: [{ namespaceSelector: { matchLabels: { team: x } } }], ports: [{ port: 82 }] }] }`),
  );
  const told = (direction: Direction, peer = ANY_POD) => {
    const { sure, possible } = allowedWithSome(found, 0, direction, peer);
    return [portText(found.ports.setOf(sure)), portText(found.ports.setOf(possible))];
  };
  test('may use what everybody may, and perhaps what some may', () =>
    assert.deepEqual(told('Ingress'), ['TCP 80', 'TCP 80-82']));
  test('of the same namespace may use what it may', () =>
    assert.deepEqual(told('Ingress', anyPodIn(found, 'shop')), ['TCP 80-81', 'TCP 80-82']));
  test('may be reached where nothing is isolated', () => assert.deepEqual(told('Egress'), ['all', 'all']));
  test('isolation is told for each direction', () =>
    assert.deepEqual([isolationOf(found, 0, 'Ingress'), isolationOf(found, 0, 'Egress')], [true, false]));
});

suite('the difference between two worlds', () => {
  test('names connections lost, workloads that came and pods that are isolated now', () => {
    const [before, after] = [
      reach(pods('a'), pods('b')),
      reach(pods('a'), pods('b'), pods('c'), policy('{ podSelector: {} }')),
    ];
    const { changes, isolation, added, removed } = differenceOf(before, after);
    assert.deepEqual(
      changes.map(
        ({ from, to, gained, lost }) =>
          `${endText(from)} → ${endText(to)}: +${portText(gained)} -${portText(lost)}`,
      ),
      [
        'shop/a[Deployment] → shop/b[Deployment]: +none -all',
        'shop/b[Deployment] → shop/a[Deployment]: +none -all',
        `${EVERYWHERE} → shop/a[Deployment]: +none -all`,
        `${EVERYWHERE} → shop/b[Deployment]: +none -all`,
        `shop/c[Deployment] → ${EVERYWHERE}: +all -none`,
      ],
    );
    assert.deepEqual([added, removed], [['shop/c[Deployment]'], []]);
    assert.deepEqual(isolation, [
      { workload: 'shop/a[Deployment]', direction: 'Ingress', before: false, after: true },
      { workload: 'shop/b[Deployment]', direction: 'Ingress', before: false, after: true },
    ]);
  });
});
