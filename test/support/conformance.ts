/**
 * Owns the cases of Kubernetes' own end-to-end suite for NetworkPolicy, told anew as data: nine pods, the policies of each step,
 * and for each port which pairs may no longer connect. Everything that is not named stays allowed.
 */

export interface Step {
  readonly policies: readonly object[];
  /** Labels that the step adds, by `namespace/pod` or by namespace. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By protocol and port: lines that take away (`- * > x/a`) or give back (`+ x/b > x/*`); the last that fits counts. */
  readonly probes: Readonly<Record<string, readonly string[]>>;
}

export interface ConformanceCase {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** The address of a pod: `10.244.1.2` for x/b. */
export function addressOf(namespace: string, pod: string): string {
  return `10.244.${'xyz'.indexOf(namespace) + 1}.${'abc'.indexOf(pod) + 1}`;
}

type Rules = readonly object[];

function policy(name: string, spec: object, namespace = 'x'): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

const pod = (...names: string[]) =>
  names.length === 1
    ? { matchLabels: { pod: names[0] } }
    : { matchExpressions: [{ key: 'pod', operator: 'In', values: names }] };
const NAME = 'kubernetes.io/metadata.name';
const space = (name: string) => ({ matchLabels: { [NAME]: name } });
const notSpace = (name: string) => ({ matchExpressions: [{ key: NAME, operator: 'NotIn', values: [name] }] });
const block = (cidr: string, ...except: string[]) => ({
  ipBlock: { cidr, ...(except.length > 0 && { except }) },
});

const ingress = (podSelector: object, rules: Rules, name = 'in') =>
  policy(name, { podSelector, policyTypes: ['Ingress'], ingress: rules });
const egress = (podSelector: object, rules: Rules, name = 'out') =>
  policy(name, { podSelector, policyTypes: ['Egress'], egress: rules });
const from = (...peers: object[]) => ({ from: peers });
const to = (...peers: object[]) => ({ to: peers });
const on = (port: number | string, protocol = 'TCP') => ({ ports: [{ protocol, port }] });

/** The same on both ports. */
const both = (lines: readonly string[], protocol = 'TCP') => ({
  [`${protocol} 80`]: lines,
  [`${protocol} 81`]: lines,
});

const one = (name: string, policies: readonly object[], lines: readonly string[]): ConformanceCase => ({
  name,
  steps: [{ policies, probes: both(lines) }],
});

const steps = (name: string, ...list: Step[]): ConformanceCase => ({ name, steps: list });

const TO_A = '- * > x/a';
const ONLY_B = [TO_A, '+ x/b > x/a'];
const ONLY_Y = [TO_A, '+ y/* > x/a'];

const A_FROM_Y_ON_81 = ingress(pod('a'), [{ ...from({ namespaceSelector: space('y') }), ...on(81) }], 'y81');
const A_FROM_Y_ON_80 = ingress(pod('a'), [{ ...from({ namespaceSelector: space('y') }), ...on(80) }], 'y80');
const DENY_ALL = policy('deny', {
  podSelector: {},
  policyTypes: ['Ingress', 'Egress'],
  ingress: [],
  egress: [],
});

/** The three that are told for every protocol. */
function forProtocol(protocol: string): ConformanceCase[] {
  const label = protocol === 'TCP' ? '' : `${protocol}: `;
  const y81 = ingress(pod('a'), [{ ...from({ namespaceSelector: space('y') }), ...on(81, protocol) }]);
  return [
    steps(`${label}a default deny of ingress`, {
      policies: [ingress({}, [])],
      probes: both(['- * > x/*'], protocol),
    }),
    steps(`${label}a port, from one namespace`, {
      policies: [y81],
      probes: { [`${protocol} 80`]: [TO_A], [`${protocol} 81`]: ONLY_Y },
    }),
    steps(`${label}a namespace and a pod in it`, {
      policies: [ingress(pod('a'), [from({ namespaceSelector: space('y'), podSelector: pod('a') })])],
      probes: both([TO_A, '+ y/a > x/a'], protocol),
    }),
  ];
}

export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  ...forProtocol('TCP'),
  one('a default deny of everything', [DENY_ALL], ['- * > x/*', '- x/* > *']),
  one('pods of the same namespace', [ingress(pod('a'), [from({ podSelector: pod('b') })])], ONLY_B),
  one(
    'a target beside a deny of all ingress',
    [ingress({}, [], 'deny'), ingress(pod('a'), [from({ namespaceSelector: {}, podSelector: {} })])],
    ['- * > x/*', '+ * > x/a'],
  ),
  one('all namespaces', [ingress(pod('a'), [from({ namespaceSelector: {} })])], []),
  one('another namespace only', [ingress(pod('a'), [from({ namespaceSelector: space('y') })])], ONLY_Y),
  one(
    'a podSelector with an expression',
    [
      ingress(pod('a'), [
        from({ podSelector: { matchExpressions: [{ key: 'pod', operator: 'In', values: ['b'] }] } }),
      ]),
    ],
    ONLY_B,
  ),
  one(
    'a namespaceSelector with an expression',
    [
      ingress(pod('a'), [
        from({ namespaceSelector: { matchExpressions: [{ key: NAME, operator: 'In', values: ['y'] }] } }),
      ]),
    ],
    ONLY_Y,
  ),
  one(
    'a podSelector or a namespaceSelector',
    [ingress(pod('a'), [from({ namespaceSelector: notSpace('x') }, { podSelector: pod('b') })])],
    ['- x/* > x/a', '+ x/b > x/a'],
  ),
  one(
    'a podSelector and a namespaceSelector',
    [ingress(pod('a'), [from({ namespaceSelector: notSpace('x'), podSelector: pod('b') })])],
    [TO_A, '+ y/b > x/a', '+ z/b > x/a'],
  ),
  one(
    'several values in both selectors',
    [ingress(pod('a'), [from({ namespaceSelector: notSpace('x'), podSelector: pod('b', 'c') })])],
    [TO_A, '+ y/b > x/a', '+ z/b > x/a', '+ y/c > x/a', '+ z/c > x/a'],
  ),
  one(
    'any of several podSelectors',
    [ingress(pod('a'), [from({ podSelector: pod('b') }, { podSelector: pod('c') })])],
    [TO_A, '+ x/b > x/a', '+ x/c > x/a'],
  ),
  steps(
    'policies that add up',
    { policies: [A_FROM_Y_ON_81], probes: { 'TCP 81': ONLY_Y, 'TCP 80': [TO_A] } },
    { policies: [A_FROM_Y_ON_81, A_FROM_Y_ON_80], probes: both(ONLY_Y) },
  ),
  one('a policy that allows all', [ingress({}, [{}])], []),
  steps('a named port for ingress', {
    policies: [ingress({}, [on('serve-81-tcp')])],
    probes: { 'TCP 81': [], 'TCP 80': ['- * > x/*'] },
  }),
  steps('a named port for ingress from one namespace', {
    policies: [ingress(pod('a'), [{ ...from({ namespaceSelector: space('y') }), ...on('serve-80-tcp') }])],
    probes: { 'TCP 80': ONLY_Y, 'TCP 81': [TO_A] },
  }),
  steps('a named port for egress', {
    policies: [egress({}, [on('serve-80-tcp')])],
    probes: { 'TCP 80': [], 'TCP 81': ['- x/* > *'] },
  }),
  steps(
    'a policy that is changed from all to nothing',
    { policies: [ingress({}, [{}])], probes: both([]) },
    { policies: [ingress({}, [])], probes: both(['- * > x/*']) },
  ),
  steps(
    'a namespace that gets a label',
    {
      policies: [ingress(pod('a'), [from({ namespaceSelector: { matchLabels: { ns2: 'updated' } } })])],
      probes: both([TO_A]),
    },
    {
      policies: [ingress(pod('a'), [from({ namespaceSelector: { matchLabels: { ns2: 'updated' } } })])],
      labels: { y: { ns2: 'updated' } },
      probes: both(ONLY_Y),
    },
  ),
  steps(
    'a pod that gets a label and is let in',
    {
      policies: [ingress(pod('a'), [from({ podSelector: { matchLabels: { pod2: 'updated' } } })])],
      probes: both([TO_A]),
    },
    {
      policies: [ingress(pod('a'), [from({ podSelector: { matchLabels: { pod2: 'updated' } } })])],
      labels: { 'x/b': { pod2: 'updated' } },
      probes: both(ONLY_B),
    },
  ),
  one(
    'a deny from other namespaces',
    [ingress({}, [from({ podSelector: {} })])],
    ['- y/* > x/*', '- z/* > x/*'],
  ),
  steps(
    'a pod that gets a label and is isolated',
    { policies: [ingress({ matchLabels: { target: 'isolated' } }, [])], probes: both([]) },
    {
      policies: [ingress({ matchLabels: { target: 'isolated' } }, [])],
      labels: { 'x/a': { target: 'isolated' } },
      probes: both([TO_A]),
    },
  ),
  one('a deny of egress for a pod', [egress(pod('a'), [])], ['- x/a > *']),
  one('a deny of egress for a namespace', [egress({}, [])], ['- x/* > *']),
  steps('ingress and egress in one policy', {
    policies: [
      policy('two', {
        podSelector: pod('a'),
        policyTypes: ['Ingress', 'Egress'],
        ingress: [from({ podSelector: pod('b') })],
        egress: [on(80)],
      }),
    ],
    probes: { 'TCP 80': ONLY_B, 'TCP 81': ['- x/a > *', ...ONLY_B] },
  }),
  one(
    'egress that the client is denied and the server would take',
    [
      egress(pod('a'), [to({ namespaceSelector: space('y'), podSelector: pod('a') })]),
      policy(
        'server',
        {
          podSelector: pod('a', 'b'),
          policyTypes: ['Ingress'],
          ingress: [from({ namespaceSelector: space('x'), podSelector: pod('a') })],
        },
        'y',
      ),
    ],
    ['- x/a > *', '- * > y/a', '- * > y/b', '+ x/a > y/a'],
  ),
  one(
    'egress to a pod of another namespace',
    [egress(pod('a'), [to({ namespaceSelector: space('y'), podSelector: pod('a') })])],
    ['- x/a > *', '+ x/a > y/a'],
  ),
  steps('any port of one protocol', {
    policies: [ingress(pod('a'), [{ ports: [{ protocol: 'TCP' }] }])],
    probes: { ...both([]), ...both([TO_A], 'UDP') },
  }),
  steps(
    'several policies for ingress, one of which allows all',
    { policies: [ingress(pod('a'), [from({ podSelector: pod('b') })])], probes: both(ONLY_B) },
    {
      policies: [ingress(pod('a'), [from({ podSelector: pod('b') })]), ingress({}, [{}], 'all')],
      probes: both([]),
    },
  ),
  steps(
    'several policies for egress, one of which allows all',
    {
      policies: [egress(pod('a'), [to({ podSelector: pod('b') })])],
      probes: both(['- x/a > *', '+ x/a > x/b']),
    },
    {
      policies: [egress(pod('a'), [to({ podSelector: pod('b') })]), egress({}, [{}], 'all')],
      probes: both([]),
    },
  ),
  steps(
    'a policy that is deleted',
    { policies: [DENY_ALL], probes: both(['- * > x/*', '- x/* > *']) },
    { policies: [], probes: both([]) },
  ),
  one(
    'egress to a block of one address',
    [egress(pod('a'), [to(block(`${addressOf('y', 'b')}/32`))])],
    ['- x/a > *', '+ x/a > y/b'],
  ),
  one(
    'an exception from a block',
    [egress(pod('a'), [to(block('0.0.0.0/4', `${addressOf('x', 'b')}/32`))])],
    ['- x/a > x/b'],
  ),
  steps(
    'an exception that another policy allows',
    {
      policies: [egress(pod('a'), [to(block('10.244.1.0/24', `${addressOf('x', 'b')}/32`))])],
      probes: both(['- x/a > *', '+ x/a > x/c']),
    },
    {
      policies: [
        egress(pod('a'), [to(block('10.244.1.0/24', `${addressOf('x', 'b')}/32`))]),
        egress(pod('a'), [to(block(`${addressOf('x', 'b')}/32`))], 'again'),
      ],
      probes: both(['- x/a > *', '+ x/a > x/*']),
    },
  ),
  steps(
    'ingress and egress apart from each other',
    { policies: [egress(pod('a'), [{}])], probes: both([]) },
    { policies: [egress(pod('a'), [{}]), ingress(pod('a'), [])], probes: both([TO_A]) },
  ),
  steps('SCTP is not TCP', {
    policies: [ingress({}, [], 'deny'), ingress(pod('a'), [on(81, 'SCTP')])],
    probes: { 'TCP 81': ['- * > x/*'], 'SCTP 81': ['- * > x/*', '+ * > x/a'] },
  }),
  steps('a policy for SCTP isolates from TCP', {
    policies: [ingress(pod('a'), [on(80, 'SCTP')])],
    probes: { 'TCP 81': [TO_A], 'SCTP 80': [] },
  }),
  steps('a policy for UDP isolates from TCP', {
    policies: [ingress(pod('a'), [on(80, 'UDP')])],
    probes: { 'TCP 81': [TO_A], 'UDP 80': [] },
  }),
  one(
    'a namespace by the label that the API server gives it',
    [ingress(pod('a'), [from({ namespaceSelector: { matchLabels: { [NAME]: 'y' } } })])],
    ONLY_Y,
  ),
  one(
    'egress to all namespaces but one, by that label',
    [egress(pod('a'), [to({ namespaceSelector: notSpace('y') })])],
    ['- x/a > y/*'],
  ),
  ...forProtocol('UDP'),
  ...forProtocol('SCTP'),
];
