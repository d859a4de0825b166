// What a Service selects, and which of the pod's ports its own lead to.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { podsOf } from '../../server/src/engine/pods.ts';
import { describeSelector } from '../../server/src/engine/selector.ts';
import { serviceOf, targetOn } from '../../server/src/engine/services.ts';
import { deploymentFrom, resourceFrom } from '../support/objects.ts';

const resourceOf = (spec: unknown) =>
  resourceFrom({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec });
const read = (spec: object) => serviceOf(resourceOf({ selector: { app: 'web' }, ...spec }));

suite('a Service', () => {
  test('selects by all of its labels', () => {
    const service = read({ selector: { app: 'web', tier: 'front' } });
    assert.equal(service && describeSelector(service.selector), 'app=web, tier=front');
  });
  test('that selects nothing, or nothing that is known, is none', () => {
    for (const spec of [
      { selector: {} },
      { selector: null },
      { selector: undefined },
      { selector: 'x' },
      { selector: { app: '{{ x }}' } },
      { selector: { '{{ x }}': 'web' } },
      { selector: { app: 1 } },
      { type: 'ExternalName' },
    ])
      assert.equal(read(spec), null, JSON.stringify(spec));
    assert.equal(serviceOf(resourceOf(null)), null);
  });
  test('is headless when it has no address', () => {
    assert.equal(read({ clusterIP: 'None' })?.headless, true);
    assert.equal(read({ clusterIP: '10.96.0.10' })?.headless, false);
    assert.equal(read({})?.headless, false);
  });
  test('is read once', () => {
    const resource = resourceOf({ selector: { app: 'web' } });
    assert.equal(serviceOf(resource), serviceOf(resource));
    assert.equal(serviceOf(resource)?.resource, resource);
  });
});

suite('its ports', () => {
  /** `protocol port→target`, with the name in front. */
  const ports = (...list: unknown[]) =>
    read({ ports: list })?.ports.map((p) => `${p.name ?? ''} ${p.protocol} ${p.port}→${p.target}`.trim());

  test('lead to a number, a name, or the same number', () =>
    assert.deepEqual(
      ports(
        { port: 80, targetPort: 8080 },
        { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
        { port: 443 },
        { port: 444, targetPort: null, protocol: null },
        { port: 445, targetPort: 0 },
      ),
      ['TCP 80→8080', 'dns UDP 53→dns', 'TCP 443→443', 'TCP 444→444', 'TCP 445→445'],
    ));
  test('that cannot be read are left out', () =>
    assert.deepEqual(
      ports(
        'x',
        { targetPort: 80 },
        { port: '80' },
        { port: 81, protocol: 'tcp' },
        { port: 82, targetPort: true },
        { port: 83 },
      ),
      ['TCP 83→83'],
    ));
  test('may be none', () => {
    assert.deepEqual(read({})?.ports, []);
    assert.deepEqual(read({ ports: 'x' })?.ports, []);
  });
});

test('a name leads to the port that the pod declares under it, of the same protocol', () => {
  const pods = podsOf(
    deploymentFrom(
      {},
      {
        containers: [
          {
            ports: [
              { name: 'web', containerPort: 1, protocol: 'UDP' },
              { name: 'other', containerPort: 2 },
              { name: 'web', containerPort: 3 },
              { name: 'web', containerPort: 4 },
            ],
          },
        ],
      },
    ),
  );
  const target = (targetPort: unknown, protocol = 'TCP') => {
    const port = read({ ports: [{ port: 80, targetPort, protocol }] })?.ports[0];
    assert.ok(port);
    return targetOn(pods, port);
  };
  assert.equal(target('web'), 3);
  assert.equal(target('web', 'UDP'), 1);
  assert.equal(target('other'), 2);
  assert.equal(target('other', 'UDP'), null);
  assert.equal(target('none'), null);
  assert.equal(target(9), 9);
});
