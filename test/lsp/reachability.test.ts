// The requests behind the Reachability panel: who may connect to whom as the files are on disk and as they are in the editor, and
// why.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import {
  REACHABILITY_CHANGED,
  REACHABILITY_REQUEST,
  type Reachability,
  type ReachabilityEnd,
  type ReachabilityParams,
  WHY_REQUEST,
  type Why,
} from '../../server/src/lsp/protocol-reachability.ts';
import { type Client, startClient } from './client.ts';
import { deployment } from './shop.ts';
import { CONFIG, type Folder, folder, policy, uriIn } from './workspace.ts';

const GATEWAY = `    - from:
        - podSelector:
            matchLabels:
              app: gateway
      ports:
        - port: 8080
`;
const POLICY = policy('web', GATEWAY);
const WIDER = POLICY.replace('app: gateway', 'tier: front').replace('port: 8080', 'port: 80');

const FILES = {
  'web.yaml': deployment('web', 'shop', 'app: web'),
  'gateway.yaml': deployment('gateway', 'shop', 'app: gateway, tier: front'),
  'job.yaml': deployment('job', 'shop', 'app: job'),
  'policy.yaml': POLICY,
};

async function serve(files: Folder): Promise<Client> {
  const client = await startClient({ folders: [files.path] });
  await client.indexed();
  return client;
}

function ask(client: Client, params: Partial<ReachabilityParams> = {}): Promise<Reachability> {
  return client.request(REACHABILITY_REQUEST, { uri: null, world: null, ...params });
}

function nameOf(end: ReachabilityEnd | undefined): string {
  return end?.kind === 'workloads' ? end.ids.join(' ') : (end?.title ?? '?');
}

/** The connections to an end with their ports by state, one in a line, as the difference shows them. */
function into(picture: Reachability, wanted: string): string[] {
  const { ends, edges, ports } = picture;
  return edges
    .filter(({ to }) => nameOf(ends[to]) === wanted)
    .map((edge) => {
      const said = (['kept', 'gained', 'lost', 'unknown'] as const).flatMap((state) => {
        const text = ports[edge[state]]?.text ?? '?';
        return text === '' ? [] : `${state} ${text}`;
      });
      return `${nameOf(ends[edge.from])}: ${said.join('; ')}`;
    })
    .sort();
}

const WEB = 'shop/web[Deployment]';

test('the picture of saved files has no changes', async () => {
  using files = folder({ ...FILES, [CONFIG]: 'contractors: [{ name: acme, namespaces: [shop] }]\n' });
  await using client = await serve(files);
  const picture = await ask(client);
  assert.equal(picture.isChanged, false);
  assert.deepEqual(picture.namespaces, [{ name: 'shop', contractor: 'acme' }]);
  assert.deepEqual(into(picture, WEB), ['shop/gateway[Deployment]: kept 8080/TCP']);
  assert.deepEqual(into(picture, 'shop/job[Deployment]'), [
    'any address: kept all ports',
    'shop/gateway[Deployment]: kept all ports',
    `${WEB}: kept all ports`,
  ]);
  assert.deepEqual(picture.notes, []);
});

test('what is typed is compared with what is saved, until that is the same again', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const uri = client.open(files.file('policy.yaml'), POLICY);
  assert.equal((await ask(client, { uri })).isChanged, false);
  client.change(uri, WIDER);
  const changed = await ask(client, { uri });
  assert.equal(changed.isChanged, true);
  assert.deepEqual(into(changed, WEB), ['shop/gateway[Deployment]: gained 80/TCP; lost 8080/TCP']);
  // Another file of the same two worlds stays as it was.
  assert.deepEqual(into(changed, 'shop/job[Deployment]').length, 3);
  files.write('policy.yaml', WIDER);
  const saved = await ask(client, { uri });
  assert.equal(saved.isChanged, false);
  assert.deepEqual(into(saved, WEB), ['shop/gateway[Deployment]: kept 80/TCP']);
  client.change(uri, POLICY);
  assert.deepEqual(into(await ask(client, { uri }), WEB), [
    'shop/gateway[Deployment]: gained 8080/TCP; lost 80/TCP',
  ]);
});

