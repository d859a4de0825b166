// Snapshot files: what is written is read again, mistakes are said at their keys; and what a snapshot and manifests over it mean.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { LivePolicy, Snapshot } from '../../server/src/engine/snapshot.ts';
import { readSnapshot, snapshotText } from '../../server/src/engine/snapshot-file.ts';
import { writeWhole } from '../../server/src/files/write.ts';
import { run } from '../support/command-line.ts';

const cwd = mkdtempSync(join(tmpdir(), 'netpol-guard-snapshot-'));
after(() => rmSync(cwd, { recursive: true, force: true }));

function pod(namespace: string, app: string, ip: string): Snapshot['pods'][number] {
  return {
    ...{ namespace, phase: 'Running', node: 'node-1', hostNetwork: false, addresses: [ip] },
    name: `${app}-1`,
    labels: { app },
    owner: { kind: 'Deployment', name: app },
    namedPorts: [{ name: 'http', protocol: 'TCP', number: 8080 }],
  };
}

function policy(namespace: string, name: string, spec: object): LivePolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  };
}

const SNAPSHOT: Snapshot = {
  version: 1,
  context: 'staging',
  namespace: 'shop',
  readAt: '2026-11-24T10:00:00.000Z',
  only: null,
  forbidden: [],
  namespaces: [
    { name: 'acme', labels: { 'netpol-guard/contractor': 'acme' } },
    { name: 'shop', labels: { team: 'shop' } },
  ],
  pods: [pod('acme', 'bot', '10.0.0.3'), pod('shop', 'api', '10.0.0.1'), pod('shop', 'web', '10.0.0.2')],
  policies: [
    policy('shop', 'api', {
      podSelector: { matchLabels: { app: 'api' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 'http' }] }],
    }),
  ],
};

function ask(snapshot: Snapshot, ...argv: string[]) {
  writeFileSync(join(cwd, 'state.json'), snapshotText(snapshot));
  return run(argv, { cwd });
}

suite('the file', () => {
  test('what is written is read again', () => {
    assert.deepEqual(readSnapshot('file:///s.json', snapshotText(SNAPSHOT)), {
      snapshot: SNAPSHOT,
      problems: [],
    });
    const empty = { ...SNAPSHOT, namespaces: [], pods: [], policies: [] };
    assert.deepEqual(readSnapshot('file:///s.json', snapshotText(empty)).snapshot, empty);
  });

  for (const [what, broken, message] of [
    ['another version', { ...SNAPSHOT, version: 2 }, /^state\.json:2:14: version/],
    [
      'a key too many',
      { ...SNAPSHOT, secrets: [] },
      /^state\.json:\d+:\d+: There is no key "secrets" in a snapshot/,
    ],
    ['a key that is missing', { ...SNAPSHOT, readAt: undefined }, /needs the key "readAt"/],
    [
      'a label that is a number',
      { ...SNAPSHOT, namespaces: [{ name: 'a', labels: { n: 1 } }] },
      /namespaces\[0\]\.labels\.n must be a string/,
    ],
    ['no object', [], /the file must be a mapping/],
  ] as const)
    test(`${what} is refused at its key`, async () => {
      writeFileSync(join(cwd, 'state.json'), JSON.stringify(broken, null, 2));
      const { code, stdout, stderr } = await run(['reach', '--snapshot', 'state.json'], { cwd });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    });

  test('half a file, no file, and both kinds of state are refused', async () => {
    writeFileSync(join(cwd, 'state.json'), snapshotText(SNAPSHOT).slice(0, 200));
    const half = await run(['reach', '--snapshot', 'state.json'], { cwd });
    assert.deepEqual([half.code, half.stdout], [2, '']);
    assert.match(half.stderr, /^state\.json:1:1: This is no JSON/);
    const none = await run(['explain', 'a/b', 'c/d', '1', '--snapshot', 'none.json'], { cwd });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /none\.json cannot be read \(ENOENT\)/);
    const both = await run(['reach', '--snapshot', 'a', '--context', 'b'], { cwd });
    assert.equal(both.code, 2);
    assert.match(both.stderr, /not both/);
  });

  test('it is written whole, over what was there, and nothing is left beside it', () => {
    const folder = join(cwd, 'written');
    mkdirSync(folder);
    const path = join(folder, 's.json');
    assert.equal(writeWhole(path, 'one'), null);
    assert.equal(writeWhole(path, 'two'), null);
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.deepEqual(readdirSync(folder), ['s.json']);
    assert.match(writeWhole(join(folder, 'none', 's.json'), 'x')?.remedy ?? '', /folder is not there/);
  });
});

