// Hover beyond the policy under the cursor: the other policies of the same pods, a workload's policies, a selector's workloads.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { MarkupContent } from 'vscode-languageserver/node';
import { PULLS } from './client.ts';
import { deployment, openMarked, openShop, type Shop } from './shop.ts';
import { DEFAULT_DENY } from './workspace.ts';

const API = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 8080
`;

/** Lets Prometheus in to every pod that is scraped. */
const SCRAPE = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: scrape
  namespace: shop
spec:
  podSelector:
    matchLabels:
      scrape: 'yes'
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
      ports:
        - port: 9090
`;

const FILES = {
  'namespaces.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n',
  'api.yaml': API,
  'deny.yaml': DEFAULT_DENY,
  'scrape.yaml': SCRAPE,
  'workloads.yaml': [
    deployment('api', 'shop', "app: api, scrape: 'yes'"),
    deployment('web', 'shop', 'app: web'),
    deployment('lonely', 'elsewhere', 'app: lonely'),
  ].join('---\n'),
};

let shop: Shop;
before(async () => {
  shop = await openShop(FILES);
});
after(() => shop[Symbol.asyncDispose]());

/** What hover says at ¦ of a file, links shortened to the file's name. */
async function hoverIn(by: Shop, name: string, marked: string): Promise<string> {
  const place = openMarked(by, name, marked);
  const answer = await by.client.request('textDocument/hover', place);
  by.client.close(place.textDocument.uri);
  assert.ok(answer);
  return (answer.contents as MarkupContent).value.replace(/\]\(file:[^)]*\/([^/)]*)\)/g, ']($1)');
}

const hover = (name: keyof typeof FILES, from: string, to: string) => {
  assert.ok(FILES[name].includes(from), from);
  return hoverIn(shop, name, FILES[name].replace(from, to));
};

const TOGETHER = `Policies add up: what one of them allows, no other takes away.

- [\`default-deny\`](deny.yaml#L4) (deny.yaml:4) selects these pods, too; it lets nothing in or out.
- [\`scrape\`](scrape.yaml#L4) (scrape.yaml:4) selects some of them, too: [\`api\`](workloads.yaml#L4) (workloads.yaml:4).

All of them together:
- **Incoming**: only from pods with \`app=web\` in the policy's own namespace, on TCP 8080.
- **Outgoing**: nothing is allowed.`;

