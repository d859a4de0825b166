// What redundant-rule may delete. The oracle tries every pod, peer and port: without all that is named, the same is allowed.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { NamespaceScope } from '../../server/src/core/workspace.ts';
import { Workspace } from '../../server/src/core/workspace.ts';
import { type Surplus, surplusIn } from '../../server/src/rules/pitfall/redundancy.ts';
import { runs } from '../support/runs.ts';

type Labels = Readonly<Record<string, string>>;
interface SelectorSpec {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { key: string; operator: 'NotIn' | 'Exists'; values?: string[] }[];
}
interface PeerSpec {
  readonly podSelector?: SelectorSpec;
  readonly namespaceSelector?: SelectorSpec;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface PortSpec {
  readonly port: number;
  readonly endPort?: number;
  readonly protocol?: 'UDP';
}
interface RuleSpec {
  readonly from?: readonly PeerSpec[];
  readonly ports?: readonly PortSpec[];
}
interface PolicySpec {
  readonly podSelector: SelectorSpec;
  readonly ingress?: readonly RuleSpec[];
}

const NAME = 'kubernetes.io/metadata.name';

function matches({ matchLabels = {}, matchExpressions = [] }: SelectorSpec, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([k, v]) => labels[k] === v) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const own = labels[key];
      return operator === 'Exists' ? own !== undefined : own === undefined || !values.includes(own);
    })
  );
}

/** Somebody who connects: a pod with its namespace's labels, or an address outside. */
type Source = { readonly namespace: Labels; readonly pod: Labels } | { readonly address: string };

const PODS: readonly Labels[] = [{}, { a: '1' }, { a: '2' }, { b: '1' }, { a: '1', b: '1' }, { a: '3' }];
const SOURCES: readonly Source[] = [
  ...[
    { [NAME]: 'shop' },
    { [NAME]: 'shop', a: '1' },
    { [NAME]: 'other' },
    { [NAME]: 'other', a: '1' },
  ].flatMap((namespace) => PODS.map((pod) => ({ namespace, pod }))),
  ...['10.0.0.1', '10.0.0.129', '10.1.0.1', '192.0.2.1'].map((address) => ({ address })),
];
const PORTS = [80, 81, 8080].flatMap((port) => [
  { port, protocol: 'TCP' },
  { port, protocol: 'UDP' },
]);

const inBlock = (address: string, cidr: string): boolean => {
  const [network = '', bits = '0'] = cidr.split('/');
  const number = (text: string) => text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(network) / size);
};

function peerAllows({ podSelector, namespaceSelector, ipBlock }: PeerSpec, source: Source): boolean {
  if ('address' in source)
    return (
      ipBlock !== undefined &&
      inBlock(source.address, ipBlock.cidr) &&
      !(ipBlock.except ?? []).some((e) => inBlock(source.address, e))
    );
  if (ipBlock) return false;
  const near = namespaceSelector
    ? matches(namespaceSelector, source.namespace)
    : source.namespace[NAME] === 'shop';
  return near && matches(podSelector ?? {}, source.pod);
}

function ruleAllows(
  { from = [], ports = [] }: RuleSpec,
  source: Source,
  port: (typeof PORTS)[number],
): boolean {
  return (
    (from.length === 0 || from.some((peer) => peerAllows(peer, source))) &&
    (ports.length === 0 ||
      ports.some(
        (p) =>
          (p.protocol ?? 'TCP') === port.protocol &&
          p.port <= port.port &&
          port.port <= (p.endPort ?? p.port),
      ))
  );
}

/** Every connection that the policies allow, as one line each. */
function allowed(policies: readonly PolicySpec[]): string[] {
  return PODS.flatMap((pod) => {
    const mine = policies.filter((p) => matches(p.podSelector, pod));
    return SOURCES.flatMap((source) =>
      PORTS.filter(
        (port) =>
          mine.length === 0 || mine.some((p) => (p.ingress ?? []).some((r) => ruleAllows(r, source, port))),
      ).map((port) => JSON.stringify([pod, source, port])),
    );
  });
}

