// Completion of what the workspace holds: labels, namespaces and ports, from the objects that are meant where the cursor (¦) is.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { CompletionItem, TextEdit } from 'vscode-languageserver/node';
import { applyTextEdits } from './edits.ts';
import { deployment, openMarked, openShop, SHOP, SHOWS, type Shop, WEB_POLICY } from './shop.ts';

const FILES = {
  ...SHOP,
  'shop/db.yaml': deployment('db', 'shop', 'app: db, "version": "1.0"', '5432'),
};

let shop: Shop;
before(async () => {
  shop = await openShop(FILES);
});
after(() => shop[Symbol.asyncDispose]());

async function complete(marked: string, at = shop): Promise<CompletionItem[]> {
  const place = openMarked(at, 'shop/policy.yaml', marked);
  const items: CompletionItem[] = await at.client.request('textDocument/completion', place);
  at.client.close(place.textDocument.uri);
  return items.sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
}

async function checkLabels(marked: string, expected: readonly string[], at = shop): Promise<void> {
  const labels = (await complete(marked, at)).map(({ label }) => label);
  assert.deepEqual(labels, expected);
}

async function checkDetails(marked: string, expected: Readonly<Record<string, string>>): Promise<void> {
  const items = await complete(marked);
  assert.deepEqual(
    items.map(({ label, detail }) => [label, detail]),
    Object.entries(expected),
  );
}

async function checkTaken(marked: string, label: string, expected: string): Promise<void> {
  const item = (await complete(marked)).find((i) => i.label === label);
  assert.ok(item, `${label} is offered`);
  assert.equal(applyTextEdits(marked.replace('¦', ''), [item.textEdit as TextEdit]), expected);
}

const HEAD = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
`;
const SPEC = `${HEAD}      app: web\n`;
const FROM = `${SPEC}  ingress:\n    - from:\n`;

suite('labels of pods', () => {
  test('keys, the most frequent first, with who has them', () =>
    checkDetails(`${HEAD}      ¦`, { app: '4 objects', tier: '2 objects', version: 'Deployment shop/db' }));
  test('keys, without those that are there', () =>
    checkLabels(`${HEAD}      app: web\n      ¦`, ['tier', 'version']));
  test('values of the key', () => checkLabels(`${HEAD}      tier: ¦`, ['canary', 'front']));
  test('values of a half-typed value', () =>
    checkTaken(`${HEAD}      app: d¦\n`, 'db', `${HEAD}      app: db\n`));
  test('a key goes on behind its colon', () => checkTaken(`${HEAD}      ap¦`, 'app', `${HEAD}      app: $1`));
  test('a key in front of its colon', () =>
    checkTaken(`${HEAD}      ti¦: front\n`, 'tier', `${HEAD}      tier: front\n`));
  test('a value that YAML would not read as text is quoted', () =>
    checkTaken(`${HEAD}      version: ¦`, '1.0', `${HEAD}      version: "1.0"`));
  test('a label with the name of a field has its own values', () =>
    checkLabels(`${HEAD}      operator: ¦`, []));
  const expressions = HEAD.replace('matchLabels', 'matchExpressions');
  test('keys of a requirement', () =>
    checkLabels(`${expressions}      - key: ¦`, ['app', 'tier', 'version']));
  test('values of a requirement', () =>
    checkLabels(
      `${expressions}      - key: tier\n        operator: In\n        values:\n          - front\n          - ¦`,
      ['canary'],
    ));
  test('values of a requirement in brackets', () =>
    checkLabels(`${expressions}      - operator: In\n        key: "tier"\n        values: [canary, ¦]\n`, [
      'front',
    ]));
});

suite('labels of a peer', () => {
  test('in the policy’s own namespace', () =>
    checkLabels(`${FROM}        - podSelector:\n            matchLabels:\n              app: ¦`, [
      'web',
      'api',
      'db',
    ]));
  test('in the namespaces its namespaceSelector matches', () =>
    checkLabels(
      `${FROM}        - namespaceSelector:\n            matchLabels:\n              team: acme\n          podSelector:\n            matchLabels:\n              app: ¦`,
      ['portal'],
    ));
  test('in the namespaces its namespaceSelector matches, in a requirement', () =>
    checkLabels(
      `${FROM}        - namespaceSelector:\n            matchLabels:\n              team: acme\n          podSelector:\n            matchExpressions:\n              - key: app\n                operator: In\n                values: [¦]`,
      ['portal'],
    ));
  test('in every namespace, where nothing is known of those that are meant', () =>
    checkLabels(
      `${FROM}        - namespaceSelector:\n            matchLabels:\n              team: unheard-of\n          podSelector:\n            matchLabels:\n              app: ¦`,
      ['web', 'api', 'db', 'portal'],
    ));
  test('of namespaces: keys', () =>
    checkLabels(`${FROM}        - namespaceSelector:\n            matchLabels:\n              ¦`, [
      'kubernetes.io/metadata.name',
      'team',
    ]));
  test('of namespaces: their names', () =>
    checkTaken(
      `${FROM}        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: ac¦`,
      'acme',
      `${FROM}        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: acme`,
    ));
});

test('namespaces', () => checkLabels('kind: NetworkPolicy\nmetadata:\n  namespace: ¦\n', ['acme', 'shop']));

suite('ports', () => {
  test('of the pods that the policy selects, and of the Services in front of them', () =>
    checkLabels(
      `${FROM}        - podSelector: {}
      ports:
        - port: ¦`,
      ['http', '8080', '8081'],
    ));
  test('with where they are from', () =>
    checkDetails(
      `${SPEC}  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              team: acme
      ports:
        - port: ¦`,
      { 9000: 'http of Deployment acme/portal', http: '9000 of Deployment acme/portal' },
    ));
  test('of the peers of an egress rule', () =>
    checkLabels(
      `${SPEC}  egress:\n    - to:\n        - namespaceSelector:\n            matchLabels:\n              team: acme\n      ports:\n        - protocol: TCP\n          port: ¦`,
      ['9000', 'http'],
    ));
  test('of every pod of the namespace, while the policy selects none', () =>
    checkLabels(`${HEAD}      app: wbe\n  ingress:\n    - ports:\n        - port: ¦`, [
      'http',
      '5432',
      '8080',
      '8081',
    ]));
  test('a number stays one', () =>
    checkTaken(
      `${FROM}        - podSelector: {}\n      ports:\n        - port: 80¦`,
      '8080',
      `${FROM}        - podSelector: {}\n      ports:\n        - port: 8080`,
    ));
});

test('in an item of a List, the item’s own namespace counts', () => {
  const item = (text: string) => `  - ${text.trimEnd().replaceAll('\n', '\n    ')}\n`;
  const other = SPEC.replace('namespace: shop', 'namespace: acme');
  return checkLabels(
    `apiVersion: v1\nkind: List\nitems:\n${item(SPEC)}${item(other.replace('app: web', 'app: ¦'))}`,
    ['portal'],
  );
});

suite('clients', () => {
  test('one that completes fields elsewhere gets the workspace’s words, and no fields', async () => {
    await using other = await openShop(FILES, SHOWS, { completion: 'workspace' });
    assert.ok(other.client.result.capabilities.completionProvider);
    await checkLabels(`${HEAD}      tier: ¦`, ['canary', 'front'], other);
    await checkLabels(`${SPEC}  ¦`, [], other);
    await checkLabels(`${SPEC}  policyTypes: [¦]`, [], other);
  });
  test('a policy that is there is completed where the cursor is', () =>
    checkLabels(WEB_POLICY.replace('team: acme', 'team: ¦'), ['acme']));
});