suite('answers', () => {
  test('a policy that runs is judged as one in a file is', async () => {
    const allowed = await ask(
      SNAPSHOT,
      'explain',
      'shop/web',
      'shop/api',
      '8080',
      '--snapshot',
      'state.json',
    );
    assert.match(allowed.stdout, /on 8080\/TCP: allowed/);
    const denied = await ask(SNAPSHOT, 'explain', 'acme/bot', 'shop/api', '8080', '--snapshot', 'state.json');
    assert.match(denied.stdout, /on 8080\/TCP: denied/);
    assert.match(denied.stdout, /snapshot:state\.json\/NetworkPolicy\/shop\/api:/);
    assert.match(
      denied.stdout,
      /Snapshot state\.json of context staging, read at 2026-11-24T10:00:00\.000Z\./,
    );
  });

  for (const resource of ['networkpolicies', 'clusternetworkpolicies', 'policy.networking.k8s.io'])
    test(`${resource} that may not be read make it unknown`, async () => {
      const verb = resource.includes('.') ? 'get' : 'list';
      const forbidden = [{ verb, resource, namespace: null }] as const;
      const { stdout } = await ask(
        { ...SNAPSHOT, forbidden },
        'explain',
        'acme/bot',
        'shop/web',
        '80',
        '--snapshot',
        'state.json',
      );
      assert.match(stdout, /on 80\/TCP: unknown/);
      assert.match(stdout, new RegExp(`may not: ${verb} ${resource.replaceAll('.', '\\.')}`));
    });

  test('diff lays manifests over the state: same names are replaced, the rest stays', async () => {
    const change = policy('shop', 'api', {
      podSelector: { matchLabels: { app: 'api' } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { trusted: 'yes' } } }] }],
    });
    const { namespace: _, ...unnamed } = change.metadata;
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'acme', labels: { trusted: 'yes' } },
    };
    mkdirSync(join(cwd, 'change'), { recursive: true });
    writeFileSync(join(cwd, 'change', 'policy.yaml'), JSON.stringify({ ...change, metadata: unnamed }));
    writeFileSync(join(cwd, 'change', 'namespace.yaml'), JSON.stringify(namespace));
    const ends = (list: { from: string; to: string }[]) => list.map(({ from, to }) => `${from} > ${to}`);
    const there = await ask(SNAPSHOT, 'diff', 'snapshot:state.json', 'change', '--format', 'json');
    assert.equal(there.code, 0, there.stderr);
    const { gained, lost } = JSON.parse(there.stdout);
    assert.deepEqual(ends(gained), ['acme/bot[Deployment] > shop/api[Deployment]']);
    assert.deepEqual(ends(lost), ['shop/web[Deployment] > shop/api[Deployment]']);
    const back = JSON.parse(
      (await ask(SNAPSHOT, 'diff', 'change', 'snapshot:state.json', '--format', 'json')).stdout,
    );
    assert.deepEqual([ends(back.gained), ends(back.lost)], [ends(lost), ends(gained)]);
    const asked = ['explain', 'acme/bot', 'shop/api', '1', '--snapshot', 'state.json', '--path', 'change'];
    assert.match((await ask(SNAPSHOT, ...asked)).stdout, /allowed/);
  });

  test('csv has no place for the state it is about: that goes to standard error', async () => {
    const { stderr } = await ask(SNAPSHOT, 'reach', '--snapshot', 'state.json', '--format', 'csv');
    assert.match(stderr, /^Snapshot state\.json of context staging, read at/);
  });

  test('pods asks a snapshot, too', async () => {
    mkdirSync(join(cwd, 'asked'), { recursive: true });
    writeFileSync(join(cwd, 'asked', 'p.yaml'), JSON.stringify(SNAPSHOT.policies[0]));
    const { code, stdout } = await ask(SNAPSHOT, 'pods', 'asked/p.yaml', '--snapshot', 'state.json');
    assert.equal(code, 0);
    assert.match(stdout, /api-1 {2}Running/);
  });
});
