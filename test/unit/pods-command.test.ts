// `netpol-guard pods` without a cluster: the workloads of the workspace, what is said where nothing is known, and exit codes.
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { run } from '../support/command-line.ts';
import { folderWith } from '../support/folder.ts';

const examples = resolve(import.meta.dirname, '../../examples/contractor-acme');

const policy = (name: string, spec: string, namespace = '  namespace: shop\n') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n${namespace}spec: ${spec}\n`;
const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { hostNetwork: true, containers: [] } } }
`;

/** What is printed for one policy beside the Deployment `web`. */
async function linesOf(t: TestContext, spec: string, namespace?: string): Promise<string[]> {
  const cwd = folderWith(t, { 'web.yaml': web, 'p.yaml': policy('p', spec, namespace) });
  const { code, stdout, stderr } = await run(['pods', 'p.yaml'], { cwd });
  assert.deepEqual([code, stderr], [0, '']);
  return stdout.split('\n').map((line) => line.trim());
}

suite('text', () => {
  test('workloads by namespace, with the place of each', async () => {
    const { stdout } = await run(['pods', 'payments/netpol-payments-api.yaml'], { cwd: examples });
    assert.match(
      stdout,
      /^payments\/netpol-payments-api\.yaml:2:1 NetworkPolicy payments\/payments-api\n {2}applies to pods in namespace payments with app=payments-api: 1 workload\n {4}payments \(1\)\n {6}payments-api \[Deployment\] payments\/workloads\.yaml:4\n/,
    );
  });

  test('pods in the network of the node are named as such', async (t) => {
    const lines = await linesOf(t, '{ podSelector: {} }');
    assert.ok(
      lines.includes(
        'One workload is in the network of the node: most network plugins apply no policy there.',
      ),
    );
    assert.ok(lines.includes('ingress from nobody: no workload'));
    assert.ok(lines.includes('All of it is denied, unless another policy allows it.'));
  });

  test('a rule without peers means everybody, and is not listed', async (t) => {
    const lines = await linesOf(t, '{ podSelector: {}, ingress: [{}] }');
    assert.ok(lines.includes('ingress from anywhere'));
    assert.ok(lines.includes('Every pod of every namespace, and every address outside the cluster.'));
  });

  test('rules of a direction that policyTypes leaves out have no effect', async (t) => {
    const lines = await linesOf(t, '{ podSelector: {}, policyTypes: [Ingress], egress: [{}] }');
    assert.ok(lines.includes('`policyTypes` leaves out Egress, so this has no effect.'));
  });

  test('what cannot be read is said to be, and nothing is listed for it', async (t) => {
    const lines = await linesOf(
      t,
      '{ podSelector: { matchLabels: 3 }, ingress: [{ from: [{ pods: {} }] }] }',
    );
    assert.ok(lines.includes('The selector cannot be read, so it is not known what it selects.'));
    assert.ok(lines.includes('ingress from a peer that cannot be read'));
    assert.ok(!lines.some((line) => line.startsWith('web')));
  });

  test('addresses are in no manifest', async (t) => {
    const lines = await linesOf(
      t,
      '{ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }',
    );
    assert.ok(lines.includes('egress to addresses in 10.0.0.0/8'));
    assert.ok(lines.includes('Manifests hold no addresses of pods.'));
  });

  test('a namespace without workloads is no namespace in which nothing is selected', async (t) => {
    const lines = await linesOf(t, '{ podSelector: {} }', '  namespace: elsewhere\n');
    assert.ok(lines.some((line) => /no workload of this namespace\. With --context/.test(line)));
    assert.ok(lines.includes('applies to every pod in namespace elsewhere, now and in future'));
  });
});

test('JSON has the same, with lines and columns from 1', async () => {
  const { stdout } = await run(['pods', 'payments/netpol-payments-api.yaml', '--format', 'json'], {
    cwd: examples,
  });
  const { version, source, policies } = JSON.parse(stdout);
  assert.deepEqual([version, source, policies.length], [1, { kind: 'workspace' }, 1]);
  const [{ name, namespace, file, sections }] = policies;
  assert.deepEqual(
    [name, namespace, file],
    ['payments-api', 'payments', 'payments/netpol-payments-api.yaml'],
  );
  assert.deepEqual(sections[0], {
    role: 'selected',
    path: 'spec.podSelector',
    title: 'pods in namespace payments with app=payments-api',
    range: sections[0].range,
    extent: 'some',
    total: 1,
    open: false,
    namespaces: [
      {
        name: 'payments',
        total: 1,
        workloads: [
          {
            kind: 'Deployment',
            name: 'payments-api',
            total: 1,
            sure: true,
            pods: [],
            file: 'payments/workloads.yaml',
            range: { start: { line: 4, column: 9 }, end: { line: 4, column: 21 } },
          },
        ],
      },
    ],
    notes: [],
  });
  assert.equal(sections[2].path, 'spec.ingress[0].from[1]');
});

suite('exit codes', () => {
  test('no file, no such file, and a file without a policy', async (t) => {
    const cwd = folderWith(t, { 'web.yaml': web });
    assert.match((await run(['pods'], { cwd })).stderr, /Name the file: netpol-guard pods FILE/);
    for (const [file, expected] of [
      ['nowhere.yaml', /nowhere\.yaml/],
      ['web.yaml', /no NetworkPolicy in web\.yaml/],
    ] as const) {
      const { code, stderr, stdout } = await run(['pods', file], { cwd });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, expected);
    }
  });

  test('a context without a kubeconfig', async (t) => {
    const cwd = folderWith(t, { 'p.yaml': policy('p', '{}') });
    const env = { KUBECONFIG: join(cwd, 'missing') };
    const { code, stderr, stdout } = await run(['pods', 'p.yaml', '--context', 'prod'], { cwd, env });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /There is no kubeconfig: .*missing does not exist\. Set KUBECONFIG/);
  });

  test('standard input is a file like any other', async (t) => {
    const cwd = folderWith(t, {});
    const { code, stdout } = await run(['pods', '-'], { cwd, stdin: policy('p', '{ podSelector: {} }') });
    assert.equal(code, 0);
    assert.match(stdout, /^<stdin>:1:1 NetworkPolicy shop\/p\n/);
  });
});
