// What a NetworkPolicy says: what empty, missing and null mean, which directions it isolates, and what cannot be known.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { resourcesOf } from '../../server/src/core/resource.ts';
import { SourceFile } from '../../server/src/core/source-file.ts';
import { DIRECTIONS } from '../../server/src/engine/direction.ts';
import { type Policy, policyOf, rulesOf, soundPolicyOf } from '../../server/src/engine/policy.ts';
import type { Peer, PolicyRule } from '../../server/src/engine/policy-rule.ts';
import { isEveryPort, type PortSet, PROTOCOLS } from '../../server/src/engine/ports.ts';
import { describeSelector, type Selector } from '../../server/src/engine/selector.ts';

const HEAD =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\n';

/** The policy whose spec is this flow text, without the braces around it. */
function policy(spec: string): Policy {
  const file = new SourceFile('file:///a.yaml', `${HEAD}spec: {${spec}}\n`);
  const [resource] = file.documents.flatMap((d) => resourcesOf(d));
  const read = resource && policyOf(resource);
  assert.ok(read, spec);
  return read;
}

function select(selector: Selector | null): string | null {
  return selector && describeSelector(selector);
}

/** A peer in words. */
function peer(item: Peer): string {
  if (item.kind === 'unknown') return 'unknown';
  if (item.kind === 'cidr')
    return item.addresses ? `addresses of ${item.cidr?.cidr?.canonical}` : 'unknown addresses';
  const pods = item.podSelector ? `pods ${select(item.podSelector)}` : 'all pods';
  return item.namespaceSelector ? `${pods} of namespaces ${select(item.namespaceSelector)}` : `${pods} here`;
}

function peers({ peers: read }: PolicyRule): string {
  return read.kind === 'some' ? read.items.map(peer).join(' or ') : read.kind;
}

/** Ports in words: `TCP 80-90, UDP/dns`. */
function portsIn(set: PortSet): string {
  if (isEveryPort(set)) return 'every port';
  const numbers = PROTOCOLS.flatMap((p) =>
    set.numbers[p].map(([from, to]) => `${p} ${from === to - 1 ? from : `${from}-${to - 1}`}`),
  );
  return [...numbers, ...set.names].join(', ');
}

function ports({ ports: read }: PolicyRule): string {
  return read.kind === 'unknown' ? 'unknown' : `${read.kind}: ${portsIn(read.set)}`;
}

/** The first ingress rule of a policy whose rule is this flow text. */
function rule(text: string): PolicyRule {
  const [first] = policy(`podSelector: {}, ingress: [${text}]`).ingress.rules;
  assert.ok(first, text);
  return first;
}

suite('spec.podSelector: which pods', () => {
  const cases: readonly [spec: string, selector: string | null][] = [
    ['', 'everything'],
    ['podSelector: ', 'everything'],
    ['podSelector: ~', 'everything'],
    ['podSelector: {}', 'everything'],
    ['podSelector: {matchLabels: {app: web}}', 'app=web'],
    ['podSelector: web', null],
    ['podSelector: []', null],
    ['podSelector: {app: web}', null],
    ['podSelector: {matchLabels: {app: "{{ .x }}"}}', null],
    ['podselector: {matchLabels: {app: web}}', null],
  ];
  for (const [spec, selector] of cases)
    test(spec || '(missing)', () => assert.equal(select(policy(spec).podSelector.selector), selector));
});

suite('ingress: nothing allowed, or everything', () => {
  const cases: readonly [spec: string, rules: number, unknown: boolean][] = [
    ['policyTypes: [Ingress]', 0, false],
    ['policyTypes: [Ingress], ingress: ', 0, false],
    ['policyTypes: [Ingress], ingress: ~', 0, false],
    ['policyTypes: [Ingress], ingress: []', 0, false],
    ['ingress: [{}]', 1, false],
    ['ingress: [~]', 1, false],
    ['ingress: [{}, {}]', 2, false],
    ['ingress: {}', 0, true],
    ['ingress: all', 0, true],
    ['ingress: "{{ .rules }}"', 0, true],
    ['ingres: [{}]', 0, true],
  ];
  for (const [spec, rules, unknown] of cases)
    test(spec, () => {
      const { ingress } = policy(spec);
      assert.deepEqual([ingress.rules.length, ingress.unknown], [rules, unknown]);
    });
});

