// The cases of Kubernetes' own suite for NetworkPolicy: every pair of pods on every port, by the engine and by the naive evaluator.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Workspace } from '../../server/src/core/workspace.ts';
import { betweenClasses } from '../../server/src/engine/reach/connections.ts';
import { factsOf } from '../../server/src/engine/reach/from-manifests.ts';
import { type Reach, reachOf } from '../../server/src/engine/reach/reach.ts';
import { addressOf, CONFORMANCE_CASES, type Step } from '../support/conformance.ts';
import { naive, type Pod, type Protocol, type World } from '../support/naive-reach.ts';

const PODS = ['x', 'y', 'z'].flatMap((namespace) => ['a', 'b', 'c'].map((name) => ({ namespace, name })));

const PORTS = ([80, 81] as const).flatMap((containerPort) =>
  (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({
    ...{ containerPort, protocol },
    name: `serve-${containerPort}-${protocol.toLowerCase()}`,
  })),
);

function podsOf({ labels = {} }: Step): Pod[] {
  return PODS.map(({ namespace, name }) => ({
    ...{ namespace, name, ports: PORTS, hostNetwork: false, done: false },
    labels: { pod: name, ...labels[`${namespace}/${name}`] },
    ips: [addressOf(namespace, name)],
  }));
}

function reachIn(step: Step): Reach {
  const pods = podsOf(step).map(({ namespace, name, labels, ips }) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, uid: name } },
    spec: { containers: [{ name: 'serve', ports: PORTS }] },
    status: { phase: 'Running', podIPs: ips.map((ip) => ({ ip })) },
  }));
  const namespaces = ['x', 'y', 'z'].map((name) => ({
    ...{ apiVersion: 'v1', kind: 'Namespace' },
    metadata: { name, labels: step.labels?.[name] ?? {} },
  }));
  const items = [...namespaces, ...pods, ...step.policies];
  const workspace = new Workspace();
  workspace.set('file:///case.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return reachOf(factsOf(workspace.scopes));
}

function worldIn(step: Step): World {
  const policies = step.policies as { metadata: { name: string; namespace: string }; spec: object }[];
  return {
    namespaces: Object.fromEntries(['x', 'y', 'z'].map((name) => [name, step.labels?.[name] ?? {}])),
    pods: podsOf(step),
    policies: policies.map(({ metadata, spec }) => ({ ...metadata, spec })),
    tiered: [],
  };
}

/** What the lines say of a pair: the last that fits. */
function expected(lines: readonly string[], from: string, to: string): boolean {
  const fits = (pattern: string, pod: string) =>
    pattern === '*' || pattern === pod || pattern === `${pod.slice(0, 1)}/*`;
  const last = lines.findLast((line) => {
    const [, source = '', , target = ''] = line.split(' ');
    return fits(source, from) && fits(target, to);
  });
  return last === undefined || last.startsWith('+');
}

const nameOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;

function wrong(step: Step): string[] {
  const reach = reachIn(step);
  const world = worldIn(step);
  const classes = new Map(
    reach.facts.pods.map(({ workload }, i) => [workload, reach.classes.ofPod[i] as number]),
  );
  const classOf = (pod: Pod) => classes.get(`${nameOf(pod)}[Pod]`) as number;
  const found: string[] = [];
  for (const [probe, lines] of Object.entries(step.probes)) {
    const [protocol, port] = [probe.split(' ')[0] as Protocol, Number(probe.split(' ')[1])];
    for (const from of world.pods)
      for (const to of world.pods) {
        if (from === to) continue;
        const { sure, possible } = betweenClasses(reach, classOf(from), classOf(to));
        const should = expected(lines, nameOf(from), nameOf(to));
        const isRight =
          reach.ports.has(sure, protocol, port) === should &&
          reach.ports.has(possible, protocol, port) === should &&
          naive(world, from, to, protocol, port) === should;
        if (!isRight) found.push(`${nameOf(from)} > ${nameOf(to)} ${probe}: should be ${should}`);
      }
  }
  return found;
}

suite('the conformance cases', () => {
  test('are all there', () => assert.equal(CONFORMANCE_CASES.length, 48));
  for (const { name, steps } of CONFORMANCE_CASES)
    test(name, () =>
      assert.deepEqual(
        steps.map(wrong),
        steps.map(() => []),
      ),
    );
});
