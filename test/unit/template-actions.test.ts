// Template text is read where all that is not an action is written whatever the values are, and nowhere else.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { YamlDocument } from '../../server/src/core/document.ts';
import { withoutActions } from '../../server/src/core/yaml/actions.ts';
import { asString, get, type YamlNode } from '../../server/src/core/yaml/nodes.ts';
import { isTemplate, isTemplated } from '../../server/src/core/yaml/template.ts';
import { runs } from '../support/runs.ts';
import { lines, worldOf } from '../support/world.ts';

function read(text: string): YamlDocument {
  return new YamlDocument('file:///chart/templates/a.yaml', text);
}

function isSound(text: string): boolean {
  return read(text).soundUntil === Number.POSITIVE_INFINITY;
}

/** Whether the value at a path is known to be unknown; undefined where nothing is there. */
function isUnknown(text: string, ...path: readonly string[]): boolean | undefined {
  const document = read(text);
  const node = path.reduce<YamlNode | undefined>((at, key) => get(at, key), document.yaml.root ?? undefined);
  return node && isTemplated(node, text);
}

suite('what is read', () => {
  test('a part of a value', () => {
    const text =
      'metadata:\n  name: {{ .Release.Name }}-web\n  other: {{ include "a b" . }}/{{ .x }}\nspec: 1\n';
    assert.ok(isSound(text));
    assert.equal(isUnknown(text, 'metadata', 'name'), true);
    assert.equal(isUnknown(text, 'spec'), false);
    const name = asString(get(get(read(text).yaml.root, 'metadata'), 'name')) ?? '';
    assert.ok(isTemplate(name), name);
  });
  test('a value in quotes with quotes inside', () => {
    const text = 'a: "{{ .Values.x | default "y" }}"\nb: 1\n';
    assert.ok(isSound(text));
    assert.equal(isUnknown(text, 'a'), true);
  });
  test('the whole value of a key, on a line of its own', () => {
    const text = 'labels:\n  # ours\n  {{- include "labels" . | nindent 2 }}\nspec: 1\n';
    assert.ok(isSound(text));
    assert.equal(isUnknown(text, 'labels'), true);
    assert.equal(isUnknown(text, 'spec'), false);
  });
  test('what is in a condition on the whole, and behind comments and variables', () => {
    const text = `{{- /* two\nlines */}}\n{{- $x := 1 }}\n{{ if .Values.on -}}\n---\na: 1\n{{- with .y }}\n{{- end }}\n{{- end }}\n`;
    assert.ok(!isSound(text));
    assert.ok(isSound(text.replace(/\{\{- with .*\n.*\n/, '{{- $y := 2 }}\nb: {{ $y }}x\n')));
  });
});

suite('what is not', () => {
  const cases: Record<string, string> = {
    'a condition on a part': 'a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n',
    'a loop around the whole': '{{- range .x }}\na: {{ . }}x\n{{- end }}\n',
    'a condition with another side': '{{- if .x }}\na: 1\n{{- else }}\na: 2\n{{- end }}\n',
    'an action beside entries': 'a:\n  b: 1\n  {{- include "c" . | nindent 2 }}\n',
    'an action in front of entries': 'a:\n  {{- include "c" . | nindent 2 }}\n  b: 1\n',
    'an action that writes beside its key': 'a:\n  {{- include "c" . | nindent 0 }}\nb: {{ x }}y\n',
    'an action that is not deeper than its key': 'a:\n{{ include "c" . | nindent 2 }}\nb: {{ x }}y\n',
    'something behind the end': '{{- if .x }}\na: {{ .b }}c\n{{- end }}\nd: 1\n',
    'a condition within a line': 'a: {{ if .x }}1{{ end }}y\n',
    'an action over several lines': 'a: {{ include\n  "b" . }}c\n',
  };
  for (const [name, text] of Object.entries(cases))
    test(name, () => assert.equal(isSound(text), false, text));
});

test('a policy as charts have it is judged for what is certain', () => {
  const policy = `{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "web.fullname" . }}-db
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "web.selectorLabels" . | nindent 6 }}
  policyTypes:
    - Ingress
  ingress:
    - from:
        - ipBlock:
            cidr: 10.0.0.0/33
        - ipBlock:
            cidr: {{ .Values.cidr }}/16
      ports:
        - port: {{ .Values.port }}
{{- end }}
`;
  const found = worldOf({ 'chart/Chart.yaml': 'name: web\n', 'chart/templates/np.yaml': policy }).diagnose();
  assert.deepEqual(lines(found, true), ['chart/templates/np.yaml cidr-invalid error /null']);
});

test('whatever it does, lines and lengths stay the same', () => {
  const piece = fc.constantFrom(
    '{{ x }}',
    '{{- if .a }}',
    '{{ end -}}',
    '{{/* c */}}',
    '{{ $a := 1 }}',
    '{{}}',
    '{{-}}',
    'a: ',
    '- ',
    'b\n',
    '\n',
    '\r\n',
    '  ',
    '{{',
    '}}',
    '---\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const without = withoutActions(text);
      if (without === null) return;
      assert.equal(without.length, text.length);
      assert.equal(without.replace(/[^\r\n]/g, '.'), text.replace(/[^\r\n]/g, '.'));
    }),
    { numRuns: runs(300) },
  );
});
