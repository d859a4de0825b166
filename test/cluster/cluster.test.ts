// A context's cluster as the product follows it, against the real API server: what is read, what is forbidden, and every way in
// which it breaks and comes back.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { poll } from '../../scripts/lib/poll.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { lineTo } from './cut-line.ts';
import { binariesForTests } from './for-tests.ts';
import { follow, isLive, type Live, podNamed, podNames } from './live.ts';
import { addNamespace, addPod, allowReading, deletePod, relabel, send } from './seed.ts';

let server: ControlPlane;
const open: Live[] = [];

/** Follows a context until the end of the test. */
function picked(...args: Parameters<typeof follow>): Live {
  const live = follow(...args);
  open.push(live);
  return live;
}

before(async () => {
  server = await startControlPlane(await binariesForTests());
  await addNamespace(server, 'shop', { team: 'shop' });
  await addPod(server, 'shop', 'web-1', { labels: { app: 'web' }, ip: '10.0.0.1', deployment: 'web' });
  await addPod(server, 'shop', 'web-2', { labels: { app: 'web' }, ip: '10.0.0.2', deployment: 'web' });
  await addPod(server, 'shop', 'done', { labels: { app: 'web' }, phase: 'Succeeded' });
  await addNamespace(server, 'other');
  await addPod(server, 'other', 'db', { labels: { app: 'db' }, hostNetwork: true });
});
after(() => server?.stop());
afterEach(() => {
  for (const { cluster } of open.splice(0)) cluster.stop();
});

suite('reading', () => {
  test('namespaces and pods arrive with what policies are judged by', async () => {
    const { cluster, until } = picked(server.kubeconfig('admin'), 'admin');
    await until('everything', isLive);
    assert.deepEqual(podNames(cluster, 'shop'), ['done', 'web-1', 'web-2']);
    const pod = podNamed(cluster, 'shop', 'web-1');
    assert.deepEqual(pod && { ...pod, labels: Object.fromEntries(pod.labels) }, {
      namespace: 'shop',
      name: 'web-1',
      labels: { app: 'web', 'pod-template-hash': '5d4f8c7b9d' },
      owner: { kind: 'Deployment', name: 'web' },
      phase: 'Running',
      node: 'node-1',
      hostNetwork: false,
      addresses: ['10.0.0.1'],
      namedPorts: [{ name: 'http', protocol: 'TCP', number: 8080 }],
    });
    assert.deepEqual(podNamed(cluster, 'other', 'db')?.owner, { kind: 'Pod', name: 'db' });
    assert.equal(podNamed(cluster, 'other', 'db')?.hostNetwork, true);
    assert.equal(cluster.namespace('shop')?.labels?.get('team'), 'shop');
    assert.equal(cluster.namespace('shop')?.labels?.get('kubernetes.io/metadata.name'), 'shop');
    assert.deepEqual(cluster.state.forbidden, []);
    assert.ok(Math.abs(Date.now() - (cluster.state.heardAt ?? 0)) < 10_000);
  });

  test('the watch follows what comes, changes and goes', async () => {
    const { cluster, until } = picked(server.kubeconfig('admin'), 'admin');
    await until('everything', isLive);
    await addPod(server, 'shop', 'late', { labels: { app: 'late' } });
    await until('the new pod', () => podNamed(cluster, 'shop', 'late')?.phase === 'Running');
    await relabel(server, 'shop', 'late', { app: 'other' });
    await until('the label', () => podNamed(cluster, 'shop', 'late')?.labels.get('app') === 'other');
    await deletePod(server, 'shop', 'late');
    await until('its end', () => podNamed(cluster, 'shop', 'late') === undefined);
    await addNamespace(server, 'brand-new');
    await until('the namespace', () => cluster.namespace('brand-new') !== null);
  });

  test('more pods than fit into a page arrive whole', async () => {
    await addNamespace(server, 'many');
    const names = Array.from({ length: 260 }, (_, i) => `pod-${String(i).padStart(3, '0')}`);
    const spec = { containers: [{ name: 'main', image: 'example' }] };
    await Promise.all(
      names.map((name) => send(server, 'POST', '/api/v1/namespaces/many/pods', { metadata: { name }, spec })),
    );
    const { cluster, until } = picked(server.kubeconfig('admin'), 'admin');
    await until('everything', isLive);
    assert.deepEqual(podNames(cluster, 'many'), names);
  });

  test('read once, nothing is watched', async () => {
    const before = server.audit().length;
    const kubeconfig = server.kubeconfig('admin', { context: 'once' });
    const { cluster } = picked(kubeconfig, 'once', { watches: false });
    await cluster.start();
    assert.equal(cluster.state.phase, 'live');
    const verbs = new Set(
      ours(server)
        .slice(before)
        .map(({ verb }) => verb),
    );
    assert.equal(verbs.has('watch'), false);
  });
});

