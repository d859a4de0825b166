// A fix that leaves a name open is offered with the names there are: which namespace, which pods?
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CodeAction } from 'vscode-languageserver/node';
import { at, startClient } from './client.ts';
import { applyEdit } from './edits.ts';
import { folder, namespace, uriIn } from './workspace.ts';

const workload = (name: string, labels: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: ${labels} } } }
`;

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: {}
      ports:
        - port: 8080
`;

/** What is offered for the whole policy, by title. */
async function offers(files: Readonly<Record<string, string>>, text = POLICY) {
  using disk = folder({ ...files, 'policy.yaml': text });
  await using client = await startClient({ folders: [disk.path] });
  await client.indexed();
  const uri = uriIn(disk, 'policy.yaml');
  const found: CodeAction[] = await client.request('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: at(0, 0), end: at(99, 0) },
    context: { diagnostics: [], only: ['quickfix'] },
  });
  return {
    titles: found.map(({ title }) => title),
    result: (title: string) =>
      applyEdit(found.find((action) => action.title === title)?.edit, { [uri]: text })[uri],
  };
}

const NAMESPACES = {
  'a.yaml': namespace('shop'),
  'b.yaml': namespace('monitoring'),
  'c.yaml': namespace('"010"'),
};
const ONE = 'Allow only one namespace';
const BY_LABEL = 'Select pods by a label';

suite('choices', () => {
  test('of namespaces, the own one left out, and the open form behind them', async () => {
    const { titles, result } = await offers(NAMESPACES);
    assert.deepEqual(
      titles.filter((title) => title.startsWith(ONE)),
      [`${ONE}: 010`, `${ONE}: monitoring`, `${ONE}, whose name is to be filled in`],
    );
    const filled = (name: string) =>
      POLICY.replace(
        'namespaceSelector: {}',
        `namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: ${name}`,
      );
    assert.equal(result(`${ONE}: monitoring`), filled('monitoring'));
    assert.equal(result(`${ONE}: 010`), filled('"010"'));
  });

  test('of pods, by the label that tells them apart', async () => {
    const { titles, result } = await offers({
      'a.yaml': workload('web', '{ app: web, tier: front }'),
      'b.yaml': workload('web-2', '{ app: web }'),
      'c.yaml': workload('db', '{ app.kubernetes.io/name: db }'),
      'd.yaml': workload('other', '{ tier: back }'),
    });
    assert.deepEqual(
      titles.filter((title) => title.startsWith(BY_LABEL)),
      [`${BY_LABEL}: app=web`, `${BY_LABEL}: app.kubernetes.io/name=db`, `${BY_LABEL}, to be filled in`],
    );
    assert.match(
      result(`${BY_LABEL}: app.kubernetes.io/name=db`) ?? '',
      /podSelector:\n {4}matchLabels:\n {6}app\.kubernetes\.io\/name: db\n/,
    );
  });

  test('no more than five', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const files = Object.fromEntries(names.map((name) => [`${name}.yaml`, namespace(name)]));
    const { titles } = await offers(files);
    assert.equal(titles.filter((title) => title.startsWith(`${ONE}:`)).length, 5);
  });

  test('none where nothing is known', async () => {
    const { titles } = await offers({});
    assert.deepEqual(
      titles.filter((title) => title.startsWith(ONE) || title.startsWith(BY_LABEL)).sort(),
      [`${ONE}, whose name is to be filled in`, `${BY_LABEL}, to be filled in`].sort(),
    );
  });

  test('in brackets, with quotes', async () => {
    const json = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'open', namespace: 'shop' },
      spec: {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }],
      },
    });
    const { result } = await offers(NAMESPACES, json);
    assert.equal(
      result(`${ONE}: monitoring`),
      json.replace(':{}', ': {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}'),
    );
  });
});
