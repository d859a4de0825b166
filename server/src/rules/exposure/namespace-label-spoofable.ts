/** Rule namespace-label-spoofable: a peer's namespaces are told by a label that whoever may edit a namespace can set. */
import { listOf } from '../../core/list.ts';
import type { Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { isDnsOnly } from '../../engine/dns-ports.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { Peer, PodsPeer } from '../../engine/policy-rule.ts';
import {
  describeSelector,
  type Labels,
  matches,
  type Requirement,
  type Selector,
} from '../../engine/selector.ts';
import { nearNamespaces } from '../pitfall/near-namespaces.ts';
import { NAMESPACE_LABEL_SPOOFABLE_EXAMPLES } from './namespace-label-spoofable-examples.ts';

/** How many namespaces are offered one by one. */
const CHOICES = 5;

export const namespaceLabelSpoofable: Rule = {
  on: 'namespace',
  meta: {
    id: 'namespace-label-spoofable',
    family: 'exposure',
    severity: 'hint',
    contractorSeverity: 'warning',
    sees: 'workspace',
    title: 'A peer trusts a namespace label that others can set.',
    why: `Whoever may edit a Namespace may give it any label, \`team: payments\` or \`name: kube-system\` as well, and the policy then takes its pods for those it was written for. The one label that cannot be had this way is \`kubernetes.io/metadata.name\`: the API server sets it to the namespace's name and lets nobody change it.

Name the namespaces by that label. In a contractor's namespace this is a warning, about sources and destinations. Elsewhere it is a hint, about sources alone, and only where contractors are known: by the config, or by a namespace of theirs in the workspace. Labels that OpenShift documents for its own namespaces are not reported.`,
    refs: [
      {
        title: 'Kubernetes: RBAC good practices, namespace modification',
        url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#namespace-modification',
      },
      {
        title: 'Kubernetes: Targeting a namespace by its name',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
      },
    ],
    examples: NAMESPACE_LABEL_SPOOFABLE_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    const isContractor = isContractors(scope, context);
    const trusting = scope.policies.flatMap((resource) =>
      trustIn(soundPolicyOf(resource), isContractor ? DIRECTIONS : ['Ingress']),
    );
    // Whether there are contractors anywhere is asked of every namespace, so only where it matters.
    if (trusting.length === 0 || !(isContractor || hasContractors(context))) return;
    const namesOf = namesBySelector(context);
    for (const { policy, direction, peer } of trusting) {
      const names = namesOf(peer.namespaceSelector);
      if (names.length === 0 && isSlip(peer, scope, context)) continue;
      yield finding(policy, direction, peer, names);
    }
  },
};

/** A peer that trusts a label, and where it stands. */
interface Trust {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly peer: TrustingPeer;
}

function trustIn(policy: Policy | null, directions: readonly Direction[]): Trust[] {
  if (!policy) return [];
  return directions.flatMap((direction) =>
    trustingPeers(policy, direction).map((peer) => ({ policy, direction, peer })),
  );
}

function isContractors({ name, namespace }: NamespaceScope, { contractors }: NamespaceContext): boolean {
  return contractors.ofNamespace(name, namespace) !== null;
}

/** Whether somebody besides the company works here, to whom labels should not be left. */
function hasContractors(context: NamespaceContext): boolean {
  if (context.config.contractors?.length) return true;
  return Array.from(context.namespaces.all()).some((scope) => isContractors(scope, context));
}

/** Whether no namespace has the label, by a slip which selector-matches-nothing reports, with the same remedy. */
function isSlip(
  { namespaceSelector }: TrustingPeer,
  scope: NamespaceScope,
  { namespaces }: NamespaceContext,
): boolean {
  return nearNamespaces(namespaceSelector, scope, namespaces).length > 0;
}

type TrustingPeer = PodsPeer & { readonly namespaceSelector: Selector };

function trustingPeers(policy: Policy, direction: Direction): TrustingPeer[] {
  if (policy.isolates[direction] === false) return [];
  return rulesOf(policy, direction)
    .rules.filter((rule) => direction === 'Ingress' || !isDnsOnly(rule))
    .flatMap(({ peers }) => (peers.kind === 'some' ? peers.items.filter(isTrusting) : []));
}

/** Whether a peer asks for labels that can be had for the asking, and for no namespace by its name. */
function isTrusting(peer: Peer): peer is TrustingPeer {
  if (peer.kind !== 'pods' || !peer.namespaceSelectorPair) return false;
  const asked = peer.namespaceSelector?.requirements.filter(asksForLabel) ?? [];
  return asked.length > 0 && asked.every(({ key }) => key !== NAMESPACE_NAME_LABEL && !isOfPlatform(key));
}

function asksForLabel({ key, operator }: Requirement): boolean {
  return operator === 'In' || (operator === 'Exists' && key !== NAMESPACE_NAME_LABEL);
}

/** Labels by which OpenShift's documentation has its routers and host network allowed; its users cannot edit namespaces. */
function isOfPlatform(key: string): boolean {
  return key === 'network.openshift.io/policy-group' || key.startsWith('policy-group.network.openshift.io/');
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'connect to the selected pods from there',
  Egress: 'have the selected pods connect there',
};

function finding(
  policy: Policy,
  direction: Direction,
  peer: TrustingPeer,
  names: readonly string[],
): Finding {
  const { document } = policy.resource;
  const { namespaceSelector, namespaceSelectorPair: pair } = peer;
  const asked = { requirements: namespaceSelector.requirements.filter(asksForLabel) };
  const known = names.length > 0 ? ` In this workspace, it matches ${listOf(names)}.` : '';
  return {
    at: {
      document,
      span: pair ? { start: pair.key.span.start, end: pair.value.span.end } : peer.node.span,
    },
    resource: policy.resource,
    message: `Whoever may edit a namespace can give it \`${describeSelector(asked)}\` and ${EFFECT[direction]}. Name the namespaces by \`${NAMESPACE_NAME_LABEL}\`, which nobody can set.${known}`,
    fixes: fixesFor(policy, peer, names),
  };
}

/** Tells which namespaces of the workspace a selector matches now, by their names, in order. Many peers ask for the same. */
function namesBySelector({ namespaces }: NamespaceContext): (selector: Selector) => readonly string[] {
  const answers = new Map<string, readonly string[]>();
  let known: readonly (readonly [name: string, labels: Labels])[] | null = null;
  return (selector) => {
    known ??= Array.from(namespaces.all()).flatMap(({ name, namespace }) =>
      name !== null && namespace
        ? [[name, new Map([...namespace.labels, [NAMESPACE_NAME_LABEL, name]])] as const]
        : [],
    );
    const key = JSON.stringify(selector.requirements);
    const names =
      answers.get(key) ?? known.filter(([, labels]) => matches(selector, labels)).map(([name]) => name);
    answers.set(key, names);
    return names;
  };
}

function fixesFor(
  { resource }: Policy,
  { node, namespaceSelectorPair: pair }: TrustingPeer,
  names: readonly string[],
): Fix[] {
  const { document } = resource;
  // An alias or a merge shares its text with other peers, which a fix would change too.
  if (node.kind !== 'map' || !pair || !node.pairs.includes(pair)) return [];
  const choices: readonly (readonly [title: string, selector: Json])[] =
    names.length === 0
      ? [['Allow only one namespace, whose name is to be filled in', named('my-namespace')]]
      : [
          ...(names.length > 1
            ? [[`Name those that have it now: ${listOf(names)}`, oneOf(names)] as const]
            : []),
          ...names.slice(0, CHOICES).map((name) => [`Allow only namespace ${name}`, named(name)] as const),
        ];
  return choices.flatMap(([title, selector]) => {
    const edit = replaceValue(document, pair.value, selector);
    return edit ? [{ title, safe: false, edits: [edit] }] : [];
  });
}

function named(name: string): Json {
  return { matchLabels: { [NAMESPACE_NAME_LABEL]: name } };
}

function oneOf(values: readonly string[]): Json {
  return { matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values }] };
}
