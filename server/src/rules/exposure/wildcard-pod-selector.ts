/** Rule wildcard-pod-selector: a policy that selects every pod of its namespace and allows something. */
import type { YamlDocument } from '../../core/document.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import type { Span } from '../../core/span.ts';
import { prependPair, replaceValue } from '../../core/yaml/edit.ts';
import { pairOf } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import type { Peers, PodsPeer } from '../../engine/policy-rule.ts';
import { promisesDenial } from '../denial.ts';
import { isAllowAll } from './allow-all.ts';
import { isMoreThanDns, policiesForEveryPod } from './every-pod.ts';
import { WILDCARD_POD_SELECTOR_EXAMPLES } from './wildcard-pod-selector-examples.ts';

const FIX = 'Select pods by a label, to be filled in';

export const wildcardPodSelector: Rule = {
  on: 'policy',
  meta: {
    id: 'wildcard-pod-selector',
    family: 'exposure',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A policy that allows traffic selects every pod of the namespace.',
    why: `With an empty \`podSelector\`, or none, a policy applies to **every** pod of its namespace, also to each one that is created later: a database or a debugging pod gets what was meant for the web tier. Policies add up, so no other policy can take it back from those pods. Policies that allow the same to pods with a label and to those without it do so together.

Select the pods that need the traffic by label. An empty selector is right for a default deny and for DNS, which every pod needs; keep those in policies of their own. Where the rules name nothing but pods, of the namespace itself or of namespaces chosen by a label, the finding is milder: such a namespace is one unit of trust.`,
    refs: [
      {
        title: 'Kubernetes: The NetworkPolicy resource, podSelector',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
      },
      { title: 'NIST SP 800-190, 3.3.4 Mixing of workload sensitivity levels' },
    ],
    examples: WILDCARD_POD_SELECTOR_EXAMPLES,
  },
  check: (resource): Finding[] => {
    const policy = soundPolicyOf(resource);
    if (policy?.podSelector.selector?.requirements.length !== 0) return [];
    const allowing = DIRECTIONS.filter((direction) => allowsMoreThanDns(policy, direction));
    if (allowing.length === 0) return [];
    const { document } = resource;
    const peers = allowing.flatMap((direction) => rulesOf(policy, direction).rules.map((rule) => rule.peers));
    return [
      {
        at: { document, span: selectorSpan(policy) },
        message: messageFor(policy, allowing),
        // A namespace whose pods trust each other, or one that watches them all, is a choice that many make.
        ...(peers.every(areChosenPods) && {
          severity: 'info' as const,
          contractorSeverity: 'error' as const,
        }),
        ...(peers.every(areOwnPods) && { contractorSeverity: 'warning' as const }),
        fixes: fixes(document, policy),
      },
    ];
  },
  across: ({ policies }): Finding[] =>
    policiesForEveryPod(policies.map(soundPolicyOf).filter((p) => p !== null)).map(togetherFinding),
};

function selectorSpan({ resource, spec, podSelector: { pair } }: Policy): Span {
  if (pair) return visibleSpan(pair.value, pair.key.span);
  return pairOf(resource.root, 'spec')?.key.span ?? spec.span;
}

function togetherFinding([first, ...others]: readonly [Policy, ...Policy[]]): Finding {
  const names = others.map(({ resource }) => resource.name ?? '(no name)');
  const beside = names.length > 1 ? `${names[0]} and ${names.length - 1} more` : names[0];
  return {
    at: { document: first.resource.document, span: selectorSpan(first) },
    resource: first.resource,
    message: `This policy and ${beside} allow the same, and their selectors together leave no pod of the namespace out: it is allowed to every pod, also to each one that is created later. Select the pods that need it by label.`,
    related: others.map((policy) => ({
      at: { document: policy.resource.document, span: selectorSpan(policy) },
      message: 'Together with this selector.',
    })),
    fixes: [],
  };
}

function allowsMoreThanDns(policy: Policy, direction: Direction): boolean {
  if (policy.isolates[direction] === false) return false;
  // A denial is for every pod; one that allows everything instead is another rule's to report.
  const isDenial = promisesDenial(policy, direction);
  return rulesOf(policy, direction).rules.some((r) => isMoreThanDns(r) && !(isDenial && isAllowAll(r)));
}

/** Whether they are pods of namespaces that are chosen by a label, or of the policy's own. */
function areChosenPods(peers: Peers): boolean {
  return peers.kind === 'some' && peers.items.every((p) => p.kind === 'pods' && !isEveryNamespace(p));
}

function isEveryNamespace({ namespaceSelector, namespaceSelectorPair }: PodsPeer): boolean {
  return namespaceSelectorPair !== null && namespaceSelector?.requirements.length === 0;
}

/** Whether they are pods of the policy's own namespace. */
function areOwnPods(peers: Peers): boolean {
  return (
    peers.kind === 'some' && peers.items.every((p) => p.kind === 'pods' && p.namespaceSelectorPair === null)
  );
}

function messageFor({ podSelector }: Policy, allowing: readonly Direction[]): string {
  const effects = {
    Ingress: 'accepts the connections that the ingress rules allow',
    Egress: 'may open the connections that the egress rules allow',
  };
  const what = podSelector.pair ? 'is empty' : 'is missing';
  return `\`podSelector\` ${what}: every pod of the namespace, also each one that is created later, ${allowing.map((d) => effects[d]).join(' and ')}. Select the pods that need them by label. If this policy is the namespace's default deny too, keep that in a policy of its own.`;
}

function fixes(document: YamlDocument, { spec, podSelector }: Policy): Fix[] {
  const selector = { matchLabels: { app: 'my-app' } };
  if (podSelector.pair && !spec.pairs.includes(podSelector.pair)) return [];
  const edit = podSelector.pair
    ? replaceValue(document, podSelector.pair.value, selector)
    : prependPair(document, spec, 'podSelector', selector);
  return edit ? [{ title: FIX, safe: false, edits: [edit] }] : [];
}
