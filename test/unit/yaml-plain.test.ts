// The quick reader either gives up or reads a text exactly as the full parser does.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseThoroughly } from '../../server/src/core/yaml/parse.ts';
import { readPlain } from '../../server/src/core/yaml/plain.ts';
import { isTemplate } from '../../server/src/core/yaml/template.ts';
import { policyFile } from '../bench/generate.ts';
import { randomInput } from '../fuzz/inputs.ts';
import { randomFrom, randomMap, renderRandomly } from '../support/random-yaml.ts';

/** Compares the two; answers whether the quick one had anything to say. */
function agrees(text: string): boolean {
  const root = readPlain(text);
  if (root === undefined || isTemplate(text)) return false;
  assert.deepEqual({ root, problems: [] }, parseThoroughly(text), text);
  return true;
}

const read = (texts: readonly string[]) => texts.filter(agrees);

suite('plain YAML', () => {
  test('policies as they are usually written are read the quick way', () => {
    const policies = policyFile({ policies: 50, mistakes: 0.2 }).split(/^(?=---\n)/m);
    assert.equal(read(policies).length, policies.length);
    const crlf = policies.filter((text) => !text.includes('|')).map((text) => text.replaceAll('\n', '\r\n'));
    assert.equal(read(crlf).length, crlf.length);
  });

  test('what it reads is what the full parser reads', () => {
    const texts = [
      '',
      '# nothing\n',
      '--- # a comment\n# another\na: 1',
      '  a: b\n  c: d\n',
      'a:\n- b\n-   c: d\n    e:\n    - f\n',
      '\'a b\': "c # d"   # e\n"f":   \'g\'\n',
      'a: [b, "c d", {e: f, g: []}, 1.5 ] # h\n',
      'a: |\n  b\n\n   c\n  # d\n\n# e\nf: |-\n g\n',
      'a: b c#d e:f\ng: -1\nh: -i\n',
      'a: http://b/c?d\n',
      'a: ~\nb: null\nc: yes\nd: 0x10\ne: 1_000\n',
      'é: ü\n',
      'a:\nb:  \nc: # d\ne:\n\n  # f\n\n- g\n'.replace('- g\n', 'h:'),
      'a:\n-\n-  \n- # b\n-\n  # c\n',
      'a:\n  - b:\n    c:\n  -\nd:\n',
    ];
    for (const text of texts) assert.ok(agrees(text), text);
  });

  test('what may mean more than it seems is left to the full parser', () => {
    const texts = [
      'a: b\n  c\n', // a scalar of two lines
      'a: |\n  b\r\n  c\n', // line breaks of two kinds
      'a: |\n  b\n\r\n  c\n', // the same, in an empty line
      'a: b: c\n',
      'a: b\na: c\n',
      'a: {b: c, b: d}\n',
      'on: a\n1: b\n',
      '<<: {a: b}\n',
      'a: &b c\nd: *b\n',
      'a: !!str b\n',
      'a: "b\\n"\n',
      "a: 'b''c'\n",
      'a: >\n  b\n',
      'a: |+\n  b\n\n',
      'a: |\n  b',
      'a: |\n\n  b\n',
      'a: |\nb: c\n',
      'a: [b,\n  c]\n',
      'a: [b, ]\n',
      'a: [b c]\n',
      'a: {"b":c}\n',
      'a: .inf\n',
      '- - a\n',
      'a\n',
      'a:\n  b: c\n d: e\n',
      '  a: b\nc: d\n',
      'a: b\n- c\n',
      'a : b\n',
      '? a\n: b\n',
      'a:\tb\n',
      'a: b\u2028\n',
      '\uFEFFa: b\n',
      'a: b\rc: d\n',
      '%YAML 1.1\n---\na: b\n',
      'a: b\n...\n',
      'a:\n  b: c\n... d: e\n',
      '--- a\n',
      'a: "b" c\n',
      'a: "b"#c\n',
      'a: @b\n',
      `a: ${'['.repeat(60)}${']'.repeat(60)}\n`,
      `${'a'.repeat(1100)}: b\n`,
    ];
    for (const text of texts) assert.equal(readPlain(text), undefined, text);
  });

  test('random texts are read alike', () => {
    const random = randomFrom(11);
    const texts = Array.from({ length: 400 }, () =>
      renderRandomly(randomMap(random, 1 + random.below(4), 3), random),
    );
    assert.ok(read(texts).length > 50);
    const mutated = Array.from({ length: 150 }, (_, i) => randomInput(randomFrom(i)).text);
    assert.ok(read(mutated.filter((text) => text.length < 4000)).length > 5);
  });
});
