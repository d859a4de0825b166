// docs/peers.md says which rule of ours answers for which check of another tool. For each such row a manifest on which it does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { suite, test } from 'node:test';
import { RULE_IDS } from '../../server/src/rules/index.ts';
import { judge } from '../support/example.ts';

interface Row {
  readonly tool: string;
  readonly check: string;
  /** The ids of the rules that the row links to. */
  readonly rules: readonly string[];
  readonly words: string;
}

const page = readFileSync(resolve(import.meta.dirname, '../../docs/peers.md'), 'utf8');

/** The rows of the page's tables, by the heading above them. */
const ROWS: readonly Row[] = page.split(/^## /m).flatMap((section) => {
  const [tool = '', ...lines] = section.split('\n');
  return lines
    .filter((line) => line.startsWith('| ') && !line.startsWith('| check |'))
    .map((line) => {
      const [check = '', , words = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const rules = Array.from(
        words.matchAll(/\[([a-z0-9-]+)\]\(rules\/\1\.md\)/g),
        ([, id]) => id as string,
      );
      return { tool, check, rules, words };
    });
});

const policy = (spec: string, name = 'web', namespace: string | null = 'shop') =>
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}${namespace === null ? '' : `, namespace: ${namespace}`} }
spec: { ${spec} }
`;
const namespace = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;
const deployment = (labels: string, name = 'web') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec: { containers: [{ name: main, image: registry.example/main:1 }] }
`;
const all = (...documents: string[]) => documents.join('---\n');

const WEB = 'podSelector: { matchLabels: { app: web } }';
const EVERY_POD = 'podSelector: {}';
const ingress = (rule: string) => `policyTypes: [Ingress], ingress: [${rule}]`;
const egress = (rule: string) => `policyTypes: [Egress], egress: [${rule}]`;
const FROM_GATEWAY =
  '{ from: [{ podSelector: { matchLabels: { app: gateway } } }], ports: [{ port: 8080 }] }';
const block = (cidr: string, except = '') =>
  `{ from: [{ ipBlock: { cidr: ${cidr}${except && `, except: [${except}]`} } }], ports: [{ port: 443 }] }`;

interface Case {
  readonly yaml: string;
  readonly config: string;
}

/** What is reported of workloads where default deny is done without. */
const withoutDefaultDeny = (yaml: string): Case => ({
  yaml,
  config: 'rules: { missing-default-deny-ingress: off, missing-default-deny-egress: off }\n',
});

/** Two workloads, of which a policy is for the other one. */
const UNCOVERED = withoutDefaultDeny(
  all(
    namespace,
    deployment('app: web'),
    deployment('app: api', 'api'),
    policy(`podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress, Egress]`, 'api'),
  ),
);
/** A namespace with workloads, and a policy for some of them. */
const NO_DEFAULT_DENY = all(namespace, deployment('app: web'), policy(`${WEB}, ${ingress(FROM_GATEWAY)}`));
const NEAR_MISS = all(
  namespace,
  deployment('app: frontend'),
  policy('podSelector: { matchLabels: { app: frontnd } }, policyTypes: [Ingress]'),
);
const NEAR_PEER = all(
  namespace,
  deployment('app: web'),
  deployment('app: gateway', 'gateway'),
  policy(
    `${WEB}, ${ingress('{ from: [{ podSelector: { matchLabels: { app: gatewy } } }], ports: [{ port: 8080 }] }')}`,
  ),
);
const NEAR_NAMESPACE = all(
  namespace,
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: monitoring }\n',
  deployment('app: web'),
  policy(
    `${WEB}, ${ingress('{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitorng } } }], ports: [{ port: 8080 }] }')}`,
  ),
);
const OLD_API = policy(`${WEB}, policyTypes: [Ingress]`).replace(
  'networking.k8s.io/v1',
  'extensions/v1beta1',
);
const TO_DNS_OVER = (protocol: string) =>
  all(
    deployment('app: web'),
    policy(
      `${EVERY_POD}, ${egress(`{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ protocol: ${protocol}, port: 53 }] }`)}`,
    ),
  );
