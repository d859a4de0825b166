/** Rule negative-selector: a selector that rules labels out where something is allowed, and so lets in whatever else there is. */
import type { YamlDocument } from '../../core/document.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import type { YamlNode, YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { everyNamespaceIn } from '../../engine/every-namespace.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { Peer, PodsPeer } from '../../engine/policy-rule.ts';
import { canMatchTogether, describeSelector, type Selector } from '../../engine/selector.ts';
import { isMoreThanDns } from '../exposure/every-pod.ts';
import { NEGATIVE_SELECTOR_EXAMPLES } from './negative-selector-examples.ts';

const ONE_NAMESPACE = 'Allow only one namespace, whose name is to be filled in';
const BY_LABEL = 'Select pods by a label, to be filled in';

export const negativeSelector: Rule = {
  on: 'policy',
  meta: {
    id: 'negative-selector',
    family: 'pitfall',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A selector allows everything but what it rules out.',
    why: `\`NotIn\` and \`DoesNotExist\` match everything that does not have the label: objects without any labels, and all that will be created later. Where something is allowed, such a selector shuts out what somebody thought of and lets in the rest. A namespace or a pod that should be kept out only has to lose its label.

Name what is allowed instead, with \`matchLabels\`, \`In\` or \`Exists\`; a namespace by its label \`kubernetes.io/metadata.name\`. A selector that names a label as well is not reported. About pods (in a peer, or in the \`podSelector\` of a policy that allows something) this is reported as information; to deny to all pods but some is what such a \`podSelector\` is good for.`,
    refs: [
      {
        title: 'Kubernetes: Label selectors, set-based requirements',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement',
      },
      {
        title: 'Kubernetes: Targeting a namespace by its name',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
      },
    ],
    examples: NEGATIVE_SELECTOR_EXAMPLES,
  },
  check: function* (resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy) return;
    const directions = DIRECTIONS.filter((direction) => policy.isolates[direction] !== false);
    const { pair, selector } = policy.podSelector;
    const allows = directions.some((direction) => rulesOf(policy, direction).rules.some(isMoreThanDns));
    if (pair && isNegative(selector) && allows) yield subjectFinding(policy, pair, selector);
    for (const direction of directions) yield* peerFindings(policy, direction);
  },
};

/** Whether a selector asks for no label and rules some out, and can match at all. */
function isNegative(selector: Selector | null): selector is Selector {
  if (!selector || selector.requirements.length === 0) return false;
  return selector.requirements.every(
    (r) => r.operator === 'NotIn' || (r.operator === 'DoesNotExist' && r.key !== NAMESPACE_NAME_LABEL),
  );
}

function* peerFindings(policy: Policy, direction: Direction): Iterable<Finding> {
  const { rules } = rulesOf(policy, direction);
  // What matches every namespace, alone or with others, is for all-namespaces-peer to report.
  const every = new Set<Peer>(everyNamespaceIn(rules).flatMap((parts) => parts.map((p) => p.peer)));
  for (const { peers } of rules)
    for (const peer of peers.kind === 'some' ? peers.items : [])
      if (peer.kind === 'pods' && !every.has(peer)) yield* peerFinding(policy, direction, peer);
}

function* peerFinding(policy: Policy, direction: Direction, peer: PodsPeer): Iterable<Finding> {
  const { document } = policy.resource;
  const { namespaceSelector, namespaceSelectorPair, podSelector, podSelectorPair } = peer;
  if (namespaceSelector && !canMatchTogether(namespaceSelector)) return;
  if (namespaceSelectorPair && isNegative(namespaceSelector)) {
    const some = podSelector !== null && podSelector.requirements.length > 0 && !isNegative(podSelector);
    yield {
      at: { document, span: spanOf(namespaceSelectorPair) },
      message: `\`${describeSelector(namespaceSelector)}\` only rules namespaces out, so ${rest(namespaceSelector)} match, and ${some ? 'pods with the labels that the peer asks for' : 'all their pods'} ${EFFECT[direction]}. Name the namespaces by \`${NAMESPACE_NAME_LABEL}\`.`,
      ...(some && { severity: 'info', contractorSeverity: 'warning' }),
      fixes: fix(document, peer.node, namespaceSelectorPair, ONE_NAMESPACE, NAMESPACE_NAME_LABEL),
    };
  } else if (podSelectorPair && isNegative(podSelector)) {
    yield {
      at: { document, span: spanOf(podSelectorPair) },
      message: `\`${describeSelector(podSelector)}\` only rules pods out, so pods without any label and those that are created later match and ${EFFECT[direction]}. Name the labels of the pods that are meant.`,
      severity: 'info',
      contractorSeverity: 'warning',
      fixes: fix(document, peer.node, podSelectorPair, BY_LABEL, 'app'),
    };
  }
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'may connect to the selected pods',
  Egress: 'may be reached by the selected pods',
};

/** Every namespace has its name for a label; of other labels it may have none. */
function rest({ requirements }: Selector): string {
  return requirements.every((r) => r.key === NAMESPACE_NAME_LABEL)
    ? 'all others, also those that are created later,'
    : 'namespaces without the label and those that are created later';
}

function subjectFinding({ resource, spec }: Policy, pair: YamlPair, selector: Selector): Finding {
  const { document } = resource;
  return {
    at: { document, span: spanOf(pair) },
    message: `\`${describeSelector(selector)}\` only rules pods out, so the policy allows its connections to all other pods of the namespace, unlabelled ones and those that are created later too. Select the pods that need them by label.`,
    severity: 'info',
    contractorSeverity: 'warning',
    fixes: fix(document, spec, pair, BY_LABEL, 'app'),
  };
}

function spanOf({ key, value }: YamlPair): { start: number; end: number } {
  return { start: key.span.start, end: Math.max(key.span.end, value.span.end) };
}

function fix(document: YamlDocument, holder: YamlNode, pair: YamlPair, title: string, key: string): Fix[] {
  // An alias or a merge shares its text with other selectors, which a fix would change too.
  if (holder.kind !== 'map' || !holder.pairs.includes(pair)) return [];
  const value: Json = { matchLabels: { [key]: key === 'app' ? 'my-app' : 'my-namespace' } };
  const edit = replaceValue(document, pair.value, value);
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}
