// Generated broken policies: every violation of the schema is reported by its rule and by no other, no place is reported twice,
// and no fix breaks the YAML.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { YamlDocument } from '../../server/src/core/document.ts';
import { resourcesOf } from '../../server/src/core/resource.ts';
import type { Diagnosis } from '../../server/src/core/rule.ts';
import { policyViolations } from '../../server/src/core/schema/policy.ts';
import type { Json } from '../../server/src/core/yaml/json.ts';
import { DEFAULT_STYLE, renderInline } from '../../server/src/core/yaml/render.ts';
import { webPolicy } from '../../server/src/rules/example-yaml.ts';
import { ownerOf, spanOf } from '../../server/src/rules/validity/violations.ts';
import { applyFix, EXAMPLE_URI, judge, spanInFile } from '../support/example.ts';
import { runs } from '../support/runs.ts';

const WHOLE = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {
    name: 'web',
    namespace: 'shop',
    labels: { app: 'web' },
    annotations: { note: 'x' },
    generation: 1,
  },
  spec: {
    podSelector: {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
    },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          {
            podSelector: { matchLabels: { app: 'gateway' } },
            namespaceSelector: { matchLabels: { team: 'edge' } },
          },
          { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.16/28'] } },
        ],
        ports: [{ protocol: 'TCP', port: 8080, endPort: 8090 }, { port: 'http' }],
      },
    ],
    egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
  },
};

type Tree = { [key: string]: unknown } | unknown[];

/** Every list and mapping in a tree whose entries may be changed, the root's own apiVersion and kind left alone. */
function holders(node: unknown, found: Tree[] = []): Tree[] {
  if (node === null || typeof node !== 'object') return found;
  if (node !== WHOLE && !('apiVersion' in node)) found.push(node as Tree);
  for (const child of Object.values(node)) holders(child, found);
  return found;
}

const junk = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    0,
    80,
    80.5,
    99999,
    -1,
    '',
    'x',
    '80',
    '80-90',
    'tcp',
    'in',
    'Exists',
    'ingress',
    '10.0.0.1',
    '::/0',
  ],
  ...['10.0.0.0/8', 'web shop', 'yes', [], {}, [{}], [null], ['x'], { foo: 1 }, { app: 'web' }, [[]]],
);
const names = fc.constantFrom(
  ...[
    'podSelector',
    'podselector',
    'podSelectors',
    'policyTypes',
    'ingress',
    'from',
    'to',
    'ports',
    'port',
    'form',
  ],
  ...[
    'matchLabels',
    'labels',
    'cidr',
    'operator',
    'values',
    'key',
    'endPort',
    'protocol',
    'foo',
    'targetPort',
    'a b',
  ],
);
const mutation = fc.record({
  place: fc.nat(),
  entry: fc.nat(),
  how: fc.constantFrom('replace', 'rename', 'remove', 'add'),
  junk,
  name: names,
});

/** A policy with some of its parts replaced, renamed, removed or added. */
function broken(
  mutations: readonly { place: number; entry: number; how: string; junk: unknown; name: string }[],
) {
  const policy = structuredClone(WHOLE);
  for (const { place, entry, how, junk: value, name } of mutations) {
    const all = holders(policy);
    const holder = all[place % all.length] as Tree;
    const keys = Object.keys(holder);
    const key = keys[entry % Math.max(1, keys.length)];
    const copy = structuredClone(value);
    if (Array.isArray(holder)) {
      if (how === 'remove') holder.splice(entry % Math.max(1, holder.length), 1);
      else if (how === 'replace' && key) holder[Number(key)] = copy;
      else holder.push(copy);
    } else if (how === 'add' || !key) holder[name] = copy;
    else if (how === 'replace') holder[key] = copy;
    else {
      if (how === 'rename' && !(name in holder)) holder[name] = holder[key];
      delete holder[key];
    }
  }
  return policy as unknown as Json;
}

const texts = fc
  .record({ mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }), json: fc.boolean() })
  .map(({ mutations, json }) =>
    json
      ? `${JSON.stringify(broken(mutations), null, 2)}\n`
      : `${renderInline(broken(mutations), 0, DEFAULT_STYLE)}\n`,
  );

function validity(text: string): Diagnosis[] {
  return judge(text, 'kubernetes: "1.37"\n').filter((d) => d.rule.family === 'validity');
}

const show = ({ start, end }: { start: number; end: number }) => `${start}-${end}`;

test('each violation of the schema is reported by its rule and by no other', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const found = validity(text);
      for (const policy of resourcesOf(new YamlDocument(EXAMPLE_URI, text)))
        for (const violation of policyViolations(policy)) {
          const place = show(spanOf(policy, violation));
          const ids = found.filter((d) => show(spanInFile(d)) === place).map((d) => d.rule.id);
          assert.deepEqual(
            ids,
            [ownerOf(violation)],
            `${violation.keyword} at ${violation.instancePath}\n${text}`,
          );
        }
    }),
    { numRuns: runs(180) },
  );
});

test('no place is reported twice', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const places = validity(text).map((d) => show(spanInFile(d)));
      assert.equal(new Set(places).size, places.length, `${places}\n${text}`);
    }),
    { numRuns: runs(180) },
  );
});

test('no fix breaks the YAML, and behind a safe one nothing is wrong at its place', () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const { finding, rule } of validity(text))
        for (const fix of finding.fixes ?? []) {
          const fixed = applyFix(text, fix);
          const left = validity(fixed);
          const broke = left.some(({ rule: { id } }) => id === 'yaml-syntax' || id === 'duplicate-key');
          const start = Math.min(...fix.edits.map((e) => e.at.document.start + e.at.span.start));
          // That an endPort does not go with its port shows only once both are numbers.
          const behind = left.filter((d) => spanInFile(d).start === start && d.rule.id !== 'end-port');
          const isRemoval = fix.edits.every((e) => e.text === '');
          const stillWrong = fix.safe && !isRemoval && behind.length > 0;
          assert.ok(fixed !== text && !broke && !stillWrong, `${rule.id}: ${fix.title}\n${text}\n${fixed}`);
        }
    }),
    { numRuns: runs(240) },
  );
});

suite('unknown fields', () => {
  const STATUS = `${webPolicy('policyTypes: [Ingress]')}status: {}\n`;
  for (const [version, isKnown] of [
    ['1.23', false],
    ['1.24', true],
    ['1.27', true],
    ['1.28', false],
  ] as const)
    test(`${isKnown ? 'do not include' : 'include'} status for Kubernetes ${version}`, () => {
      const found = judge(STATUS, `kubernetes: "${version}"\n`).filter((d) => d.rule.id === 'unknown-field');
      assert.equal(found.length, isKnown ? 0 : 1);
    });

  test('of an expression are said to be of that', () => {
    const text = webPolicy(
      'policyTypes: [Ingress]\ningress:\n  - from: [{ podSelector: { matchExpressions: [{ key: a, operator: Exists, regex: x }] } }]',
    );
    const [found] = judge(text).filter((d) => d.rule.id === 'unknown-field');
    assert.match(found?.message ?? '', /^`regex` is not a field of an item of `matchExpressions`/);
  });
});

test('a fix of the syntax is tried on documents of ordinary length only', () => {
  const broken = `${webPolicy('policyTypes: [Ingress]')}oops\n`;
  const fixesIn = (text: string) =>
    judge(text).flatMap(({ rule, finding }) => (rule.id === 'yaml-syntax' ? (finding.fixes ?? []) : []));
  assert.equal(fixesIn(broken).length, 1);
  assert.deepEqual(fixesIn(`# ${'x'.repeat(20_000)}\n${broken}`), []);
});