const NO_EGRESS = all(deployment('app: web'), policy(`${EVERY_POD}, policyTypes: [Egress]`));
const OPEN_INGRESS = policy(`${WEB}, ${ingress('{}')}`);
const OPEN_EGRESS = policy(`${WEB}, ${egress('{}')}`);
const ANY_SOURCE = policy(`${WEB}, ${ingress('{ ports: [{ port: 8080 }] }')}`);
const NO_TYPES = policy(`${WEB}, ingress: [${FROM_GATEWAY}]`);
const TWICE = all(policy(`${WEB}, policyTypes: [Ingress]`), policy(`${WEB}, ${ingress(FROM_GATEWAY)}`));
const REPEATED = all(
  policy(`${EVERY_POD}, ${ingress(FROM_GATEWAY)}`, 'gateway'),
  policy(`${WEB}, ${ingress(FROM_GATEWAY)}`),
);
const WILD = policy(`${EVERY_POD}, ${ingress(FROM_GATEWAY)}`);
const EVERY_NAMESPACE = (peer: string) => policy(`${WEB}, ${ingress(`{ from: [${peer}] }`)}`);
const port = (text: string) =>
  policy(`${WEB}, ${ingress(`{ from: [{ podSelector: {} }], ports: [${text}] }`)}`);

