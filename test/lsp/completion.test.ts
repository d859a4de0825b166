// Completion: the fields and values that fit where the cursor (¦) stands, and the text after taking one of them.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { ClientCapabilities, CompletionItem, TextEdit } from 'vscode-languageserver/node';
import { Client, PULLS } from './client.ts';
import { applyTextEdits } from './edits.ts';

let client: Client;
before(async () => {
  client = new Client();
  await client.initialize({
    capabilities: completing({ snippetSupport: true, insertTextModeSupport: { valueSet: [1, 2] } }),
  });
});
after(() => client[Symbol.asyncDispose]());

type ItemCapabilities = NonNullable<
  NonNullable<NonNullable<ClientCapabilities['textDocument']>['completion']>['completionItem']
>;

function completing(completionItem: ItemCapabilities): ClientCapabilities {
  return { ...PULLS, textDocument: { ...PULLS.textDocument, completion: { completionItem } } };
}

const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\n';
let documents = 0;

interface Completed {
  readonly text: string;
  readonly items: CompletionItem[];
}

/** Asks for completion at the cursor ¦ of a text. */
async function complete(marked: string, by = client): Promise<Completed> {
  const text = marked.replace('¦', '');
  const lines = marked.slice(0, marked.indexOf('¦')).split(/\r\n|\n/);
  const uri = by.open(`untitled:completion-${documents++}`, text);
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  const items: CompletionItem[] = await by.request('textDocument/completion', {
    textDocument: { uri },
    position,
  });
  return { text, items: items.sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1)) };
}

/** The labels that are offered at the cursor. */
async function checkLabels(marked: string, expected: readonly string[]): Promise<void> {
  assert.deepEqual(
    (await complete(marked)).items.map(({ label }) => label),
    expected,
  );
}

/** The text after taking the item of that label; a snippet's last stop shows as $1. */
async function checkTaken(marked: string, label: string, expected: string, by = client): Promise<void> {
  const { text, items } = await complete(marked, by);
  const item = items.find((i) => i.label === label);
  assert.ok(item, `${label} is offered`);
  assert.equal(applyTextEdits(text, [item.textEdit as TextEdit]), expected);
}

const SPEC = ['podSelector', 'policyTypes', 'ingress', 'egress'];
const PEER = ['podSelector', 'namespaceSelector', 'ipBlock'];
const PORT = ['protocol', 'port', 'endPort'];

test('nothing is offered below the last line', async () => {
  const uri = client.open('untitled:short', `${HEAD}spec:\n  `);
  const position = { line: 9, character: 2 };
  assert.deepEqual(await client.request('textDocument/completion', { textDocument: { uri }, position }), []);
});

suite('fields', () => {
  test('of the policy', () => checkLabels(`${HEAD}¦`, ['spec']));
  test('of metadata', () =>
    checkLabels('kind: NetworkPolicy\nmetadata:\n  ¦', [
      'name',
      'generateName',
      'namespace',
      'labels',
      'annotations',
    ]));
  test('of an empty spec', () => checkLabels(`${HEAD}spec:\n  ¦`, SPEC));
  test('of a spec, without those it has above and below', () =>
    checkLabels(`${HEAD}spec:\n  podSelector: {}\n  ¦\n  ingress:\n    - from: []\n`, [
      'policyTypes',
      'egress',
    ]));
  test('of a rule', () => checkLabels(`${HEAD}spec:\n  ingress:\n    - ¦`, ['from', 'ports']));
  test('of a rule of the other direction', () =>
    checkLabels(`${HEAD}spec:\n  egress:\n    - ¦`, ['to', 'ports']));
  test('of a rule that has a peer list', () =>
    checkLabels(`${HEAD}spec:\n  ingress:\n    - from:\n        - podSelector: {}\n      ¦`, ['ports']));
  test('of a peer', () => checkLabels(`${HEAD}spec:\n  ingress:\n    - from:\n        - ¦`, PEER));
  test('of a second peer', () =>
    checkLabels(`${HEAD}spec:\n  ingress:\n    - from:\n        - podSelector: {}\n        - ¦`, PEER));
  test('of the same peer', () =>
    checkLabels(`${HEAD}spec:\n  ingress:\n    - from:\n        - podSelector: {}\n          ¦`, [
      'namespaceSelector',
      'ipBlock',
    ]));
  test('of a peer below its dash', () =>
    checkLabels(`${HEAD}spec:\n  ingress:\n    - from:\n        -\n          ¦`, PEER));
  test('of a port', () => checkLabels(`${HEAD}spec:\n  ingress:\n    - ports:\n        - ¦`, PORT));
  test('of a port that has some', () =>
    checkLabels(
      `${HEAD}spec:\n  ingress:\n    - ports:\n        - protocol: TCP\n          ¦\n          port: 80\n`,
      ['endPort'],
    ));
  test('of an address block', () =>
    checkLabels(`${HEAD}spec:\n  ingress:\n    - from:\n        - ipBlock:\n            ¦`, [
      'cidr',
      'except',
    ]));
  test('of a selector', () =>
    checkLabels(`${HEAD}spec:\n  podSelector:\n    ¦`, ['matchLabels', 'matchExpressions']));
  test('of a requirement', () =>
    checkLabels(`${HEAD}spec:\n  podSelector:\n    matchExpressions:\n      - ¦`, [
      'key',
      'operator',
      'values',
    ]));
  test('not of labels, which are anybody’s own', () =>
    checkLabels(`${HEAD}spec:\n  podSelector:\n    matchLabels:\n      ¦`, []));
});

