// Hints: how many workloads the selectors and peers of a policy mean and which numbers its named ports have; and that there is
// none, or a question mark, where the workspace does not know.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { InlayHint } from 'vscode-languageserver/node';
import { type Client, PULLS } from './client.ts';
import { deployment, openShop, SHOP, SHOWS, type Shop, WEB_POLICY } from './shop.ts';
import { namespace, policy, uriIn } from './workspace.ts';

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };

function ask(client: Client, uri: string, range = WHOLE): Promise<InlayHint[]> {
  return client.request('textDocument/inlayHint', { textDocument: { uri }, range });
}

/** The lines that have a hint, with the hints in guillemets where they stand. */
function shown(text: string, hints: readonly InlayHint[]): string[] {
  const lines = text.split('\n');
  const byLine = Map.groupBy(hints, ({ position }) => position.line);
  return [...byLine].map(([n, here]) => {
    const sorted = here.toSorted((a, b) => b.position.character - a.position.character);
    const put = (line: string, { position: { character }, label }: InlayHint) =>
      `${line.slice(0, character)} «${label}»${line.slice(character)}`;
    return sorted.reduce(put, lines[n] as string).trim();
  });
}

async function checkHints(
  shop: Shop,
  name: string,
  text: string,
  expected: readonly string[],
): Promise<InlayHint[]> {
  const hints = await ask(shop.client, shop.client.open(uriIn(shop.files, name), text));
  assert.deepEqual(shown(text, hints), expected);
  return hints;
}

/** The hints of a policy of the shop, in files of its own. */
async function checkIn(
  files: Record<string, string>,
  text: string,
  expected: readonly string[],
): Promise<void> {
  await using shop = await openShop({ ...files, 'shop/policy.yaml': text });
  await checkHints(shop, 'shop/policy.yaml', text, expected);
}

const WEB_HINTS = [
  'podSelector: «2 workloads»',
  '- podSelector: «1 workload»',
  '- namespaceSelector: «1 workload»',
  '- port: http «ports 8080, 8081»',
  '- namespaceSelector: «1 workload»',
  '- port: http «port 9000»',
];

test('behind selectors, peers and named ports', async () => {
  await using shop = await openShop();
  const hints = await checkHints(shop, 'shop/policy.yaml', WEB_POLICY, WEB_HINTS);
  assert.deepEqual(
    hints.map(({ tooltip }) => tooltip),
    [
      'In this workspace: Deployment shop/web, Deployment shop/web-canary.',
      'In this workspace: Deployment shop/api.',
      'In this workspace: Deployment acme/portal.',
      'In this workspace: Deployment shop/web, Deployment shop/web-canary.',
      'In this workspace: Deployment acme/portal.',
      'In this workspace: Deployment acme/portal.',
    ],
  );
});

test('in the part that is shown', async () => {
  await using shop = await openShop();
  const uri = shop.client.open(uriIn(shop.files, 'shop/policy.yaml'), WEB_POLICY);
  const range = { start: { line: 10, character: 0 }, end: { line: 13, character: 0 } };
  assert.deepEqual(shown(WEB_POLICY, await ask(shop.client, uri, range)), WEB_HINTS.slice(1, 2));
});

suite('where they stand', () => {
  const flow = (selector: string) =>
    WEB_POLICY.split('  policyTypes')[0]?.replace(/podSelector:[\s\S]*/, selector) as string;
  test('behind a value that ends on the line', () =>
    checkIn(SHOP, flow('podSelector: {}  # every pod\n'), ['podSelector: {} «3 workloads»  # every pod']));
  test('behind a flow value', () =>
    checkIn(SHOP, flow('podSelector: { matchLabels: { app: web } }\n'), [
      'podSelector: { matchLabels: { app: web } } «2 workloads»',
    ]));
  test('behind the bracket of one that goes on', () =>
    checkIn(SHOP, flow('podSelector: {\n    matchLabels: { app: web } }\n'), [
      'podSelector: { «2 workloads»',
    ]));
  test('behind the colon, in front of a comment', () =>
    checkIn(SHOP, flow('podSelector:  # web: both\n    matchLabels:\n      app: web\n'), [
      'podSelector: «2 workloads»  # web: both',
    ]));
  test('in JSON', async () => {
    const text = JSON.stringify(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { podSelector: { matchLabels: { app: 'web' } } },
      },
      null,
      2,
    );
    await using shop = await openShop({ ...SHOP, 'shop/policy.json': text });
    await checkHints(shop, 'shop/policy.json', text, ['"podSelector": { «2 workloads»']);
  });
});