suite('rights', () => {
  test('a user of one namespace is served with that namespace', async () => {
    await allowReading(server, 'shop', { kind: 'User', name: 'namespaced' }, ['namespaces']);
    const may = () => server.call('/api/v1/namespaces/shop', { user: 'namespaced' });
    await poll(async () => (await may()).status === 200, { what: 'the Role to count' });
    const kubeconfig = server.kubeconfig('namespaced', { namespace: 'shop' });
    const { cluster, until } = picked(kubeconfig, 'namespaced');
    await until('the pods', (c) => isLive(c) && podNames(c, 'shop').length > 0);
    assert.deepEqual(podNames(cluster, 'shop'), ['done', 'web-1', 'web-2']);
    assert.equal(cluster.state.only, 'shop');
    assert.equal(cluster.namespace('shop')?.labels?.get('team'), 'shop');
    assert.deepEqual(cluster.state.forbidden.map(said).sort(), [
      'list namespaces everywhere',
      'list pods everywhere',
    ]);
    assert.equal(cluster.state.message, null);
    await relabel(server, 'shop', 'web-2', { tier: 'front' });
    await until('the watch', () => podNamed(cluster, 'shop', 'web-2')?.labels.get('tier') === 'front');
  });

  test('a user without rights is told which are missing', async () => {
    const { cluster, until } = picked(server.kubeconfig('nobody', { namespace: 'shop' }), 'nobody');
    await until('the answers', isLive);
    assert.deepEqual(cluster.state.forbidden.map(said).sort(), [
      'get namespaces in shop',
      'list namespaces everywhere',
      'list pods everywhere',
      'list pods in shop',
    ]);
    assert.equal(cluster.state.counts.pods, 0);
  });

  test('a right that is given later counts after a new start', async () => {
    await addNamespace(server, 'later');
    await addPod(server, 'later', 'p');
    const { cluster, until } = picked(server.kubeconfig('nobody', { namespace: 'later' }), 'nobody');
    await until('the answers', isLive);
    await allowReading(server, 'later', { kind: 'User', name: 'nobody' });
    const may = () => server.call('/api/v1/namespaces/later/pods', { user: 'nobody' });
    await poll(async () => (await may()).status === 200, { what: 'the Role to count' });
    void cluster.start();
    await until('the pod', (c) => isLive(c) && podNames(c, 'later').length === 1);
    assert.equal(cluster.state.phase, 'live');
  });
});