suite('values', () => {
  const VALUE = `${HEAD}spec:\n  ingress:\n    - ports:\n        - protocol: `;
  test('of protocol', () => checkLabels(`${VALUE}¦`, ['SCTP', 'TCP', 'UDP']));
  test('of policyTypes', () => checkLabels(`${HEAD}spec:\n  policyTypes:\n    - ¦`, ['Egress', 'Ingress']));
  test('of policyTypes, without what it has', () =>
    checkLabels(`${HEAD}spec:\n  policyTypes:\n    - Egress\n    - ¦`, ['Ingress']));
  test('of policyTypes in brackets', () =>
    checkLabels(`${HEAD}spec:\n  policyTypes: [¦]\n`, ['Egress', 'Ingress']));
  test('of policyTypes in brackets, without what it has', () =>
    checkLabels(`${HEAD}spec:\n  policyTypes: [Ingress, ¦]\n`, ['Egress']));
  test('of operator', () =>
    checkLabels(
      `${HEAD}spec:\n  podSelector:\n    matchExpressions:\n      - key: app\n        operator: ¦`,
      ['DoesNotExist', 'Exists', 'In', 'NotIn'],
    ));
  test('of apiVersion', () => checkLabels('apiVersion: ¦\nkind: NetworkPolicy\n', ['networking.k8s.io/v1']));
  test('not of free text', () => checkLabels(`${HEAD.replace('web', '¦')}`, []));
});

suite('while typing', () => {
  test('a half-typed key', () =>
    checkTaken(`${HEAD}spec:\n  pod¦`, 'podSelector', `${HEAD}spec:\n  podSelector:\n    $1`));
  test('in the midst of a key', () =>
    checkTaken(`${HEAD}spec:\n  po¦lTyp: []\n`, 'policyTypes', `${HEAD}spec:\n  policyTypes: []\n`));
  test('a half-typed value', () =>
    checkTaken(
      `${HEAD}spec:\n  policyTypes:\n    - In¦\n`,
      'Ingress',
      `${HEAD}spec:\n  policyTypes:\n    - Ingress\n`,
    ));
  test('in a document that does not parse', () =>
    checkLabels(`${HEAD}spec:\n  podSelector: {\n  ingress:\n    - from\n    - ¦`, ['from', 'ports']));
  test('with CRLF', () =>
    checkTaken(
      `${HEAD}spec:\n  ¦`.replaceAll('\n', '\r\n'),
      'ingress',
      `${HEAD}spec:\n  ingress:\n`.replaceAll('\n', '\r\n').replace(/\r\n$/, '\n    - $1'),
    ));
  test('between two documents', () =>
    checkLabels(`kind: Other\n---\n${HEAD}spec:\n  ¦\n---\nkind: Other\nspec:\n  podSelector: {}\n`, SPEC));
  test('a field behind a dash goes on below itself', () =>
    checkTaken(
      `${HEAD}spec:\n  ingress:\n    - ¦`,
      'from',
      `${HEAD}spec:\n  ingress:\n    - from:\n        - $1`,
    ));
  test('a scalar field goes on behind itself', () =>
    checkTaken(
      `${HEAD}spec:\n  ingress:\n    - ports:\n        - po¦`,
      'port',
      `${HEAD}spec:\n  ingress:\n    - ports:\n        - port: $1`,
    ));
});