/** For each row of the page, the manifests on which all of its rules speak together. */
const CASES: Readonly<Record<string, readonly (string | Case)[]>> = {
  'kube-linter non-isolated-pod': [UNCOVERED],
  'kube-linter dangling-networkpolicy': [NEAR_MISS],
  'kube-linter dangling-networkpolicypeer-podselector': [NEAR_PEER],
  'kube-linter no-extensions-v1beta': [OLD_API],
  'kube-score pod-networkpolicy': [UNCOVERED],
  'kube-score networkpolicy-targets-pod': [NEAR_MISS],
  'Kubescape C-0030': [UNCOVERED],
  'Kubescape C-0049': [NO_DEFAULT_DENY],
  'Kubescape C-0054': [NO_DEFAULT_DENY],
  'Kubescape C-0206': [NO_DEFAULT_DENY],
  'Kubescape C-0260': [UNCOVERED],
  'Checkov CKV2_K8S_6': [UNCOVERED],
  'Trivy KSV-0038': [policy(ingress(FROM_GATEWAY))],
  'Trivy KUBE-0001': [policy(`${WEB}, ${ingress(block('0.0.0.0/0'))}`)],
  'Trivy KUBE-0002': [policy(`${WEB}, ${egress(block('0.0.0.0/0').replace('from', 'to'))}`)],
  'Kyverno sample policies restrict-networkpolicy-empty-podselector': [WILD],
  'Kyverno sample policies require-netpol': [UNCOVERED],
  'Kyverno sample policies add-networkpolicy': [NO_DEFAULT_DENY],
  'Kyverno sample policies add-networkpolicy-dns': [NO_EGRESS],
  'Kyverno sample policies generate-networkpolicy-existing': [NO_DEFAULT_DENY],
  'cyclonus lint CheckSourceMissingNamespace': [
    all(namespace, deployment('app: web'), policy(`${WEB}, ${ingress(FROM_GATEWAY)}`, 'web', null)),
  ],
  'cyclonus lint CheckSourcePortMissingProtocol': [
    policy(`${WEB}, ${ingress('{ from: [{ podSelector: {} }], ports: [{ port: 53 }] }')}`),
  ],
  'cyclonus lint CheckSourceMissingPolicyTypes': [NO_TYPES],
  'cyclonus lint CheckSourceMissingPolicyTypeIngress': [
    policy(`${WEB}, policyTypes: [Egress], ingress: [${FROM_GATEWAY}]`),
  ],
  'cyclonus lint CheckSourceMissingPolicyTypeEgress': [
    policy(`${WEB}, policyTypes: [Ingress], egress: [{ to: [{ podSelector: {} }] }]`),
  ],
  'cyclonus lint CheckSourceDuplicatePolicyName': [TWICE],
  'cyclonus lint CheckDNSBlockedOnTCP': [TO_DNS_OVER('UDP')],
  'cyclonus lint CheckDNSBlockedOnUDP': [TO_DNS_OVER('TCP')],
  'cyclonus lint CheckTargetAllEgressBlocked': [NO_EGRESS],
  'cyclonus lint CheckTargetAllIngressAllowed': [OPEN_INGRESS, ANY_SOURCE],
  'cyclonus lint CheckTargetAllEgressAllowed': [OPEN_EGRESS],
  'kube-netpol KNP-001': [all(namespace, deployment('app: web'))],
  'kube-netpol KNP-002': [policy(`${WEB}, policyTypes: [Ingress]`, 'Web_Policy')],
  'kube-netpol KNP-004': [policy(WEB)],
  'kube-netpol KNP-005': [WILD],
  'kube-netpol KNP-006': [
    policy(
      'podSelector: { matchExpressions: [{ key: app, operator: Equals, values: [web] }] }, policyTypes: [Ingress]',
    ),
  ],
  'kube-netpol KNP-007': [NO_TYPES],
  'kube-netpol KNP-008': [policy(`${WEB}, policyTypes: [Inbound]`)],
  'kube-netpol KNP-009': [NO_EGRESS],
  'kube-netpol KNP-011': [ANY_SOURCE],
  'kube-netpol KNP-012': [OPEN_INGRESS],
  'kube-netpol KNP-013': [EVERY_NAMESPACE('{ namespaceSelector: {}, podSelector: {} }')],
  'kube-netpol KNP-014': [OPEN_EGRESS],
  'kube-netpol KNP-015': [OPEN_EGRESS],
  'kube-netpol KNP-016': [policy(`${WEB}, ${ingress(block('0.0.0.0/0'))}`)],
  'kube-netpol KNP-017': [policy(`${WEB}, ${ingress(block("'::/0'"))}`)],
  'kube-netpol KNP-018': [policy(`${WEB}, ${ingress(block('192.0.2.0/33'))}`)],
  'kube-netpol KNP-019': [
    policy(`${WEB}, ${ingress(block('192.0.2.0/24', '192.0.2.300/32'))}`),
    policy(`${WEB}, ${ingress(block('192.0.2.0/24', '198.51.100.0/28'))}`),
  ],
  'kube-netpol KNP-020': [
    policy(`${WEB}, ${egress(block('0.0.0.0/0', '10.0.0.0/8').replace('from', 'to'))}`),
    policy(`${WEB}, ${egress('{ to: [{ ipBlock: { cidr: 169.254.0.0/16 } }], ports: [{ port: 80 }] }')}`),
  ],
  'kube-netpol KNP-021': [
    policy(`${WEB}, ${ingress('{ from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }')}`),
  ],
  'kube-netpol KNP-022': [port('{ port: 70000 }')],
  'kube-netpol KNP-023': [port('{ endPort: 8090 }')],
  'kube-netpol KNP-024': [port('{ port: 1, endPort: 60000 }')],
  'kube-netpol KNP-027': [TWICE],
  'kube-netpol KNP-028': [
    all(policy(`${WEB}, ${ingress(FROM_GATEWAY)}`), policy(`${WEB}, ${ingress(FROM_GATEWAY)}`, 'gateway')),
  ],
  'kube-netpol KNP-029': [REPEATED],
  'kube-netpol KNP-030': [NO_DEFAULT_DENY],
  'kube-netpol KNP-031': [NO_DEFAULT_DENY],
  'kube-netpol KNP-032': [UNCOVERED],
  'kube-netpol KNP-033': [EVERY_NAMESPACE('{ namespaceSelector: {} }')],
  'kube-netpol KNP-034': [
    all(
      deployment('app: web'),
      policy(`${EVERY_POD}, ${egress('{ to: [{ podSelector: {} }], ports: [{ port: 443 }] }')}`),
    ),
  ],
  'Popeye POP-1200': [NEAR_MISS],
  'Popeye POP-1201': [NEAR_NAMESPACE],
  'Popeye POP-1202': [NEAR_PEER],
  'Popeye POP-1203': [policy(`${EVERY_POD}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]`)],
  'Popeye POP-1204': [
    withoutDefaultDeny(
      all(
        namespace,
        deployment('app: web'),
        deployment('app: api', 'api'),
        policy(`${WEB}, ${ingress(FROM_GATEWAY)}`),
      ),
    ),
  ],
  'Popeye POP-1205': [UNCOVERED],
  'Popeye POP-1208': [NEAR_PEER],
  'Polaris missingNetworkPolicy': [UNCOVERED],
  'KICS Network Policy Is Not Targeting Any Pod': [NEAR_MISS],
  'KICS Pod Misconfigured Network Policy': [UNCOVERED],
  'kubeaudit MissingDefaultDenyIngressAndEgressNetworkPolicy': [NO_DEFAULT_DENY],
  'kubeaudit MissingDefaultDenyIngressNetworkPolicy': [
    all(namespace, deployment('app: web'), policy(`${EVERY_POD}, policyTypes: [Egress]`)),
  ],
  'kubeaudit MissingDefaultDenyEgressNetworkPolicy': [
    all(namespace, deployment('app: web'), policy(`${EVERY_POD}, policyTypes: [Ingress]`)),
  ],
  'kubeaudit AllowAllIngressNetworkPolicyExists': [OPEN_INGRESS],
  'kubeaudit AllowAllEgressNetworkPolicyExists': [OPEN_EGRESS],
  "Steampipe's Kubernetes queries network_policy_default_deny_ingress": [NO_DEFAULT_DENY],
  "Steampipe's Kubernetes queries network_policy_default_deny_egress": [NO_DEFAULT_DENY],
  "Steampipe's Kubernetes queries network_policy_default_dont_allow_ingress": [
    policy(`${EVERY_POD}, ${ingress('{}')}`),
  ],
  'netfetch scan': [NO_DEFAULT_DENY, UNCOVERED],
  'Datree RESOURCE_MISSING_NAME': [policy(`${WEB}, policyTypes: [Ingress]`).replace('name: web, ', '')],
  'Datree K8S_DEPRECATED_APIVERSION_1.16': [OLD_API],
};

