// `netpol-guard pods --context` against the real API server: the answer equals what the server's own selectors give.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../support/command-line.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { binariesForTests } from './for-tests.ts';
import { addNamespace, addPod, allowReading } from './seed.ts';

let server: ControlPlane;
const cwd = mkdtempSync(join(tmpdir(), 'netpol-guard-pods-'));

before(async () => {
  server = await startControlPlane(await binariesForTests());
  await addNamespace(server, 'payments', { team: 'payments' });
  await addNamespace(server, 'acme', { 'netpol-guard/contractor': 'acme' });
  await addNamespace(server, 'tools');
  const api = { app: 'api', tier: 'backend' };
  await addPod(server, 'payments', 'api-1', { labels: api, ip: '10.1.0.1', deployment: 'api' });
  await addPod(server, 'payments', 'api-2', {
    labels: api,
    ip: '10.1.0.2',
    deployment: 'api',
    node: 'node-2',
  });
  await addPod(server, 'payments', 'old', { labels: api, phase: 'Succeeded' });
  await addPod(server, 'payments', 'agent', { labels: { app: 'agent' }, hostNetwork: true, ip: '10.9.0.1' });
  await addPod(server, 'acme', 'web-1', { labels: { app: 'web' }, ip: '10.1.0.3', deployment: 'web' });
  await addPod(server, 'tools', 'web', { labels: { app: 'web', tier: 'backend' }, ip: '10.1.1.4' });
});
after(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await server?.stop();
});

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: payments
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              netpol-guard/contractor: acme
          podSelector: {}
        - ipBlock:
            cidr: 10.1.1.0/24
`;

async function pods(kubeconfig: string, context: string, ...more: string[]) {
  writeFileSync(join(cwd, 'policy.yaml'), POLICY);
  return run(['pods', 'policy.yaml', '--context', context, ...more], {
    cwd,
    env: { KUBECONFIG: kubeconfig },
  });
}

test('text: the pods of a policy and of its peers', async () => {
  const { code, stdout, stderr } = await pods(server.kubeconfig('admin'), 'admin');
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout.replace(/read at \S+Z/, 'read at TIME'),
    `Context admin, read at TIME.

policy.yaml:1:1 NetworkPolicy payments/api
  applies to pods in namespace payments with app=api: 2 pods
    payments (2)
      api [Deployment]
        api-1  Running · node-1
        api-2  Running · node-2
  ingress from every pod in namespaces with netpol-guard/contractor=acme: 1 pod
    acme (1)
      web [Deployment]
        web-1  Running · node-1
  ingress from addresses in 10.1.1.0/24: 1 pod
    tools (1)
      web [Pod] (perhaps)  Running · node-1
    Pods by their addresses: whether an \`ipBlock\` applies to pods depends on the network plugin.
  egress to nobody: no pod
    All of it is denied, unless another policy allows it.
`,
  );
});

test('JSON: labels and addresses, and nothing else of a pod', async () => {
  const { stdout } = await pods(server.kubeconfig('admin'), 'admin', '--format', 'json');
  const { source, policies } = JSON.parse(stdout);
  assert.deepEqual(
    { ...source, readAt: '' },
    { kind: 'context', name: 'admin', readAt: '', only: null, forbidden: [] },
  );
  const [workload] = policies[0].sections[0].namespaces[0].workloads;
  assert.deepEqual(workload.pods[0], {
    name: 'api-1',
    phase: 'Running',
    node: 'node-1',
    hostNetwork: false,
    addresses: ['10.1.0.1'],
    labels: { app: 'api', tier: 'backend', 'pod-template-hash': '5d4f8c7b9d' },
  });
});

test('a user of one namespace gets it, and is told what is missing', async () => {
  await allowReading(server, 'payments', { kind: 'User', name: 'namespaced' });
  const kubeconfig = server.kubeconfig('namespaced', { namespace: 'payments' });
  const { code, stdout } = await pods(kubeconfig, 'namespaced');
  assert.equal(code, 0);
  assert.match(stdout, /read at \S+Z, the namespace payments only\.\n/);
  assert.match(stdout, /may not: .*list pods in every namespace/);
  assert.match(stdout, /api-1 {2}Running/);
  assert.match(stdout, /Pods outside of payments may not be read, and are not shown\./);
});

test('a cluster that cannot be read is an error of whoever called', async () => {
  const dead = server.kubeconfig('admin', { context: 'dead', cluster: { server: 'https://127.0.0.1:1' } });
  const { code, stdout, stderr } = await pods(dead, 'dead');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^netpol-guard: https:\/\/127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)/);
});

test('the selected pods are those that the server selects by the same labels', async () => {
  const selectors = [
    'app=api',
    'app!=api',
    'tier in (backend,frontend)',
    'app notin (api,web)',
    '!tier',
    'tier',
  ];
  const expressions = [
    '{ matchLabels: { app: api } }',
    '{ matchExpressions: [{ key: app, operator: NotIn, values: [api] }] }',
    '{ matchExpressions: [{ key: tier, operator: In, values: [backend, frontend] }] }',
    '{ matchExpressions: [{ key: app, operator: NotIn, values: [api, web] }] }',
    '{ matchExpressions: [{ key: tier, operator: DoesNotExist }] }',
    '{ matchExpressions: [{ key: tier, operator: Exists }] }',
  ];
  const kubeconfig = server.kubeconfig('admin');
  for (const [i, selector] of selectors.entries()) {
    const query = `labelSelector=${encodeURIComponent(selector)}&fieldSelector=status.phase%3DRunning`;
    const answer = await server.call(`/api/v1/namespaces/payments/pods?${query}`);
    const theirs = (answer.body as { items: { metadata: { name: string } }[] }).items.map(
      (p) => p.metadata.name,
    );
    const text = POLICY.slice(0, POLICY.indexOf('spec:'));
    const stdin = `${text}spec: { podSelector: ${expressions[i]} }\n`;
    const ran = await run(['pods', '-', '--context', 'admin', '--format', 'json'], {
      cwd,
      env: { KUBECONFIG: kubeconfig },
      stdin,
    });
    const { namespaces } = JSON.parse(ran.stdout).policies[0].sections[0];
    type Group = { workloads: { pods: { name: string }[] }[] };
    const ours = (namespaces as Group[]).flatMap((n) =>
      n.workloads.flatMap((w) => w.pods.map((p) => p.name)),
    );
    assert.deepEqual(ours.sort(), theirs.sort(), selector);
  }
});
