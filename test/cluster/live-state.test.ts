// reach, explain, diff and snapshot with --context against the real API server: answers equal those about the same objects as
// manifests, what may not be read makes them unknown, and nothing but get and list is sent.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { poll } from '../../scripts/lib/poll.ts';
import { run } from '../support/command-line.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { binariesForTests } from './for-tests.ts';
import { addNamespace, addPod, allowReading, send } from './seed.ts';

let server: ControlPlane;
const cwd = mkdtempSync(join(tmpdir(), 'netpol-guard-live-'));

const POLICIES = [
  policy('shop', 'api', {
    podSelector: { matchLabels: { app: 'api' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 'http' }] }],
  }),
  policy('shop', 'deny', { podSelector: {}, policyTypes: ['Ingress'] }),
  policy('acme', 'out', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      { to: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }] },
      {
        to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.8/29'] } }],
        ports: [{ protocol: 'TCP', port: 443, endPort: 444 }],
      },
    ],
  }),
];

function policy(namespace: string, name: string, spec: object) {
  const annotations = { 'netpol-guard/ticket': 'SEC-1', 'example.com/secret': 'hush' };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name, annotations },
    spec,
  };
}

before(async () => {
  server = await startControlPlane(await binariesForTests());
  await addNamespace(server, 'shop', { team: 'shop' });
  await addNamespace(server, 'acme', { 'netpol-guard/contractor': 'acme' });
  await addPod(server, 'shop', 'api-1', { labels: { app: 'api' }, ip: '10.1.0.1', deployment: 'api' });
  await addPod(server, 'shop', 'web-1', { labels: { app: 'web' }, ip: '10.1.0.2', deployment: 'web' });
  await addPod(server, 'shop', 'old', { labels: { app: 'api' }, phase: 'Succeeded' });
  await addPod(server, 'acme', 'bot', { labels: { app: 'bot' }, ip: '10.1.0.3' });
  for (const item of POLICIES)
    await send(
      server,
      'POST',
      `/apis/networking.k8s.io/v1/namespaces/${item.metadata.namespace}/networkpolicies`,
      item,
    );
});
after(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await server?.stop();
});

function ask(argv: readonly string[], kubeconfig = server.kubeconfig('admin')) {
  return run(argv, { cwd, env: { KUBECONFIG: kubeconfig } });
}

/** Waits until a Role counts. */
async function mayList(path: string): Promise<void> {
  const may = async () => (await server.call(path, { user: 'namespaced' })).status === 200;
  await poll(may, { what: 'the Role to count' });
}

/** What the server has of the objects, written to files as kubectl would. */
async function dump(folder: string): Promise<void> {
  mkdirSync(join(cwd, folder), { recursive: true });
  const lists = {
    namespaces: '/api/v1/namespaces',
    pods: '/api/v1/pods',
    policies: '/apis/networking.k8s.io/v1/networkpolicies',
  };
  const kinds = {
    namespaces: ['v1', 'Namespace'],
    pods: ['v1', 'Pod'],
    policies: ['networking.k8s.io/v1', 'NetworkPolicy'],
  };
  for (const [name, path] of Object.entries(lists)) {
    const { items } = (await server.call(path)).body as { items: object[] };
    const [apiVersion, kind] = kinds[name as keyof typeof kinds];
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: items.map((item) => ({ apiVersion, kind, ...item })),
    };
    writeFileSync(join(cwd, folder, `${name}.yaml`), JSON.stringify(list, null, 2));
  }
}

type Listed = { connections: { from: string; to: string }[]; unknown: object[]; notes: string[] };

/** Pods of a Deployment are called by it with a context, and by their ReplicaSet in a file, which has no more of them. */
const comparable = (list: object[]) =>
  JSON.stringify(list).replaceAll('-5d4f8c7b9d[ReplicaSet]', '[Deployment]');

test('the answer equals that about the same objects as manifests', async () => {
  await dump('dumped');
  const live = await ask(['reach', '--context', 'admin', '--format', 'json']);
  const files = await ask(['reach', 'dumped', '--format', 'json']);
  assert.deepEqual([live.code, files.code, live.stderr], [0, 0, '']);
  const [ours, theirs] = [JSON.parse(live.stdout) as Listed, JSON.parse(files.stdout) as Listed];
  assert.ok(ours.connections.length > 3);
  assert.equal(comparable(ours.connections), comparable(theirs.connections));
  assert.match(ours.notes.join('\n'), /^Context admin, read at \S+Z\.$/m);
});

test('explain names the policies that run', async () => {
  const { code, stdout } = await ask(['explain', 'acme/bot', 'shop/api', '8080', '--context', 'admin']);
  assert.equal(code, 0);
  assert.match(stdout, /denied/);
  assert.match(stdout, /context:admin\/NetworkPolicy\/shop\/(?:api|deny)/);
  assert.match(stdout, /Context admin, read at \S+Z\./);
});

