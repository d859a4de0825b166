/** Rule all-namespaces-peer: an empty namespaceSelector, which matches every namespace. */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { removePair, replaceValue } from '../../core/yaml/edit.ts';
import type { YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { KUBE_DNS_PEER, NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { Peer, PodsPeer, PolicyRule } from '../../engine/policy-rule.ts';
import { isEveryPort } from '../../engine/ports.ts';
import { describeSelector, type Selector } from '../../engine/selector.ts';
import { webPolicy } from '../example-yaml.ts';

type EveryNamespace = PodsPeer & { readonly namespaceSelectorPair: YamlPair };

const OWN = 'Allow only the own namespace';
const ONE = 'Allow only one namespace, whose name is to be filled in';

export const allNamespacesPeer: Rule = {
  on: 'policy',
  meta: {
    id: 'all-namespaces-peer',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A peer matches every namespace.',
    why: `An empty \`namespaceSelector\` matches **all** namespaces, those of other teams and of contractors too, and those that are created later. Alone or with \`podSelector: {}\` the peer is every pod of the cluster. With a \`podSelector\`, it is every pod that carries the labels, and whoever may create pods in any namespace can give them these labels; with ports as well, this is reported as information only.

For pods of the policy's own namespace, leave \`namespaceSelector\` out. Otherwise name the namespaces by the label \`kubernetes.io/metadata.name\`: the API server sets it, and nobody can move it to another namespace.`,
    refs: [
      {
        title: 'Kubernetes: Targeting a namespace by its name',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
      },
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
    ],
    examples: [
      {
        title: 'Every pod of the cluster as source',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ⟦namespaceSelector: {}⟧
              ports:
                - port: 8080
        `),
        message: 'every pod of the cluster may connect',
        fixes: [
          {
            title: OWN,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - podSelector: {}
                  ports:
                    - port: 8080
            `),
          },
          {
            title: ONE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - namespaceSelector:
                        matchLabels:
                          kubernetes.io/metadata.name: my-namespace
                  ports:
                    - port: 8080
            `),
          },
        ],
      },
      {
        title: 'The same with `podSelector: {}`, in a contractor namespace',
        yaml: webPolicy(
          `
          policyTypes: [Egress]
          egress:
            - to: [{ podSelector: {}, ⟦namespaceSelector: { matchLabels: {} }⟧ }]
        `,
          'name: web\nnamespace: contractor-acme',
        ),
        severity: 'error',
        fixes: [
          {
            title: OWN,
            safe: false,
            leaves: ['egress-without-dns'],
            fixed: webPolicy(
              `
              policyTypes: [Egress]
              egress:
                - to: [{ podSelector: {} }]
            `,
              'name: web\nnamespace: contractor-acme',
            ),
          },
          {
            title: ONE,
            safe: false,
            leaves: ['egress-without-dns'],
            fixed: webPolicy(
              `
              policyTypes: [Egress]
              egress:
                - to: [{ podSelector: {}, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: my-namespace } } }]
            `,
              'name: web\nnamespace: contractor-acme',
            ),
          },
        ],
      },
      {
        title: 'Some pods of every namespace, on some ports',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - ⟦namespaceSelector: {}⟧
                  podSelector:
                    matchLabels:
                      app: prometheus
              ports:
                - port: metrics
        `),
        severity: 'info',
        message: 'app=prometheus',
        fixes: [
          {
            title: OWN,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - podSelector:
                        matchLabels:
                          app: prometheus
                  ports:
                    - port: metrics
            `),
          },
          {
            title: ONE,
            safe: false,
            fixed: webPolicy(`
              policyTypes: [Ingress]
              ingress:
                - from:
                    - namespaceSelector:
                        matchLabels:
                          kubernetes.io/metadata.name: my-namespace
                      podSelector:
                        matchLabels:
                          app: prometheus
                  ports:
                    - port: metrics
            `),
          },
        ],
      },
      {
        title: 'Namespaces named by a label',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels:
                      kubernetes.io/metadata.name: gateway
        `),
      },
      {
        title: 'DNS servers, in whichever namespace they run',
        yaml: webPolicy(`
          policyTypes: [Egress]
          egress:
            - to:
                - namespaceSelector: {}
                  podSelector:
                    matchLabels:
                      k8s-app: kube-dns
              ports:
                - protocol: UDP
                  port: 53
        `),
      },
      {
        title: 'A null namespaceSelector is none: the peer is in the own namespace',
        yaml: webPolicy(`
          policyTypes: [Ingress]
          ingress:
            - from:
                - namespaceSelector:
                  podSelector: {}
        `),
      },
    ],
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      for (const rule of rulesOf(policy, direction).rules)
        for (const peer of peersOf(rule)) {
          const grave = gravity(policy, rule, peer);
          if (grave === 'none') continue;
          yield {
            at: { document: resource.document, span: spanOf(peer.namespaceSelectorPair) },
            message: messageFor(rule, peer),
            ...(grave === 'low' && { severity: 'info', contractorSeverity: 'warning' }),
            fixes: fixesFor(resource.document, rule, peer),
          };
        }
    }
  },
};

