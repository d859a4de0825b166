/** Rule contractor-label-spoofable: a policy admits pods of its own namespace by labels, and a contractor's pods run there too. */
import { listOf } from '../../core/list.ts';
import { nameNode } from '../../core/resource.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import type { Peer, PodsPeer } from '../../engine/policy-rule.ts';
import { describeSelector, EVERYTHING, type Selector } from '../../engine/selector.ts';
import { LABEL_SPOOFABLE_EXAMPLES } from './contractor-label-spoofable-examples.ts';
import { type Guest, guestsOf } from './guests.ts';

export const contractorLabelSpoofable: Rule = {
  on: 'namespace',
  meta: {
    id: 'contractor-label-spoofable',
    family: 'contractor',
    severity: 'warning',
    sees: 'workspace',
    title: 'A policy trusts pod labels that a contractor in the same namespace can set.',
    why: `A peer with a \`podSelector\` alone means pods of the policy's own namespace, whoever made them. Where a contractor's workloads run in that namespace, whoever deploys them writes their labels, and one more label makes them the trusted client. Pod labels are no proof of who somebody is.

Move the contractor's workloads to a namespace of their own, where they cannot be taken for these pods. A label of a Namespace that others can set is reported by namespace-label-spoofable, a peer that matches every namespace by all-namespaces-peer.`,
    refs: [
      {
        title: 'Kubernetes: Multi-tenancy, network isolation',
        url: 'https://kubernetes.io/docs/concepts/security/multi-tenancy/#network-isolation',
      },
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
    ],
    examples: LABEL_SPOOFABLE_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    if (context.contractors.ofNamespace(scope.name, scope.namespace) !== null) return;
    const guests = guestsOf(scope, context);
    if (guests.length === 0) return;
    for (const resource of scope.policies) {
      const policy = soundPolicyOf(resource);
      if (policy && policy.isolates.Ingress !== false)
        for (const { peers } of policy.ingress.rules)
          if (peers.kind === 'some')
            for (const peer of peers.items) if (trustsLabels(peer)) yield finding(policy, peer, guests);
    }
  },
};

function trustsLabels(peer: Peer): peer is PodsPeer {
  return peer.kind === 'pods' && !peer.namespaceSelectorPair && asksForLabels(peer.podSelector ?? EVERYTHING);
}

function asksForLabels({ requirements }: Selector): boolean {
  return requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
}

function finding({ resource }: Policy, { node, podSelector }: PodsPeer, guests: readonly Guest[]): Finding {
  const names = [...new Set(guests.map(({ contractor }) => contractor).filter((name) => name !== ''))];
  const whose = names.length === 0 ? 'A contractor' : `Contractor ${listOf(names)}`;
  return {
    at: { document: resource.document, span: node.span },
    resource,
    message: `${whose} runs pods in this namespace, and can give them \`${describeSelector(podSelector ?? EVERYTHING)}\`, which is all that this peer asks for. Move those pods to a namespace of their own, so that labels tell yours apart.`,
    related: guests.slice(0, 5).map(({ workload }) => ({
      at: { document: workload.document, span: nameNode(workload).span },
      message: "This is a contractor's.",
    })),
  };
}
