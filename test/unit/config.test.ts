/** The config file as people write it: what counts, and what is said where something does not. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  DEFAULT_CONFIG,
  parseConfig,
  severityUnder,
  subfolderProblems,
} from '../../server/src/core/config.ts';
import { readDay } from '../../server/src/core/day.ts';

const RULE_IDS = new Set(['world-cidr', 'peer-and-or']);
const parse = (text: string) => parseConfig('file:///.netpol-guard.yaml', text, RULE_IDS);

/** Each problem as `marked text: message`. */
function problems(text: string): string[] {
  return parse(text).problems.map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);
}

test('a rule is switched off with off, which YAML reads as false, and with "off"', () => {
  const { config, problems } = parse('rules:\n  world-cidr: off\n  peer-and-or: "off"\n');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...config.rules],
    [
      ['world-cidr', 'off'],
      ['peer-and-or', 'off'],
    ],
  );
});

test('a severity that there is not is one problem', () => {
  assert.deepEqual(problems('rules:\n  world-cidr: fatal\n'), [
    'fatal: rules.world-cidr must be one of error, warning, info, hint, off.',
  ]);
});

test('a release without quotes is a number, in which 1.30 would be 1.3', () => {
  assert.deepEqual(problems('kubernetes: 1.30\n'), ['1.30: kubernetes must be a string. Put it in quotes.']);
  assert.equal(parse('kubernetes: "1.30"\n').config.kubernetesMinor, 30);
});

test('a config that says everything right', () => {
  const { config, problems } = parse(`kubernetes: "1.36"
platform:
  dns: node-local-dns
  cni: cilium
  podCidrs: [10.244.0.0/16]
  serviceCidrs: [10.96.0.0/12, fd00:10:96::/112]
  ipFamilies: [IPv4, IPv6]
contractors:
  - name: acme
    namespaces: [acme-*, { matchLabels: { owner: acme } }]
    subjects:
      - { kind: Group, name: "contractors:acme" }
      - { kind: ServiceAccount, name: deployer, namespace: acme-ci }
    owner: platform@example.com
    expires: 2027-03-31
    dependencies:
      - to: { namespace: payments-sandbox, podSelector: { app: api } }
        ports: [443/TCP, http/TCP]
        approvedBy: security@example.com
        ticket: SEC-1412
        expires: 2027-01-31T12:00:00Z
      - from: { namespace: edge, podSelector: { matchLabels: { app: gateway } } }
        ports: [8000-8100/TCP]
        approvedBy: security@example.com
        ticket: SEC-1413
        expires: 2027-12-31
      - { to: { cidr: 203.0.113.0/24 }, ports: [53/UDP], approvedBy: a, ticket: SEC-1414, reason: lookups }
protected:
  - { namespace: kube-system, except: dns }
  - { cidr: 10.0.0.0/24 }
requiredLabels: [netpol-guard/contractor]
annotations: { grant: example.com/grant }
suppressions: { allow: [peer-and-or] }
ignore: ["vendor/**"]
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(structuredClone({ ...config, source: null }), {
    source: null,
    kubernetesMinor: 36,
    platform: {
      dns: 'node-local-dns',
      cni: 'cilium',
      podCidrs: ['10.244.0.0/16'],
      serviceCidrs: ['10.96.0.0/12', 'fd00:10:96::/112'],
      ipFamilies: new Set(['IPv4', 'IPv6']),
    },
    rules: new Map(),
    ignore: ['vendor/**'],
    contractors: [
      {
        name: 'acme',
        namespaces: ['acme-*', { matchLabels: { owner: 'acme' } }],
        subjects: [
          { kind: 'Group', name: 'contractors:acme', namespace: null },
          { kind: 'ServiceAccount', name: 'deployer', namespace: 'acme-ci' },
        ],
        owner: 'platform@example.com',
        expires: readDay('2027-03-31'),
        dependencies: [
          {
            direction: 'Egress',
            end: { kind: 'pods', namespace: 'payments-sandbox', labels: { app: 'api' } },
            ports: [
              { protocol: 'TCP', from: 443, to: 443 },
              { protocol: 'TCP', name: 'http' },
            ],
            approvedBy: 'security@example.com',
            ticket: 'SEC-1412',
            expires: readDay('2027-01-31'),
          },
          {
            direction: 'Ingress',
            end: { kind: 'pods', namespace: 'edge', labels: { app: 'gateway' } },
            ports: [{ protocol: 'TCP', from: 8000, to: 8100 }],
            approvedBy: 'security@example.com',
            ticket: 'SEC-1413',
            expires: readDay('2027-03-31'),
          },
          {
            direction: 'Egress',
            end: { kind: 'cidr', cidr: '203.0.113.0/24' },
            ports: [{ protocol: 'UDP', from: 53, to: 53 }],
            approvedBy: 'a',
            ticket: 'SEC-1414',
            expires: readDay('2027-03-31'),
          },
        ],
      },
    ],
    protected: [
      { end: { kind: 'pods', namespace: 'kube-system', labels: {} }, exceptDns: true },
      { end: { kind: 'cidr', cidr: '10.0.0.0/24' }, exceptDns: false },
    ],
    requiredLabels: ['netpol-guard/contractor'],
    annotations: { grant: 'example.com/grant', expires: 'netpol-guard/expires' },
    suppressible: new Set(['peer-and-or']),
  });
});

test("without ipFamilies, the families are those of the pods' ranges", () => {
  const families = (text: string) => parse(`platform: { ${text} }\n`).config.platform.ipFamilies;
  assert.deepEqual(families('podCidrs: [10.244.0.0/16]'), new Set(['IPv4']));
  assert.deepEqual(families('podCidrs: [fd00:10:244::/56, 10.244.0.0/16]'), new Set(['IPv6', 'IPv4']));
  assert.deepEqual(families('podCidrs: [10.244.0.0/16], ipFamilies: [IPv6]'), new Set(['IPv6']));
  assert.equal(families('serviceCidrs: [10.96.0.0/12]'), null);
  assert.equal(families('podCidrs: []'), null);
});

for (const text of ['', '# nothing yet\n', '---\n', '--- # one\n...\n# the end\n'])
  test(`a config that says nothing is right: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parse(text).problems, []);
  });

