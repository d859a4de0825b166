// Links: from an ignored rule to its page, and from a kustomization to the files it names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentLink } from 'vscode-languageserver/node';
import { openShop, SHOP, SHOWS, type Shop } from './shop.ts';
import { OPEN_INGRESS, policy, uriIn } from './workspace.ts';

const PAGES = { ruleUri: 'vscode://netpol-guard/rules/{id}' };

/** Each link as the text it is on and what it leads to. */
async function linksIn(shop: Shop, name: string, text: string): Promise<string[]> {
  const uri = shop.client.open(uriIn(shop.files, name), text);
  const links: DocumentLink[] = await shop.client.request('textDocument/documentLink', {
    textDocument: { uri },
  });
  const lines = text.split('\n');
  return links.map(({ range: { start, end }, target }) => {
    const shown = lines[start.line]?.slice(start.character, end.character);
    return `${shown} → ${target?.replace(uriIn(shop.files, ''), '').replace(/^\//, '')}`;
  });
}

test('rules that a comment or an annotation ignores', async () => {
  await using shop = await openShop(SHOP, SHOWS, PAGES);
  const commented = policy(
    'web',
    `    # netpol-guard: ignore[allow-all-ingress, no-such-rule] a gateway\n${OPEN_INGRESS}`,
  );
  assert.deepEqual(await linksIn(shop, 'a.yaml', `# moved\n---\n${commented}`), [
    'allow-all-ingress → vscode://netpol-guard/rules/allow-all-ingress',
  ]);
  const annotated = policy('web', OPEN_INGRESS).replace(
    'spec:',
    '  annotations:\n    "netpol-guard/ignore.allow-all-ingress": a gateway\nspec:',
  );
  assert.deepEqual(await linksIn(shop, 'b.yaml', annotated), [
    'allow-all-ingress → vscode://netpol-guard/rules/allow-all-ingress',
  ]);
});

const KUSTOMIZATION = `resources:
  - policy.yaml
  - ../acme
  - ./web.yaml
  - gone.yaml
  - https://example.com/manifests.yaml
  - github.com/example/base?ref=v1
patches:
  - path: api.yaml
  - patch: "- op: remove"
`;

test('the files of a kustomization that are there, and the kustomizations of its folders', async () => {
  await using shop = await openShop({ ...SHOP, 'acme/kustomization.yaml': 'resources: []\n' });
  assert.deepEqual(await linksIn(shop, 'shop/kustomization.yaml', KUSTOMIZATION), [
    'policy.yaml → shop/policy.yaml',
    '../acme → acme/kustomization.yaml',
    './web.yaml → shop/web.yaml',
    'api.yaml → shop/api.yaml',
  ]);
  assert.deepEqual(await linksIn(shop, 'shop/other.yaml', KUSTOMIZATION), []);
});

test('a document that is no file has none', async () => {
  await using shop = await openShop();
  const uri = shop.client.open('untitled:kustomization.yaml', KUSTOMIZATION);
  assert.deepEqual(await shop.client.request('textDocument/documentLink', { textDocument: { uri } }), []);
});
