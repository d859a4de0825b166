/**
 * Every snippet, as the editor inserts it, is sound YAML and gives no finding in the workspace that
 * test/fixtures/snippets/workspaces.json states for it: a namespace with a workload, and what else the snippet presumes.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { parseConfig } from '../../server/src/core/config.ts';
import { createLinter } from '../../server/src/core/lint.ts';
import type { NamespaceScope } from '../../server/src/core/workspace.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { asMap, asString, get } from '../../server/src/core/yaml/nodes.ts';
import { RULE_IDS, RULES } from '../../server/src/rules/index.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface Snippet {
  readonly prefix?: string;
  readonly description?: string;
  readonly scope?: string;
  readonly body: readonly string[];
}

const snippets = Object.entries<Snippet>(read('snippets/netpol-guard.code-snippets'));
const workspaces: Record<string, { files: Record<string, string> }> = read(
  'test/fixtures/snippets/workspaces.json',
);

/** The text a snippet leaves behind when every placeholder is accepted as it stands. */
function expand(body: readonly string[]): string {
  const text = body
    .join('\n')
    .replace(/\$\{\d+:([^{}]*)\}/g, '$1')
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$(?:\d+|\{\d+\})/g, '');
  assert.doesNotMatch(text, /\$\d|\$\{/, 'every placeholder is expanded');
  return `${text}\n`;
}

/** What all rules find in `files` (path → text), as `severity rule path: message`. */
function findings(files: Readonly<Record<string, string>>): string[] {
  let invalidate: (scope: NamespaceScope) => void = () => {};
  const workspace = new Workspace((scope) => invalidate(scope));
  const linter = createLinter(() => workspace, { rules: RULES });
  invalidate = linter.invalidate;
  for (const [path, text] of Object.entries(files)) workspace.set(`file:///workspace/${path}`, text);
  return [...workspace.files.values()]
    .flatMap((file) => file.documents.flatMap((document) => [...linter.diagnose(document)]))
    .map((d) => `${d.severity} ${d.rule.id} ${d.finding.at.document.uri.slice(18)}: ${d.message}`);
}

for (const [name, snippet] of snippets) {
  describe(name, () => {
    test('has a prefix and a description', () => {
      assert.match(snippet.prefix ?? '', /^np-[a-z-]+$/);
      assert.match(snippet.description ?? '', /^[A-Z].*\.$/);
      assert.equal(snippet.scope, 'yaml');
    });

    test('is sound YAML of Kubernetes objects', () => {
      const file = new Workspace().set('file:///workspace/snippet.yaml', expand(snippet.body));
      for (const document of file.documents) {
        assert.deepEqual(document.yaml.problems, []);
        const object = asMap(document.yaml.root);
        assert.ok(asString(get(object, 'apiVersion')) && asString(get(object, 'kind')));
      }
    });

    test('gives no finding', () => {
      const files = workspaces[name]?.files;
      assert.ok(files, 'workspaces.json states a workspace for it');
      const inserted = { 'my-namespace/snippet.yaml': expand(snippet.body) };
      assert.deepEqual(findings({ ...files, ...inserted }), []);
    });
  });
}

test('no two snippets have the same prefix, and no workspace is stated for none', () => {
  const prefixes = snippets.map(([, { prefix }]) => prefix);
  assert.equal(new Set(prefixes).size, prefixes.length);
  const names = new Set(snippets.map(([name]) => name));
  assert.deepEqual(
    Object.keys(workspaces).filter((name) => !names.has(name)),
    [],
  );
});

describe('starter config', () => {
  const text = readFileSync(join(root, 'schemas/starter-config.yaml'), 'utf8');

  test('changes nothing as it is written', () => {
    assert.deepEqual(parseConfig('file:///.netpol-guard.yaml', text, RULE_IDS).problems, []);
  });

  test('is right where it is uncommented', () => {
    const active = text.replace(
      /^# (?=(?:kubernetes|platform|contractors|protected|requiredLabels|rules|suppressions|ignore):| {2})/gm,
      '',
    );
    const { problems, config } = parseConfig('file:///.netpol-guard.yaml', active, RULE_IDS);
    assert.deepEqual(problems, []);
    assert.equal(config.contractors?.[0]?.name, 'acme');
    assert.equal(config.kubernetesMinor, 36);
    assert.equal(config.platform.dns, 'kube-dns');
    assert.equal(config.contractors?.[0]?.dependencies[0]?.ticket, 'SEC-1412');
    assert.ok(config.protected.length > 0 && config.requiredLabels.length > 0);
    assert.ok(config.rules.size > 0 && config.suppressible.size > 0 && config.ignore.length > 0);
  });
});