suite('nothing matches', () => {
  test('of workloads that are known', () =>
    checkIn(SHOP, WEB_POLICY.replace('app: web', 'app: wbe').split('  ingress')[0] as string, [
      'podSelector: «0 match»',
    ]));
  test('no number is given for a port of that name', () =>
    checkIn(
      SHOP,
      `${policy('web').split('      ports')[0]}      ports: [{ port: https }]\n`.replace('gateway', 'api'),
      ['podSelector: «2 workloads»', '- podSelector: «1 workload»'],
    ));
});

suite('what is not known', () => {
  const spec = WEB_POLICY.split('  ingress')[0] as string;
  test('no workload of the namespace: nothing is said', () => checkIn({ 'ns.yaml': namespace() }, spec, []));
  test('labels in a template', () =>
    checkIn({ 'web.yaml': deployment('web', 'shop', 'app: "{{ .Values.name }}"') }, spec, [
      'podSelector: «? workloads»',
    ]));
  test('labels in a template, beside one that is selected', () =>
    checkIn({ ...SHOP, 'more.yaml': deployment('more', 'shop', 'app: "{{ .Values.name }}"') }, spec, [
      'podSelector: «2–3 workloads»',
    ]));
  test('a selector in a template: nothing is said', () =>
    checkIn(SHOP, spec.replace('app: web', 'app: "{{ .Values.name }}"'), []));
  test('a half-typed selector: nothing is said', () =>
    checkIn(SHOP, spec.replace('app: web', 'app: [web'), []));
  test('a policy of another API: nothing is said', () =>
    checkIn(SHOP, spec.replace('networking.k8s.io/v1', 'projectcalico.org/v3'), []));
  test('namespaces whose labels are nowhere', () =>
    checkIn(
      { 'acme/portal.yaml': SHOP['acme/portal.yaml'] },
      `${spec}  ingress:\n    - from:\n        - namespaceSelector: { matchLabels: { team: acme } }\n`,
      ['- namespaceSelector: { matchLabels: { team: acme } } «? workloads»'],
    ));
  const unnamed = (text: string) => text.replace('  namespace: shop\n', '');
  test('a policy without a namespace, beside workloads with one: there may be more, and none is not said', async () => {
    const files = { 'shop/db.yaml': unnamed(deployment('db', 'shop', 'app: web')) };
    await checkIn({ ...SHOP, ...files }, unnamed(spec), ['podSelector: «1+ workloads»']);
    await checkIn({ ...SHOP, ...files }, unnamed(spec).replace('app: web', 'app: api'), []);
    await checkIn({ ...SHOP, ...files }, unnamed(spec).replace('app: web', 'app: x'), [
      'podSelector: «0 match»',
    ]);
  });
  test('a policy with a namespace, beside workloads without one', async () => {
    const files = { 'shop/db.yaml': unnamed(deployment('db', 'shop', 'app: db')) };
    await checkIn({ ...SHOP, ...files }, spec.replace('app: web', 'app: db'), []);
    await checkIn({ ...SHOP, ...files }, spec, ['podSelector: «2 workloads»']);
  });
  test('no pod matches in namespaces whose labels are nowhere: nothing is said', () =>
    checkIn(
      { 'acme/portal.yaml': SHOP['acme/portal.yaml'] },
      `${spec}  ingress:\n    - from:\n        - namespaceSelector: { matchLabels: { team: acme } }\n          podSelector: { matchLabels: { app: x } }\n`,
      [],
    ));
  test('namespaces without workloads are counted themselves', () =>
    checkIn(
      { 'ns.yaml': SHOP['namespaces.yaml'] },
      `${spec}  ingress:\n    - from:\n        - namespaceSelector: { matchLabels: { team: acme } }\n`,
      ['- namespaceSelector: { matchLabels: { team: acme } } «1 namespace»'],
    ));
});