suite('from and to: any source or destination, or some', () => {
  const cases: readonly [rule: string, peers: string][] = [
    ['{}', 'any'],
    ['~', 'any'],
    ['{from: }', 'any'],
    ['{from: ~}', 'any'],
    ['{from: []}', 'any'],
    ['{ports: [{port: 80}]}', 'any'],
    ['{from: [{podSelector: {}}]}', 'pods everything here'],
    ['{from: [{podSelector: {matchLabels: {app: web}}}]}', 'pods app=web here'],
    ['{from: [{namespaceSelector: {}}]}', 'all pods of namespaces everything'],
    ['{from: [{namespaceSelector: {matchLabels: {a: b}}}]}', 'all pods of namespaces a=b'],
    ['{from: [{podSelector: ~, namespaceSelector: {matchLabels: {a: b}}}]}', 'all pods of namespaces a=b'],
    ['{from: [{podSelector: {matchLabels: {a: b}}, namespaceSelector: ~}]}', 'pods a=b here'],
    [
      '{from: [{podSelector: {}, namespaceSelector: {matchLabels: {a: b}}}]}',
      'pods everything of namespaces a=b',
    ],
    [
      '{from: [{podSelector: {}}, {namespaceSelector: {}}]}',
      'pods everything here or all pods of namespaces everything',
    ],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}', 'addresses of 10.0.0.0/8'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ~}, podSelector: ~}]}', 'addresses of 10.0.0.0/8'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}', 'addresses of 10.0.0.0/8'],
    ['{from: [{ipBlock: {}}]}', 'unknown addresses'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0}}]}', 'unknown addresses'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [x]}}]}', 'unknown addresses'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8, except: 10.1.0.0/16}}]}', 'unknown addresses'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8, exept: [10.1.0.0/16]}}]}', 'unknown addresses'],
    ['{from: [{ipBlock: {cidr: "{{ .x }}"}}]}', 'unknown addresses'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ~}}]}', 'addresses of 10.0.0.0/8'],
    ['{from: [{ipBlock: 10.0.0.0/8}]}', 'unknown'],
    ['{from: [{ipBlock: 10.0.0.0/8, podSelector: {}}]}', 'unknown'],
    ['{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}', 'unknown'],
    ['{from: [{}]}', 'unknown'],
    ['{from: [~]}', 'unknown'],
    ['{from: [{podSelector: ~}]}', 'unknown'],
    ['{from: [{podSelector: web}]}', 'unknown'],
    ['{from: [{podSelector: {}, namespaceSelecter: {}}]}', 'unknown'],
    ['{from: [web]}', 'unknown'],
    ['{from: {podSelector: {}}}', 'unknown'],
    ['{from: "{{ .peers }}"}', 'unknown'],
    ['{to: [{podSelector: {}}]}', 'unknown'],
    ['{form: [{podSelector: {}}]}', 'unknown'],
    ['web', 'unknown'],
    ['[]', 'unknown'],
  ];
  for (const [text, expected] of cases) test(text, () => assert.equal(peers(rule(text)), expected));

  test('except takes addresses out', () => {
    const read = rule('{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9]}}]}').peers;
    const item = read.kind === 'some' ? read.items[0] : undefined;
    assert.deepEqual(item?.kind === 'cidr' && item.addresses?.v4, [[0x0a800000, 0x0b000000]]);
  });

  test('egress has to', () => {
    const [first] = policy('egress: [{to: [{podSelector: {}}]}]').egress.rules;
    assert.equal(first && peers(first), 'pods everything here');
    const [other] = policy('egress: [{from: [{podSelector: {}}]}]').egress.rules;
    assert.equal(other && peers(other), 'unknown');
  });
});