suite('lists at the column of their keys', () => {
  const COMPACT = `${HEAD}spec:\n  ingress:\n  - from:\n    - podSelector: {}\n`;
  test('a peer', () => checkLabels(`${COMPACT}    - ¦`, PEER));
  test('a rule', () => checkLabels(`${COMPACT}  - ¦`, ['from', 'ports']));
  test('the same rule', () => checkLabels(`${COMPACT}    ¦`, ['ports']));
  test('the spec', () => checkLabels(`${COMPACT}  ¦`, ['podSelector', 'policyTypes', 'egress']));
  test('a list is begun as the others are', () =>
    checkTaken(`${COMPACT}    ¦`, 'ports', `${COMPACT}    ports:\n    - $1`));
});

suite('nothing', () => {
  test('in other kinds', () => checkLabels('apiVersion: v1\nkind: Service\nspec:\n  ¦', []));
  test('in a policy of another API', () =>
    checkLabels('apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nspec:\n  ¦', []));
  test('in a document that says no kind', () => checkLabels('spec:\n  ¦', []));
  test('where the kind is that of something inside', () =>
    checkLabels('kind: ConfigMap\ndata:\n  kind: NetworkPolicy\n  ¦', []));
  test('in text inside a policy', () =>
    checkLabels(`${HEAD}  annotations:\n    note: |\n      kind: NetworkPolicy\n      ¦\n`, []));
  test('in a comment', () => checkLabels(`${HEAD}spec:\n  # ¦`, []));
  test('in JSON', () => checkLabels('{\n  "kind": "NetworkPolicy",\n  "spec": {\n    ¦\n  }\n}\n', []));
  test('behind a field of another kind', () => checkLabels(`${HEAD}spec:\n  podSelector: ¦`, []));
});

suite('in a List', () => {
  const item = (kind: string) => `- apiVersion: networking.k8s.io/v1\n  kind: ${kind}\n  spec:\n    ¦\n`;
  test('a policy', () => checkLabels(`kind: List\nitems:\n${item('NetworkPolicy')}`, SPEC));
  test('another object', () =>
    checkLabels(`kind: List\nitems:\n${item('Other')}${item('NetworkPolicy').replace('¦', '')}`, []));
});

suite('clients', () => {
  async function checkClient(
    capabilities: ClientCapabilities,
    marked: string,
    label: string,
    expected: string,
  ): Promise<void> {
    await using other = new Client();
    await other.initialize({ capabilities });
    await checkTaken(marked, label, expected, other);
  }

  test('one that indents by itself gets the difference', () =>
    checkClient(
      completing({ snippetSupport: true }),
      `${HEAD}spec:\n  ingress:\n    - fr¦`,
      'from',
      `${HEAD}spec:\n  ingress:\n    - from:\n    - $1`,
    ));
  test('one without snippets gets plain text', () =>
    checkClient(
      completing({}),
      `${HEAD}spec:\n  ingress:\n    - ports:\n        - po¦`,
      'port',
      `${HEAD}spec:\n  ingress:\n    - ports:\n        - port: `,
    ));
  test('documentation is in the form the client reads', async () => {
    for (const [documentationFormat, kind] of [
      [['markdown'], 'markdown'],
      [undefined, 'plaintext'],
    ] as const) {
      await using other = new Client();
      await other.initialize({
        capabilities: completing(
          documentationFormat ? { documentationFormat: [...documentationFormat] } : {},
        ),
      });
      const [item] = (await complete(`${HEAD}¦`, other)).items;
      assert.equal((item?.documentation as { kind?: string } | undefined)?.kind, kind);
    }
  });
});
