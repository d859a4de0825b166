// What counts as template text, and how far a broken document can be trusted.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { YamlDocument } from '../../server/src/core/document.ts';
import { isTemplate } from '../../server/src/core/yaml/template.ts';

suite('template text', () => {
  for (const text of [
    '{{ .Values.cidr }}',
    '{% if x %}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of envsubst.
    'cidr: ${POD_CIDR:-10.0.0.0/8}',
    'name: $(NAME)',
    'port: $PORT',
  ])
    test(text, () => assert.equal(isTemplate(text), true));

  for (const text of ['$patch: delete', 'a: $', 'price: $5', '{ a: b }', 'a: "$$"', '100%'])
    test(`not ${text}`, () => assert.equal(isTemplate(text), false));
});

suite('soundUntil', () => {
  const soundUntil = (text: string) => new YamlDocument('file:///a.yaml', text).soundUntil;

  test('is everything where there is no syntax problem', () => {
    assert.equal(soundUntil('a: 1\na: 2\n'), Number.POSITIVE_INFINITY);
    assert.equal(soundUntil('a: {{ x }}\n'), Number.POSITIVE_INFINITY);
  });

  test('is what stands in front of the first problem', () => {
    assert.equal(soundUntil('a: 1\nbcd\nefg\n'), 4);
    assert.equal(soundUntil('a: ["b]'), 6);
  });

  test('is nothing in template text that is not YAML', () => {
    assert.equal(soundUntil('a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n'), 0);
  });
});
