// The control plane itself: users, audit log, both kinds of server, and that nothing is left of a run that was killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { poll } from '../../scripts/lib/poll.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { binariesForTests, strictAndLenient } from './for-tests.ts';

const POLICIES = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';

const policy = (cidr: string) =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p' },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr } }] }] },
  });

let strict: ControlPlane;
let lenient: ControlPlane;

before(async () => {
  [strict, lenient] = await strictAndLenient();
});
after(() => Promise.all([strict?.stop(), lenient?.stop()]));

test('a NetworkPolicy is judged by the real server', async () => {
  const good = await strict.call(`${POLICIES}?dryRun=All`, { method: 'POST', body: policy('10.0.0.0/8') });
  assert.equal(good.status, 201);
  const bad = await strict.call(`${POLICIES}?dryRun=All`, { method: 'POST', body: policy('10.0.0.0') });
  assert.equal(bad.status, 422);
  assert.match(JSON.stringify(bad.body), /spec\.egress\[0\]\.to\[0\]\.ipBlock\.cidr/);
});

test('only the strict server refuses host bits', async () => {
  const send = async (server: ControlPlane) =>
    (await server.call(`${POLICIES}?dryRun=All`, { method: 'POST', body: policy('10.0.0.5/24') })).status;
  assert.deepEqual([await send(strict), await send(lenient)], [422, 201]);
});

test('users have the rights that Roles give them, and no others', async () => {
  assert.equal((await strict.call('/api/v1/pods', { user: 'nobody' })).status, 403);
  const group = 'rbac.authorization.k8s.io';
  const roles = `/apis/${group}/v1/namespaces/default`;
  const role = {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  };
  const binding = {
    metadata: { name: 'reader' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: group, kind: 'User', name: 'namespaced' }],
  };
  for (const [kind, body] of [
    ['roles', role],
    ['rolebindings', binding],
  ] as const)
    assert.equal(
      (await strict.call(`${roles}/${kind}`, { method: 'POST', body: JSON.stringify(body) })).status,
      201,
    );
  const status = async (path: string) => (await strict.call(path, { user: 'namespaced' })).status;
  await poll(async () => (await status('/api/v1/namespaces/default/pods')) === 200, {
    what: 'the Role to count',
  });
  assert.equal(await status('/api/v1/pods'), 403);
});

test('the audit log has every request with its user', async () => {
  await strict.call('/api/v1/namespaces/default/pods?limit=7', { user: 'nobody' });
  const event = await poll(() => strict.audit().find((e) => e.requestURI.endsWith('/pods?limit=7')), {
    what: 'the request in the audit log',
  });
  assert.deepEqual([event.verb, event.user.username], ['list', 'nobody']);
});

test('what a killed run leaves behind is ended and deleted by the next', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-run.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const left = await new Promise<{ folder: string; pids: number[] }>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(JSON.parse(text));
    });
    child.once('exit', () => reject(new Error('the run that was to be killed ended by itself')));
  });
  const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
  if (process.platform === 'linux') assert.deepEqual(left.pids.map(isAlive), [true, true]);
  const next = await startControlPlane(await binariesForTests());
  await next.stop();
  assert.equal(existsSync(left.folder), false);
  if (process.platform === 'linux')
    await poll(() => !left.pids.some(isAlive), { what: 'the processes of the killed run to end' });
});
