/** Rule uncovered-workload: pods that no policy selects, in a namespace that has been allowed to go without default deny. */

import { lineAt } from '../../core/lines.ts';
import type { DnsPlatform } from '../../core/platform.ts';
import { nameNode, podLabels, type Resource } from '../../core/resource.ts';
import type { Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import { suppressionsIn } from '../../core/suppression.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { missingDefaultDeny } from './default-deny.ts';
import { podsDenyFix } from './default-deny-fixes.ts';
import { uncoveredIn } from './uncovered.ts';
import { UNCOVERED_EXAMPLES } from './uncovered-workload-examples.ts';

/** The rules that speak for a direction unless they have been set aside. */
const DEFAULT_DENY_RULES: Readonly<Record<Direction, string>> = {
  Ingress: 'missing-default-deny-ingress',
  Egress: 'missing-default-deny-egress',
};

export const uncoveredWorkload: Rule = {
  on: 'namespace',
  meta: {
    id: 'uncovered-workload',
    family: 'coverage',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'workspace',
    title: 'A workload is selected by no policy, in a namespace that goes without default deny.',
    why: `A pod that no policy selects for ingress accepts **every** connection; one that no policy selects for egress may connect to **anything**. A default deny sees to it that no pod is left out. Whoever does without one, and has switched \`missing-default-deny-ingress\` or \`missing-default-deny-egress\` off or ignores them with a reason, has to write a policy for each workload; this rule names those that have none.

As long as those two rules are heard, they speak for all pods of the namespace, and this one is silent: a default deny is the better remedy.`,
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
        open.set(workload, [...(open.get(workload) ?? []), direction]);
    }
    for (const [workload, directions] of open)
      yield finding(workload, directions, scope, context.config.platform.dns);
  },
};

/** Whether a namespace surely has no default deny, and nobody is told so because the rule has been set aside. */
function goesWithout(scope: NamespaceScope, direction: Direction, context: NamespaceContext): boolean {
  const [missing] = missingDefaultDeny(scope, direction, context);
  return (
    missing?.unknown === undefined && missing !== undefined && isSetAside(missing, direction, scope, context)
  );
}

/** Whether the finding is not heard: its rule is off, or somebody gave a reason to ignore it, and may. */
function isSetAside(
  { at, resource }: Finding,
  direction: Direction,
  scope: NamespaceScope,
  { config, contractors }: NamespaceContext,
): boolean {
  const rule = DEFAULT_DENY_RULES[direction];
  if (config.rules.get(rule) === 'off') return true;
  const isContractor = contractors.ofNamespace(scope.name, scope.namespace) !== null;
  if (isContractor && !config.suppressible.has(rule)) return false;
  return suppressionsIn(at.document).some((suppression) => {
    if (suppression.ruleId !== rule || suppression.reason === '') return false;
    return suppression.by === 'annotation'
      ? suppression.resource?.root === resource?.root
      : suppression.lines.includes(lineAt(at.document.lineStarts, at.span.start));
  });
}

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
      return denyFixes(workload, directions, scope, platform);
    },
  };
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'they accept connections from everywhere',
  Egress: 'they may connect to anything',
};

function denyFixes(
  workload: Resource,
  directions: readonly Direction[],
  scope: NamespaceScope,
  platform: DnsPlatform | null,
): Fix[] {
  const pods = Object.fromEntries(podLabels(workload) ?? []);
  if (workload.name === null || Object.keys(pods).length === 0) return [];
  const which = directions.join(' and ').toLowerCase();
  const title = `Add a policy that denies their ${which} by default${directions.includes('Egress') ? ', except DNS' : ''}`;
  const name = `${workload.name}-deny${directions.length === 2 ? '' : `-${which}`}`;
  return [podsDenyFix(scope, title, { directions, name, pods, platform })];
}
