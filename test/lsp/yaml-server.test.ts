// Beside Red Hat's YAML extension, whose server this is: the schema we contribute to it describes policies and completes their
// fields, and reports nothing, whatever is wrong with a file. Skipped where the server cannot be installed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { CompletionItem, Diagnostic } from 'vscode-languageserver/node';
import { RULES } from '../../server/src/rules/index.ts';
import { yamlLanguageServer } from '../bench/servers.ts';
import { at, Client, REPOSITORY } from './client.ts';
import { policy } from './workspace.ts';

const server = await yamlLanguageServer().catch((error: unknown) => String(error));
const skip = typeof server === 'string' && server;

let client: Client;
before(async () => {
  if (typeof server === 'string') return;
  client = new Client([...server.args, '--stdio'], 'ignore');
  await client.initialize({ capabilities: { textDocument: { completion: {}, hover: {} } } });
  const quiet = { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } };
  client.notify('workspace/didChangeConfiguration', {
    settings: { yaml: { validate: true, hover: true, completion: true, ...quiet } },
  });
  client.notify('json/schemaAssociations', associations() as unknown as object);
});
after(() => client?.[Symbol.asyncDispose]());

/** What the extension tells its server about the schemas of other extensions. */
function associations(): object[] {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
  return manifest.contributes.yamlValidation.map(
    ({ fileMatch, url }: { fileMatch: string; url: string }) => ({
      fileMatch: [fileMatch].flat(),
      uri: pathToFileURL(join(REPOSITORY, url)).href,
    }),
  );
}

/** Opens a document and waits for what the server finds in it. */
async function found(name: string, text: string): Promise<[uri: string, items: Diagnostic[]]> {
  const uri = client.open(`/w/${name}`, text);
  return [uri, await client.published(uri, () => true)];
}

test('no example of any rule has an error of the schema', { skip }, async () => {
  const examples = RULES.flatMap(({ meta }) =>
    [...meta.examples].map(({ title, yaml }) => ({ meta, title, yaml })),
  );
  // What is no YAML, or has a key twice, the server reports by itself, without any schema.
  const readable = examples.filter(({ meta: { id } }) => id !== 'yaml-syntax' && id !== 'duplicate-key');
  assert.ok(readable.length > 200);
  const judged = await Promise.all(
    readable.map(async ({ meta, title, yaml }, n) => {
      const [, items] = await found(`netpol-${n}.yaml`, yaml.replace(/[⟦⟧]/g, ''));
      return items.filter(({ source }) => source !== 'YAML').map((d) => `${meta.id}, ${title}: ${d.message}`);
    }),
  );
  assert.deepEqual(judged.flat(), []);
});

test('a config with every kind of mistake has none', { skip }, async () => {
  const [, items] = await found(
    '.netpol-guard.yaml',
    'rules: [1]\ncontractors: x\nkubernetes: 3\nmore: {}\n',
  );
  assert.deepEqual(items, []);
});

suite('a policy behind another object', { skip }, () => {
  const text = `apiVersion: v1\nkind: Service\nspec: {}\n---\n${policy('web')}`;
  const line = text.split('\n').indexOf('  podSelector:');

  test('is described', async () => {
    const [uri] = await found('networkpolicies.yaml', text);
    const hover = await client.request('textDocument/hover', {
      textDocument: { uri },
      position: at(line, 4),
    });
    assert.match(JSON.stringify(hover), /selects/);
    const elsewhere = { textDocument: { uri }, position: at(2, 1) };
    assert.doesNotMatch(JSON.stringify(await client.request('textDocument/hover', elsewhere)), /selects/);
  });

  test('has its fields completed', async () => {
    const [uri] = await found('more-netpol.yaml', `${text}  eg`);
    const position = at(text.split('\n').length - 1, 4);
    const { items }: { items: CompletionItem[] } = await client.request('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    assert.ok(items.some(({ label }) => label === 'egress'));
  });
});

test('a file with another name is none of its business', { skip }, async () => {
  const [uri] = await found('web.yaml', policy('web'));
  const position = at(policy('web').split('\n').indexOf('  podSelector:'), 4);
  assert.equal(await client.request('textDocument/hover', { textDocument: { uri }, position }), null);
});
