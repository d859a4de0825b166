/**
 * Owns whether a namespace goes without default deny because the rule that would say so has been set aside.
 */
import { lineAt } from '../../core/lines.ts';
import type { Finding, NamespaceContext } from '../../core/rule.ts';
import { suppressionsIn } from '../../core/suppression.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import type { Direction } from '../../engine/direction.ts';
import { missingDefaultDeny } from './default-deny.ts';

/** The rules that speak for a direction unless they have been set aside. */
const DEFAULT_DENY_RULES: Readonly<Record<Direction, string>> = {
  Ingress: 'missing-default-deny-ingress',
  Egress: 'missing-default-deny-egress',
};

/** Whether a namespace surely has no default deny, and nobody is told so because the rule has been set aside. */
export function goesWithout(scope: NamespaceScope, direction: Direction, context: NamespaceContext): boolean {
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
