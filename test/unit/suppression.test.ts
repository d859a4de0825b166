// What a suppression covers, when it is in effect, and the one finding about each that is not.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createLinter } from '../../server/src/core/lint.ts';
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { suppressionsIn } from '../../server/src/core/suppression.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { RULES } from '../../server/src/rules/index.ts';
import { applyFix, EXAMPLE_URI, judge } from '../support/example.ts';

/** A policy with two rules, of which the second allows everything. */
function policy(rules: string, annotations = '', namespace = 'shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: ${namespace}
${annotations}spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
${rules}`;
}

/** What is said about allowing everything and about suppressions, one line each; `-` for what is suppressed. */
function verdicts(text: string, config?: string): string[] {
  return lines(judge(text, config));
}

function lines(diagnoses: readonly Diagnosis[]): string[] {
  return diagnoses
    .filter(({ rule }) => /^(?:allow-all-ingress|port-protocol|suppression-.*)$/.test(rule.id))
    .map(({ rule, suppressed }) => (suppressed ? `- ${rule.id}: ${suppressed.reason}` : rule.id));
}

const SUPPRESSED = ['- allow-all-ingress: a gateway'];

suite('a comment', () => {
  const cases: readonly [name: string, rules: string, expected: string[]][] = [
    ['on the line', '    - {} # netpol-guard: ignore[allow-all-ingress] a gateway\n', SUPPRESSED],
    ['on the line above', '    # netpol-guard: ignore[allow-all-ingress] a gateway\n    - {}\n', SUPPRESSED],
    [
      'above another comment',
      '    # netpol-guard: ignore[allow-all-ingress] a gateway\n    # From everywhere.\n    - {}\n',
      SUPPRESSED,
    ],
    ['written tightly', '    - {} #netpol-guard:ignore[ allow-all-ingress ]a gateway\n', SUPPRESSED],
    [
      'behind another comment',
      '    - {} # open # netpol-guard: ignore[allow-all-ingress] a gateway\n',
      SUPPRESSED,
    ],
    [
      'two lines above',
      '    # netpol-guard: ignore[allow-all-ingress] a gateway\n\n    - {}\n',
      ['suppression-unused', 'allow-all-ingress'],
    ],
    [
      'on the line below',
      '    - {}\n    # netpol-guard: ignore[allow-all-ingress] a gateway\n',
      ['allow-all-ingress', 'suppression-unused'],
    ],
    [
      'with several ids, of which one finds nothing',
      '    - {} # netpol-guard: ignore[world-cidr, allow-all-ingress] a gateway\n',
      ['- allow-all-ingress: a gateway', 'suppression-unused'],
    ],
    [
      'twice over the same finding',
      '    # netpol-guard: ignore[allow-all-ingress] a gateway\n    - {} # netpol-guard: ignore[allow-all-ingress] twice\n',
      SUPPRESSED,
    ],
    [
      'without a reason is not in effect',
      '    - {} # netpol-guard: ignore[allow-all-ingress]\n',
      ['allow-all-ingress', 'suppression-reason-missing'],
    ],
    [
      'of a rule that does not exist',
      '    - {} # netpol-guard: ignore[allow-all] a gateway\n',
      ['allow-all-ingress', 'suppression-unknown-rule'],
    ],
    ['without an id', '    - {} # netpol-guard: ignore[] a gateway\n', ['allow-all-ingress']],
    [
      'about a finding that the API server shares',
      '    - ports: [{ protocol: tcp, port: 80 }] # netpol-guard: ignore[port-protocol] a gateway\n',
      ['port-protocol', 'suppression-not-allowed'],
    ],
    [
      'about a finding about suppressions',
      '    - {} # netpol-guard: ignore[allow-all-ingress, suppression-unused] a gateway\n',
      ['- allow-all-ingress: a gateway', 'suppression-not-allowed'],
    ],
    [
      'without a reason and without a finding is reported once',
      '    # netpol-guard: ignore[allow-all-ingress]\n    - from: [{ podSelector: {} }]\n',
      ['suppression-unused'],
    ],
  ];
  for (const [name, rules, expected] of cases) {
    test(name, () => assert.deepEqual(verdicts(policy(rules)).sort(), [...expected].sort()));
    test(`${name}, with CRLF`, () =>
      assert.deepEqual(verdicts(policy(rules).replaceAll('\n', '\r\n')).sort(), [...expected].sort()));
    test(`${name}, in a list of objects`, () => {
      const item = policy(rules)
        .replace(/^(?=.)/gm, '    ')
        .replace('    ', '  - ');
      assert.deepEqual(verdicts(`apiVersion: v1\nkind: List\nitems:\n${item}`).sort(), [...expected].sort());
    });
  }

  test('in a text that only looks like one is none', () => {
    const annotations = `  annotations:
    note: |
      # netpol-guard: ignore[allow-all-ingress] a gateway
    quoted: "see # netpol-guard: ignore[allow-all-ingress] a gateway"
    glued: a#netpol-guard:ignore[allow-all-ingress]a
`;
    assert.deepEqual(verdicts(policy('    - {}\n', annotations)), ['allow-all-ingress']);
  });

  test('its reason reaches whoever reports the suppression', () => {
    const found = judge(policy('    - {} # netpol-guard: ignore[allow-all-ingress]   a gateway  \n'));
    assert.equal(found.find((d) => d.rule.id === 'allow-all-ingress')?.suppressed?.reason, 'a gateway');
  });
});

suite('an annotation', () => {
  const annotation = (id: string, reason: string) =>
    `  annotations:\n    netpol-guard/ignore.${id}: ${reason}\n`;
  const two = '    - {}\n    - ports: []\n';

  test('covers the whole object', () => {
    const text = policy(two, annotation('allow-all-ingress', 'a gateway'));
    assert.deepEqual(verdicts(text), [...SUPPRESSED, ...SUPPRESSED]);
  });
  test('covers its own object alone', () => {
    const text = `${policy(two, annotation('allow-all-ingress', 'a gateway'))}---\n${policy('    - {}\n')}`;
    assert.deepEqual(verdicts(text), [...SUPPRESSED, ...SUPPRESSED, 'allow-all-ingress']);
  });
  test('covers its own item of a list alone', () => {
    const item = (text: string) => text.replace(/^(?=.)/gm, '    ').replace('    ', '  - ');
    const first = item(policy('    - {}\n', annotation('allow-all-ingress', 'a gateway')));
    const text = `apiVersion: v1\nkind: List\nitems:\n${first}${item(policy('    - {}\n'))}`;
    assert.deepEqual(verdicts(text), [...SUPPRESSED, 'allow-all-ingress']);
  });
  test('without a reason is not in effect', () => {
    for (const reason of ['""', '', '"  "'])
      assert.deepEqual(verdicts(policy('    - {}\n', annotation('allow-all-ingress', reason))), [
        'suppression-reason-missing',
        'allow-all-ingress',
      ]);
  });
  test('that covers nothing', () => {
    assert.deepEqual(verdicts(policy('', annotation('allow-all-ingress', 'a gateway'))), [
      'suppression-unused',
    ]);
  });
});

suite("in a contractor's namespace", () => {
  const open = policy('    - {} # netpol-guard: ignore[allow-all-ingress] a gateway\n', '', 'acme-web');
  const acme = 'contractors: [{ name: acme, namespaces: [acme-*] }]\n';

  test('only what the root config allows is suppressed', () => {
    assert.deepEqual(verdicts(open, acme), ['allow-all-ingress', 'suppression-not-allowed']);
    assert.deepEqual(verdicts(open, `${acme}suppressions: { allow: [world-cidr] }\n`), [
      'allow-all-ingress',
      'suppression-not-allowed',
    ]);
    assert.deepEqual(verdicts(open, `${acme}suppressions: { allow: [allow-all-ingress] }\n`), SUPPRESSED);
    assert.deepEqual(verdicts(open), SUPPRESSED);
  });

  test('an annotation is no way round', () => {
    const text = policy(
      '    - {}\n',
      '  annotations:\n    netpol-guard/ignore.allow-all-ingress: a gateway\n',
      'acme-web',
    );
    assert.deepEqual(verdicts(text, acme), ['suppression-not-allowed', 'allow-all-ingress']);
  });

  test('a namespace that says by its label that it is a contractor', () => {
    const namespace = (label: string) =>
      `---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: acme-web\n  labels:\n    ${label}: acme\n`;
    assert.deepEqual(verdicts(open + namespace('netpol-guard/contractor')), [
      'allow-all-ingress',
      'suppression-not-allowed',
    ]);
    assert.deepEqual(verdicts(open + namespace('example.com/team')), SUPPRESSED);
  });

  test('a comment between the items of a list is about the one below', () => {
    const item = (text: string) => text.replace(/^(?=.)/gm, '    ').replace('    ', '  - ');
    const comment = '  # netpol-guard: ignore[world-cidr] nothing\n';
    const list = (first: string, second: string) =>
      `apiVersion: v1\nkind: List\nitems:\n${item(policy('', '', first))}${comment}${item(policy('', '', second))}`;
    assert.deepEqual(verdicts(list('acme-web', 'shop'), acme), ['suppression-unused']);
    assert.deepEqual(verdicts(list('shop', 'acme-web'), acme), ['suppression-not-allowed']);
  });
});

suite('what cannot be judged', () => {
  const unused = policy('    # netpol-guard: ignore[missing-default-deny-ingress] later\n    - ports: []\n');

  test('is not called unused while the workspace is being read', () => {
    const workspace = new Workspace();
    const linter = createLinter(() => workspace, { rules: RULES });
    const verdictsNow = () =>
      workspace.set(EXAMPLE_URI, unused).documents.flatMap((d) => lines(linter.diagnose(d)));
    workspace.allRead = false;
    assert.deepEqual(verdictsNow(), ['allow-all-ingress']);
    workspace.allRead = true;
    assert.deepEqual(verdictsNow(), ['suppression-unused', 'allow-all-ingress']);
  });

  test('is not called unused in template text', () => {
    const comment = '    # netpol-guard: ignore[allow-all-ingress] the chart decides\n';
    const template = policy(`${comment}    - from: {{ toYaml .Values.from }}\n`);
    assert.deepEqual(verdicts(template), []);
  });

  test('is not called unused in a text with a syntax error', () => {
    const broken = policy('    - {} # netpol-guard: ignore[world-cidr] later\n    - [\n');
    assert.ok(!verdicts(broken).includes('suppression-unused'));
  });
});

test('deleting suppressions one after the other leaves the text without them', () => {
  const rules =
    '    # netpol-guard: ignore[world-cidr, peer-and-or , inert-rules] nothing\n    - from: [{ podSelector: {} }] # netpol-guard: ignore[world-cidr] nothing\n';
  let text = policy(rules);
  for (let left = 4; left > 0; left--) {
    const unused = judge(text).filter((d) => d.rule.id === 'suppression-unused');
    assert.equal(unused.length, left);
    const fix = unused[left % 2 === 0 ? 0 : left - 1]?.finding.fixes?.[0];
    assert.ok(fix);
    text = applyFix(text, fix);
  }
  assert.equal(text, policy('    - from: [{ podSelector: {} }]\n'));
});

test('suppressions are read in the order of the text, each id with its place', () => {
  const workspace = new Workspace();
  const [document] = workspace.set(EXAMPLE_URI, policy('    - {} # netpol-guard: ignore[a,b] c\n')).documents;
  assert.ok(document);
  const read = suppressionsIn(document).map(({ ruleId, reason, at }) => [
    ruleId,
    reason,
    document.text.slice(at.span.start, at.span.end),
  ]);
  assert.deepEqual(read, [
    ['a', 'c', 'a'],
    ['b', 'c', 'b'],
  ]);
});
