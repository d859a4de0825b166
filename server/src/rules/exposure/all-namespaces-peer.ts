/** Rule all-namespaces-peer: a namespaceSelector, or several together, that match every namespace. */
import type { DnsPlatform } from '../../core/platform.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { removePair, replaceValue } from '../../core/yaml/edit.ts';
import type { YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { DNS_DESTINATIONS, NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { type EveryNamespace, everyNamespaceIn } from '../../engine/every-namespace.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { isEveryPort } from '../../engine/ports.ts';
import { describeSelector, type Selector } from '../../engine/selector.ts';
import { removePeer } from '../edit-peer.ts';
import { ALL_NAMESPACES_PEER_EXAMPLES } from './all-namespaces-peer-examples.ts';

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
    why: `An empty \`namespaceSelector\` matches **all** namespaces, those of other teams and of contractors too, and those that are created later. So do selectors that leave nothing out together, such as \`In\` and \`NotIn\` of the same values in two peers.

Alone or with \`podSelector: {}\` the peer is every pod of the cluster. With a \`podSelector\`, it is every pod that carries the labels, and whoever may create pods in any namespace can give them these labels; with ports as well, this is reported as information only.

For pods of the policy's own namespace, leave \`namespaceSelector\` out and keep or write a \`podSelector\`. Otherwise name the namespaces by the label \`kubernetes.io/metadata.name\`: the API server sets it, and nobody can move it to another namespace.`,
    refs: [
      {
        title: 'Kubernetes: Targeting a namespace by its name',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
      },
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
    ],
    examples: ALL_NAMESPACES_PEER_EXAMPLES,
  },
  check: function* (resource, { config }): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      const byPurpose = Map.groupBy(rulesOf(policy, direction).rules, isDnsLookup);
      for (const rules of byPurpose.values())
        for (const every of everyNamespaceIn(rules)) yield* findingsFor(policy, every, config.platform.dns);
    }
  },
};

function* findingsFor(
  policy: Policy,
  every: EveryNamespace,
  platform: DnsPlatform | null,
): Iterable<Finding> {
  const { document } = policy.resource;
  const grave = gravity(policy, every);
  const [first, ...others] = every;
  const { namespaceSelectorPair: pair } = first.peer;
  if (grave === 'none' || !pair) return;
  yield {
    at: { document, span: spanOf(pair) },
    message: messageFor(every),
    related: others.map(({ peer }) => ({
      at: { document, span: spanOf(peer.namespaceSelectorPair ?? pair) },
      message: 'Together with this selector.',
    })),
    ...(grave === 'low' && { severity: 'info', contractorSeverity: 'warning' }),
    fixes: fixesFor(policy, every, platform),
  };
}

function gravity(policy: Policy, every: EveryNamespace): 'none' | 'low' | 'high' {
  const [{ rule, peer }] = every;
  if (isDnsLookup(rule)) return isSpecific(peer.podSelector) ? 'none' : 'low';
  if (!every.some((part) => namesPorts(part.rule))) return 'high';
  const scrapes = rule.direction === 'Egress' && isForMonitoring(policy.resource.namespace);
  return isSpecific(peer.podSelector) || scrapes ? 'low' : 'high';
}

function namesPorts({ ports }: PolicyRule): boolean {
  return ports.pair !== null && !(ports.kind !== 'unknown' && isEveryPort(ports.set));
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

function messageFor(every: EveryNamespace): string {
  const [{ rule, peer }] = every;
  const { podSelector } = peer;
  const subject = subjectOf(every);
  if (isDnsLookup(rule))
    return `${subject}: the selected pods may send DNS queries to every pod of the cluster. Name the cluster's DNS pods instead.`;
  const own = podSelector ? 'leave `namespaceSelector` out' : 'write `podSelector: {}` instead';
  const remedy = `For the policy's own namespace, ${own}; for others, name them by the label \`${NAMESPACE_NAME_LABEL}\`.`;
  const ports = namesPorts(rule) ? ', on these ports' : '';
  const effect = isSpecific(podSelector)
    ? {
        Ingress: `whoever may create a pod in any of them can give it the labels this peer asks for (${describeSelector(podSelector as Selector)}) and connect to the selected pods${ports}`,
        Egress: `the selected pods may connect to pods with these labels (${describeSelector(podSelector as Selector)}) wherever they are and whoever gave them the labels${ports}`,
      }
    : {
        Ingress: `every pod of the cluster, whoever runs it, may connect to the selected pods${ports}`,
        Egress: `the selected pods may connect to every pod of the cluster, whoever runs it${ports}`,
      };
  return `${subject}: ${effect[rule.direction]}. ${remedy}`;
}

function subjectOf([{ peer }, ...others]: EveryNamespace): string {
  if (others.length > 0)
    return `Together with ${others.length > 1 ? `${others.length} others` : 'another'}, this \`namespaceSelector\` matches every namespace`;
  return peer.namespaceSelector.requirements.length === 0
    ? 'An empty `namespaceSelector` matches every namespace'
    : `Every namespace has the label \`${NAMESPACE_NAME_LABEL}\`, so this selector matches all of them`;
}

function fixesFor(
  policy: Policy,
  [{ rule, peer }, ...others]: EveryNamespace,
  platform: DnsPlatform | null,
): Fix[] {
  const { document } = policy.resource;
  const { node, namespaceSelectorPair: pair } = peer;
  // An alias or a merge shares its text with other peers, which a fix would change too.
  if (node.kind !== 'map' || !pair || !node.pairs.includes(pair)) return [];
  const removals = others.map((other) => removePeer(policy, other.rule, other.peer));
  if (removals.length > 1 || removals.includes(null)) return [];
  const fix = (title: string, edit: Edit | null): Fix[] =>
    edit ? [{ title, safe: false, edits: [edit, ...removals.filter((e) => e !== null)] }] : [];
  if (isDnsLookup(rule)) {
    const [dns = null] = DNS_DESTINATIONS[platform ?? 'kube-dns'].peers;
    return fix("Allow only the cluster's DNS", replaceValue(document, node, dns));
  }
  const own = peer.podSelectorPair
    ? removePair(document, node, pair)
    : replaceValue(document, node, { podSelector: {} });
  const one = { matchLabels: { [NAMESPACE_NAME_LABEL]: 'my-namespace' } };
  return [...fix(OWN, own), ...fix(ONE, replaceValue(document, pair.value, one))];
}
