// Going to what a selector, a namespace's name or a port's name means, and back to whoever means an object.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { LocationLink } from 'vscode-languageserver/node';
import { PULLS } from './client.ts';
import { openMarked, openShop, placesOf, SHOP, type Shop, WEB_POLICY } from './shop.ts';

let shop: Shop;
before(async () => {
  shop = await openShop();
});
after(() => shop[Symbol.asyncDispose]());

async function ask(method: string, name: string, marked: string, more: object = {}) {
  const place = openMarked(shop, name, marked);
  const answer = await shop.client.request(method, { ...place, ...more });
  shop.client.close(place.textDocument.uri);
  return answer;
}

/** The places that lie behind the text at ¦ of a file. */
async function leadsTo(name: string, marked: string, expected: readonly string[]): Promise<void> {
  assert.deepEqual(placesOf(shop, await ask('textDocument/definition', name, marked)), expected);
}

const inPolicy = (before: string, after: string) => {
  assert.ok(WEB_POLICY.includes(before), before);
  return WEB_POLICY.replace(before, after);
};
const BOTH_WEBS = ['shop/web.yaml:4 web', 'shop/web.yaml:23 web-canary'];

suite('definition', () => {
  test('of a podSelector: the workloads it selects', () =>
    leadsTo(
      'shop/policy.yaml',
      inPolicy('  podSelector:\n    match', '  podS¦elector:\n    match'),
      BOTH_WEBS,
    ));
  test('of a policy: the workloads it selects', () =>
    leadsTo('shop/policy.yaml', inPolicy('name: web', 'name: w¦eb'), BOTH_WEBS));
  test('of a label in it: where they have the label', () =>
    leadsTo('shop/policy.yaml', inPolicy('      app: web', '      app: w¦eb'), [
      'shop/web.yaml:10 app: web',
      'shop/web.yaml:29 app: web',
    ]));
  test('of a label in a selector that selects nothing: who has the label at least', () =>
    leadsTo('shop/policy.yaml', inPolicy('      app: web', '      tier: ca¦nary\n      app: wbe'), [
      'shop/web.yaml:30 tier: canary',
    ]));
  test('of a peer’s podSelector, which is about the policy’s own namespace', () =>
    leadsTo('shop/policy.yaml', inPolicy('app: api', 'app: a¦pi'), ['shop/api.yaml:10 app: api']));
  test('of a requirement in another namespace', () =>
    leadsTo('shop/policy.yaml', inPolicy('[portal]', '[por¦tal]'), ['acme/portal.yaml:10 app: portal']));
  test('of a namespaceSelector: the Namespaces', () =>
    leadsTo('shop/policy.yaml', inPolicy('team: acme', 'te¦am: acme'), ['namespaces.yaml:9 acme']));
  test('of a namespace’s name in a selector', () =>
    leadsTo('shop/policy.yaml', inPolicy('metadata.name: acme', 'metadata.name: ac¦me'), [
      'namespaces.yaml:9 acme',
    ]));
  test('of metadata.namespace, in every kind of object', async () => {
    for (const [name, text] of Object.entries(SHOP).filter(([name]) => name.startsWith('shop/')))
      await leadsTo(name, text.replace('namespace: shop', 'namespace: sh¦op'), ['namespaces.yaml:4 shop']);
  });
  test('of a named port of an ingress rule: the ports of the selected pods', () =>
    leadsTo('shop/policy.yaml', inPolicy('port: http', 'port: ht¦tp'), [
      'shop/web.yaml:17 http',
      'shop/web.yaml:36 http',
    ]));
  test('of a named port of an egress rule: the ports of the peers', () =>
    leadsTo('shop/policy.yaml', WEB_POLICY.replace(/http\n$/, 'ht¦tp\n'), ['acme/portal.yaml:16 http']));
  test('of a Service’s selector', () =>
    leadsTo('shop/service.yaml', SHOP['shop/service.yaml'].replace('app: web', 'app: ¦web'), BOTH_WEBS));
  test('of a workload: itself, so that editors show who means it', () =>
    leadsTo('shop/api.yaml', SHOP['shop/api.yaml'].replace('name: api', 'name: a¦pi'), [
      'shop/api.yaml:4 name: api',
    ]));
  test('of nothing in particular', async () => {
    for (const place of ['ki¦nd', 'Net¦workPolicy', '  policy¦Types', 'netwo¦rking'])
      await leadsTo('shop/policy.yaml', inPolicy(place.replace('¦', ''), place), []);
    await leadsTo('shop/policy.yaml', '¦', []);
  });
  test('comes as a link that says what led to it', async () => {
    const marked = inPolicy('app: api', 'app: a¦pi');
    const [link] = (await ask('textDocument/definition', 'shop/policy.yaml', marked)) as LocationLink[];
    assert.deepEqual(link?.originSelectionRange, {
      start: { line: 14, character: 14 },
      end: { line: 14, character: 22 },
    });
    assert.equal(link?.targetRange.start.line, 0);
  });
});

