// When a direction that is isolated without a word is a mistake, and when it is meant or somebody else's.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { judge } from '../support/example.ts';

interface PolicySpec {
  readonly name?: string;
  readonly comment?: string;
  readonly apiVersion?: string;
  readonly spec?: object;
}

const pods = (labels: object) => ({ podSelector: { matchLabels: labels } });
const toDb = { egress: [{ to: [pods({ app: 'db' })] }] };
const fromApi = { ingress: [{ from: [pods({ app: 'api' })] }] };
const both = { policyTypes: ['Ingress', 'Egress'] };

const policy = ({ name = 'web', comment, apiVersion, spec }: PolicySpec) =>
  [
    ...(comment === undefined ? [] : [`# ${comment}`]),
    JSON.stringify({
      apiVersion: apiVersion ?? 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: 'shop' },
      spec: { ...pods({ app: 'web' }), ...both, ...spec },
    }),
  ].join('\n');

const object = (apiVersion: string, kind: string, name: string, spec: object) =>
  JSON.stringify({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });
const deployment = (labels: object, spec: object = {}) =>
  object('apps/v1', 'Deployment', 'web', { template: { metadata: { labels }, spec } });
const service = (selector: object, name = 'web', spec: object = {}) =>
  object('v1', 'Service', name, { selector, ports: [{ port: 80 }], ...spec });

/** What the rule underlines, and the Service it points at. */
function found(...objects: string[]): string[] {
  return judge(`${objects.join('\n---\n')}\n`)
    .filter(({ rule }) => rule.id === 'isolates-unrules')
    .map(({ finding: { at, related } }) => {
      const [to] = related ?? [];
      const text = at.document.text.slice(at.span.start, at.span.end);
      const where = to ? ` for ${to.at.document.text.slice(to.at.span.start, to.at.span.end)}` : '';
      return (text + where).replaceAll('"', '');
    });
}

const web = deployment({ app: 'web' });
const toWeb = service({ app: 'web' });

suite('ingress without rules', () => {
  const closed = (change: PolicySpec = {}) => policy({ ...change, spec: { ...toDb, ...change.spec } });
  const cases: readonly (readonly [string, readonly string[], string | null])[] = [
    ['a Service sends connections there', [closed(), web, toWeb], 'Ingress for web'],
    ['one of several does', [closed(), web, service({ app: 'api' }, 'api'), toWeb], 'Ingress for web'],
    ['a list without a value', [closed({ spec: { ingress: null } }), web, toWeb], 'Ingress for web'],
    ['an empty list says so', [closed({ spec: { ingress: [] } }), web, toWeb], null],
    ['the Service selects other pods', [closed(), web, service({ app: 'api' })], null],
    ['the Service asks for one label more', [closed(), web, service({ app: 'web', tier: 'x' })], null],
    ['the Service is headless', [closed(), web, service({ app: 'web' }, 'web', { clusterIP: 'None' })], null],
    ['no Service', [closed(), web], null],
    ['no workload', [closed(), toWeb], null],
    ['a workload that the policy does not select', [closed(), deployment({ app: 'api' }), toWeb], null],
    ['the other direction is denied, too', [policy({ spec: { egress: [] } }), web, toWeb], null],
    ['the direction is not listed', [closed({ spec: { policyTypes: ['Egress'] } }), web, toWeb], null],
    ['the other direction is not', [closed({ spec: { policyTypes: ['Ingress'] } }), web, toWeb], null],
    [
      'another policy allows it to these pods',
      [closed(), policy({ name: 'other', spec: fromApi }), web, toWeb],
      null,
    ],
    [
      'another policy allows it to pods that may be these',
      [closed(), policy({ name: 'other', spec: { ...pods({ tier: 'front' }), ...fromApi } }), web, toWeb],
      null,
    ],
    [
      'another policy allows it to other pods',
      [
        closed(),
        policy({ name: 'other', spec: { ...pods({ app: 'api' }), ...fromApi, policyTypes: ['Ingress'] } }),
        web,
        toWeb,
      ],
      'Ingress for web',
    ],
    [
      'another policy allows nothing either',
      [closed(), policy({ name: 'other', spec: { ingress: [], egress: [] } }), web, toWeb],
      'Ingress for web',
    ],
    [
      'another policy has rules for it, which are not in effect',
      [closed(), policy({ name: 'other', spec: { ...fromApi, policyTypes: ['Egress'] } }), web, toWeb],
      'Ingress for web',
    ],
    [
      'a policy of another kind',
      [closed(), policy({ apiVersion: 'projectcalico.org/v3', name: 'other' }), web, toWeb],
      null,
    ],
    [
      'a policy that cannot be read',
      [closed(), policy({ name: 'other', spec: { ingress: '{{ .Values.ingress }}' } }), web, toWeb],
      null,
    ],
  ];
  for (const [name, objects, expected] of cases)
    test(name, () => assert.deepEqual(found(...objects), expected === null ? [] : [expected]));

  const denials =
    'deny denies denied isolate isolates isolated isolation block blocks blocked lock locks locked';
  for (const word of `${denials} no nothing forbid forbids forbidden Deny`.split(' '))
    test(`“${word}” says so`, () => {
      assert.deepEqual(found(closed({ comment: `the ${word} thing` }), web, toWeb), []);
      assert.deepEqual(found(closed({ name: `web-${word.toLowerCase()}` }), web, toWeb), []);
    });
  for (const word of ['nodes', 'denial', 'clock', 'notes', 'blocker'])
    test(`“${word}” does not`, () =>
      assert.deepEqual(found(closed({ comment: `the ${word} thing` }), web, toWeb), ['Ingress for web']));
});

suite('egress without rules', () => {
  const closed = (spec: object = {}) => policy({ spec: { ...fromApi, ...spec } });
  const cases: readonly (readonly [string, readonly string[], boolean])[] = [
    ['no workloads are known', [closed()], true],
    ['other workloads are', [closed(), deployment({ app: 'api' })], true],
    ['workloads that look names up are for egress-without-dns', [closed(), web], false],
    [
      'workloads that do not are not',
      [
        closed(),
        deployment({ app: 'web' }, { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'] } }),
      ],
      true,
    ],
    ['workloads that may be selected', [closed(), deployment({ app: '{{ x }}' })], false],
    ['every pod', [closed({ podSelector: {} })], false],
    ['an empty list says so', [closed({ egress: [] })], false],
    ['another policy allows it', [closed(), policy({ name: 'other', spec: toDb })], false],
  ];
  for (const [name, objects, isFound] of cases)
    test(name, () => assert.deepEqual(found(...objects), isFound ? ['Egress'] : []));
});
