// Insertions into YAML text: a first pair, an item in the middle, a whole document. What was there stays as it was.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import type { Edit } from '../../server/src/core/rule.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { appendDocument, appendItem, prependPair } from '../../server/src/core/yaml/edit.ts';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { asMap, asSeq } from '../../server/src/core/yaml/nodes.ts';

function apply(text: string, edit: Edit | null): string {
  assert.ok(edit);
  const { document, span } = edit.at;
  return text.slice(0, document.start + span.start) + edit.text + text.slice(document.start + span.end);
}

function parsed(text: string): unknown {
  const { root, problems } = new YamlDocument('file:///a.yaml', text).yaml;
  assert.deepEqual(problems, []);
  return JSON.parse(JSON.stringify(toJson(root)));
}

suite('prependPair', () => {
  const cases: readonly [name: string, before: string, after: string][] = [
    ['block', 'ports:\n  - 1\n', 'to:\n  - a: b\nports:\n  - 1\n'],
    ['block with a comment above', '# why\nports: x\n', '# why\nto:\n  - a: b\nports: x\n'],
    ['block with CRLF', 'ports:\r\n  - 1\r\n', 'to:\r\n  - a: b\r\nports:\r\n  - 1\r\n'],
    ['flow', '{ ports: [1] }\n', '{ to: [{ a: b }], ports: [1] }\n'],
    ['JSON', '{"ports": [1]}', '{"to": [{"a": "b"}], "ports": [1]}'],
    ['JSON, a key a line', '{\n  "ports": [1]\n}\n', '{\n  "to": [{"a": "b"}],\n  "ports": [1]\n}\n'],
    ['an empty map', '{}\n', 'to:\n  - a: b\n'],
  ];
  for (const [name, before, after] of cases)
    test(name, () => {
      const document = new YamlDocument('file:///a.yaml', before);
      const map = asMap(document.yaml.root);
      assert.ok(map);
      assert.equal(apply(before, prependPair(document, map, 'to', [{ a: 'b' }])), after);
      assert.deepEqual(parsed(after), { to: [{ a: 'b' }], ...(parsed(before) as object) });
    });
});

suite('appendItem behind an item', () => {
  const cases: readonly [name: string, before: string, after: string][] = [
    ['block', '- a: 1\n  b: 2\n- c\n', '- a: 1\n  b: 2\n- x: z\n- c\n'],
    ['block with a comment behind', '- a # why\n- c\n', '- a # why\n- x: z\n- c\n'],
    ['flow', '[a, c]\n', '[a, { x: z }, c]\n'],
  ];
  for (const [name, before, after] of cases)
    test(name, () => {
      const document = new YamlDocument('file:///a.yaml', before);
      const seq = asSeq(document.yaml.root);
      assert.ok(seq);
      assert.equal(apply(before, appendItem(document, seq, { x: 'z' }, seq.items[0])), after);
      parsed(after);
    });
});

suite('appendDocument', () => {
  const cases: readonly [name: string, before: string, after: string][] = [
    ['with a final newline', 'a: 1\n', 'a: 1\n---\nnew: 1\n'],
    ['without a final newline', 'a: 1', 'a: 1\n---\nnew: 1\n'],
    ['behind a marker of its own', '---\na: 1\n', '---\na: 1\n---\nnew: 1\n'],
    ['between documents', 'a: 1\n---\nb: 1\n', 'a: 1\n---\nnew: 1\n---\nb: 1\n'],
    ['with CRLF', 'a: 1\r\n---\r\nb: 1\r\n', 'a: 1\r\n---\r\nnew: 1\r\n---\r\nb: 1\r\n'],
    ['with CRLF and no final newline', '---\r\na: 1', '---\r\na: 1\r\n---\r\nnew: 1\r\n'],
    ['behind an end marker', 'a: 1\n...\n', 'a: 1\n...\n---\nnew: 1\n...\n'],
    ['behind an end marker without newline', 'a: 1\n...', 'a: 1\n...\n---\nnew: 1\n...\n'],
    ['before a bare document', 'a: 1\n... # end\nb: 1\n', 'a: 1\n... # end\n---\nnew: 1\n...\nb: 1\n'],
    [
      'before a directive',
      'a: 1\n...\n%YAML 1.1\n---\nb: 1\n',
      'a: 1\n...\n---\nnew: 1\n...\n%YAML 1.1\n---\nb: 1\n',
    ],
    ['behind an open block scalar', 'a: |\n  x\n', 'a: |\n  x\n---\nnew: 1\n'],
  ];
  for (const [name, before, after] of cases)
    test(name, () => {
      const file = new SourceFile('file:///a.yaml', before);
      const first = file.documents[0];
      assert.ok(first);
      assert.equal(apply(before, appendDocument(first, 'new: 1\n')), after);
      const values = (text: string) =>
        new SourceFile('file:///a.yaml', text).documents.map((d) => parsed(d.text));
      const [head, ...tail] = values(before);
      assert.deepEqual(values(after), [head, { new: 1 }, ...tail]);
    });
});