test('diff says what applying a folder would change', async () => {
  mkdirSync(join(cwd, 'change'), { recursive: true });
  const open = policy('shop', 'api', {
    podSelector: { matchLabels: { app: 'api' } },
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'netpol-guard/contractor': 'acme' } } }] }],
  });
  writeFileSync(join(cwd, 'change', 'api.yaml'), JSON.stringify(open));
  const { code, stdout } = await ask(['diff', 'context:admin', 'change', '--format', 'json']);
  assert.equal(code, 0);
  const { gained, lost } = JSON.parse(stdout);
  const ends = (list: { from: string; to: string }[]) => list.map(({ from, to }) => `${from} ${to}`);
  assert.deepEqual(ends(gained), ['acme/bot[Pod] shop/api[Deployment]']);
  assert.deepEqual(ends(lost), ['shop/web[Deployment] shop/api[Deployment]']);
});

test('a snapshot answers as the cluster does, and holds no annotation of others', async () => {
  const written = await ask(['snapshot', '--context', 'admin', '--output', 'state.json']);
  assert.equal(written.code, 0, written.stderr);
  const text = readFileSync(join(cwd, 'state.json'), 'utf8');
  assert.ok(text.includes('netpol-guard/ticket') && !text.includes('hush'));
  const live = JSON.parse((await ask(['reach', '--context', 'admin', '--format', 'json'])).stdout) as Listed;
  const kept = await ask(['reach', '--snapshot', 'state.json', '--format', 'json']);
  const held = JSON.parse(kept.stdout) as Listed;
  assert.deepEqual(held.connections, live.connections);
  assert.match(held.notes.join('\n'), /^Snapshot state\.json of context admin, read at \S+Z\.$/m);
  const same = await ask(['diff', 'snapshot:state.json', 'context:admin', '--format', 'json']);
  const { gained, lost } = JSON.parse(same.stdout);
  assert.deepEqual([gained, lost], [[], []]);
});

test('policies that may not be read make the answer unknown, and are named', async () => {
  await allowReading(server, 'shop', { kind: 'User', name: 'namespaced' });
  await mayList('/api/v1/namespaces/shop/pods');
  const kubeconfig = server.kubeconfig('namespaced', { namespace: 'shop' });
  const { code, stdout } = await ask(
    ['explain', 'shop/web', 'shop/api', '8080', '--context', 'namespaced'],
    kubeconfig,
  );
  assert.equal(code, 0);
  assert.match(stdout, /unknown/);
  assert.match(stdout, /may not: .*list networkpolicies in every namespace, list networkpolicies in shop/);
});

test('a user of one namespace gets its policies', async () => {
  const rules = [{ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['list'] }];
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
  const apiGroup = 'rbac.authorization.k8s.io';
  await send(server, 'POST', `${path}/roles`, { metadata: { name: 'policies' }, rules });
  await send(server, 'POST', `${path}/rolebindings`, {
    metadata: { name: 'policies' },
    roleRef: { apiGroup, kind: 'Role', name: 'policies' },
    subjects: [{ kind: 'User', name: 'namespaced', apiGroup }],
  });
  await mayList('/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies');
  const kubeconfig = server.kubeconfig('namespaced', { namespace: 'shop' });
  const { stdout } = await ask(
    ['explain', 'shop/web', 'shop/api', '8080', '--context', 'namespaced'],
    kubeconfig,
  );
  assert.match(stdout, /allowed/);
  assert.match(stdout, /the namespace shop only\./);
});

/** Gives the server the API of ClusterNetworkPolicy, without its validation. */
async function serveTiers(): Promise<string> {
  const group = 'policy.networking.k8s.io';
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await send(server, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: {
      name: `clusternetworkpolicies.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
    },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind: 'ClusterNetworkPolicy', plural: 'clusternetworkpolicies' },
      versions: [{ name: 'v1alpha2', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  const path = `/apis/${group}/v1alpha2`;
  const served = async () => {
    const { status, body } = await server.call(path);
    return status === 200 && JSON.stringify(body).includes('clusternetworkpolicies');
  };
  await poll(served, { what: 'the API to be served' });
  return `${path}/clusternetworkpolicies`;
}

test('policies of whole clusters count where the server has them, and are unknown to who may not read them', async () => {
  const asked = ['explain', 'shop/web', 'shop/api', '8080', '--context'];
  assert.match((await ask([...asked, 'admin'])).stdout, /on 8080\/TCP: allowed/);
  const path = await serveTiers();
  const taken = async () => (await server.call(path)).status === 200;
  await poll(taken, { what: 'the collection' });
  const everything = { namespaces: {} };
  await send(server, 'POST', path, {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'lockdown' },
    spec: {
      ...{ tier: 'Admin', priority: 10, subject: everything },
      ingress: [{ name: 'nothing', action: 'Deny', from: [everything] }],
    },
  });
  const denied = await ask([...asked, 'admin']);
  assert.match(denied.stdout, /on 8080\/TCP: denied/);
  assert.match(denied.stdout, /context:admin\/ClusterNetworkPolicy\/lockdown:/);
  const kubeconfig = server.kubeconfig('namespaced', { namespace: 'shop' });
  const { stdout } = await ask([...asked, 'namespaced'], kubeconfig);
  assert.match(stdout, /on 8080\/TCP: unknown/);
  assert.match(stdout, /may not: .*list clusternetworkpolicies/);
});

test('nothing but get and list was ever sent', () => {
  const verbs = server
    .audit()
    .filter(({ userAgent }) => userAgent === 'netpol-guard')
    .map(({ verb }) => verb);
  assert.deepEqual([...new Set(verbs)].sort(), ['get', 'list']);
});