const KEYS =
  'kubernetes, platform, contractors, protected, requiredLabels, annotations, rules, suppressions, ignore';
const wrong: readonly (readonly [string, readonly string[]])[] = [
  ['colour: red\n', [`colour: There is no key "colour" in a config. It takes ${KEYS}.`]],
  ['rule: {}\n', ['rule: There is no key "rule" in a config. Did you mean "rules"?']],
  ['- a\n', ['- a: the file must be a mapping.']],
  ['rules:\n', ['rules: rules must be a mapping. It is empty: fill it in, or delete the key.']],
  ['rules: [world-cidr]\n', ['[world-cidr]: rules must be a mapping.']],
  ['ignore: vendor/**\n', ['vendor/**: ignore must be a list. Write ["vendor/**"].']],
  ['ignore: [1]\n', ['1: ignore[0] must be a string. Put it in quotes.']],
  ['ignore: [""]\n', ['"": ignore[0] must not be empty.']],
  [
    'ignore: ["!a"]\n',
    [
      '"!a": ignore[0] must not start with "!": ignore only leaves files out. List what is to be left out instead.',
    ],
  ],
  ['kubernetes: "1.36.2"\n', ['"1.36.2": kubernetes must be a minor release in quotes, such as "1.36".']],
  ['platform: kube-dns\n', ['kube-dns: platform must be a mapping.']],
  [
    'platform: { dns: kubedns }\n',
    ['kubedns: platform.dns must be one of kube-dns, coredns, node-local-dns, openshift.'],
  ],
  [
    'platform: { podCIDRs: [10.0.0.0/8] }\n',
    ['podCIDRs: There is no key "podCIDRs" in platform. Did you mean "podCidrs"?'],
  ],
  [
    'platform: { cni: weave, ipFamilies: [ipv4, IPv6] }\n',
    [
      'weave: platform.cni must be one of antrea, aws-vpc-cni, calico, cilium, flannel, kindnet, kube-ovn, kube-router, ovn-kubernetes, other.',
      'ipv4: platform.ipFamilies[0] must be one of IPv4, IPv6.',
    ],
  ],
  [
    'platform: { ipFamilies: [] }\n',
    ['[]: platform.ipFamilies must not be empty: fill it in, or delete the key.'],
  ],
  [
    'platform: { podCidrs: 10.244.0.0/16 }\n',
    ['10.244.0.0/16: platform.podCidrs must be a list. Write ["10.244.0.0/16"].'],
  ],
  [
    'platform: { podCidrs: [10.244.0.1/16, ""], serviceCidrs: [10.96.0.0/12, 10.96.0.0] }\n',
    [
      '"": platform.podCidrs[1] must not be empty.',
      '10.244.0.1/16: platform.podCidrs[0] must be a whole network: write 10.244.0.0/16.',
      '10.96.0.0: platform.serviceCidrs[1] must be a range of addresses such as 10.244.0.0/16 or fd00:10:244::/56.',
    ],
  ],
  ['contractors: [{ name: a }]\n', ['{ name: a }: contractors[0] needs the key "namespaces".']],
  [
    'contractors: [{ name: a, namespace: [b] }]\n',
    ['namespace: There is no key "namespace" in contractors[0]. Did you mean "namespaces"?'],
  ],
  [
    'contractors: [{ name: "", namespaces: [""] }]\n',
    ['"": contractors[0].name must not be empty.', '"": contractors[0].namespaces[0] must not be empty.'],
  ],
  [
    'contractors: [{ name: a, namespaces: [{ matchLabels: { b: yes } }] }]\n',
    ['yes: contractors[0].namespaces[0].matchLabels.b must be a string. Put it in quotes.'],
  ],
  ['suppressions: [peer-and-or]\n', ['[peer-and-or]: suppressions must be a mapping.']],
  ['rules:\n  wordl-cidr: off\n', ['wordl-cidr: There is no rule "wordl-cidr". Did you mean "world-cidr"?']],
  [
    'suppressions: { allow: [world-cidr, nope] }\n',
    ['nope: There is no rule "nope". List them with: netpol-guard rules'],
  ],
  [
    contractor('expires: soon'),
    [
      'soon: contractors[0].expires must be a day such as 2027-03-31, or a point in time such as 2027-03-31T18:00:00Z.',
    ],
  ],
  [
    contractor('expires: 2027-02-30'),
    [
      '2027-02-30: contractors[0].expires must be a day such as 2027-03-31, or a point in time such as 2027-03-31T18:00:00Z.',
    ],
  ],
  [
    contractor('subjects: [{ kind: Team, name: a }]'),
    ['Team: contractors[0].subjects[0].kind must be one of User, Group, ServiceAccount.'],
  ],
  [
    contractor('subjects: [{ kind: ServiceAccount, name: a }]'),
    [
      '{ kind: ServiceAccount, name: a }: contractors[0].subjects[0] needs the key "namespace": a ServiceAccount is in one.',
    ],
  ],
  [
    contractor('subjects: [{ kind: Group, name: a, namespace: b }]'),
    ['namespace: contractors[0].subjects[0].namespace: a Group is in no namespace.'],
  ],
  [
    dependency('to: { namespace: b }, approvedBy: "", ticket: "SEC 1"'),
    [
      '"": contractors[0].dependencies[0].approvedBy must not be empty.',
      '"SEC 1": contractors[0].dependencies[0].ticket must name the approval, without spaces: SEC-1412.',
    ],
  ],
  [
    dependency('to: { namespace: b }, ticket: "SEC-1"'),
    [
      '{ ports: [1/TCP], to: { namespace: b }, ticket: "SEC-1" }: contractors[0].dependencies[0] needs the key "approvedBy".',
    ],
  ],
  [
    dependency('to: { namespace: b }, approvedBy: , ticket: SEC-1'),
    [
      'approvedBy: contractors[0].dependencies[0].approvedBy must be a string. It is empty: fill it in, or delete the key.',
    ],
  ],
  [
    dependency('approvedBy: a, ticket: SEC-1'),
    [
      '{ ports: [1/TCP], approvedBy: a, ticket: SEC-1 }: contractors[0].dependencies[0] needs "to", what the contractor may connect to, or "from", what may connect to it.',
    ],
  ],
  [
    dependency('to: { cidr: 10.0.0.0/8 }, from: { namespace: b }, approvedBy: a, ticket: SEC-1'),
    [
      'from: contractors[0].dependencies[0] has both "to" and "from". One grant is for one direction: write two.',
    ],
  ],
  [
    dependency('to: { cidr: 10.0.0.1/8 }, approvedBy: a, ticket: SEC-1'),
    ['10.0.0.1/8: contractors[0].dependencies[0].to.cidr must be a whole network: write 10.0.0.0/8.'],
  ],
  [
    dependency('to: { namespaces: b }, approvedBy: a, ticket: SEC-1'),
    [
      'namespaces: There is no key "namespaces" in contractors[0].dependencies[0].to. Did you mean "namespace"?',
    ],
  ],
  [
    dependency('to: { podSelector: { a: b } }, approvedBy: a, ticket: SEC-1'),
    ['{ podSelector: { a: b } }: contractors[0].dependencies[0].to needs the key "namespace" or "cidr".'],
  ],
  [
    'protected: [{ namespace: a, cidr: 10.0.0.0/8 }]\n',
    ['cidr: protected[0] is pods of a namespace or a range of addresses, not both: write two.'],
  ],
  ['protected: [{ namespace: a, except: DNS }]\n', ['DNS: protected[0].except must be one of dns.']],
  [
    'contractors: [{ name: a, namespaces: [b], dependencies: [{ to: { namespace: c }, ports: [443, https, 0/TCP, 9-1/TCP, 1-70000/TCP], approvedBy: a, ticket: b }] }]\n',
    [
      '443: contractors[0].dependencies[0].ports[0] must be a string. Put it in quotes.',
      ...['https', '0/TCP', '9-1/TCP', '1-70000/TCP'].map(
        (text, i) =>
          `${text}: contractors[0].dependencies[0].ports[${i + 1}] must be a port with its protocol, such as 443/TCP, 8000-8100/TCP or http/TCP.`,
      ),
    ],
  ],
  [
    'contractors: [{ name: a, namespaces: [b] }, { name: a, namespaces: [c] }]\n',
    ['a: contractors[1].name: there is a contractor "a" above. Join the two.'],
  ],
  [
    'requiredLabels: ["owner:"]\n',
    ['"owner:": requiredLabels[0] must be the key of a label, such as netpol-guard/owner.'],
  ],
  [
    'annotations: { ticket: a }\n',
    ['ticket: There is no key "ticket" in annotations. It takes grant, expires.'],
  ],
  ['rules: {}\nrules: {}\n', ['rules: "rules" is given twice in the same mapping']],
  [
    'rules: {}\n---\nignore: []\n',
    ['---: A config is one YAML document. Move what is below this line above it.'],
  ],
];