test('a policy that is not saved anywhere yet is a change', async () => {
  const { 'policy.yaml': _, ...fewer } = FILES;
  using files = folder(fewer);
  await using client = await serve(files);
  const uri = client.open(files.file('new.yaml'), POLICY);
  const [gone, ...rest] = into(await ask(client, { uri }), WEB);
  assert.equal(gone, 'any address: lost all ports');
  assert.deepEqual(rest, [
    'shop/gateway[Deployment]: kept 8080/TCP; lost 1-8079/TCP, 8081-65535/TCP, UDP, SCTP',
    'shop/job[Deployment]: lost all ports',
  ]);
});

test('the explanation names the line responsible, before and after', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const uri = client.open(files.file('policy.yaml'), POLICY);
  client.change(uri, WIDER);
  const question = { from: 'shop/gateway[Deployment]', to: WEB, protocol: 'TCP', port: 80 };
  const why: Why = await client.request(WHY_REQUEST, { ...question, uri, world: null });
  assert.equal(why.before?.verdict, 'denied');
  assert.equal(why.after?.verdict, 'allowed');
  const places = why.after?.reasons.flatMap(({ place }) => place ?? []) ?? [];
  const [place] = places;
  assert.equal(place?.uri, uri);
  assert.match(WIDER.split('\n')[place?.start.line ?? 0] ?? '', /podSelector/);
  assert.equal(place?.title, `policy.yaml:${(place?.start.line ?? 0) + 1}`);
  for (const { text } of [...(why.before?.reasons ?? []), ...(why.after?.reasons ?? [])])
    assert.match(text, /^[A-Z].*\.$/);
});

test('of an end that is not there, nothing is explained', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const question = { from: 'shop/nobody[Deployment]', to: WEB, protocol: 'TCP', port: 80 };
  const why = await client.request(WHY_REQUEST, { ...question, uri: null, world: null });
  assert.deepEqual(why, { before: null, after: null });
});

test('overlays are pictures of their own: that of the document, or the one that is asked for', async () => {
  using files = folder({
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': FILES['web.yaml'],
    'dev/kustomization.yaml': 'resources: [../base, policy.yaml]\nnamespace: dev\n',
    'dev/policy.yaml': POLICY,
    'prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
  });
  await using client = await serve(files);
  const dev = await ask(client, { uri: uriIn(files, 'dev/policy.yaml') });
  assert.deepEqual(
    dev.worlds.map(({ title }) => title),
    ['dev', 'prod'],
  );
  assert.deepEqual(
    dev.namespaces.map(({ name }) => name),
    ['dev'],
  );
  const prod = dev.worlds.find(({ title }) => title === 'prod')?.id ?? '';
  const other = await ask(client, { uri: uriIn(files, 'dev/policy.yaml'), world: prod });
  assert.deepEqual(
    other.namespaces.map(({ name }) => name),
    ['prod'],
  );
});

test('a request that is cancelled is not answered, and the next one is', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const source = new CancellationTokenSource();
  const params = { uri: null, world: null };
  client.together(2);
  const cancelled = client.request(REACHABILITY_REQUEST, params, source.token);
  source.cancel();
  await assert.rejects(cancelled, { code: -32800 });
  assert.deepEqual(into(await ask(client), WEB), ['shop/gateway[Deployment]: kept 8080/TCP']);
});

test('who has asked is told of changes, and nobody else', async () => {
  using files = folder(FILES);
  await using client = await serve(files);
  const uri = client.open(files.file('policy.yaml'), POLICY);
  await client.diagnostics(uri);
  const told = () => client.events.filter(({ method }) => method === REACHABILITY_CHANGED).length;
  assert.equal(told(), 0);
  await ask(client, { uri });
  const from = client.events.length;
  client.change(uri, WIDER);
  await client.event(({ method }) => method === REACHABILITY_CHANGED, from);
});
