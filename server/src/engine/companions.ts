/**
 * Owns which other policies of a namespace select the pods that one policy selects: all of them, some of them, or perhaps.
 * What they allow together is not its business.
 */
import type { Resource } from '../core/resource.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { type Policy, policyOf } from './policy.ts';
import { selectedBy } from './selected.ts';
import { canMatchTogether, isSelectorSubset } from './selector.ts';

/** A policy that selects some of the pods of another, and the workloads that both surely or perhaps select. */
export interface Overlap {
  readonly policy: Policy;
  readonly workloads: readonly Resource[];
}

export type Companionship = 'all' | 'perhaps' | Overlap | null;

/**
 * How the pods that `other` selects stand to those that `policy` selects, both of one namespace: it selects `all` of them,
 * those that will come included; those of some known workloads; perhaps, where a selector cannot be read; or none (null).
 * Pods that only might be there, with labels of both selectors, do not count: nearly any two selectors have such.
 */
export function companionship(policy: Policy, other: Policy, scope: NamespaceScope): Companionship {
  const own = policy.podSelector.selector;
  const wider = other.podSelector.selector;
  if (!own || !wider) return 'perhaps';
  if (isSelectorSubset(own, wider)) return 'all';
  if (!canMatchTogether(own, wider)) return null;
  const theirs = selectedBy(other, scope);
  const both = new Set([...theirs.sure, ...theirs.maybe]);
  const mine = selectedBy(policy, scope);
  const workloads = [...mine.sure, ...mine.maybe].filter((workload) => both.has(workload));
  return workloads.length === 0 ? null : { policy: other, workloads };
}

/**
 * The policies of a namespace that can be read, `policy` itself left out, and with it others of its name: in a cluster only one
 * of them is there.
 */
export function policiesBeside(policy: Policy, scope: NamespaceScope): Policy[] {
  const { name } = policy.resource;
  return scope.policies
    .map(policyOf)
    .filter((other) => other !== null)
    .filter((other) => other !== policy && (name === null || other.resource.name !== name));
}