suite('clients', () => {
  test('one that cannot refresh is not asked to', async () => {
    await using shop = await openShop(SHOP, PULLS);
    shop.files.write('shop/api.yaml', SHOP['shop/api.yaml'].replace('app: api', 'app: other'));
    shop.client.watched([shop.files.file('shop/api.yaml'), 2]);
    await shop.client.event(({ method }) => method === 'workspace/diagnostic/refresh');
    assert.deepEqual(
      shop.client.events.filter(({ method }) => /inlayHint|codeLens/.test(method)),
      [],
    );
  });

  for (const [kind, rest] of [
    ['podSelector', WEB_HINTS.slice(1)],
    ['peers', WEB_HINTS.filter((line) => !line.startsWith('- podS') && !line.startsWith('- name'))],
    ['namedPorts', WEB_HINTS.filter((line) => !line.includes('port:'))],
  ] as const)
    test(`one that does not want ${kind}`, async () => {
      await using shop = await openShop(SHOP, SHOWS, { inlayHints: { [kind]: false } });
      await checkHints(shop, 'shop/policy.yaml', WEB_POLICY, rest);
    });

  test('one that changes its mind is asked to refresh', async () => {
    await using shop = await openShop();
    const from = shop.client.events.length;
    const off = { podSelector: false, peers: false, namedPorts: false };
    const settings = { netpolGuard: { inlayHints: off } };
    shop.client.notify('workspace/didChangeConfiguration', { settings });
    await shop.client.event(({ method }) => method === 'workspace/inlayHint/refresh', from);
    await shop.client.event(({ method }) => method === 'workspace/codeLens/refresh', from);
    await checkHints(shop, 'shop/policy.yaml', WEB_POLICY, []);
    shop.client.notify('workspace/didChangeConfiguration', { settings: null });
    const uri = uriIn(shop.files, 'shop/policy.yaml');
    assert.deepEqual(shown(WEB_POLICY, await ask(shop.client, uri)), WEB_HINTS);
  });
});

suite('when other files change', () => {
  const refreshed = (shop: Shop, from: number) =>
    shop.client.event(({ method }) => method === 'workspace/inlayHint/refresh', from);
  const labelled = (label: string) => SHOP['shop/api.yaml'].replace('app: api', `app: ${label}`);

  test('on disk', async () => {
    await using shop = await openShop();
    const uri = shop.client.open(uriIn(shop.files, 'shop/policy.yaml'), WEB_POLICY);
    const from = shop.client.events.length;
    shop.client.watched([shop.files.write('shop/api.yaml', labelled('web')), 2]);
    await refreshed(shop, from);
    assert.deepEqual(shown(WEB_POLICY, await ask(shop.client, uri)).slice(0, 2), [
      'podSelector: «3 workloads»',
      '- podSelector: «0 match»',
    ]);
  });

  test('in another open document', async () => {
    await using shop = await openShop();
    const uri = shop.client.open(uriIn(shop.files, 'shop/policy.yaml'), WEB_POLICY);
    const api = shop.client.open(uriIn(shop.files, 'shop/api.yaml'), labelled('api'));
    const from = shop.client.events.length;
    shop.client.change(api, labelled('web'));
    await refreshed(shop, from);
    assert.equal(shown(WEB_POLICY, await ask(shop.client, uri))[0], 'podSelector: «3 workloads»');
  });
});

test('a request is cancelled, and one about text that changes meanwhile is refused', async () => {
  await using shop = await openShop();
  const many = Array.from({ length: 3_000 }, (_, n) => policy(`p${n}`)).join('---\n');
  const uri = shop.client.open(uriIn(shop.files, 'many.yaml'), many);
  shop.client.together(2);
  const asked = ask(shop.client, uri);
  shop.client.change(uri, { range: WHOLE, text: '' });
  await assert.rejects(asked, { code: -32801 });
});
