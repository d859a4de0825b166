/** Rule empty-from-allows-all: a rule that limits ports, but whose missing or empty `from` or `to` means everybody. */
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { prependPair, replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { isNull } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction, PEERS_FIELD } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { PRIVATE_RANGES } from '../../engine/special-ranges.ts';
import { webPolicy } from '../example-yaml.ts';
import { isAllowAll } from './allow-all.ts';

export const emptyFromAllowsAll: Rule = {
  on: 'policy',
  meta: {
    id: 'empty-from-allows-all',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A rule names ports but no peers, and so allows everybody.',
    why: `When \`from\` is missing, null or an empty list, an ingress rule allows **every source**: all pods of all namespaces, the nodes, and addresses outside the cluster. When \`to\` is, an egress rule allows every destination. \`from: []\` does not mean "from nobody"; only the ports are limited.

Name the peers. To allow nobody, delete the rule. An egress rule for DNS alone is reported by \`dns-any-destination\`, a rule that does not limit ports either by \`allow-all-ingress\` and \`allow-all-egress\`.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicyIngressRule, `from`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
    ],
    examples: [
      {
        title: 'No `from`',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - ⟦ports⟧:
                - protocol: TCP
                  port: http
        `),
        message: '`from` is missing',
        fixes: [
          {
            title: 'Allow only pods of the same namespace',
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - podSelector: {}
                  ports:
                    - protocol: TCP
                      port: http
            `),
          },
        ],
      },
      {
        title: 'An empty `from`, in a contractor namespace',
        yaml: webPolicy(
          `
          policyTypes: [Ingress]
          ingress:
            - ⟦from⟧: []
              ports:
                - port: 8080
        `,
          'name: web\nnamespace: contractor-acme',
        ),
        severity: 'error',
        message: '`from` is an empty list',
        fixes: [
          {
            title: 'Allow only pods of the same namespace',
            safe: false,
            fixed: webPolicy(
              `
              policyTypes: [Ingress]
              ingress:
                - from:
                    - podSelector: {}
                  ports:
                    - port: 8080
            `,
              'name: web\nnamespace: contractor-acme',
            ),
          },
        ],
      },
      {
        title: 'A `to` without a value',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - ⟦to⟧:
              ports:
                - port: 443
        `),
        message: '`to` has no value',
        fixes: [
          {
            title: 'Allow only pods of the same namespace',
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to:
                    - podSelector: {}
                  ports:
                    - port: 443
            `),
          },
          {
            title: 'Allow only the internet, without private and metadata ranges',
            safe: false,
            leaves: ['world-cidr'],
            fixed: webPolicy(`
              policyTypes: [Egress]
              egress:
                - to:
                    - ipBlock:
                        cidr: 0.0.0.0/0
                        except:
                          - 10.0.0.0/8
                          - 100.64.0.0/10
                          - 169.254.0.0/16
                          - 172.16.0.0/12
                          - 192.168.0.0/16
                  ports:
                    - port: 443
            `),
          },
        ],
      },
      {
        title: 'Port 53 into the pods is not a DNS lookup',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress: [{ ⟦ports⟧: [{ protocol: UDP, port: 53 }] }]
        `),
        fixes: [
          {
            title: 'Allow only pods of the same namespace',
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: UDP, port: 53 }] }]
            `),
          },
        ],
      },
      {
        title: 'A peer is named',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - podSelector: {}
              ports:
                - port: 8080
        `),
      },
      {
        title: 'DNS lookups, which dns-any-destination judges',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - ports:
                - protocol: UDP
                  port: 53
                - protocol: TCP
                  port: 53
        `),
      },
      {
        title: 'No port is named either, which allow-all-ingress reports',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from: []
              ports: []
        `),
      },
      {
        title: 'A misspelt `from`, which unknown-field reports',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - form:
                - podSelector: {}
              ports:
                - port: 8080
        `),
      },
      {
        title: 'A rule that is not in effect, because policyTypes does not list Egress',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          egress:
            - ports:
                - port: 443
        `),
      },
    ],
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      for (const rule of rulesOf(policy, direction).rules) {
        const key = rule.peers.pair?.key ?? rule.ports.pair?.key;
        if (!key || !isOpenOnSomePorts(rule)) continue;
        const at = { document: resource.document, span: key.span };
        yield { at, message: messageFor(rule), fixes: fixesFor(policy, rule) };
      }
    }
  },
};

function isOpenOnSomePorts(rule: PolicyRule): boolean {
  if (rule.peers.kind !== 'any' || isAllowAll(rule)) return false;
  // Ports that cannot be read may be those of DNS, and then the rule is not for here to judge.
  return rule.direction === 'Ingress' || (rule.ports.kind === 'some' && !isDnsOnly(rule));
}

const WIDENED: Record<Direction, string> = {
  Ingress:
    'the rule allows every source: any pod of any namespace, and anything outside the cluster, may connect to the selected pods on these ports. Name who may in `from`; to allow nobody, delete the rule.',
  Egress:
    'the rule allows every destination: on these ports the selected pods may reach any pod of any namespace, the nodes and the whole internet. Name the destinations in `to`; to allow none, delete the rule.',
};

function messageFor({ direction, peers }: PolicyRule): string {
  const field = PEERS_FIELD[direction];
  const why =
    peers.pair === null ? 'is missing' : isNull(peers.pair.value) ? 'has no value' : 'is an empty list';
  return `\`${field}\` ${why}, so ${WIDENED[direction]}`;
}

function fixesFor(policy: Policy, rule: PolicyRule): Fix[] {
  const toInternet = { ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE_RANGES[4] } };
  return [
    ...withPeers(policy, rule, 'Allow only pods of the same namespace', [{ podSelector: {} }]),
    ...(rule.direction === 'Egress'
      ? withPeers(policy, rule, 'Allow only the internet, without private and metadata ranges', [toInternet])
      : []),
  ];
}

function withPeers(
  policy: Policy,
  { node, direction, peers }: PolicyRule,
  title: string,
  value: Json,
): Fix[] {
  const { document } = policy.resource;
  // An alias or a merge shares its text with other rules, which the fix would change too.
  if (node.kind !== 'map' || (peers.pair && !node.pairs.includes(peers.pair))) return [];
  const edit = peers.pair
    ? replaceValue(document, peers.pair.value, value)
    : prependPair(document, node, PEERS_FIELD[direction], value);
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}
