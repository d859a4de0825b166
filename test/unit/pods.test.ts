// What manifests say of a workload's pods and of Services, well-formed or not.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import { type Resource, resourcesOf } from '../../server/src/core/resource.ts';
import { podsOf } from '../../server/src/engine/pods.ts';
import { serviceOf, targetOn } from '../../server/src/engine/services.ts';

function resource(yaml: string): Resource {
  return resourcesOf(new YamlDocument('file:///w/a.yaml', yaml))[0] ?? assert.fail(`no object in ${yaml}`);
}

function pod(spec: string, more = ''): Resource {
  return resource(
    `apiVersion: v1\nkind: Pod\nmetadata: { name: web, labels: { app: web } }\nspec: ${spec}\n${more}`,
  );
}

const ports = (workload: Resource) =>
  podsOf(workload).ports.map(({ name, number, protocol }) => `${name ?? '-'} ${number}/${protocol}`);

suite('the ports of pods', () => {
  test('are those of all containers, TCP where nothing else is said', () => {
    const web = pod(`{ containers: [
      { name: a, ports: [{ name: http, containerPort: 8080 }, { containerPort: 53, protocol: UDP }] },
      { name: b, ports: [{ containerPort: 9090, protocol: null }] },
      { name: c },
    ], initContainers: [{ name: d, restartPolicy: Always, ports: [{ name: side, containerPort: 1 }] }] }`);
    assert.deepEqual(ports(web), ['http 8080/TCP', '- 53/UDP', '- 9090/TCP', 'side 1/TCP']);
    assert.equal(podsOf(web).portsKnown, true);
  });

  const unknown: readonly (readonly [string, string, readonly string[]])[] = [
    ['no containers', '{}', []],
    ['containers that are no list', '{ containers: {} }', []],
    ['a container that is none', '{ containers: [web] }', []],
    ['ports that are no list', '{ containers: [{ ports: 8080 }] }', []],
    [
      'a port that is no number',
      '{ containers: [{ ports: [{ containerPort: "8080" }, { containerPort: 1 }] }] }',
      ['- 1/TCP'],
    ],
    [
      'a port without a number',
      '{ containers: [{ ports: [{ name: http }, { containerPort: 1 }] }] }',
      ['- 1/TCP'],
    ],
    ['a protocol that is none', '{ containers: [{ ports: [{ containerPort: 1, protocol: ICMP }] }] }', []],
    [
      'a port that is template text',
      '{ containers: [{ ports: [{ containerPort: 1, name: "{{ x }}" }] }] }',
      ['{{ x }} 1/TCP'],
    ],
    ['init containers that are no list', '{ containers: [{ name: a }], initContainers: 1 }', []],
  ];
  for (const [name, spec, expected] of unknown)
    test(`are not known with ${name}`, () => {
      assert.deepEqual(ports(pod(spec)), expected);
      assert.equal(podsOf(pod(spec)).portsKnown, false);
    });

  test('are known of containers that declare none', () => {
    assert.equal(podsOf(pod('{ containers: [{ name: a, ports: null }] }')).portsKnown, true);
    assert.equal(
      podsOf(pod('{ containers: [{ name: a, ports: [] }], initContainers: [] }')).portsKnown,
      true,
    );
  });

  test('are not known where a patch that is not followed changes the pods, nor is their network', () => {
    const web = pod('{ containers: [{ name: a, ports: [{ containerPort: 1 }] }], hostNetwork: true }');
    const patched = { ...web, derived: { patchedBy: web.document } } as unknown as Resource;
    const read = ({ portsKnown, hostNetwork }: ReturnType<typeof podsOf>) => [portsKnown, hostNetwork];
    assert.deepEqual(read(podsOf(web)), [true, true]);
    assert.deepEqual(read(podsOf(patched)), [false, null]);
  });

  test('are never all known of Knative, which adds a proxy', () => {
    const service = resource(`apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: web }
spec: { template: { spec: { containers: [{ ports: [{ containerPort: 8080 }] }] } } }
`);
    assert.deepEqual(ports(service), ['- 8080/TCP']);
    assert.equal(podsOf(service).portsKnown, false);
  });
});

