// Where kustomizations apply an object more than once, hints, lenses and lookups tell what it means in each of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, openMarked, openShop, placesOf, SHOWS, type Shop } from './shop.ts';
import { policy, uriIn } from './workspace.ts';

const WEB = policy('web').replace('  namespace: shop\n', '');
const unnamed = (text: string) => text.replace(/ {2}namespace: .*\n/, '');

/** A base with a policy and one workload; the second overlay has another workload. */
const FILES = {
  'base/kustomization.yaml': 'resources: [policy.yaml, web.yaml]\n',
  'base/policy.yaml': WEB,
  'base/web.yaml': unnamed(deployment('web', '', 'app: web')),
  'dev/kustomization.yaml': 'namespace: dev\nresources: [../base]\n',
  'prod/kustomization.yaml': 'namespace: prod\nresources: [../base, canary.yaml]\n',
  'prod/canary.yaml': unnamed(deployment('canary', '', 'app: web')),
};

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 1_000, character: 0 } };

async function hintsOf({ client, files }: Shop, name: string, text: string): Promise<string[]> {
  const uri = client.open(uriIn(files, name), text);
  const hints = await client.request('textDocument/inlayHint', { textDocument: { uri }, range: WHOLE });
  return hints.map(({ label }: { label: string }) => label);
}

async function lensesOf({ client, files }: Shop, name: string, text: string): Promise<string[]> {
  const uri = client.open(uriIn(files, name), text);
  const lenses: object[] = await client.request('textDocument/codeLens', { textDocument: { uri } });
  const resolved = await Promise.all(lenses.map((lens) => client.request('codeLens/resolve', lens)));
  return resolved.map(({ command }) => command.title);
}

test('a policy of a base means something else in each overlay', async () => {
  await using shop = await openShop(FILES, SHOWS);
  assert.deepEqual(await hintsOf(shop, 'base/policy.yaml', WEB), ['1 workload or 2 workloads', '0 match']);
  assert.deepEqual(await lensesOf(shop, 'base/policy.yaml', WEB), [
    'selects 1 workload or 2 workloads · isolates ingress',
  ]);
  assert.deepEqual(await lensesOf(shop, 'base/web.yaml', FILES['base/web.yaml']), [
    'selected by 1 policy',
    'reachable from no workload',
  ]);
});

test('its selector leads to the workloads of all of them, each once, and they lead back', async () => {
  await using shop = await openShop(FILES, SHOWS);
  const at = openMarked(shop, 'base/policy.yaml', WEB.replace('podSelector', 'pod¦Selector'));
  assert.deepEqual(placesOf(shop, await shop.client.request('textDocument/definition', at)), [
    'base/web.yaml:4 web',
    'prod/canary.yaml:4 canary',
  ]);
  const back = openMarked(shop, 'prod/canary.yaml', FILES['prod/canary.yaml'].replace('name: c', 'name: ¦c'));
  const context = { includeDeclaration: false };
  assert.deepEqual(
    placesOf(shop, await shop.client.request('textDocument/references', { ...back, context })),
    ['base/policy.yaml:4 web'],
  );
});

test('labels that an overlay adds count', async () => {
  const files = {
    ...FILES,
    'dev/kustomization.yaml': 'namespace: dev\nresources: [../base]\ncommonLabels: { stage: dev }\n',
    'dev/more.yaml': 'x: 1\n',
  };
  await using shop = await openShop(files, SHOWS);
  assert.equal((await hintsOf(shop, 'base/policy.yaml', WEB))[0], '1 workload or 2 workloads');
});

test('what is not here may be more', async () => {
  const files = {
    'app/kustomization.yaml':
      'namespace: app\nresources: [policy.yaml, web.yaml, "https://example.com/more.yaml"]\n',
    'app/policy.yaml': WEB,
    'app/web.yaml': unnamed(deployment('web', '', 'app: web')),
  };
  await using shop = await openShop(files, SHOWS);
  // Nothing here matches the peer, and that says nothing of what is elsewhere.
  assert.deepEqual(await hintsOf(shop, 'app/policy.yaml', WEB), ['1+ workloads']);
  assert.deepEqual(await lensesOf(shop, 'app/policy.yaml', WEB), ['selects 1+ workloads · isolates ingress']);
  assert.deepEqual(await lensesOf(shop, 'app/web.yaml', files['app/web.yaml']), [
    'selected by 1+ policies',
    'reachable from ? workloads',
  ]);
});

test('a namespace that is applied in parts may have more in the others', async () => {
  const part = (name: string) => ({
    [`${name}/kustomization.yaml`]: `namespace: app\nresources: [${name}.yaml, policy.yaml]\n`,
    [`${name}/${name}.yaml`]: unnamed(deployment(name, '', `app: ${name}`)),
    [`${name}/policy.yaml`]: unnamed(policy(name)),
  });
  await using shop = await openShop({ ...part('web'), ...part('api') }, SHOWS);
  assert.deepEqual(await hintsOf(shop, 'web/policy.yaml', unnamed(policy('web'))), ['1+ workloads']);
});
