// What authors of NetworkPolicies get wrong most, one manifest each, and the rule that says so.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { judge } from '../support/example.ts';

interface Mistake {
  readonly what: string;
  readonly rule: string;
  readonly yaml: string;
  /** What is underlined, white space folded. */
  readonly at: string;
  readonly config?: string;
}

const policy = (spec: string, name = 'web') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
`;
const workload = (name: string, labels: string, port = '{ name: http, containerPort: 8080 }', spec = '') =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec: { ${spec}containers: [{ name: main, image: registry.example/main:1, ports: [${port}] }] }
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
`;
const all = (...documents: string[]) => documents.join('---\n');

const WEB = 'podSelector: { matchLabels: { app: web } }';
const WEB_PODS = workload('web', 'app: web');
const GATEWAY = 'from: [{ podSelector: { matchLabels: { app: gateway } } }]';
const TO_DATABASE = 'to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }]';
const dns = (namespace: string, label: string, ...ports: readonly string[]) =>
  `to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } }, podSelector: { matchLabels: { ${label} } } }], ports: [${ports.join(', ')}]`;
const UDP53 = '{ protocol: UDP, port: 53 }';
const TCP53 = '{ protocol: TCP, port: 53 }';
const OPENSHIFT = 'dns.operator.openshift.io/daemonset-dns: default';