function peersOf(rule: PolicyRule): EveryNamespace[] {
  return rule.peers.kind === 'some' ? rule.peers.items.filter(isEveryNamespace) : [];
}

function isEveryNamespace(peer: Peer): peer is EveryNamespace {
  return peer.kind === 'pods' && peer.namespaceSelector !== null && matchesEvery(peer.namespaceSelector);
}

/** The API server gives every namespace its name as a label, so that asking for the label's presence asks for nothing. */
function matchesEvery({ requirements }: Selector): boolean {
  return requirements.every((r) => r.key === NAMESPACE_NAME_LABEL && r.operator === 'Exists');
}

function gravity(policy: Policy, rule: PolicyRule, peer: EveryNamespace): 'none' | 'low' | 'high' {
  if (isDnsLookup(rule)) return isSpecific(peer.podSelector) ? 'none' : 'low';
  const { ports } = rule;
  const namesPorts = ports.pair !== null && !(ports.kind !== 'unknown' && isEveryPort(ports.set));
  if (!namesPorts) return 'high';
  const scrapes = rule.direction === 'Egress' && isForMonitoring(policy.resource.namespace);
  return isSpecific(peer.podSelector) || scrapes ? 'low' : 'high';
}

function isDnsLookup(rule: PolicyRule): boolean {
  return rule.direction === 'Egress' && isDnsOnly(rule);
}

/** Whether a selector asks for a label. One that only rules labels out matches nearly everything. */
function isSpecific(selector: Selector | null): boolean {
  return selector?.requirements.some((r) => r.operator === 'In' || r.operator === 'Exists') ?? false;
}

/** Whether a namespace is named as one that collects metrics; its pods have to reach into all others. */
function isForMonitoring(namespace: string | null): boolean {
  return /(?:^|-)(?:monitoring|observability|metrics|prometheus)(?:-|$)/.test(namespace ?? '');
}

function spanOf({ key, value }: YamlPair): { start: number; end: number } {
  return { start: key.span.start, end: Math.max(key.span.end, value.span.end) };
}

function messageFor(rule: PolicyRule, { podSelector, namespaceSelector }: EveryNamespace): string {
  const subject =
    namespaceSelector?.requirements.length === 0
      ? 'An empty `namespaceSelector` matches every namespace'
      : `Every namespace has the label \`${NAMESPACE_NAME_LABEL}\`, so this selector matches all of them`;
  if (isDnsLookup(rule))
    return `${subject}: the selected pods may send DNS queries to every pod of the cluster. Name the cluster's DNS pods instead.`;
  const remedy = `For the policy's own namespace, leave \`namespaceSelector\` out; for others, name them by the label \`${NAMESPACE_NAME_LABEL}\`.`;
  const effect = isSpecific(podSelector)
    ? {
        Ingress: `whoever may create a pod in any of them can give it the labels this peer asks for (${describeSelector(podSelector as Selector)}) and connect to the selected pods`,
        Egress: `the selected pods may connect to pods with these labels (${describeSelector(podSelector as Selector)}) wherever they are and whoever gave them the labels`,
      }
    : {
        Ingress: 'every pod of the cluster may connect to the selected pods, whoever runs it',
        Egress: 'the selected pods may connect to every pod of the cluster, whoever runs it',
      };
  return `${subject}: ${effect[rule.direction]}. ${remedy}`;
}

function fixesFor(document: YamlDocument, rule: PolicyRule, peer: EveryNamespace): Fix[] {
  const { node, namespaceSelectorPair: pair } = peer;
  // An alias or a merge shares its text with other peers, which a fix would change too.
  if (node.kind !== 'map' || !node.pairs.includes(pair)) return [];
  const fix = (title: string, edit: Edit | null): Fix[] =>
    edit ? [{ title, safe: false, edits: [edit] }] : [];
  if (isDnsLookup(rule))
    return fix("Allow only the cluster's DNS", replaceValue(document, node, KUBE_DNS_PEER));
  const own = peer.podSelectorPair
    ? removePair(document, node, pair)
    : replaceValue(document, node, { podSelector: {} });
  const one = { matchLabels: { [NAMESPACE_NAME_LABEL]: 'my-namespace' } };
  return [...fix(OWN, own), ...fix(ONE, replaceValue(document, pair.value, one))];
}
