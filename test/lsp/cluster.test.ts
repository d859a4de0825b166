// What the server says of clusters before and without one: contexts are listed from files, a program that signs in is run only
// where it may be, and nothing that can reach a cluster is loaded until a context is picked.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  AFFECTED_PODS_REQUEST,
  CLUSTER_NOTIFICATION,
  type ClusterInfo,
  CONNECT_REQUEST,
  CONTEXTS_REQUEST,
  type Contexts,
  DISCONNECT_REQUEST,
} from '../../server/src/lsp/protocol.ts';
import { type Client, REPOSITORY, startClient } from './client.ts';
import { folder, policy, uriIn } from './workspace.ts';

/** Nobody listens there. */
const SERVER = 'https://127.0.0.1:1';

function kubeconfig(path: string, user: object): string {
  const config = {
    'current-context': 'staging',
    clusters: [{ name: 'c', cluster: { server: SERVER } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'staging', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Picks the context and answers with the first state in which something is wrong. */
async function failure(client: Client, file: string, trusted: boolean): Promise<ClusterInfo> {
  const from = client.events.length;
  await client.request(CONNECT_REQUEST, { context: 'staging', kubeconfig: [file], trusted });
  const { params } = await client.event(
    (event) => event.method === CLUSTER_NOTIFICATION && event.params.phase === 'failed',
    from,
  );
  return params;
}

const PLUGIN = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/opt/bin/sign-in' } };

test('contexts are listed with what a person chooses by, and nothing secret', async () => {
  using files = folder();
  const file = kubeconfig(join(files.path, 'config'), { ...PLUGIN, token: 'very-secret' });
  await using client = await startClient({ folders: [files.path] });
  const contexts: Contexts = await client.request(CONTEXTS_REQUEST, { kubeconfig: [file] });
  assert.deepEqual(contexts, {
    contexts: [{ name: 'staging', cluster: 'c', namespace: 'shop', current: true, plugin: 'sign-in' }],
    problems: [],
  });
  await client.stop();
});

test('without a context, there are no pods', async () => {
  using files = folder({ 'p.yaml': policy('p') });
  await using client = await startClient({ folders: [files.path] });
  const params = { textDocument: { uri: uriIn(files, 'p.yaml') }, position: { line: 0, character: 0 } };
  assert.equal(await client.request(AFFECTED_PODS_REQUEST, params), null);
  await client.stop();
});

test('a cluster that does not answer is said to, and is let go of', async () => {
  using files = folder();
  await using client = await startClient({ folders: [files.path] });
  const { message } = await failure(client, kubeconfig(join(files.path, 'config'), {}), true);
  assert.match(message ?? '', /^https:\/\/127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)/);
  await client.request(DISCONNECT_REQUEST, {});
  await client.stop();
});

test('no program is run where the workspace is not trusted, or for a kubeconfig of the workspace', async () => {
  using files = folder();
  using elsewhere = folder();
  await using client = await startClient({ folders: [files.path] });
  const own = kubeconfig(join(elsewhere.path, 'config'), PLUGIN);
  assert.match(
    (await failure(client, own, false)).message ?? '',
    /sign-in, .* not trusted\. Trust the workspace/,
  );
  const planted = kubeconfig(join(files.path, 'config'), PLUGIN);
  assert.match(
    (await failure(client, planted, true)).message ?? '',
    /a file of this workspace is not allowed/,
  );
  // The user's own one is run: it is not there.
  assert.match((await failure(client, own, true)).message ?? '', /program sign-in, which was not found/);
  await client.stop();
});

test('what can reach a cluster is in a bundle of its own', () => {
  const bundle = (name: string) => readFileSync(join(REPOSITORY, 'dist', name), 'utf8');
  assert.match(bundle('cluster.js'), /applyToHTTPSOptions/);
  for (const name of ['server.js', 'cli.js']) {
    assert.doesNotMatch(bundle(name), /applyToHTTPSOptions/);
    assert.doesNotMatch(bundle(name), /require\("\.\/cluster\.js"\)/);
    assert.match(bundle(name), /import\("\.\/cluster\.js"\)/, 'it is imported when it is needed');
  }
});