/** The rules that find something in a manifest and are sure of it. */
function rulesIn(given: string | Case): Set<string> {
  const { yaml, config } = typeof given === 'string' ? { yaml: given, config: undefined } : given;
  const sure = judge(yaml, config).filter((d) => d.finding.unknown === undefined);
  return new Set(sure.map((d) => d.rule.id));
}

suite('docs/peers.md', () => {
  const withRule = ROWS.filter(({ rules }) => rules.length > 0);

  test('has a case for each row with a rule, and a row for each case', () => {
    assert.ok(ROWS.length > 80);
    assert.deepEqual(withRule.map(({ tool, check }) => `${tool} ${check}`).sort(), Object.keys(CASES).sort());
  });

  test('names only rules that there are', () => {
    const named = ROWS.flatMap(({ rules }) => rules);
    assert.deepEqual(
      named.filter((id) => !RULE_IDS.has(id)),
      [],
    );
  });

  test('says of every other row why there is no rule', () => {
    for (const { tool, check, words } of ROWS) assert.ok(words.length > 10, `${tool} ${check}`);
  });

  for (const { tool, check, rules } of withRule)
    test(`${tool}, ${check}: ${rules.join(', ')}`, () => {
      const found = (CASES[`${tool} ${check}`] ?? []).map(rulesIn);
      for (const id of rules)
        assert.ok(
          found.some((ids) => ids.has(id)),
          `${id} is not among ${found.map((ids) => [...ids]).join('; ')}`,
        );
      for (const ids of found)
        assert.ok(
          rules.some((id) => ids.has(id)),
          'every manifest is there for a rule',
        );
    });
});
