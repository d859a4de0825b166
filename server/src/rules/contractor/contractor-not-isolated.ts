/** Rule contractor-not-isolated: pods of a contractor that no policy isolates, where no rule about the namespace speaks for them. */
import { nameNode, type Resource } from '../../core/resource.ts';
import type { Finding, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { missingDefaultDeny } from '../coverage/default-deny.ts';
import { goesWithout } from '../coverage/goes-without.ts';
import { uncoveredIn } from '../coverage/uncovered.ts';
import { workloadDenyFixes } from '../coverage/workload-deny-fixes.ts';
import { NOT_ISOLATED_EXAMPLES } from './contractor-not-isolated-examples.ts';
import { contractorOf, guestsOf } from './guests.ts';

export const contractorNotIsolated: Rule = {
  on: 'namespace',
  meta: {
    id: 'contractor-not-isolated',
    family: 'contractor',
    severity: 'error',
    sees: 'workspace',
    title: "No policy isolates a contractor's workload.",
    why: `A pod that no policy selects for ingress accepts **every** connection; one that no policy selects for egress may connect to **anything**. For pods that somebody else wrote and runs, that is the whole cluster.

In a contractor's namespace, missing-default-deny-ingress and missing-default-deny-egress speak for all pods, those to come included; this rule names the workloads where those two have been switched off or set aside. It also names a contractor's workload, told by the label \`netpol-guard/contractor\`, in a namespace of somebody else, where the lack of a default deny is a warning only.`,
    refs: [
      {
        title: 'Kubernetes: The two sorts of pod isolation',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
      },
      { title: 'CIS Kubernetes Benchmark 5.3.2: all namespaces have NetworkPolicies' },
      { title: 'NIST SP 800-53 SC-7(5): deny by default, allow by exception' },
    ],
    examples: NOT_ISOLATED_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    const open = new Map<Resource, Direction[]>();
    const isOwn = context.contractors.ofNamespace(scope.name, scope.namespace) !== null;
    const guests = isOwn ? [] : guestsOf(scope, context).map(({ workload }) => workload);
    if (!isOwn && guests.length === 0) return;
    for (const direction of DIRECTIONS) {
      if (isOwn ? !goesWithout(scope, direction, context) : !isSurelyOpen(scope, direction, context))
        continue;
      for (const workload of uncoveredIn(scope, direction, context.namespaces.beside()))
        if (isOwn || guests.includes(workload))
          open.set(workload, [...(open.get(workload) ?? []), direction]);
    }
    for (const [workload, directions] of open) yield finding(workload, directions, scope, context);
  },
};

/** Whether the namespace surely has no default deny, whatever is said of that. */
function isSurelyOpen(scope: NamespaceScope, direction: Direction, context: NamespaceContext): boolean {
  const [missing] = missingDefaultDeny(scope, direction, context);
  return missing !== undefined && missing.unknown === undefined;
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'they accept connections from everywhere',
  Egress: 'they may connect to anything',
};

function finding(
  workload: Resource,
  directions: readonly Direction[],
  scope: NamespaceScope,
  context: NamespaceContext,
): Finding {
  const { document, root, kind, name } = workload;
  const contractor = contractorOf(workload, scope, context);
  const whose = contractor ? `contractor ${contractor}'s` : "a contractor's";
  return {
    at: { document, span: visibleSpan(nameNode(workload), root.span) },
    resource: workload,
    message: `No policy isolates the pods of ${kind} ${name ?? '(no name)'}, ${whose}, for ${directions.join(' and ').toLowerCase()}: ${directions.map((d) => EFFECT[d]).join(', and ')}. Give them a policy that denies by default.`,
    get fixes() {
      return workloadDenyFixes(workload, directions, scope, context.config.platform.dns);
    },
  };
}