const selector = fc.constantFrom<SelectorSpec>(
  {},
  { matchLabels: { a: '1' } },
  { matchLabels: { a: '1', b: '1' } },
  { matchLabels: { a: '2' } },
  { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
  { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['2'] }] },
);
const peer: fc.Arbitrary<PeerSpec> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: fc.oneof(selector, fc.constant({ matchLabels: { [NAME]: 'shop' } })) }),
  fc.record({ podSelector: selector, namespaceSelector: fc.constant({ matchLabels: { [NAME]: 'shop' } }) }),
  fc.constantFrom<PeerSpec>(
    { ipBlock: { cidr: '10.0.0.0/8' } },
    { ipBlock: { cidr: '10.0.0.0/24' } },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/24'] } },
    { ipBlock: { cidr: '0.0.0.0/0' } },
  ),
);
const port = fc.constantFrom<PortSpec>(
  { port: 80 },
  { port: 81 },
  { port: 80, endPort: 90 },
  { port: 80, protocol: 'UDP' },
);
const rule: fc.Arbitrary<RuleSpec> = fc.record(
  { from: fc.array(peer, { maxLength: 3 }), ports: fc.array(port, { maxLength: 3 }) },
  { requiredKeys: [] },
);
/** Whether a rule lets everybody in, beside which a narrow one is left alone. */
const isOpen = ({ from = [] }: RuleSpec) =>
  from.length === 0 ||
  from.some(
    ({ podSelector, namespaceSelector, ipBlock }) =>
      ipBlock?.cidr === '0.0.0.0/0' ||
      (namespaceSelector && Object.keys({ ...namespaceSelector, ...podSelector }).length === 0),
  );
const policy: fc.Arbitrary<PolicySpec> = fc.record(
  { podSelector: selector, ingress: fc.array(rule, { maxLength: 3 }) },
  { requiredKeys: ['podSelector'] },
);

const written = (spec: PolicySpec, i: number) =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `p${i}`, namespace: 'shop' },
    spec,
  });

function scopeOf(workspace: Workspace): NamespaceScope | undefined {
  return [...workspace.scopes][0];
}

function surplusOf(policies: readonly PolicySpec[]): Surplus[] {
  const workspace = new Workspace();
  workspace.set('file:///p.yaml', policies.map(written).join('\n---\n'));
  const scope = scopeOf(workspace);
  return scope ? [...surplusIn(scope)] : [];
}

/** The policies without what is surplus. */
function without(policies: readonly PolicySpec[], surplus: readonly Surplus[]): PolicySpec[] {
  return policies.flatMap((spec, i) => {
    const own = surplus.filter((s) => s.policy.resource.name === `p${i}`);
    if (own.some((s) => s.kind === 'policy')) return [];
    const [read] = own;
    const ingress = (spec.ingress ?? []).flatMap((ruleSpec, j) => {
      const mine = own.filter((s) => s.kind !== 'policy' && s.rule === read?.policy.ingress.rules[j]);
      if (mine.some((s) => s.kind === 'rule')) return [];
      const gone = mine.flatMap((s) =>
        s.kind === 'peer' || s.kind === 'port' ? [s.list.items.indexOf(s.node)] : [],
      );
      const of = (kind: Surplus['kind']) => gone.filter((_, k) => mine[k]?.kind === kind);
      return [
        {
          ...(ruleSpec.from && { from: ruleSpec.from.filter((_, k) => !of('peer').includes(k)) }),
          ...(ruleSpec.ports && { ports: ruleSpec.ports.filter((_, k) => !of('port').includes(k)) }),
        },
      ];
    });
    return [{ podSelector: spec.podSelector, ingress }];
  });
}

/** What is named, in words that do not depend on when it was read. */
function inWords(surplus: Iterable<Surplus>): string[] {
  const nameOf = (s: { policy: Surplus['policy'] }) => s.policy.resource.name;
  return Array.from(surplus, (s) => {
    if (s.kind === 'policy')
      return `${nameOf(s)}: ${s.covers.map((c) => `${nameOf(c)}/${c.rule?.node.span.start}`)}`;
    if (s.kind === 'rule')
      return `${nameOf(s)}/${s.rule.node.span.start}: ${nameOf(s.cover)}/${s.cover.rule?.node.span.start}`;
    return `${nameOf(s)}/${s.node.span.start}: ${s.by.span.start}`;
  });
}