suite('breaking and coming back', () => {
  test('the API server is killed and starts again', { timeout: 120_000 }, async () => {
    const { cluster, until } = picked(server.kubeconfig('admin'), 'admin');
    await until('everything', isLive);
    await server.restart(async () => {
      await until('the loss to be noticed', (c) => c.state.phase === 'stale');
      assert.match(cluster.state.message ?? '', /does not answer \(ECONN\w+\).*Check that the cluster/);
      assert.deepEqual(podNames(cluster, 'shop'), ['done', 'web-1', 'web-2'], 'what was read is still shown');
    });
    await until('the server to be back', isLive);
    assert.equal(cluster.state.message, null);
    await relabel(server, 'shop', 'web-1', { again: 'yes' });
    await until('a change', () => podNamed(cluster, 'shop', 'web-1')?.labels.get('again') === 'yes');
  });

  test('a line that breaks is taken up where it broke off, and listed anew where etcd has forgotten', {
    timeout: 120_000,
  }, async () => {
    const line = await lineTo(Number(new URL(server.url).port));
    const kubeconfig = server.kubeconfig('admin', {
      context: 'line',
      cluster: { server: `https://127.0.0.1:${line.port}` },
    });
    const { cluster, until } = picked(kubeconfig, 'line');
    try {
      await until('everything', isLive);
      line.cut();
      await until('the loss to be noticed', (c) => c.state.phase === 'stale');
      await addPod(server, 'other', 'meanwhile');
      const before = lists(server);
      line.mend();
      await until('what happened meanwhile', () => podNamed(cluster, 'other', 'meanwhile') !== undefined);
      await until('both watches', isLive);
      assert.equal(lists(server), before, 'the watch went on from where it was');

      line.cut();
      await until('the loss to be noticed', (c) => c.state.phase === 'stale');
      await deletePod(server, 'other', 'meanwhile');
      await addPod(server, 'other', 'after');
      await server.compact();
      // A new server remembers nothing of the time before it, and etcd does not either.
      await server.restart();
      line.mend();
      await until('the new list', () => podNamed(cluster, 'other', 'after') !== undefined);
      await until('both watches', isLive);
      assert.deepEqual(podNames(cluster, 'other'), ['after', 'db']);
      assert.ok(lists(server) > before, 'the collection was listed anew');
    } finally {
      cluster.stop();
      await line.close();
    }
  });

  test('a token expires and is renewed in the kubeconfig', async () => {
    const accounts = '/api/v1/namespaces/shop/serviceaccounts';
    const { metadata } = await send(server, 'POST', accounts, { metadata: { name: 'viewer' } });
    await allowReading(server, 'shop', { kind: 'ServiceAccount', name: 'viewer' });
    const account = { namespace: 'shop', name: 'viewer', uid: metadata.uid };
    const write = (seconds: number) =>
      server.kubeconfig('nobody', {
        context: 'token',
        namespace: 'shop',
        credentials: { token: server.token(account, seconds) },
      });
    const { cluster, until } = picked(write(-60), 'token');
    await until('the refusal', (c) => c.state.phase === 'failed');
    assert.match(
      cluster.state.message ?? '',
      /does not accept the credentials.*may have expired.*Sign in again/,
    );
    write(3600);
    await until('the pods', (c) => isLive(c) && podNames(c, 'shop').length > 0);
  });

  test('a token in a file is read again while it is used', async () => {
    const kubeconfig = server.kubeconfig('admin', {
      context: 'file',
      credentials: { tokenFile: 'token.txt' },
    });
    const file = join(dirname(kubeconfig), 'token.txt');
    writeFileSync(file, 'expired\n');
    const { until } = picked(kubeconfig, 'file');
    await until('the refusal', (c) => c.state.phase === 'failed');
    const { users } = JSON.parse(textIn(server.kubeconfig('admin')));
    writeFileSync(file, `${users[0].user.token}\n`);
    await until('everything', isLive);
  });

  test('a certificate that nobody vouches for', async () => {
    const cluster = { 'certificate-authority-data': undefined };
    const live = picked(server.kubeconfig('admin', { context: 'untrusted', cluster }), 'untrusted');
    await live.until('the refusal', (c) => c.state.phase === 'failed');
    assert.match(
      live.cluster.state.message ?? '',
      /not trusted \(\w+\)\. Nothing was sent to it\. Check `certificate-authority`/,
    );
    server.kubeconfig('admin', { context: 'untrusted' });
    await live.until('everything', isLive);
  });

  test('a cluster that is not there', async () => {
    const cluster = { server: 'https://127.0.0.1:1' };
    const live = picked(server.kubeconfig('admin', { context: 'dead', cluster }), 'dead');
    await live.until('the failure', (c) => c.state.phase === 'failed');
    assert.match(
      live.cluster.state.message ?? '',
      /^https:\/\/127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)/,
    );
    server.kubeconfig('admin', { context: 'dead' });
    await live.until('everything', isLive);
  });

  test('kubeconfigs that are missing, broken, or without the context', async () => {
    const folder = dirname(server.kubeconfig('admin'));
    const broken = join(folder, 'broken');
    writeFileSync(broken, 'apiVersion: v1\n  clusters: [\n');
    for (const [file, context, expected] of [
      [join(folder, 'nowhere'), 'x', /There is no kubeconfig: .*nowhere does not exist\. Set KUBECONFIG/],
      [broken, 'x', /broken is broken: line 2 is not valid YAML\. Repair it/],
      [server.kubeconfig('admin'), 'gone', /There is no context "gone" in .*Pick another one/],
    ] as const) {
      const { cluster, until } = picked(file, context);
      await until('the failure', (c) => c.state.phase === 'failed');
      assert.match(cluster.state.message ?? '', expected);
    }
  });

  test('a program that signs in runs where it may, and is named where it may not or fails', async () => {
    const kubeconfig = server.kubeconfig('admin');
    const { users } = JSON.parse(textIn(kubeconfig));
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: users[0].user.token },
    };
    const plugin = (script: string) => ({
      exec: { apiVersion: credential.apiVersion, command: process.execPath, args: ['-e', script] },
    });
    const print = `console.log(JSON.stringify(${JSON.stringify(credential)}))`;
    const good = server.kubeconfig('admin', { context: 'plugin', credentials: plugin(print) });
    const allowed = picked(good, 'plugin');
    await allowed.until('everything', isLive);

    const refused = picked(good, 'plugin', { guard: (_, command) => `No ${command}.` });
    await refused.until('the refusal', (c) => c.state.phase === 'failed');
    assert.equal(refused.cluster.state.message, `No ${process.execPath}.`);

    const fails = plugin('console.error("secret-of-the-plugin"); process.exit(1)');
    const failing = picked(server.kubeconfig('admin', { context: 'fails', credentials: fails }), 'fails');
    await failing.until('the failure', (c) => c.state.phase === 'failed');
    assert.match(failing.cluster.state.message ?? '', /The program node, with which .* signs in, failed/);
    assert.doesNotMatch(JSON.stringify(failing.cluster.state), /secret-of-the-plugin/);
  });
});

test('over all of this, nothing was sent but get, list and watch', () => {
  const sent = new Set(ours(server).map(({ verb }) => verb));
  assert.deepEqual([...sent].sort(), ['get', 'list', 'watch']);
});

/** What the product has sent. */
function ours(plane: ControlPlane) {
  return plane.audit().filter(({ userAgent }) => userAgent === 'netpol-guard');
}

function lists(plane: ControlPlane): number {
  return ours(plane).filter(
    ({ verb, requestURI }) => verb === 'list' && requestURI.startsWith('/api/v1/pods'),
  ).length;
}

function said({ verb, resource, namespace }: { verb: string; resource: string; namespace: string | null }) {
  return `${verb} ${resource} ${namespace === null ? 'everywhere' : `in ${namespace}`}`;
}

function textIn(file: string): string {
  return readFileSync(file, 'utf8');
}
