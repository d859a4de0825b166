// Lenses: what a policy selects and isolates, and which policies select a workload.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CodeLens } from 'vscode-languageserver/node';
import { deployment, openShop, placesOf, SHOP, SHOWS, type Shop, WEB_POLICY } from './shop.ts';
import { DEFAULT_DENY, policy, uriIn } from './workspace.ts';

const OFFERS = { commands: ['netpolGuard.showLocations'] };

async function lensesOf(shop: Shop, name: string, text: string): Promise<CodeLens[]> {
  const uri = shop.client.open(uriIn(shop.files, name), text);
  const lenses: CodeLens[] = await shop.client.request('textDocument/codeLens', { textDocument: { uri } });
  return Promise.all(lenses.map((lens) => shop.client.request('codeLens/resolve', lens)));
}

const titles = (lenses: readonly CodeLens[]) =>
  lenses.map(({ range, command }) => `${range.start.line + 1} ${command?.title}`);

async function checkLenses(
  shop: Shop,
  name: string,
  text: string,
  expected: readonly string[],
): Promise<void> {
  assert.deepEqual(titles(await lensesOf(shop, name, text)), expected);
}

/** The lenses of a file beside others. */
async function checkIn(
  files: Record<string, string>,
  text: string,
  expected: readonly string[],
): Promise<void> {
  await using shop = await openShop({ ...files, 'shop/x.yaml': text });
  await checkLenses(shop, 'shop/x.yaml', text, expected);
}

const { 'shop/policy.yaml': _, ...WITHOUT_POLICY } = SHOP;

suite('above a policy', () => {
  test('what it selects and isolates', () =>
    checkIn(WITHOUT_POLICY, WEB_POLICY, ['1 selects 2 workloads · isolates ingress, egress']));
  test('every workload', () =>
    checkIn(WITHOUT_POLICY, DEFAULT_DENY, ['1 selects all 3 workloads · isolates ingress, egress']));
  test('one workload, one direction', () =>
    checkIn(WITHOUT_POLICY, policy('api'), ['1 selects 1 workload · isolates ingress']));
  test('none', () => checkIn(WITHOUT_POLICY, policy('wbe'), ['1 selects no workload · isolates ingress']));
  test('nothing is known of its namespace', () => checkIn({}, policy('api'), ['1 isolates ingress']));
  test('it depends on a template', () =>
    checkIn({ 'a.yaml': deployment('a', 'shop', 'app: "{{ .Values.a }}"') }, policy('api'), [
      '1 selects ? workloads · isolates ingress',
    ]));
  test('none that can be read', () => checkIn(WITHOUT_POLICY, policy('api').replace('spec:', 'spec: {'), []));
  test('of another API', () =>
    checkIn(WITHOUT_POLICY, policy('api').replace('networking.k8s.io', 'projectcalico.org'), []));
});

suite('above a workload', () => {
  test('how many policies select it', () =>
    checkIn(SHOP, `${deployment('a', 'shop', 'app: web')}---\n${deployment('b', 'shop', 'app: x')}`, [
      '1 selected by 1 policy',
      '1 reachable from no workload',
      '16 selected by no policy',
      '16 reachable from 2 workloads and from outside',
    ]));
  test('that depends on a template', () =>
    checkIn(SHOP, deployment('a', 'shop', 'app: "{{ .Values.a }}"'), [
      '1 selected by ? policies',
      '1 reachable from ? workloads and perhaps from outside',
    ]));
  test('nothing where no policy of its namespace is known', () =>
    checkIn(WITHOUT_POLICY, deployment('a', 'shop', 'app: web'), []));
});

test('a click shows what is meant', async () => {
  await using shop = await openShop(SHOP, SHOWS, OFFERS);
  const [lens] = await lensesOf(shop, 'shop/policy.yaml', WEB_POLICY);
  assert.equal(lens?.command?.command, 'netpolGuard.showLocations');
  const [uri, position, locations] = lens?.command?.arguments ?? [];
  assert.equal(uri, uriIn(shop.files, 'shop/policy.yaml'));
  assert.deepEqual(position, { line: 3, character: 8 });
  assert.deepEqual(placesOf(shop, locations), ['shop/web.yaml:4 web', 'shop/web.yaml:23 web-canary']);
  const [workload] = await lensesOf(
    shop,
    'shop/api.yaml',
    SHOP['shop/api.yaml'].replace('app: api', 'app: web'),
  );
  assert.deepEqual(placesOf(shop, workload?.command?.arguments?.[2]), ['shop/policy.yaml:4 web']);
});

test('it is text where there is nothing to show, or the client has no such command', async () => {
  await using shop = await openShop();
  const [lens] = await lensesOf(shop, 'shop/policy.yaml', WEB_POLICY);
  assert.equal(lens?.command?.command, '');
  await using other = await openShop(SHOP, SHOWS, OFFERS);
  const [none] = await lensesOf(other, 'shop/policy.yaml', policy('wbe'));
  assert.deepEqual(none?.command, { title: 'selects no workload · isolates ingress', command: '' });
});

test('a click on who can reach a workload shows them', async () => {
  await using shop = await openShop(SHOP, SHOWS, OFFERS);
  const text = deployment('a', 'shop', 'app: x');
  const [, lens] = await lensesOf(shop, 'shop/a.yaml', text);
  assert.equal(lens?.command?.title, 'reachable from 2 workloads and from outside');
  assert.deepEqual(placesOf(shop, lens?.command?.arguments?.[2]), [
    'acme/portal.yaml:4 portal',
    'shop/api.yaml:4 api',
  ]);
});

test('each kind is switched off by itself', async () => {
  const both = `${policy('api')}---\n${deployment('a', 'shop', 'app: api')}`;
  for (const [kind, left] of [
    ['policies', ['selected', 'reachable']],
    ['workloads', ['selects', 'reachable']],
    ['reachable', ['selects', 'selected']],
  ] as const) {
    await using shop = await openShop(SHOP, SHOWS, { codeLens: { [kind]: false } });
    const lenses = await lensesOf(shop, 'shop/both.yaml', both);
    assert.deepEqual(
      lenses.map(({ command }) => command?.title.split(' ')[0]),
      left,
    );
  }
});

test('one whose object is gone says nothing', async () => {
  await using shop = await openShop();
  const uri = shop.client.open(uriIn(shop.files, 'shop/policy.yaml'), WEB_POLICY);
  const [lens] = await shop.client.request('textDocument/codeLens', { textDocument: { uri } });
  shop.client.change(uri, `# moved\n${WEB_POLICY}`);
  assert.deepEqual((await shop.client.request('codeLens/resolve', lens)).command, { title: '', command: '' });
});
