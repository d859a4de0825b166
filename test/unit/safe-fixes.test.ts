// What --fix does to a text: it comes to an end, changes no allowed connection, and keeps what the author wrote.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fixInMemory } from '../../server/src/cli/fix.ts';
import { judge } from '../../server/src/cli/judge.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { commentsIn } from '../../server/src/core/yaml/comments.ts';
import type { Selection } from '../../server/src/files/selection.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { firstDifference, policiesIn } from '../support/allowed.ts';
import { judge as judgeText, unmark, VARIANTS } from '../support/example.ts';

const PATH = '/workspace/example.yaml';

interface Result {
  readonly text: string;
  readonly fixed: readonly string[];
  readonly left: readonly string[];
}

/** The text after `--fix`. Rules that throw make this throw. */
function fix(text: string): Result {
  const manifest = { path: PATH, uri: `file://${PATH}`, text, bom: false };
  const selection: Selection = {
    root: '/workspace',
    config: null,
    subfolders: [],
    manifests: [manifest],
    reported: new Set([PATH]),
  };
  const rethrow = (_: string, error: unknown) => {
    throw error;
  };
  const { files, left } = fixInMemory(
    judge(selection, { today: 0, onRuleError: rethrow, onProgress: () => {} }),
  );
  return {
    text: files[0]?.text ?? text,
    fixed: files[0]?.fixed.map(({ ruleId }) => ruleId) ?? [],
    left: left.map(({ reason }) => reason),
  };
}

/** Every text among the rules' examples, once, in every way of writing it. */
const EXAMPLES = new Set(
  RULES.flatMap(({ meta }) => meta.examples.map(({ yaml }) => unmark(yaml).text)).filter(
    (text) => !text.includes('\r'),
  ),
);

function comments(text: string): string[] {
  return new SourceFile('file:///a.yaml', text).documents
    .flatMap((document) =>
      commentsIn(document, { start: 0, end: document.text.length }).map(({ start, end }) =>
        document.text.slice(start, end),
      ),
    )
    .sort();
}

suite('every example of every rule', () => {
  const fixable = [...EXAMPLES].filter((text) => fix(text).text !== text);

  test('many of them can be fixed safely', () => assert.ok(fixable.length > 20, String(fixable.length)));

  for (const text of fixable) {
    const title = text.slice(0, 2000);
    const result = fix(text);
    test(`the same is allowed:\n${title}`, () => {
      const [before, after] = [policiesIn(text), policiesIn(result.text)];
      // What the API server refuses, or takes for no policy at all, allows nothing yet and may be read in any way.
      if (before.includes(null) || after.length > before.length) return;
      const read = (list: typeof before) => list.filter((policy) => policy !== null);
      assert.ok(!after.includes(null), 'the policies can be read');
      assert.equal(firstDifference(read(before), read(after)), null, result.text);
    });
    test(`once is enough, and comments stay:\n${title}`, () => {
      assert.deepEqual(fix(result.text), { text: result.text, fixed: [], left: [] });
      assert.deepEqual(comments(result.text), comments(text));
      assert.deepEqual(anchors(result.text), anchors(text));
    });
    test(`however it is written:\n${title}`, () => {
      for (const { name, write } of VARIANTS)
        if (!text.includes('# netpol-guard: ignore'))
          assert.equal(fix(write(text)).text, write(result.text), name);
      assert.equal(fix(`\uFEFF${text}`).text, `\uFEFF${result.text}`, 'a byte order mark in the text');
      assert.equal(fix(text.trimEnd()).text, result.text.trimEnd(), 'no line break at the end');
    });
  }
});

function anchors(text: string): string[] {
  return Array.from(text.matchAll(/[&*][A-Za-z]\w*/g), ([name]) => name).sort();
}

suite('the comparison sees', () => {
  const policy = (spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: ${spec}
`;
  const BASE = '{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }';
  const others: Readonly<Record<string, string>> = {
    'other labels': BASE.replace('app: a', 'app: b'),
    'other pods': BASE.replace('podSelector: {}', 'podSelector: { matchLabels: { app: a } }'),
    'other namespaces': BASE.replace('from: [{', 'from: [{ namespaceSelector: {},'),
    'addresses instead': BASE.replace(
      'podSelector: { matchLabels: { app: a } }',
      'ipBlock: { cidr: 10.0.0.0/8 }',
    ),
    'fewer ports': BASE.replace('from:', 'ports: [{ port: 80 }], from:'),
    'another direction': BASE.replace('}] }', '}] , policyTypes: [Ingress, Egress] }'),
  };
  for (const [name, spec] of Object.entries(others))
    test(name, () => {
      const [one, other] = [BASE, spec].map((s) => policiesIn(policy(s)).filter((p) => p !== null));
      assert.ok(one?.length === 1 && other?.length === 1);
      assert.notEqual(firstDifference(one, other), null);
      assert.equal(firstDifference(other, other), null);
    });
});

suite('a person is asked', () => {
  const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - { from: [{ podSelector: {} }], ports: [{ port: 80 }] }
`;
  const rule = (port: number) => `    - { from: [{ podSelector: {} }], ports: [{ port: ${port} }] }\n`;
  const cases: Readonly<Record<string, readonly [text: string, rule: string]>> = {
    'where another choice comes first': [
      `${POLICY}  egress: [{ to: [{ podSelector: {} }] }]\n`,
      'inert-rules',
    ],
    'where a fix relies on another policy': [
      `${POLICY}${rule(8080)}---\n${POLICY.replace('name: web', 'name: other')}${rule(9090)}`,
      'redundant-rule',
    ],
  };
  for (const [name, [text, rule]] of Object.entries(cases))
    test(name, () => {
      const found = judgeText(text).find((d) => d.rule.id === rule);
      assert.ok(found?.finding.fixes?.some(({ safe }) => safe));
      assert.deepEqual(fix(text), { text, fixed: [], left: [] });
    });
});