suite('ports: any port of any protocol, or some', () => {
  const cases: readonly [rule: string, ports: string][] = [
    ['{}', 'any: every port'],
    ['~', 'any: every port'],
    ['{ports: }', 'any: every port'],
    ['{ports: ~}', 'any: every port'],
    ['{ports: []}', 'any: every port'],
    ['{ports: [{}]}', 'some: TCP 1-65535'],
    ['{ports: [~]}', 'some: TCP 1-65535'],
    ['{ports: [{protocol: UDP}]}', 'some: UDP 1-65535'],
    ['{ports: [{protocol: ~, port: 80}]}', 'some: TCP 80'],
    ['{ports: [{port: 80}, {port: 53, protocol: UDP}]}', 'some: TCP 80, UDP 53'],
    ['{ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]}', 'some: every port'],
    ['{ports: [{port: 80, endPort: 90}]}', 'some: TCP 80-90'],
    ['{ports: [{port: 80, endPort: 80}]}', 'some: TCP 80'],
    ['{ports: [{port: 80, endPort: ~}]}', 'some: TCP 80'],
    ['{ports: [{port: 0x50}]}', 'some: TCP 80'],
    ['{ports: [{port: 80.0}]}', 'some: TCP 80'],
    ['{ports: [{port: http}]}', 'some: TCP/http'],
    ['{ports: [{port: a-1, protocol: UDP}]}', 'some: UDP/a-1'],
    ['{ports: [{port: "80"}]}', 'unknown'],
    ['{ports: 80}', 'unknown'],
    ['{ports: [{port: a--b}]}', 'unknown'],
    ['{ports: [{port: HTTP}]}', 'unknown'],
    ['{ports: [{port: abcdefghijklmnop}]}', 'unknown'],
    ['{ports: [{port: 80.5}]}', 'unknown'],
    ['{ports: [{port: 0}]}', 'unknown'],
    ['{ports: [{port: 65536}]}', 'unknown'],
    ['{ports: [{port: yes}]}', 'unknown'],
    ['{ports: [{port: [80]}]}', 'unknown'],
    ['{ports: [{port: 90, endPort: 80}]}', 'unknown'],
    ['{ports: [{port: 80, endPort: "90"}]}', 'unknown'],
    ['{ports: [{port: 80, endPort: {}}]}', 'unknown'],
    ['{ports: [{port: http, endPort: 90}]}', 'unknown'],
    ['{ports: [{endPort: 90}]}', 'unknown'],
    ['{ports: [{port: 80, protocol: tcp}]}', 'unknown'],
    ['{ports: [{port: 80, protocol: ICMP}]}', 'unknown'],
    ['{ports: [{prot: 80}]}', 'unknown'],
    ['{ports: [80]}', 'unknown'],
    ['{ports: {port: 80}}', 'unknown'],
    ['{ports: [{port: 80}, {port: "{{ .x }}"}]}', 'unknown'],
    ['{from: [], port: [{port: 80}]}', 'unknown'],
  ];
  for (const [text, expected] of cases) test(text, () => assert.equal(ports(rule(text)), expected));
});

suite('which directions are isolated', () => {
  const cases: readonly [spec: string, ingress: boolean | null, egress: boolean | null][] = [
    ['', true, false],
    ['ingress: []', true, false],
    ['ingress: [{}]', true, false],
    ['egress: []', true, false],
    ['egress: ~', true, false],
    ['egress: [{}]', true, true],
    ['egress: [~]', true, true],
    ['policyTypes: []', true, false],
    ['policyTypes: ~', true, false],
    ['policyTypes: [], egress: [{}]', true, true],
    ['policyTypes: [Ingress]', true, false],
    ['policyTypes: [Egress]', false, true],
    ['policyTypes: [Ingress, Egress]', true, true],
    ['policyTypes: [Ingress], egress: [{}]', true, false],
    ['policyTypes: [Egress], ingress: [{}]', false, true],
    ['policyTypes: [Ingress, Ingress]', true, false],
    ['policyTypes: [ingress]', null, null],
    ['policyTypes: [Ingress, egress]', true, null],
    ['policyTypes: [~]', null, null],
    ['policyTypes: Ingress', null, null],
    ['policyTypes: ["{{ .x }}"]', null, null],
    ['policyTypes: "{{ .x }}"', null, null],
    ['policytypes: [Egress]', null, null],
    ['egress: "{{ .x }}"', true, null],
    ['egress: {}', true, null],
  ];
  for (const [spec, ingress, egress] of cases)
    test(spec || '(nothing said)', () =>
      assert.deepEqual(policy(spec).isolates, { Ingress: ingress, Egress: egress }),
    );
});

suite('what is no policy to judge', () => {
  const read = (text: string) => {
    const [resource] = new SourceFile('file:///a.yaml', text).documents.flatMap((d) => resourcesOf(d));
    assert.ok(resource);
    return { whole: policyOf(resource), sound: soundPolicyOf(resource) };
  };
  test('a patch without a spec', () => assert.equal(read(HEAD).whole, null));
  test('a spec of the wrong type', () => assert.equal(read(`${HEAD}spec: []\n`).whole, null));
  test('a patch that deletes', () => assert.equal(read(`${HEAD}$patch: delete\nspec: {}\n`).whole, null));
  test('one with a syntax error inside is read but not sound', () => {
    const { whole, sound } = read(`${HEAD}spec:\n  podSelector: {}\n  ingress\n`);
    assert.ok(whole);
    assert.equal(sound, null);
  });
});

test('rules know their direction', () => {
  const both = policy('ingress: [{}], egress: [{}, {}]');
  const counts = DIRECTIONS.map((d) => rulesOf(both, d).rules.map((r) => r.direction));
  assert.deepEqual(counts, [['Ingress'], ['Egress', 'Egress']]);
});
