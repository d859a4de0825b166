// What a workload's pods are beyond their labels: declared ports, the node's network, whether they are done.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { podsOf } from '../../server/src/engine/pods.ts';
import { deploymentFrom, resourceFrom } from '../support/objects.ts';

const podSpec = (spec: object) => podsOf(deploymentFrom({ app: 'web' }, spec));
const container = (...ports: unknown[]) => ({ name: 'main', ports });

/** Each port as `protocol/number=name`. */
const portsOf = (spec: object) => {
  const { ports, portsKnown } = podSpec(spec);
  const said = ports.map((p) => `${p.protocol}/${p.number}${p.name === null ? '' : `=${p.name}`}`);
  return [...said, ...(portsKnown ? [] : ['…'])];
};

suite('declared ports', () => {
  test('have a number, a protocol and perhaps a name', () =>
    assert.deepEqual(
      portsOf({
        containers: [
          container({ containerPort: 80, name: 'http' }, { containerPort: 53, protocol: 'UDP' }),
          container({ containerPort: 90, protocol: null }),
        ],
      }),
      ['TCP/80=http', 'UDP/53', 'TCP/90'],
    ));
  test('are also those of init containers, which may be sidecars', () =>
    assert.deepEqual(
      portsOf({
        containers: [container({ containerPort: 80 })],
        initContainers: [container({ containerPort: 1 })],
      }),
      ['TCP/80', 'TCP/1'],
    ));
  test('may be none', () => {
    assert.deepEqual(portsOf({ containers: [{ name: 'main' }, container()] }), []);
    assert.deepEqual(portsOf({ containers: [{ ports: null }], initContainers: null }), []);
    assert.deepEqual(portsOf({ containers: [] }), []);
  });
  const unknown: readonly (readonly [string, object, string[]])[] = [
    ['without containers', {}, ['…']],
    ['with containers that are no list', { containers: 'x' }, ['…']],
    [
      'with containers of a template',
      { containers: '{{ x }}', initContainers: [container({ containerPort: 1 })] },
      ['TCP/1', '…'],
    ],
    [
      'with a container that is no object',
      { containers: ['x', container({ containerPort: 80 })] },
      ['TCP/80', '…'],
    ],
    ['with a key of a template', { containers: [{ '{{ x }}': 1 }] }, ['…']],
    ['with ports that are no list', { containers: [{ ports: 80 }] }, ['…']],
    ['with ports of a template', { containers: [{ ports: ['{{ x }}'] }] }, ['…']],
    [
      'with a port without number',
      { containers: [container({ name: 'http' }, { containerPort: 80 })] },
      ['TCP/80', '…'],
    ],
    ['with a number in quotes', { containers: [container({ containerPort: '80' })] }, ['…']],
    [
      'with a protocol that is none',
      { containers: [container({ containerPort: 80, protocol: 'HTTP' })] },
      ['…'],
    ],
    ['with init containers that cannot be read', { containers: [container()], initContainers: 'x' }, ['…']],
  ];
  for (const [what, spec, expected] of unknown)
    test(`${what}, are not all known`, () => assert.deepEqual(portsOf(spec), expected));
  test('of Knative are joined by those of its proxy', () => {
    const service = resourceFrom({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [container({ containerPort: 80 })] } } },
    });
    const { ports, portsKnown } = podsOf(service);
    assert.deepEqual([ports.length, portsKnown], [1, false]);
  });
  test('are not known of a workload without a pod', () => {
    const bare = resourceFrom({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {},
    });
    const { ports, portsKnown, hostNetwork } = podsOf(bare);
    assert.deepEqual({ ports, portsKnown, hostNetwork }, { ports: [], portsKnown: false, hostNetwork: null });
  });
});

test('the network of the node is shared when the manifest says so', () => {
  const of = (hostNetwork?: unknown) =>
    podSpec({ containers: [], ...(hostNetwork !== undefined && { hostNetwork }) });
  const expected = [
    [undefined, false],
    [null, false],
    [false, false],
    [true, true],
    ['{{ x }}', null],
    [{}, null],
  ] as const;
  for (const [value, verdict] of expected) assert.equal(of(value).hostNetwork, verdict, String(value));
});

test('pods are done when their status says so', () => {
  const of = (status?: unknown) =>
    podsOf(
      resourceFrom({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [] },
        status,
      }),
    ).isDone;
  for (const status of [
    { phase: 'Succeeded' },
    { phase: 'Failed' },
    { completionTime: '2026-01-01T00:00:00Z' },
  ])
    assert.equal(of(status), true, JSON.stringify(status));
  for (const status of [undefined, null, {}, { phase: 'Running' }, { completionTime: null }, { phase: {} }])
    assert.equal(of(status), false, JSON.stringify(status));
});

test('a workload is read once', () => {
  const workload = deploymentFrom({ app: 'web' });
  assert.equal(podsOf(workload), podsOf(workload));
  assert.equal(podsOf(workload).workload, workload);
});