suite('hover on a policy', () => {
  test('tells what the others of its pods add, on its kind, name and selector', async () => {
    for (const [from, to] of [
      ['kind: N', 'kind: N¦'],
      ['name: api', 'name: a¦pi'],
      ['podSelector:\n    matchLabels:\n      app: api', 'podSelector:\n    matchLabels:\n      app: a¦pi'],
    ] as const)
      assert.ok((await hover('api.yaml', from, to)).includes(`\n\n---\n\n${TOGETHER}`), to);
  });
  test('tells nothing of the others where the cursor is on one of its rules', async () =>
    assert.doesNotMatch(await hover('api.yaml', '8080', '80¦80'), /together|add up/));
  test('tells that there is no other', async () => {
    const alone = API.replace('namespace: shop', 'namespace: alone').replace('kind: N', 'kind: N¦');
    const says = await hoverIn(shop, 'api.yaml', alone);
    assert.match(says, /\n\n---\n\nNo other policy in the workspace selects these pods\.\n\n---/);
  });
  test('tells that everything is allowed when another one does', async () => {
    const open = API.replace('name: api', 'name: other').replace(/ingress:[\s\S]*/, 'ingress: [{}]\n');
    const says = await hoverIn(shop, 'api.yaml', `${API}---\n${open}`.replace('name: other', 'name: ¦other'));
    assert.match(
      says,
      /- \[`api`\]\(api\.yaml#L4\) \(line 4\) selects these pods, too; it lets in connections from pods/,
    );
    assert.match(says, /^- \*\*Incoming\*\*: \*\*everything\*\* is allowed\.$/m);
  });
  test('tells of which it is not known', async () => {
    const templated = API.replace('name: api', 'name: other').replace('app: api', 'app: {{ .Values.app }}');
    const says = await hoverIn(
      shop,
      'api.yaml',
      `${API}---\n${templated}`.replace('name: api', 'name: ¦api'),
    );
    assert.match(
      says,
      /- Whether \[`other`\]\(api\.yaml#L\d+\) \(line \d+\) selects them, too, cannot be told\./,
    );
    assert.match(
      says,
      /^- \*\*Incoming\*\*: only .*on TCP 8080, and perhaps more: not all of it can be read\.$/m,
    );
  });
  test('does not count policies of other kinds, and says so', async () => {
    const cilium =
      'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: shop }\n';
    const says = await hoverIn(shop, 'api.yaml', `${API}---\n${cilium}`.replace('name: api', 'name: ¦api'));
    assert.match(says, /Not counted, .*: CiliumNetworkPolicy \[`c`\]\(api\.yaml#L\d+\) \(line \d+\)\./);
  });
  test('names the first of many', async () => {
    const more = Array.from({ length: 5 }, (_, i) => API.replace('name: api', `name: more-${i}`));
    const says = await hoverIn(
      shop,
      'api.yaml',
      [API.replace('name: api', 'name: ¦api'), ...more].join('---\n'),
    );
    assert.equal(says.match(/selects these pods, too; it/g)?.length, 3);
    assert.match(says, /^- .*more-3.*, .*more-4.* and .*default-deny.* do, too\.$/m);
  });
  test('counts the text as it is typed, not as it is on disk', async () => {
    await using own = await openShop(FILES);
    openMarked(own, 'deny.yaml', DEFAULT_DENY.replace('    - Egress\n', ''));
    const says = await hoverIn(own, 'api.yaml', API.replace('name: api', 'name: ¦api'));
    assert.match(says, /deny\.yaml:4\) selects these pods, too; it lets nothing in\./);
    assert.match(says, /^- \*\*Outgoing\*\*: not restricted by any of them\.$/m);
  });
});

suite('hover on a workload', () => {
  test('tells which policies select it and what they let in and out', async () =>
    assert.equal(
      await hover('workloads.yaml', 'name: api', 'name: ¦api'),
      `**Deployment api** in namespace \`shop\`: its pods are selected by [\`api\`](api.yaml#L4) (api.yaml:4), [\`default-deny\`](deny.yaml#L4) (deny.yaml:4) and [\`scrape\`](scrape.yaml#L4) (scrape.yaml:4).

- **Incoming**: only from pods with \`app=web\` in the policy's own namespace, on TCP 8080; from every pod in namespace \`monitoring\`, on TCP 9090.
- **Outgoing**: nothing is allowed.`,
    ));
  test('tells that none does', async () =>
    assert.equal(
      await hover('workloads.yaml', 'name: lonely', 'name: ¦lonely'),
      '**Deployment lonely** in namespace `elsewhere`: no policy in the workspace selects its pods, so **every connection** to and from them is allowed.',
    ));
  test('tells of which it is not known', async () => {
    const says = await hover(
      'workloads.yaml',
      "app: api, scrape: 'yes'".replaceAll(', ', '\n        '),
      'app: {{ ¦app }}',
    );
    assert.match(says, /Whether .*`api`.* and .*`scrape`.* select them cannot be told\./);
    assert.match(says, /^- \*\*Incoming\*\*: nothing is surely allowed; perhaps something is/m);
  });
  test('tells that its pods are in the network of their node', async () => {
    const shared = FILES['workloads.yaml'].replace('    spec:\n', '    spec:\n      hostNetwork: true\n');
    const says = await hoverIn(shop, 'workloads.yaml', shared.replace('name: api', 'name: ¦api'));
    assert.match(
      says,
      /\n\nThey are in the network of their node: most network plugins apply no policy to them\.$/,
    );
  });
  test('has nothing to say of its other fields', async () => {
    const place = openMarked(shop, 'workloads.yaml', FILES['workloads.yaml'].replace('image', 'im¦age'));
    assert.equal(await shop.client.request('textDocument/hover', place), null);
    shop.client.close(place.textDocument.uri);
  });
});

suite('hover on a selector', () => {
  test('of a policy names the workloads', async () =>
    assert.match(
      await hover('api.yaml', 'podSelector:\n    m', '¦podSelector:\n    m'),
      /^Selects pods in namespace `shop` with `app=api`\.\n\nIn the workspace: Deployment \[`api`\]\(workloads\.yaml#L4\) \(workloads\.yaml:4\)\.\n\n---/,
    ));
  test('of a peer names the workloads', async () =>
    assert.match(
      await hover('api.yaml', '- podSelector', '- pod¦Selector'),
      /^This item matches .*\n\nIn the workspace: Deployment \[`web`\]/,
    ));
  test('that selects nothing says so', async () =>
    assert.match(
      await hover('api.yaml', 'app: web', 'app: we¦bb'),
      /\n\nThe workspace has no workload that it selects\./,
    ));
  test('of namespaces names those that are known', async () => {
    assert.doesNotMatch(await hover('scrape.yaml', 'namespaceS', 'n¦amespaceS'), /In the workspace/);
    const shopped = SCRAPE.replace('monitoring', 'shop').replace('namespaceS', 'n¦amespaceS');
    assert.match(await hoverIn(shop, 'scrape.yaml', shopped), /In the workspace: Namespace \[`shop`\]/);
  });
});

test('while not all files have been read, nothing is said of what is missing', async () => {
  const uri = shop.client.open('untitled:around', API.replace('shop', 'empty'));
  const position = { line: 3, character: 8 };
  const { contents } = await shop.client.request('textDocument/hover', { textDocument: { uri }, position });
  assert.match(
    contents.value,
    /No other policy that has been read selects these pods\. Not all files have been read/,
  );
});

suite('hover on what overlays make of an object', () => {
  const KUSTOMIZED = {
    'base/kustomization.yaml': 'resources: [api.yaml, deny.yaml]\n',
    'base/api.yaml': API.replace('  namespace: shop\n', ''),
    'base/deny.yaml': DEFAULT_DENY.replace('  namespace: shop\n', ''),
    'overlays/dev/kustomization.yaml': 'namespace: dev\nnamePrefix: dev-\nresources: [../../base]\n',
    'overlays/prod/kustomization.yaml': 'namespace: prod\nresources: [../../base, open.yaml]\n',
    'overlays/prod/open.yaml': API.replace('name: api', 'name: open')
      .replace('  namespace: shop\n', '')
      .replace(/ingress:[\s\S]*/, 'ingress: [{}]\n'),
  };
  test('tells of each world by itself, and never takes the object for another', async () => {
    await using own = await openShop(KUSTOMIZED);
    const text = KUSTOMIZED['base/api.yaml'].replace('name: api', 'name: ¦api');
    const [, dev, prod, more] = (await hoverIn(own, 'base/api.yaml', text)).split(
      /\*\*In overlays\/\w+\*\*: /,
    );
    assert.equal(more, undefined);
    assert.match(dev ?? '', /`dev-default-deny`/);
    assert.match(dev ?? '', /^- \*\*Incoming\*\*: only from pods with `app=web`/m);
    assert.match(prod ?? '', /`open`/);
    assert.match(prod ?? '', /^- \*\*Incoming\*\*: \*\*everything\*\* is allowed\.$/m);
    assert.doesNotMatch(`${dev}${prod}`, /`(dev-)?api`/);
  });
});

test('a client that reads plain text gets names with their places, and no links', async () => {
  const capabilities = {
    ...PULLS,
    textDocument: { ...PULLS.textDocument, hover: { contentFormat: ['plaintext' as const] } },
  };
  await using plain = await openShop(FILES, capabilities);
  const says = await hoverIn(plain, 'api.yaml', API.replace('name: api', 'name: ¦api'));
  assert.match(
    says,
    /^- default-deny \(deny\.yaml:4\) selects these pods, too; it lets nothing in or out\.$/m,
  );
  assert.doesNotMatch(says, /[`*[\]]/);
});