suite('redundancy', () => {
  test('without all that is named, exactly the same is allowed', () => {
    const seen = new Set<Surplus['kind']>();
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), (policies) => {
        const surplus = surplusOf(policies);
        for (const { kind } of surplus) seen.add(kind);
        assert.deepEqual(allowed(without(policies, surplus)), allowed(policies));
      }),
      { numRuns: runs(120) },
    );
    assert.deepEqual([...seen].sort(), ['peer', 'policy', 'port', 'rule']);
  });

  test('nothing that is left is redundant', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), (policies) => {
        fc.pre(!policies.some((p) => p.ingress?.some(isOpen)));
        assert.deepEqual(inWords(surplusOf(without(policies, surplusOf(policies)))), []);
      }),
      { numRuns: runs(80) },
    );
  });

  test('after an edit the answer is what it would be from the start', () => {
    const edit = fc.record({ at: fc.nat(), to: fc.option(policy) });
    fc.assert(
      fc.property(
        fc.array(policy, { minLength: 1, maxLength: 5 }),
        fc.array(edit, { maxLength: 4 }),
        (before, edits) => {
          const workspace = new Workspace();
          const policies = [...before];
          const apply = () => {
            policies.forEach((spec, i) => {
              const uri = `file:///w/p${i}.yaml`;
              if (workspace.files.get(uri)?.text !== written(spec, i)) workspace.set(uri, written(spec, i));
            });
            const gone = `file:///w/p${policies.length}.yaml`;
            if (workspace.files.has(gone)) workspace.delete(gone);
            const scope = scopeOf(workspace);
            return scope ? inWords(surplusIn(scope)) : [];
          };
          apply();
          for (const { at, to } of edits) {
            if (to) policies[at % policies.length] = to;
            else if (policies.length > 1) policies.pop();
            const after = apply();
            const fresh = new Workspace();
            policies.forEach((spec, i) => {
              fresh.set(`file:///w/p${i}.yaml`, written(spec, i));
            });
            const scope = scopeOf(fresh);
            assert.deepEqual(after, scope ? inWords(surplusIn(scope)) : []);
          }
        },
      ),
      { numRuns: runs(60) },
    );
  });

  test('objects of one name are one object, and cover nothing of each other', () => {
    const workspace = new Workspace();
    const same = written({ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }, 0);
    workspace.set('file:///p.yaml', `${same}\n---\n${same}`);
    const scope = scopeOf(workspace);
    assert.ok(scope && scope.policies.length === 2);
    assert.deepEqual([...surplusIn(scope)], []);
  });
});

test('a policy that others cover together is named no more when one of them goes', () => {
  const from = (...apps: string[]) =>
    apps.map((a) => ({ from: [{ podSelector: { matchLabels: { a } } }], ports: [{ port: 80 }] }));
  const podSelector = { matchLabels: { b: '1' } };
  const workspace = new Workspace();
  workspace.set('file:///one.yaml', written({ podSelector, ingress: from('1') }, 1));
  workspace.set('file:///two.yaml', written({ podSelector, ingress: from('2') }, 2));
  workspace.set('file:///zed.yaml', written({ podSelector, ingress: from('1', '2') }, 3));
  const found = () =>
    [...surplusIn(scopeOf(workspace) ?? assert.fail())].map(({ kind, policy: { resource } }) => [
      kind,
      resource.name,
    ]);
  assert.deepEqual(found(), [['policy', 'p3']]);
  workspace.delete('file:///two.yaml');
  assert.deepEqual(found(), [['rule', 'p3']]);
  workspace.set('file:///all.yaml', written({ podSelector, ingress: from('2', '3') }, 4));
  assert.deepEqual(found(), [['policy', 'p3']]);
});
