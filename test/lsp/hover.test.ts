// Hover: what the part of a policy under the cursor (¦) means on the wire, in the form the client reads.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Hover, MarkupContent } from 'vscode-languageserver/node';
import { Client, PULLS } from './client.ts';

let client: Client;
before(async () => {
  client = new Client();
  await client.initialize({});
});
after(() => client[Symbol.asyncDispose]());

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: edge
          podSelector:
            matchLabels:
              app: gateway
        - ipBlock:
            cidr: 10.0.0.0/8
            except: [10.1.0.0/16]
      ports:
        - protocol: TCP
          port: 8443
          endPort: 8445
        - port: metrics
  egress: []
`;

let documents = 0;

async function hover(marked: string, by = client): Promise<Hover | null> {
  const lines = marked.slice(0, marked.indexOf('¦')).split(/\r\n|\n/);
  const uri = by.open(`untitled:hover-${documents++}`, marked.replace('¦', ''));
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return by.request('textDocument/hover', { textDocument: { uri }, position });
}

function contentsOf(result: Hover | null): MarkupContent {
  assert.ok(result);
  return result.contents as MarkupContent;
}

/** At the cursor, put in front of `at` in the policy, hover says what matches all of `says`. */
async function checkHover(at: string, says: readonly RegExp[], text = POLICY): Promise<void> {
  const { kind, value } = contentsOf(await hover(text.replace(at, `¦${at}`)));
  assert.equal(kind, 'markdown');
  for (const pattern of says) assert.match(value, pattern);
}

suite('hover', () => {
  test('on the kind tells the whole policy', () =>
    checkHover('NetworkPolicy', [
      /\*\*NetworkPolicy api\*\* applies to pods in namespace `shop` with `app=api`/,
      /\*\*Incoming\*\*: only this is allowed/,
      /^- from pods with `app=gateway` in namespace `edge`, or from addresses in `10\.0\.0\.0\/8` except `10\.1\.0\.0\/16`/m,
      /TCP 8443–8445/,
      /\*\*Outgoing\*\*: everything is denied/,
    ]));
  test('on the selector tells whom it selects, and what the field is for', () =>
    checkHover('podSelector:\n    match', [
      /^Selects pods in namespace `shop` with `app=api`\.\n\n---\n\nNo other policy .*\n\n---\n\nThe pods of this namespace/,
    ]));
  test('on a peer tells whom it matches', () =>
    checkHover('namespaceSelector', [
      /^This item matches pods with `app=gateway` in namespace `edge`\. Any one item/,
      /Namespaces with these labels/,
    ]));
  test('on a block of addresses', () =>
    checkHover('10.0.0.0/8', [/^This item matches addresses in `10\.0\.0\.0\/8` except/]));
  test('on an exception', () => checkHover('10.1.0.0/16', [/^This item matches addresses in/]));
  test('on the ports', () => checkHover('ports:', [/^Connections on .*TCP 8443–8445.*metrics/]));
  test('on a port', () => checkHover('8443', [/^Connections on /, /port by number/]));
  test('on a rule', () =>
    checkHover('from:', [
      /^This rule allows connections from pods with `app=gateway`/,
      /Where connections may come from/,
    ]));
  test('on an empty rule', () =>
    checkHover(
      '{}',
      [/^This rule allows connections from \*\*anywhere/],
      POLICY.replace('egress: []', 'egress: []\n').replace(/from:[\s\S]*metrics/, '{}'),
    ));
  test('on a policy in a List', () =>
    checkHover(
      'NetworkPolicy',
      [/\*\*NetworkPolicy api\*\*/],
      `apiVersion: v1\nkind: List\nitems:\n  - ${POLICY.trimEnd().replaceAll('\n', '\n    ')}\n`,
    ));
  test('in JSON', () =>
    checkHover(
      '"podSelector"',
      [/^Selects \*\*every pod\*\* in namespace `shop`/],
      '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"a","namespace":"shop"},"spec":{"podSelector":{}}}',
    ));
  test('behind another document, with CRLF, covers the word', async () => {
    const text = `kind: Other\n---\n${POLICY}`
      .replaceAll('\n', '\r\n')
      .replace('policyTypes', 'policy¦Types');
    const result = await hover(text);
    assert.deepEqual(result?.range, { start: { line: 11, character: 2 }, end: { line: 11, character: 13 } });
  });
  test('has nothing to say elsewhere', async () => {
    for (const text of [
      'kind: ¦Service\napiVersion: v1\n',
      `${POLICY}# ¦comment\n`,
      '¦',
      'text: ¦[unclosed\n',
    ])
      assert.equal(await hover(text), null, text);
  });
  test('says as much as a broken policy lets it', () =>
    checkHover('8443', [/^Connections on /], POLICY.replace('  egress: []\n', '  egress: [\n')));
  test('is plain for clients that read plain text', async () => {
    await using plain = new Client();
    await plain.initialize({
      capabilities: {
        ...PULLS,
        textDocument: { ...PULLS.textDocument, hover: { contentFormat: ['plaintext'] } },
      },
    });
    const { kind, value } = contentsOf(await hover(POLICY.replace('Network', '¦Network'), plain));
    assert.equal(kind, 'plaintext');
    assert.doesNotMatch(value, /[*`]/);
    assert.match(value, /^NetworkPolicy api applies to pods in namespace shop with app=api\./);
  });
});
