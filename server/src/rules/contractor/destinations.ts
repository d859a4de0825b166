/**
 * Owns which workloads a crossing ends at: there, names of ports stand for numbers.
 */
import type { Resource } from '../../core/resource.ts';
import type { NamespaceContext } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { Policy } from '../../engine/policy.ts';
import type { PodsPeer, PolicyRule } from '../../engine/policy-rule.ts';
import { matchedBy, selectedBy } from '../../engine/selected.ts';

interface Connection {
  readonly policy: Policy;
  readonly rule: PolicyRule;
  readonly peer: PodsPeer | { readonly kind: 'cidr' };
}

/** The workloads whose ports a rule opens, as far as the workspace has them; read only where a port has a name. */
export function destinationsOf(
  { policy, rule, peer }: Connection,
  scope: NamespaceScope,
  { namespaces }: NamespaceContext,
): readonly Resource[] {
  if (rule.ports.kind !== 'some' || rule.ports.set.names.size === 0) return [];
  if (rule.direction === 'Ingress') return selectedBy(policy, scope).sure;
  return peer.kind === 'pods' ? matchedBy(peer, scope, namespaces).sure : [];
}
