// Two rules never report the same mistake: for policies on which several could speak, the full list of what is said where.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../support/example.ts';

/** `rule severity: underlined text`, in the order of the text. What is only unknown for want of a workspace is left out. */
function findings(spec: string, namespace = 'shop', name = 'web'): string[] {
  const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec:
${spec.replace(/^\n|\s+$/g, '').replace(/^ {4}/gm, '  ')}
`;
  return judge(text)
    .filter((d) => d.finding.unknown === undefined)
    .map(({ rule, severity, finding: { at } }) => {
      const underlined = at.document.text.slice(at.span.start, at.span.end).replace(/\s+/g, ' ');
      return `${rule.id} ${severity}: ${underlined}`;
    });
}

const SOME = 'podSelector: { matchLabels: { app: web } }';

interface Case {
  readonly name: string;
  readonly spec: string;
  readonly namespace?: string;
  /** The policy's name. */
  readonly called?: string;
  readonly expected: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'everything allowed, by every pod',
    spec: `
    podSelector: {}
    policyTypes: [Ingress, Egress]
    ingress: [{}]
    egress: [{}]`,
    expected: [
      'wildcard-pod-selector warning: {}',
      'allow-all-ingress warning: {}',
      'allow-all-egress warning: {}',
    ],
  },
  {
    name: 'a rule that names neither peers nor ports is not also one without peers',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from: []
        ports: []`,
    expected: ['allow-all-ingress warning: from: [] ports: []'],
  },
  {
    name: 'a rule that names every port is one that names none',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from:
        ports: [{ protocol: TCP }, { protocol: UDP }, { protocol: SCTP }]`,
    expected: [
      'allow-all-ingress warning: from: ports: [{ protocol: TCP }, { protocol: UDP }, { protocol: SCTP }]',
    ],
  },
  {
    name: 'no source, some ports',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - ports: [{ port: 80 }]`,
    expected: ['empty-from-allows-all warning: ports'],
  },
  {
    name: 'no destination, ports of DNS',
    spec: `
    podSelector: {}
    policyTypes: [Egress]
    egress:
      - ports: [{ port: 53, protocol: UDP }, { port: 53 }]`,
    expected: ['dns-any-destination warning: ports'],
  },
  {
    name: 'every address, ports of DNS',
    spec: `
    podSelector: {}
    policyTypes: [Egress]
    egress:
      - to: [{ ipBlock: { cidr: 0.0.0.0/1 } }, { ipBlock: { cidr: 128.0.0.0/1 } }]
        ports: [{ port: 53, protocol: UDP }, { port: 53 }]`,
    expected: ['dns-any-destination warning: 0.0.0.0/1'],
  },
  {
    name: 'every address, ports of DNS and another',
    spec: `
    ${SOME}
    policyTypes: [Egress]
    egress:
      - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
        ports: [{ port: 53, protocol: UDP }, { port: 53 }, { port: 443 }]`,
    expected: ['world-cidr warning: 0.0.0.0/0'],
  },
  {
    name: 'every namespace, ports of DNS, some pods',
    spec: `
    podSelector: {}
    policyTypes: [Egress]
    egress:
      - to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
        ports: [{ port: 53, protocol: UDP }, { port: 53 }]`,
    expected: [],
  },
  {
    name: 'every namespace, ports of DNS, every pod',
    spec: `
    podSelector: {}
    policyTypes: [Egress]
    egress:
      - to: [{ namespaceSelector: {} }]
        ports: [{ port: 53, protocol: UDP }, { port: 53 }]`,
    expected: ['all-namespaces-peer info: namespaceSelector: {}'],
  },
  {
    name: 'every namespace and, torn off it, some pods',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from:
          - namespaceSelector: {}
          - podSelector: { matchLabels: { app: prometheus } }
        ports: [{ port: 9090 }]`,
    expected: [
      'all-namespaces-peer warning: namespaceSelector: {}',
      'peer-and-or warning: podSelector: { matchLabels: { app: prometheus } }',
    ],
  },
  {
    name: 'rules that are not in effect are reported as that alone',
    spec: `
    podSelector: {}
    policyTypes: [Ingress]
    egress:
      - {}
      - ports: [{ port: 53 }]
      - to: [{ ipBlock: { cidr: '::/0' } }, { namespaceSelector: {} }, { podSelector: { matchLabels: { a: b } } }]`,
    expected: ['inert-rules warning: egress'],
  },
  {
    name: 'an empty list that looks like a denial',
    spec: `
    podSelector: {}
    egress: []`,
    expected: ['policy-types-missing warning: egress'],
  },
  {
    name: 'an empty list of a type that is not listed',
    spec: `
    podSelector: {}
    policyTypes: [Ingress]
    egress: []`,
    expected: ['inert-rules warning: egress'],
  },
  {
    name: 'neither podSelector nor policyTypes',
    spec: `
    ingress:
      - from: [{ podSelector: {} }]`,
    expected: ['policy-types-missing hint: spec', 'wildcard-pod-selector info: spec'],
  },
  {
    name: 'a misspelt field is no missing one',
    spec: `
    ${SOME}
    policytypes: [Ingress]
    ingress:
      - form: [{ podSelector: {} }]
        ports: [{ port: 80 }]`,
    expected: ['unknown-field error: policytypes', 'unknown-field error: form'],
  },
  {
    name: 'a type in lower case is not a missing type',
    spec: `
    ${SOME}
    policyTypes: [egress]
    egress:
      - to: [{ podSelector: {} }]`,
    expected: ['policy-types error: egress'],
  },
  {
    name: 'an empty peer is not an empty list of peers',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from: [{}]
        ports: [{ port: 80 }]`,
    expected: ['peer-empty error: {}'],
  },
  {
    name: 'a block that is no CIDR is not part of the world',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from: [{ ipBlock: { cidr: 0.0.0.0 } }, { ipBlock: { cidr: 0.0.0.0/1 } }, { ipBlock: { cidr: 128.0.0.0/1 } }]
        ports: [{ port: 8080 }]`,
    expected: ['cidr-invalid error: 0.0.0.0', 'world-cidr warning: 0.0.0.0/1'],
  },
  {
    name: 'a denial that allows everything is reported as that alone',
    called: 'default-deny-all',
    spec: `
    podSelector: {}
    policyTypes: [Ingress, Egress]
    ingress: [{}]
    egress: [{}]`,
    expected: ['default-deny-not-deny warning: {}', 'default-deny-not-deny warning: {}'],
  },
  {
    name: 'a denial of everything that leaves egress alone',
    called: 'deny-all',
    spec: `
    podSelector: {}
    policyTypes: [Ingress]`,
    expected: ['default-deny-not-deny info: policyTypes'],
  },
  {
    name: 'a denial of everything with an empty list that does nothing',
    called: 'deny-all',
    spec: `
    podSelector: {}
    policyTypes: [Ingress]
    egress: []`,
    expected: ['inert-rules warning: egress'],
  },
  {
    name: 'a denial of everything for which the server decides what is denied',
    called: 'deny-all',
    spec: `
    podSelector: {}`,
    expected: ['policy-types-missing info: spec'],
  },
  {
    name: 'each null that widens, once',
    spec: `
    podSelector:
    policyTypes: [Ingress, Egress]
    ingress:
      - from:
        ports: [{ port: 80 }]
      - from:
          - namespaceSelector: { matchLabels: { team: shop } }
            podSelector:
          - podSelector:
            namespaceSelector:
        ports:
    egress:
      - to:
          - ipBlock: { cidr: 203.0.113.0/24, except: }
        ports: [{ port: 443 }]
      - to:
          - podSelector: { matchLabels: { app: db } }
        ports:
          -
          - { protocol: UDP, port: }`,
    expected: [
      'wildcard-pod-selector warning: podSelector',
      'egress-without-dns warning: Egress',
      'empty-from-allows-all warning: from',
      'null-selector-widens warning: podSelector',
      'peer-empty error: podSelector: namespaceSelector:',
      'null-selector-widens warning: ports',
      'null-selector-widens warning: except',
      'null-selector-widens warning: -',
      'null-selector-widens warning: port',
    ],
  },
  {
    name: 'nulls that widen towards a network outside',
    spec: `
    ${SOME}
    policyTypes: [Egress]
    egress:
      - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
        ports:
      - to: [{ ipBlock: { cidr: 198.51.100.0/24 } }]
        ports:
          -
          - { protocol: UDP, port: }`,
    expected: [
      'egress-without-dns warning: Egress',
      'null-selector-widens warning: ports',
      'null-selector-widens warning: -',
      'null-selector-widens warning: port',
    ],
  },
  {
    name: 'bits behind the length of a network, in a block and in exceptions inside and outside of it',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from:
          - ipBlock:
              cidr: 203.0.113.5/24
              except: [203.0.113.40/28, 203.0.113.7/24, 203.0.114.1/28]
          - ipBlock: { cidr: '2001:DB8::1/32' }
        ports: [{ port: 5432 }]`,
    expected: [
      'cidr-noncanonical-strict warning: 203.0.113.5/24',
      'cidr-noncanonical-strict warning: 203.0.113.40/28',
      'except-outside error: 203.0.113.7/24',
      'except-outside error: 203.0.114.1/28',
      "cidr-noncanonical-strict warning: '2001:DB8::1/32'",
    ],
  },
  {
    name: 'the internet on purpose, with an exception that is none',
    spec: `
    ${SOME}
    policyTypes: [Egress]
    egress:
      - to:
          - ipBlock:
              cidr: 0.0.0.0/0
              except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, fc00::/7]
        ports: [{ port: 443 }]
      - to: [{ podSelector: {} }]
        ports: [{ port: 5432 }]`,
    namespace: 'contractor-acme',
    expected: [
      'egress-without-dns warning: Egress',
      'world-cidr warning: 0.0.0.0/0',
      'except-outside error: fc00::/7',
    ],
  },
  {
    name: 'link-local addresses are no world, and the world is no metadata address',
    spec: `
    ${SOME}
    policyTypes: [Ingress, Egress]
    ingress: []
    egress:
      - to: [{ ipBlock: { cidr: 169.254.0.0/16 } }, { ipBlock: { cidr: 0.0.0.0/0 } }]
        ports: [{ port: 53, protocol: UDP }, { port: 53 }, { port: 80 }]`,
    expected: ['metadata-reachable warning: 169.254.0.0/16', 'world-cidr warning: 0.0.0.0/0'],
  },
  {
    name: 'a database and a wide range, to everybody',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - ports: [{ port: 5432 }, { port: 6000, endPort: 9999 }]`,
    expected: [
      'empty-from-allows-all warning: ports',
      'sensitive-port warning: { port: 5432 }',
      'broad-port-range warning: { port: 6000, endPort: 9999 }',
    ],
  },
  {
    name: 'namespaces that only together are all of them',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from:
          - namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] }
          - namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] }
        ports: [{ port: 8080 }]`,
    expected: [
      'all-namespaces-peer warning: namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] }',
    ],
  },
  {
    name: 'a label that is asked for and one that is ruled out, in a contractor namespace',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from:
          - namespaceSelector: { matchLabels: { team: shop } }
          - namespaceSelector: { matchExpressions: [{ key: stage, operator: NotIn, values: [test] }] }
        ports: [{ port: 8080 }]`,
    namespace: 'contractor-acme',
    expected: [
      'namespace-label-spoofable warning: namespaceSelector: { matchLabels: { team: shop } }',
      'negative-selector error: namespaceSelector: { matchExpressions: [{ key: stage, operator: NotIn, values: [test] }] }',
    ],
  },
  {
    name: 'an exception in vain, where the other block is the world',
    spec: `
    ${SOME}
    policyTypes: [Ingress]
    ingress:
      - from:
          - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
          - ipBlock: { cidr: 0.0.0.0/0 }
        ports: [{ port: 8080 }]`,
    expected: ['except-undone warning: 10.1.0.0/16', 'world-cidr warning: 0.0.0.0/0'],
  },
  {
    name: 'egress that is denied in passing',
    spec: `
    ${SOME}
    policyTypes: [Ingress, Egress]
    ingress:
      - from: [{ podSelector: { matchLabels: { app: gateway } } }]`,
    expected: ['isolates-unrules info: Egress'],
  },
  {
    name: 'a sound baseline',
    spec: `
    podSelector: {}
    policyTypes: [Ingress, Egress]
    egress:
      - to:
          - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
            podSelector: { matchLabels: { k8s-app: kube-dns } }
        ports: [{ port: 53, protocol: UDP }, { port: 53 }]`,
    expected: [],
  },
];

for (const { name, spec, namespace, called, expected } of CASES)
  test(name, () => assert.deepEqual(findings(spec, namespace, called), expected));
