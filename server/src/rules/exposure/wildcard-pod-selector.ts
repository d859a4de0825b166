/** Rule wildcard-pod-selector: a policy that selects every pod of its namespace and allows something. */
import type { YamlDocument } from '../../core/document.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { prependPair, replaceValue } from '../../core/yaml/edit.ts';
import { asMap, isNull, pairOf } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { type Policy, rulesOf, soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { policyYaml } from '../example-yaml.ts';

const FIX = 'Select pods by a label, to be filled in';

const SELECTED = policyYaml(`
  podSelector:
    matchLabels:
      app: my-app
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
`);

export const wildcardPodSelector: Rule = {
  on: 'policy',
  meta: {
    id: 'wildcard-pod-selector',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A policy that allows traffic selects every pod of the namespace.',
    why: `With an empty \`podSelector\`, or none, a policy applies to **every** pod of its namespace, also to each one that is created later: a database or a debugging pod gets what was meant for the web tier. Policies add up, so no other policy can take it back from those pods.

Select the pods that need the traffic by label. An empty selector is right for a default deny and for DNS, which every pod needs; keep those in policies of their own.`,
    refs: [
      {
        title: 'Kubernetes: The NetworkPolicy resource, podSelector',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
      },
      { title: 'NIST SP 800-190, 3.3.4 Mixing of workload sensitivity levels' },
    ],
    examples: [
      {
        title: 'Every pod may be reached from every other one',
        yaml: policyYaml(`
          podSelector: ⟦{}⟧
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
        `),
        message: 'accepts the connections that the ingress rules allow',
        fixes: [{ title: FIX, safe: false, fixed: SELECTED }],
      },
      {
        title: 'Without a value',
        yaml: policyYaml(`
          ⟦podSelector⟧:
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
        `),
        fixes: [{ title: FIX, safe: false, fixed: SELECTED }],
      },
      {
        title: 'An empty selector in other words',
        yaml: policyYaml(`
          podSelector:
            ⟦matchLabels: {}
            matchExpressions: []⟧
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
        `),
        fixes: [{ title: FIX, safe: false, fixed: SELECTED }],
      },
      {
        title: 'No podSelector, and more than DNS, in a contractor namespace',
        yaml: policyYaml(
          `
          policyTypes: [Egress]
          egress:
            - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
              ports: [{ port: 443 }, { protocol: UDP, port: 53 }]
        `,
          'name: web\nnamespace: contractor-acme',
        ).replace('spec:', '⟦spec⟧:'),
        severity: 'error',
        message: 'may open the connections that the egress rules allow',
        fixes: [
          {
            title: FIX,
            safe: false,
            fixed: policyYaml(
              `
              podSelector:
                matchLabels:
                  app: my-app
              policyTypes: [Egress]
              egress:
                - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
                  ports: [{ port: 443 }, { protocol: UDP, port: 53 }]
            `,
              'name: web\nnamespace: contractor-acme',
            ),
          },
        ],
      },
      {
        title: 'Default deny',
        yaml: policyYaml(`
          podSelector: {}
          policyTypes: [Ingress, Egress]
          ingress: []
        `),
      },
      {
        title: 'DNS for everybody',
        yaml: policyYaml(`
          podSelector: {}
          policyTypes: [Ingress, Egress]
          egress:
            - to:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: kube-system
                  podSelector:
                    matchLabels:
                      k8s-app: kube-dns
                - ipBlock:
                    cidr: 169.254.20.10/32
              ports:
                - protocol: UDP
                  port: 53
                - protocol: TCP
                  port: 53
        `),
      },
      {
        title: 'Rules that are not in effect, because policyTypes does not list Egress',
        yaml: policyYaml(`
          podSelector: {}
          policyTypes: [Ingress]
          egress:
            - to:
                - podSelector: {}
        `),
      },
      {
        title: 'A misspelt podSelector, which unknown-field reports',
        yaml: policyYaml(`
          podselector: {}
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
        `),
      },
      {
        title: 'Some pods',
        yaml: policyYaml(`
          podSelector:
            matchExpressions:
              - { key: app, operator: Exists }
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
        `),
      },
    ],
  },
  check: (resource): Finding[] => {
    const policy = soundPolicyOf(resource);
    if (policy?.podSelector.selector?.requirements.length !== 0) return [];
    const allowing = DIRECTIONS.filter((direction) => allowsMoreThanDns(policy, direction));
    if (allowing.length === 0) return [];
    const { document } = resource;
    const { pair } = policy.podSelector;
    const spec = pairOf(resource.root, 'spec');
    const span = pair ? visibleSpan(pair.value, pair.key.span) : (spec?.key.span ?? policy.spec.span);
    return [
      { at: { document, span }, message: messageFor(policy, allowing), fixes: fixes(document, policy) },
    ];
  },
};

function allowsMoreThanDns(policy: Policy, direction: Direction): boolean {
  return policy.isolates[direction] !== false && rulesOf(policy, direction).rules.some(isMoreThanDns);
}

/** Whether a rule allows more than looking names up; not, when its ports cannot be read and might be those of DNS. */
function isMoreThanDns(rule: PolicyRule): boolean {
  if (!isNull(rule.node) && !asMap(rule.node)) return false;
  return rule.direction === 'Ingress' || (rule.ports.kind !== 'unknown' && !isDnsOnly(rule));
}

function messageFor({ podSelector }: Policy, allowing: readonly Direction[]): string {
  const effects = {
    Ingress: 'accepts the connections that the ingress rules allow',
    Egress: 'may open the connections that the egress rules allow',
  };
  const what = podSelector.pair ? 'is empty' : 'is missing';
  return `\`podSelector\` ${what}: every pod of the namespace, also each one that is created later, ${allowing.map((d) => effects[d]).join(' and ')}. Select the pods that need them by label, and keep a default deny in a policy of its own.`;
}

function fixes(document: YamlDocument, { spec, podSelector }: Policy): Fix[] {
  const selector = { matchLabels: { app: 'my-app' } };
  if (podSelector.pair && !spec.pairs.includes(podSelector.pair)) return [];
  const edit = podSelector.pair
    ? replaceValue(document, podSelector.pair.value, selector)
    : prependPair(document, spec, 'podSelector', selector);
  return edit ? [{ title: FIX, safe: false, edits: [edit] }] : [];
}
