// The outline: every object of a file, and what a policy consists of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentSymbol, Range, SymbolInformation } from 'vscode-languageserver/node';
import { PULLS, startClient } from './client.ts';
import { namespace, OPEN_INGRESS, policy } from './workspace.ts';

/** The outline as indented lines. */
function outline(symbols: readonly DocumentSymbol[], indent = ''): string {
  return symbols
    .map(
      ({ name, detail, children }) =>
        `${indent}${name}: ${detail}\n${outline(children ?? [], `${indent}  `)}`,
    )
    .join('');
}

async function checkOutline(text: string, expected: string): Promise<DocumentSymbol[]> {
  await using client = await startClient();
  const uri = client.open('untitled:x', text);
  const symbols: DocumentSymbol[] = await client.request('textDocument/documentSymbol', {
    textDocument: { uri },
  });
  assert.equal(outline(symbols), expected);
  for (const symbol of everySymbol(symbols))
    assert.ok(isInside(symbol.selectionRange, symbol.range), `${symbol.name} selects a part of itself`);
  return symbols;
}

function everySymbol(symbols: readonly DocumentSymbol[]): DocumentSymbol[] {
  return symbols.flatMap((symbol) => [symbol, ...everySymbol(symbol.children ?? [])]);
}

function isInside(inner: Range, outer: Range): boolean {
  const number = ({ line, character }: Range['start']) => line * 1e6 + character;
  return number(outer.start) <= number(inner.start) && number(inner.end) <= number(outer.end);
}

const WEB = `web: NetworkPolicy in shop
  podSelector: app=web
  ingress: 1 rule
`;

test('objects one behind the other', async () => {
  const symbols = await checkOutline(`${namespace()}---\n${policy('web')}`, `shop: Namespace\n${WEB}`);
  assert.deepEqual(symbols[1]?.selectionRange, {
    start: { line: 8, character: 8 },
    end: { line: 8, character: 11 },
  });
});

test('objects in a List', async () => {
  const items = [policy('web'), namespace()].map(
    (text) => `  - ${text.trimEnd().replaceAll('\n', '\n    ')}\n`,
  );
  await checkOutline(`apiVersion: v1\nkind: List\nitems:\n${items.join('')}`, `${WEB}shop: Namespace\n`);
});

test('objects without a name, with an empty one, or with one from an anchor', async () => {
  const nameless = 'apiVersion: v1\nkind: Namespace\n';
  await checkOutline(nameless, 'Namespace: Namespace\n');
  await checkOutline(`${nameless}metadata: { name: "" }\n`, 'Namespace: Namespace\n');
  await checkOutline(
    `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: &m {name: shop}}\n- {apiVersion: v1, kind: Namespace, metadata: *m}\n`,
    'shop: Namespace\nshop: Namespace\n',
  );
});

test('text that is not Kubernetes has none', async () => {
  await checkOutline('key: value\n', '');
  await checkOutline('', '');
});

test('a client that cannot show a tree gets the objects', async () => {
  const capabilities = { ...PULLS, textDocument: { ...PULLS.textDocument, documentSymbol: {} } };
  await using client = await startClient({ capabilities });
  const uri = client.open('untitled:x', policy('web', OPEN_INGRESS));
  const symbols: SymbolInformation[] = await client.request('textDocument/documentSymbol', {
    textDocument: { uri },
  });
  assert.deepEqual(
    symbols.map(({ name, location }) => [name, location.uri, location.range.start]),
    [['web', uri, { line: 0, character: 0 }]],
  );
});