suite('references', () => {
  const mentioned = async (
    name: string,
    marked: string,
    expected: readonly string[],
    declaration = false,
  ) => {
    const context = { includeDeclaration: declaration };
    assert.deepEqual(
      placesOf(shop, await ask('textDocument/references', name, marked, { context })),
      expected,
    );
  };
  const API = SHOP['shop/api.yaml'];
  const PORTAL = SHOP['acme/portal.yaml'];

  test('of a workload’s name: the policies that select it', () =>
    mentioned('shop/web.yaml', SHOP['shop/web.yaml'].replace('name: web', 'name: ¦web'), [
      'shop/policy.yaml:4 web',
    ]));
  test('of a pod’s label: the peers that match it', () =>
    mentioned('shop/api.yaml', API.replace('app: api', 'app: ¦api'), ['shop/policy.yaml:13 podSelector']));
  test('of a workload in another namespace: every peer that means it', () =>
    mentioned('acme/portal.yaml', PORTAL.replace('app: portal', '¦app: portal'), [
      'shop/policy.yaml:16 namespaceSelector',
      'shop/policy.yaml:23 namespaceSelector',
    ]));
  test('of a workload, with itself', () =>
    mentioned(
      'shop/api.yaml',
      API.replace('app: api', 'app: ¦api'),
      ['shop/api.yaml:10 app: api', 'shop/policy.yaml:13 podSelector'],
      true,
    ));
  test('of a Namespace: its policies and the peers that mean it', async () => {
    const text = SHOP['namespaces.yaml'];
    await mentioned('namespaces.yaml', text.replace('name: shop', 'name: s¦hop'), ['shop/policy.yaml:4 web']);
    await mentioned('namespaces.yaml', text.replace('team: acme', 'team: ac¦me'), [
      'shop/policy.yaml:16 namespaceSelector',
      'shop/policy.yaml:23 namespaceSelector',
    ]);
  });
  test('of metadata.namespace are those of the Namespace', () =>
    mentioned(
      'shop/api.yaml',
      API.replace('namespace: shop', 'namespace: sh¦op'),
      ['namespaces.yaml:4 shop', 'shop/policy.yaml:4 web'],
      true,
    ));
  test('of a selector: the workloads', () =>
    mentioned('shop/policy.yaml', inPolicy('app: api', 'app: a¦pi'), ['shop/api.yaml:10 app: api']));
  test('of a container’s own label elsewhere: none', () =>
    mentioned('shop/api.yaml', API.replace('image: api', 'image: a¦pi'), []));
});

test('what is known of labels only in a template is among definitions, and not among references', async () => {
  const files = {
    ...SHOP,
    'shop/api.yaml': SHOP['shop/api.yaml'].replace('app: api', 'app: "{{ .Values.app }}"'),
  };
  await using other = await openShop(files);
  const definitions = await other.client.request(
    'textDocument/definition',
    openMarked(other, 'shop/policy.yaml', inPolicy('app: api', 'app: a¦pi')),
  );
  assert.deepEqual(placesOf(other, definitions), ['shop/api.yaml:10 app: "{{ .Values.app }}"']);
  const references = await other.client.request('textDocument/references', {
    ...openMarked(other, 'shop/api.yaml', files['shop/api.yaml'].replace('name: api', 'name: a¦pi')),
    context: { includeDeclaration: false },
  });
  assert.deepEqual(references, []);
});

test('a client without links gets locations', async () => {
  await using other = await openShop(SHOP, PULLS);
  const [found] = await other.client.request(
    'textDocument/definition',
    openMarked(other, 'shop/policy.yaml', inPolicy('app: api', 'app: a¦pi')),
  );
  assert.deepEqual(Object.keys(found).sort(), ['range', 'uri']);
});
