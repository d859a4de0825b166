/** Rule null-selector-widens: a field of a rule that has lost its value, and with it what it was to narrow. */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { removePair, replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { asString, get, type YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PodsPeer } from '../../engine/policy-rule.ts';
import { itemSpan } from '../spans.ts';
import { fixes } from '../validity/violations.ts';
import { NULL_SELECTOR_WIDENS_EXAMPLES, TITLES } from './null-selector-widens-examples.ts';
import { type Null, type NullField, nullsIn } from './nulls.ts';

export const nullSelectorWidens: Rule = {
  on: 'policy',
  meta: {
    id: 'null-selector-widens',
    family: 'pitfall',
    severity: 'warning',
    sees: 'document',
    title: 'A field has no value, and so the rule allows more than it seems to.',
    why: `A key with nothing behind it is null, and to the API server that is the same as no key at all. What such a key was to narrow is then not narrowed: a peer without \`podSelector\` is every pod of its namespaces, a rule without \`ports\` is every port of every protocol, an item of \`ports\` without \`port\` is every port of its protocol, and a block without \`except\` is the whole block. A \`namespaceSelector\` without a value does the opposite of what many expect: the peer is in the policy's own namespace only, which is reported as information.

Write what was meant. If it is everything, say so: an empty selector is \`{}\`, and the other fields can go. Other rules report a \`from\` or \`to\` without a value, a policy's own \`podSelector\` (\`wildcard-pod-selector\`), an empty \`namespaceSelector\` (\`all-namespaces-peer\`), and a peer in which nothing has a value (\`peer-empty\`).`,
    refs: [
      {
        title: 'Kubernetes: behavior of to and from selectors',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
      },
      {
        title: 'Kubernetes API: NetworkPolicyPeer and NetworkPolicyPort',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: NULL_SELECTOR_WIDENS_EXAMPLES,
  },
  *check(resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    const seen = new Set<unknown>();
    for (const direction of DIRECTIONS) {
      if (policy.isolates[direction] === false) continue;
      for (const rule of rulesOf(policy, direction).rules)
        for (const found of nullsIn(rule)) {
          const place = found.kind === 'portItem' ? found.item : found.pair;
          // What an alias repeats is written once.
          if (seen.has(place)) continue;
          seen.add(place);
          yield finding(resource.document, direction, found);
        }
    }
  },
};

function finding(document: YamlDocument, direction: Direction, found: Null): Finding {
  const span = found.kind === 'portItem' ? itemSpan(document, found.item) : found.pair.key.span;
  return {
    at: { document, span: span ?? document.yaml.root?.span ?? { start: 0, end: 0 } },
    message: messageFor(direction, found),
    ...(found.kind === 'namespaceSelector' && { severity: 'info' as const }),
    fixes: fixesFor(document, found),
  };
}

function messageFor(direction: Direction, found: Null): string {
  switch (found.kind) {
    case 'podSelector':
    case 'selector':
      return `\`${found.pair.name}\` has no value, so this peer is ${podsOf(found.peer)}: ${EFFECT[direction]}. Select the pods by label, or write \`podSelector: {}\` if all are meant.`;
    case 'namespaceSelector':
      return "`namespaceSelector` has no value, which is the same as leaving it out: this peer is in the policy's own namespace only. Name the namespaces, or remove the key if the own one is meant.";
    case 'ports':
      return '`ports` has no value, so the rule allows every port of every protocol. Name the ports, or remove the key if all are meant.';
    case 'port':
      return `\`port\` has no value, so this item is every ${protocolOf(found)} port. Write a port, or remove the key if all are meant.`;
    case 'portItem':
      return 'Nothing stands behind this dash, so the item is every TCP port. Write a port, or remove the item.';
    case 'except':
      return `\`except\` has no value, so nothing is taken out of ${asString(found.peer.cidr?.node) ?? 'the block'}. List the ranges to leave out, or remove the key if there are none.`;
  }
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'all of them may connect to the selected pods',
  Egress: 'the selected pods may connect to all of them',
};

function podsOf({ namespaceSelectorPair }: PodsPeer): string {
  return namespaceSelectorPair
    ? 'every pod of the namespaces it names'
    : "every pod of the policy's own namespace";
}

function protocolOf({ map }: NullField): string {
  return asString(get(map, 'protocol')) ?? 'TCP';
}

const MY_APP: Json = { matchLabels: { app: 'my-app' } };
const MY_NAMESPACE: Json = { matchLabels: { [NAMESPACE_NAME_LABEL]: 'my-namespace' } };

/** The choices that change nothing write down what is allowed now. Whether that was meant is in doubt, so no choice is safe. */
function fixesFor(document: YamlDocument, found: Null): Fix[] {
  const fix = (title: string, edit: Edit | null) => fixes(title, false, edit);
  if (found.kind === 'portItem')
    return fix(TITLES.everyPort, replaceValue(document, found.item, { protocol: 'TCP' }));
  const { map, pair } = found;
  // A merge shares its text with other places, which a fix would change too.
  if (!map.pairs.includes(pair)) return [];
  const replace = (holder: YamlPair, value: Json) => replaceValue(document, holder.value, value);
  switch (found.kind) {
    case 'podSelector':
    case 'selector': {
      const selector = found.peer.podSelectorPair ?? pair;
      return [
        ...fix(TITLES.somePods, replace(selector, MY_APP)),
        ...fix(TITLES.everyPod, replace(selector, {})),
      ];
    }
    case 'namespaceSelector':
      return [
        ...fix(TITLES.oneNamespace, replace(pair, MY_NAMESPACE)),
        ...fix(TITLES.ownNamespace, removePair(document, map, pair)),
      ];
    case 'port':
      return fix(
        TITLES.everyPort,
        map.pairs.length > 1
          ? removePair(document, map, pair)
          : replaceValue(document, map, { protocol: 'TCP' }),
      );
    case 'ports':
      return fix(TITLES.anyPort, removePair(document, map, pair));
    case 'except':
      return fix(TITLES.noExcept, removePair(document, map, pair));
  }
}