function contractor(more: string): string {
  return `contractors: [{ name: a, namespaces: [b], ${more} }]\n`;
}

function dependency(more: string): string {
  return contractor(`dependencies: [{ ports: [1/TCP], ${more} }]`);
}

for (const [text, expected] of wrong)
  test(`said at the key, and nothing else: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(problems(text), expected);
    assert.deepEqual(parse(text).config, DEFAULT_CONFIG);
  });

suite('in a subfolder', () => {
  const inSubfolder = (text: string) =>
    subfolderProblems(parse(text)).map(
      ({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`,
    );

  for (const key of [
    'kubernetes: "1.36"',
    'platform: {}',
    'contractors: []',
    'protected: []',
    'requiredLabels: []',
    'annotations: {}',
    'suppressions: {}',
    'ignore: []',
  ])
    test(`${key} is refused`, () => {
      const [problem, ...others] = inSubfolder(`rules: {}\n${key}\n`);
      assert.match(problem ?? '', new RegExp(`^${key.split(':')[0]}: .* counts in the root config only`));
      assert.deepEqual(others, []);
    });

  test('switching a rule off is refused', () => {
    assert.match(
      inSubfolder('rules: { world-cidr: off }\n').join(),
      /^off: .* cannot switch off "world-cidr"/,
    );
  });

  test('a severity counts only where it is higher', () => {
    const config = (text: string) => parse(`rules: { world-cidr: ${text} }\n`).config;
    const under = (root: string, ...subfolders: string[]) =>
      severityUnder(config(root), subfolders.map(config), 'world-cidr', 'warning');
    assert.equal(under('warning', 'error'), 'error');
    assert.equal(under('error', 'hint'), 'error');
    assert.equal(under('off', 'info'), 'info');
    assert.equal(under('info', 'error', 'warning'), 'error');
    assert.equal(severityUnder(DEFAULT_CONFIG, [config('info')], 'world-cidr', 'warning'), 'warning');
  });
});