const MISTAKES: readonly Mistake[] = [
  {
    what: 'two items where one peer with both selectors is meant',
    rule: 'peer-and-or',
    yaml: policy(
      `${WEB}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: edge } } }, { podSelector: { matchLabels: { app: gateway } } }] }]`,
    ),
    at: '{ podSelector: { matchLabels: { app: gateway } } }',
  },
  {
    what: 'a rule without `from`',
    rule: 'empty-from-allows-all',
    yaml: policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8080 }] }]`),
    at: 'ports',
  },
  {
    what: '`to` without a value',
    rule: 'empty-from-allows-all',
    yaml: policy(`${WEB}, policyTypes: [Egress], egress: [{ to: , ports: [{ port: 443 }] }]`),
    at: 'to',
  },
  {
    what: '`ports` without a value',
    rule: 'null-selector-widens',
    yaml: policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: }]`),
    at: 'ports',
  },
  {
    what: '`egress: []` without policyTypes',
    rule: 'policy-types-missing',
    yaml: policy(`${WEB}, ingress: [{ ${GATEWAY} }], egress: []`),
    at: 'egress',
  },
  {
    what: 'rules for a direction that policyTypes does not list',
    rule: 'inert-rules',
    yaml: policy(`${WEB}, policyTypes: [Ingress], egress: [{ ${TO_DATABASE} }]`),
    at: 'egress',
  },
  {
    what: "the Service's port where the pod's is meant",
    rule: 'service-port-vs-target',
    yaml: all(
      WEB_PODS,
      SERVICE,
      policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: [{ port: 80 }] }]`),
    ),
    at: '80',
  },
  {
    what: 'a named port that no container has',
    rule: 'named-port-unresolved',
    yaml: all(
      WEB_PODS,
      policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: [{ port: htpp }] }]`),
    ),
    at: 'htpp',
  },
  {
    what: 'a selector with a label that is nearly right',
    rule: 'selector-matches-nothing',
    yaml: all(
      workload('frontend', 'app: frontend'),
      policy('podSelector: { matchLabels: { app: fronted } }, policyTypes: [Ingress]'),
    ),
    at: 'fronted',
  },
  {
    what: "a policy for pods in the node's network",
    rule: 'hostnetwork-selected',
    yaml: all(
      workload('web', 'app: web', '{ containerPort: 8080 }', 'hostNetwork: true, '),
      policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: [{ port: 8080 }] }]`),
    ),
    at: '{ matchLabels: { app: web } }',
  },
  {
    what: 'DNS blocked by the union of policies',
    rule: 'egress-without-dns',
    yaml: all(
      WEB_PODS,
      policy('podSelector: {}, policyTypes: [Egress]', 'deny'),
      policy(`${WEB}, policyTypes: [Egress], egress: [{ ${TO_DATABASE} }]`),
    ),
    at: 'Egress',
  },
  {
    what: 'DNS over TCP alone, which a port without protocol is',
    rule: 'egress-without-dns',
    yaml: all(
      WEB_PODS,
      policy(
        `${WEB}, policyTypes: [Egress], egress: [{ ${dns('kube-system', 'k8s-app: kube-dns', '{ port: 53 }')} }]`,
      ),
    ),
    at: 'Egress',
  },
  {
    what: 'DNS over UDP alone',
    rule: 'egress-without-dns',
    yaml: all(
      WEB_PODS,
      policy(
        `${WEB}, policyTypes: [Egress], egress: [{ ${dns('kube-system', 'k8s-app: kube-dns', UDP53)} }]`,
      ),
    ),
    at: 'Egress',
  },
  {
    what: 'port 53 on OpenShift, whose DNS pods listen on 5353',
    rule: 'dns-platform-mismatch',
    config: 'platform: { dns: openshift }\n',
    yaml: policy(
      `${WEB}, policyTypes: [Egress], egress: [{ ${dns('openshift-dns', OPENSHIFT, UDP53, TCP53)} }]`,
    ),
    at: 'ports',
  },
  {
    what: 'kube-dns alone where pods ask NodeLocal DNSCache',
    rule: 'dns-platform-mismatch',
    config: 'platform: { dns: node-local-dns }\n',
    yaml: policy(
      `${WEB}, policyTypes: [Egress], egress: [{ ${dns('kube-system', 'k8s-app: kube-dns', UDP53, TCP53)} }]`,
    ),
    at: '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }',
  },
  {
    what: "a block with the clouds' metadata address",
    rule: 'metadata-reachable',
    yaml: policy(
      `${WEB}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 169.254.0.0/16 } }], ports: [{ port: 80 }] }]`,
    ),
    at: '169.254.0.0/16',
  },
  {
    what: 'a CIDR with host bits, before Kubernetes 1.36',
    rule: 'cidr-noncanonical-strict',
    config: 'kubernetes: "1.35"\n',
    yaml: policy(
      `${WEB}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.5/24 } }], ports: [{ port: 8080 }] }]`,
    ),
    at: '192.0.2.5/24',
  },
  {
    what: 'every IPv4 address and no IPv6 where pods have both',
    rule: 'dual-stack-gap',
    config: 'platform: { ipFamilies: [IPv4, IPv6] }\n',
    yaml: policy(
      `${WEB}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 8080 }] }]`,
    ),
    at: 'from',
  },
  {
    what: 'an exception that another block undoes',
    rule: 'except-undone',
    yaml: policy(
      `${WEB}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] } }, { ipBlock: { cidr: 192.0.2.128/25 } }], ports: [{ port: 8080 }] }]`,
    ),
    at: '192.0.2.128/25',
  },
  {
    what: 'a policy that repeats another',
    rule: 'redundant-rule',
    yaml: all(
      policy(
        `podSelector: {}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: [{ port: 8080 }] }]`,
        'gateway',
      ),
      policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: [{ port: 8080 }] }]`),
    ),
    at: 'web',
  },
  {
    what: 'a narrow policy in the shadow of a wide one',
    rule: 'redundant-rule',
    yaml: all(
      policy('podSelector: {}, policyTypes: [Ingress], ingress: [{}]', 'open'),
      policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY}, ports: [{ port: 8080 }] }]`),
    ),
    at: 'web',
  },
  {
    what: 'a policy that takes the place of another of its name',
    rule: 'duplicate-policy',
    yaml: all(
      policy(`${WEB}, policyTypes: [Ingress]`),
      policy(`${WEB}, policyTypes: [Ingress], ingress: [{ ${GATEWAY} }]`),
    ),
    at: 'web',
  },
  {
    what: 'a "deny" that denies nothing',
    rule: 'default-deny-not-deny',
    yaml: policy('podSelector: {}, policyTypes: [Ingress], ingress: [{}]', 'deny-all-ingress'),
    at: '{}',
  },
];

suite('what authors get wrong most', () => {
  for (const { what, rule, yaml, at, config } of MISTAKES)
    test(`${what}: ${rule}`, () => {
      const found = judge(yaml, config)
        .filter((d) => d.rule.id === rule && d.finding.unknown === undefined)
        .map(({ finding: { at: place } }) =>
          place.document.text.slice(place.span.start, place.span.end).replace(/\s+/g, ' ').trim(),
        );
      assert.deepEqual(found, [at]);
    });
});
