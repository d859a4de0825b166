// Every file in test/fixtures/yaml is split, parsed and recognised as its .expect.json says (see the README there).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import type { YamlDocument } from '../../server/src/core/document.ts';
import { groupOf, kindOf } from '../../server/src/core/kinds.ts';
import { lineAt } from '../../server/src/core/lines.ts';
import { resourcesOf } from '../../server/src/core/resource.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { isTemplate } from '../../server/src/core/yaml/template.ts';

interface ExpectedResource {
  readonly document: number;
  readonly line: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

interface Expected {
  readonly documents: readonly { readonly marker: number | null; readonly root: number | null }[];
  readonly resources: readonly ExpectedResource[];
  readonly problems: readonly number[];
  readonly problemsOptional: readonly number[];
  readonly template: readonly number[];
  readonly unjudged: readonly number[];
}

const folder = new URL('../fixtures/yaml/', import.meta.url);
const names = readdirSync(folder).filter((name) => /(?<!\.expect)\.json$|\.yaml$/.test(name));

function expectationOf(name: string): Expected {
  return JSON.parse(readFileSync(new URL(name.replace(/\.\w+$/, '.expect.json'), folder), 'utf8'));
}

/** The documents in the sense of the fixtures: what is only comments and blank lines is none. */
function documentsOf(name: string): YamlDocument[] {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const file = new SourceFile('file:///fixture.yaml', text);
  assert.equal(file.text, text);
  return file.documents.filter(
    (d) => markerOf(d) !== null || d.yaml.root !== null || d.yaml.problems.length > 0,
  );
}

/** The line of the document's `---`, counted from 1 in the file. */
function markerOf(document: YamlDocument): number | null {
  const prefix = /^\uFEFF?(?:[ \t]*(?:#.*)?(?:\r\n|\r|\n)|%.*(?:\r\n|\r|\n))*---(?=[ \t\r\n]|$)/.exec(
    document.text,
  );
  return prefix && lineOf(document, prefix[0].length - 1);
}

function lineOf(document: YamlDocument, offset: number): number {
  return document.startLine + lineAt(document.lineStarts, offset) + 1;
}

/** What is seen of the resources whose kinds the product knows. Template text is not known. */
function seenOf(document: YamlDocument, index: number): ExpectedResource[] {
  return resourcesOf(document).map(({ root, apiVersion, kind, namespace, name }) => ({
    document: index,
    line: lineOf(document, root.span.start),
    apiVersion,
    kind,
    namespace,
    name,
  }));
}

function expectedResources({ resources, unjudged }: Expected): ExpectedResource[] {
  const known = (text: string | null) => (text === null || isTemplate(text) ? null : text);
  return resources
    .filter((r) => kindOf(groupOf(r.apiVersion), r.kind) && !unjudged.includes(r.document))
    .map((r) => ({ ...r, namespace: known(r.namespace), name: known(r.name) }));
}

test('there are fixtures', () => assert.ok(names.length > 60));

for (const name of names)
  suite(name, () => {
    const expected = expectationOf(name);
    test('documents', () => {
      const found = documentsOf(name).map((d) => ({
        marker: markerOf(d),
        root: d.yaml.root && lineOf(d, d.yaml.root.span.start),
      }));
      const uncertain = (i: number) => expected.unjudged.includes(i) || expected.problemsOptional.includes(i);
      assert.deepEqual(
        found.map((d, i) => (uncertain(i) ? d.marker : d)),
        expected.documents.map((d, i) => (uncertain(i) ? d.marker : d)),
      );
    });
    test('resources', () => {
      const found = documentsOf(name).flatMap((d, i) => (expected.unjudged.includes(i) ? [] : seenOf(d, i)));
      assert.deepEqual(found, expectedResources(expected));
    });
    test('problems', () => {
      documentsOf(name).forEach((document, i) => {
        const isOptional = expected.problemsOptional.includes(i);
        if (expected.template.includes(i)) assert.ok(document.isTemplate, `document ${i} is template text`);
        else if (!isOptional)
          assert.equal(
            document.yaml.problems.length > 0,
            expected.problems.includes(i),
            document.yaml.problems[0]?.message ?? 'no problem',
          );
      });
    });
  });
