/** Rule uncovered-workload: pods that no policy selects, in a namespace that has been allowed to go without default deny. */

import type { DnsPlatform } from '../../core/platform.ts';
import { nameNode, type Resource } from '../../core/resource.ts';
import type { Finding, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { contractorOf } from '../contractor/guests.ts';
import { goesWithout } from './goes-without.ts';
import { uncoveredIn } from './uncovered.ts';
import { UNCOVERED_EXAMPLES } from './uncovered-workload-examples.ts';
import { workloadDenyFixes } from './workload-deny-fixes.ts';

export const uncoveredWorkload: Rule = {
  on: 'namespace',
  meta: {
    id: 'uncovered-workload',
    family: 'coverage',
    severity: 'warning',
    sees: 'workspace',
    title: 'A workload is selected by no policy, in a namespace that goes without default deny.',
    why: `A pod that no policy selects for ingress accepts **every** connection; one that no policy selects for egress may connect to **anything**. A default deny sees to it that no pod is left out. Whoever does without one, and has switched \`missing-default-deny-ingress\` or \`missing-default-deny-egress\` off or ignores them with a reason, has to write a policy for each workload; this rule names those that have none.

As long as those two rules are heard, they speak for all pods of the namespace, and this one is silent: a default deny is the better remedy. A contractor's workloads are for contractor-not-isolated to report.`,
    refs: [
      {
        title: 'Kubernetes: The two sorts of pod isolation',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
      },
      { title: 'CIS Kubernetes Benchmark 5.3.2: all namespaces have NetworkPolicies' },
      { title: 'NIST SP 800-53 SC-7(5): deny by default, allow by exception' },
    ],
    examples: UNCOVERED_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    const open = new Map<Resource, Direction[]>();
    for (const direction of DIRECTIONS) {
      if (!goesWithout(scope, direction, context)) continue;
      for (const workload of uncoveredIn(scope, direction, context.namespaces.beside()))
        if (contractorOf(workload, scope, context) === null)
          open.set(workload, [...(open.get(workload) ?? []), direction]);
    }
    for (const [workload, directions] of open)
      yield finding(workload, directions, scope, context.config.platform.dns);
  },
};

function finding(
  workload: Resource,
  directions: readonly Direction[],
  scope: NamespaceScope,
  platform: DnsPlatform | null,
): Finding {
  const { document, root } = workload;
  return {
    at: { document, span: visibleSpan(nameNode(workload), root.span) },
    resource: workload,
    message: `No policy selects the pods of ${workload.kind} ${workload.name ?? '(no name)'} for ${directions.join(' and ').toLowerCase()}: ${directions.map((d) => EFFECT[d]).join(', and ')}. Namespace ${scope.name} goes without default deny, so each workload needs a policy of its own.`,
    get fixes() {
      return workloadDenyFixes(workload, directions, scope, platform);
    },
  };
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'they accept connections from everywhere',
  Egress: 'they may connect to anything',
};
