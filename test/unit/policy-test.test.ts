/** Files of policy tests as people write them: what is read, and what is said where something is wrong. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isPolicyTest, readPolicyTest } from '../../server/src/core/policy-test.ts';

const read = (text: string) => readPolicyTest('file:///w/shop.netpol-test.yaml', text);

/** Each problem as `marked text: message`. */
function problems(text: string): string[] {
  return read(text).problems.map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);
}

/** A file with one assertion; `lines` stand in the place of some of its own. */
function withAssertion(lines: { from?: string; to?: string; ports?: string; expect?: string }): string {
  const { from = 'shop/web[Deployment]', to = 'any', ports, expect = 'deny' } = lines;
  const keys = [`from: ${from}`, `to: ${to}`, ...(ports ? [`ports: ${ports}`] : []), `expect: ${expect}`];
  return `tests:\n  - name: a test\n    assertions:\n      - ${keys.join('\n        ')}\n`;
}

function assertionOf(text: string) {
  const { tests, problems } = read(text);
  assert.deepEqual(problems, []);
  const [assertion] = tests[0]?.assertions ?? [];
  assert.ok(assertion);
  return assertion;
}

test('a file is known by its name', () => {
  assert.equal(isPolicyTest('a/b.netpol-test.yaml'), true);
  assert.equal(isPolicyTest('a/netpol-test.yaml'), false);
});

suite('ends', () => {
  test('a workload, with and without its kind', () => {
    const workload = { kind: 'workload', namespace: 'shop', name: 'web' };
    assert.deepEqual(assertionOf(withAssertion({ from: 'shop/web[Deployment]' })).from, {
      ...workload,
      of: 'Deployment',
    });
    assert.deepEqual(assertionOf(withAssertion({ from: 'shop/web' })).from, { ...workload, of: null });
  });

  for (const [text, canonical] of [
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['"::/0"', '::/0'],
  ] as const)
    test(`the address ${text}`, () => {
      const { to } = assertionOf(withAssertion({ to: text }));
      assert.equal(to.kind === 'addresses' && to.range.canonical, canonical);
    });

  test('pods by labels, short and as a selector', () => {
    const requirements = [{ key: 'app', operator: 'In', values: ['api'] }];
    const pods = {
      kind: 'pods',
      namespace: 'acme-*',
      namespaceSelector: null,
      podSelector: { requirements },
    };
    assert.deepEqual(
      assertionOf(withAssertion({ to: '{ namespace: acme-*, podSelector: { app: api } }' })).to,
      pods,
    );
    assert.deepEqual(
      assertionOf(withAssertion({ to: '{ namespace: acme-*, podSelector: { matchLabels: { app: api } } }' }))
        .to,
      pods,
    );
  });

  test('every pod of every namespace', () => {
    assert.deepEqual(assertionOf(withAssertion({ to: '{ namespaceSelector: {} }' })).to, {
      kind: 'pods',
      namespace: null,
      namespaceSelector: { requirements: [] },
      podSelector: null,
    });
  });

  test('matchExpressions', () => {
    const { to } = assertionOf(
      withAssertion({
        to: '{ namespace: a, podSelector: { matchExpressions: [{ key: tier, operator: NotIn, values: [db] }] } }',
      }),
    );
    assert.deepEqual(to.kind === 'pods' && to.podSelector, {
      requirements: [{ key: 'tier', operator: 'NotIn', values: ['db'] }],
    });
  });
});

test('ports: one, a range, all of a protocol, and all', () => {
  assert.deepEqual(assertionOf(withAssertion({ ports: '[443/TCP, 8000-8100/UDP, SCTP]' })).ports, [
    { protocol: 'TCP', from: 443, to: 443 },
    { protocol: 'UDP', from: 8000, to: 8100 },
    { protocol: 'SCTP', from: 1, to: 65535 },
  ]);
  assert.equal(assertionOf(withAssertion({})).ports, null);
});

test('where a test and the parts of an assertion are written', () => {
  const text = withAssertion({ from: '{ namespace: shop }' });
  const [found] = read(text).tests;
  const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
  assert.equal(found && cut(found.span), 'a test');
  const at = assertionOf(text).at;
  assert.deepEqual([cut(at.from), cut(at.to), cut(at.expect)], ['{ namespace: shop }', 'any', 'deny']);
});

