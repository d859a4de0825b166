// "Explain connection": the workloads to choose from, and the answer with the places it is about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainReply, WorkloadInfo } from '../../server/src/lsp/protocol.ts';
import { deployment, SHOP } from '../support/shop.ts';
import { PULLS, startClient } from './client.ts';
import { folder, uriIn } from './workspace.ts';

const { '.git/': _, ...FILES } = SHOP;

async function open(files: Readonly<Record<string, string>>) {
  const there = folder(files);
  const client = await startClient({ capabilities: PULLS, folders: [there.path] });
  await client.indexed();
  const workloads: WorkloadInfo[] = await client.request('netpolGuard/workloads');
  const [{ root, world }] = workloads as [WorkloadInfo];
  return {
    there,
    client,
    workloads,
    explain: (from: string, to: string, port: string): Promise<ExplainReply> =>
      client.request('netpolGuard/explain', { root, world, from, to, port }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      there[Symbol.dispose]();
    },
  };
}

test('the workloads, with their ports and where they are', async () => {
  const ports = 'containers: [{ name: main, image: main, ports: [{ name: http, containerPort: 8080 }] }]';
  const web = deployment('shop', 'web').replace(/containers: .*\}\]/, ports);
  await using shop = await open({ ...FILES, 'workloads.yaml': web });
  assert.deepEqual(shop.workloads, [
    {
      id: 'shop/web[Deployment]',
      root: `${uriIn(shop.there, '')}`.replace(/\/*$/, '/'),
      world: '',
      worldName: null,
      ports: [{ name: 'http', number: 8080, protocol: 'TCP' }],
      location: {
        uri: uriIn(shop.there, 'workloads.yaml'),
        range: { start: { line: 2, character: 18 }, end: { line: 2, character: 21 } },
      },
    },
  ]);
});

test('an answer, line by line', async () => {
  await using shop = await open(FILES);
  const reply = await shop.explain('shop/web[Deployment]', 'shop/db[Deployment]', '5432/TCP');
  assert.deepEqual(reply, {
    answers: [
      {
        title: 'shop/web[Deployment] → shop/db[Deployment] on 5432/TCP: allowed',
        verdict: 'allowed',
        sides: [
          {
            title: 'Egress: allowed',
            verdict: 'allowed',
            lines: [{ text: 'no policy isolates the egress of shop/web[Deployment]', location: null }],
          },
          {
            title: 'Ingress: allowed',
            verdict: 'allowed',
            lines: [
              {
                text: 'ingress rule 1, peer 1, of NetworkPolicy shop/db allows it',
                location: {
                  uri: uriIn(shop.there, 'db.yaml'),
                  range: { start: { line: 10, character: 10 }, end: { line: 10, character: 52 } },
                },
              },
            ],
          },
        ],
        notes: [],
      },
    ],
    notes: [],
  });
});

test('an address, and text that is not saved', async () => {
  await using shop = await open(FILES);
  const verdict = async () => {
    const reply = await shop.explain('acme/bot[Deployment]', '198.51.100.1', '443/TCP');
    return 'answers' in reply ? reply.answers.map((answer) => answer.verdict) : reply.problem;
  };
  assert.deepEqual(await verdict(), ['denied']);
  const uri = shop.client.open(uriIn(shop.there, 'bot.yaml'), FILES['bot.yaml'] as string);
  shop.client.change(uri, '');
  assert.deepEqual(await verdict(), ['allowed']);
});

test('what cannot be answered says why', async () => {
  await using shop = await open(FILES);
  const problem = async (...asked: [string, string, string]) => {
    const reply = await shop.explain(...asked);
    return 'problem' in reply ? reply.problem : null;
  };
  assert.match((await problem('shop/web', 'here', '80/TCP')) ?? '', /^"here" is no end of a connection\./);
  assert.match((await problem('shop/web', 'shop/db', '80')) ?? '', /^"80" is no port\./);
  assert.match((await problem('shop/web', 'shop/cron', '80/TCP')) ?? '', /^There is no workload shop\/cron/);
  assert.match(
    (await problem('192.0.2.1', '192.0.2.2', '80/TCP')) ?? '',
    /^No policy is about this connection/,
  );
});

test('overlays are worlds of their own', async () => {
  await using shop = await open({
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': deployment('shop', 'web'),
    'dev/kustomization.yaml': 'resources: [../base]\nnamespace: dev\n',
    'prod/kustomization.yaml': 'resources: [../base]\nnamespace: prod\n',
  });
  assert.deepEqual(
    shop.workloads.map(({ id, worldName }) => [id, worldName]),
    [
      ['dev/web[Deployment]', 'dev'],
      ['prod/web[Deployment]', 'prod'],
    ],
  );
});