suite('pods', () => {
  const inHost = (spec: string) => podsOf(pod(spec)).hostNetwork;

  test('are in the network of the node when they say so', () => {
    assert.equal(inHost('{ hostNetwork: true }'), true);
    assert.equal(inHost('{ hostNetwork: false }'), false);
    assert.equal(inHost('{ hostNetwork: null }'), false);
    assert.equal(inHost('{ containers: [] }'), false);
    assert.equal(inHost('{ hostNetwork: "true" }'), null);
    assert.equal(inHost('{ hostNetwork: "{{ .Values.host }}" }'), null);
    assert.equal(
      podsOf(resource('apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n')).hostNetwork,
      null,
    );
  });

  test('are done when the cluster has said so', () => {
    const isDone = (status: string) => podsOf(pod('{}', `status: ${status}`)).isDone;
    assert.equal(isDone('{ phase: Succeeded }'), true);
    assert.equal(isDone('{ phase: Failed }'), true);
    assert.equal(isDone('{ phase: Running }'), false);
    assert.equal(isDone('{ completionTime: "2026-11-01T00:00:00Z" }'), true);
    assert.equal(isDone('{ completionTime: null }'), false);
  });

  const template =
    '{ metadata: { labels: { app: web } }, spec: { containers: [{ ports: [{ containerPort: 80 }] }] } }';
  const kinds: readonly (readonly [string, string, string])[] = [
    ['apps/v1', 'Deployment', `{ template: ${template} }`],
    ['apps.openshift.io/v1', 'DeploymentConfig', `{ template: ${template} }`],
    ['apps.kruise.io/v1alpha1', 'CloneSet', `{ template: ${template} }`],
    ['apps.kruise.io/v1beta1', 'StatefulSet', `{ template: ${template} }`],
    ['apps.kruise.io/v1alpha1', 'DaemonSet', `{ template: ${template} }`],
    ['keda.sh/v1alpha1', 'ScaledJob', `{ jobTargetRef: { template: ${template} } }`],
    ['batch/v1', 'CronJob', `{ jobTemplate: { spec: { template: ${template} } } }`],
  ];
  for (const [apiVersion, kind, spec] of kinds)
    test(`of a ${kind} of ${apiVersion} are read from its template`, () => {
      const workload = resource(
        `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`,
      );
      assert.equal(workload.role, 'workload');
      assert.deepEqual(ports(workload), ['- 80/TCP']);
    });
});

suite('a Service', () => {
  const service = (spec: string) =>
    serviceOf(resource(`apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: ${spec}\n`));

  test('maps its ports to those of its pods', () => {
    const found = service(`{ selector: { app: web }, ports: [
      { name: http, port: 80, targetPort: 8080 },
      { port: 53, protocol: UDP },
      { port: 443, targetPort: https },
      { port: 1, targetPort: 0 },
      { port: "2" },
      { port: 3, protocol: ICMP },
      { port: 4, targetPort: true },
    ] }`);
    assert.deepEqual(
      found?.ports.map(({ name, port, target, protocol }) => [name, port, target, protocol]),
      [
        ['http', 80, 8080, 'TCP'],
        [null, 53, 53, 'UDP'],
        [null, 443, 'https', 'TCP'],
        [null, 1, 1, 'TCP'],
      ],
    );
    assert.deepEqual(found?.selector.requirements, [{ key: 'app', operator: 'In', values: ['web'] }]);
    assert.equal(found?.headless, false);
  });

  test('is headless when it has no address', () => {
    assert.equal(service('{ clusterIP: None, selector: { app: web } }')?.headless, true);
    assert.deepEqual(service('{ clusterIP: None, selector: { app: web } }')?.ports, []);
  });

  for (const spec of [
    '{ ports: [{ port: 80 }] }',
    '{ selector: {} }',
    '{ selector: { app: 1 } }',
    '{ selector: web }',
    '{ selector: { app: "{{ .Values.app }}" } }',
    '{ type: ExternalName, externalName: example.com, selector: { app: web } }',
  ])
    test(`picks no known pods with ${spec}`, () => {
      assert.equal(service(spec), null);
    });

  test('leads to the port that the container gives the name', () => {
    const [tcp, udp, other] =
      service(`{ selector: { app: web }, ports: [
        { port: 1, targetPort: dns }, { port: 1, protocol: UDP, targetPort: dns }, { port: 1, targetPort: http }
      ] }`)?.ports ?? [];
    const pods = podsOf(
      pod(
        '{ containers: [{ ports: [{ name: dns, containerPort: 53, protocol: UDP }, { name: dns, containerPort: 5353 }] }] }',
      ),
    );
    assert.equal(targetOn(pods, tcp ?? assert.fail()), 5353);
    assert.equal(targetOn(pods, udp ?? assert.fail()), 53);
    assert.equal(targetOn(pods, other ?? assert.fail()), null);
  });
});