suite('problems', () => {
  const cases: readonly (readonly [title: string, text: string, problem: string])[] = [
    [
      'an empty file',
      '# nothing\n',
      ': There is no test in this file. Start with "tests:" and a list of them.',
    ],
    ['no tests', 'tests: []\n', '[]: tests must not be empty: fill it in, or delete the key.'],
    [
      'a misspelt key',
      'test: []\ntests: [{ name: a, assertions: [{ from: any, to: any, expect: deny }] }]\n',
      'test: There is no key "test" in a file of policy tests. Did you mean "tests"?',
    ],
    [
      'a misspelt key of an assertion',
      withAssertion({}).replace('expect:', 'expects:'),
      'expects: There is no key "expects" in tests[0].assertions[0]. Did you mean "expect"?',
    ],
    [
      'another expectation',
      withAssertion({ expect: 'reject' }),
      'reject: tests[0].assertions[0].expect must be one of allow, deny.',
    ],
    [
      'an end that is none',
      withAssertion({ to: 'web' }),
      'web: "web" is no end of a connection. It takes a workload as namespace/name[Kind], an IP address, a range such as 203.0.113.0/24, or any.',
    ],
    [
      'an end without a namespace',
      withAssertion({ to: '{ podSelector: { app: web } }' }),
      '{ podSelector: { app: web } }: Say in which namespaces: add namespace, or namespaceSelector: {} for every namespace.',
    ],
    [
      'a key of an end',
      withAssertion({ to: '{ namespaces: a }' }),
      'namespaces: There is no key "namespaces" in tests[0].assertions[0].to. Did you mean "namespace"?',
    ],
    [
      'labels beside matchLabels',
      withAssertion({ to: '{ namespace: a, podSelector: { matchLabels: { a: b }, app: web } }' }),
      'web: Put app into matchLabels: here stand either labels alone, or matchLabels and matchExpressions.',
    ],
    [
      'a label that is no text',
      withAssertion({ to: '{ namespace: a, podSelector: { pci: true } }' }),
      'true: tests[0].assertions[0].to.podSelector.pci must be a string. Put it in quotes.',
    ],
    [
      'a port without a protocol',
      withAssertion({ ports: '["443"]' }),
      '"443": tests[0].assertions[0].ports[0] must be a port with its protocol: 8443/TCP, 8000-8100/TCP, or TCP for all of its ports. Write 443/TCP.',
    ],
    [
      'a port in small letters',
      withAssertion({ ports: '[443/tcp]' }),
      '443/tcp: tests[0].assertions[0].ports[0] must be a port with its protocol: 8443/TCP, 8000-8100/TCP, or TCP for all of its ports. Write 443/TCP.',
    ],
    [
      'a port by name',
      withAssertion({ ports: '[https]' }),
      "https: tests[0].assertions[0].ports[0] must be a port with its protocol: 8443/TCP, 8000-8100/TCP, or TCP for all of its ports. A port's name is not enough: it may mean another number on each pod.",
    ],
    [
      'a port that is too high',
      withAssertion({ ports: '[70000/TCP]' }),
      '70000/TCP: 70000/TCP is no port: numbers go from 1 to 65535, the smaller one first.',
    ],
    [
      'one port that is no list',
      withAssertion({ ports: '443/TCP' }),
      '443/TCP: tests[0].assertions[0].ports must be a list. Write ["443/TCP"].',
    ],
    [
      'values of Exists',
      withAssertion({
        to: '{ namespace: a, podSelector: { matchExpressions: [{ key: a, operator: Exists, values: [b] }] } }',
      }),
      '{ key: a, operator: Exists, values: [b] }: Exists takes no values: delete them.',
    ],
    [
      'a second document',
      `${withAssertion({})}---\ntests: []\n`,
      '---: A file of policy tests is one YAML document. Move what is below this line above it.',
    ],
  ];
  for (const [title, text, problem] of cases)
    test(title, () => {
      assert.deepEqual(problems(text), [problem]);
      assert.deepEqual(read(text).tests, []);
    });

  test('broken YAML is a problem, and no exception', () => {
    const text = 'tests:\n  - name: [a\n';
    assert.ok(problems(text).length > 0);
    for (let end = 0; end < text.length; end++) read(text.slice(0, end));
  });
});
