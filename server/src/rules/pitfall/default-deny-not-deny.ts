/** Rule default-deny-not-deny: a policy whose name promises to deny what it does not. */
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { appendItem, insertPair, prependPair, replaceValue } from '../../core/yaml/edit.ts';
import { asSeq } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction, RULES_FIELD } from '../../engine/direction.ts';
import { type Policy, rulesOf, soundPolicyOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { type Denial, denialIn, mentionsEgressDenial, promisesDenial } from '../denial.ts';
import { removeRule, removeRules } from '../edit-peer.ts';
import { isAllowAll } from '../exposure/allow-all.ts';
import { itemSpan } from '../spans.ts';
import { fixes } from '../validity/violations.ts';
import { DEFAULT_DENY_NOT_DENY_EXAMPLES } from './default-deny-not-deny-examples.ts';

export const defaultDenyNotDeny: Rule = {
  on: 'policy',
  meta: {
    id: 'default-deny-not-deny',
    family: 'pitfall',
    severity: 'warning',
    contractorSeverity: 'error',
    sees: 'document',
    title: 'A policy is named after a denial, and does not deny.',
    why: `A NetworkPolicy denies by having **no rules** for a direction that it isolates: \`policyTypes: [Ingress]\` with no \`ingress\`, or with \`ingress: []\`. One empty rule, \`ingress: [{}]\`, is the opposite: a rule that asks for no source and no port, and so allows everything. (In a CiliumNetworkPolicy the same text denies.) And a direction that \`policyTypes\` does not list is not denied at all.

Whoever reads the name relies on it. Delete the rule, or list the direction; or name the policy after what it does.`,
    refs: [
      {
        title: 'Kubernetes: Default policies',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies',
      },
      { title: 'NIST SP 800-190, 3.3.3 Poorly separated inter-container traffic' },
    ],
    examples: DEFAULT_DENY_NOT_DENY_EXAMPLES,
  },
  *check(resource): Iterable<Finding> {
    const policy = soundPolicyOf(resource);
    if (!policy || resource.name === null) return;
    for (const direction of DIRECTIONS) {
      yield* rulesThatAllow(policy, direction);
      yield* missingDirection(policy, direction, resource.name);
    }
  },
};

/** Rules that allow everything the name says is denied. */
function* rulesThatAllow(policy: Policy, direction: Direction): Iterable<Finding> {
  const { pair, rules } = rulesOf(policy, direction);
  if (!pair || policy.isolates[direction] === false || !promisesDenial(policy, direction)) return;
  const { document } = policy.resource;
  for (const rule of rules.filter(isAllowAll))
    yield {
      at: { document, span: itemSpan(document, rule.node) ?? pair.key.span },
      message: ALLOWS[direction],
      fixes: fixes(`Delete the rule: deny ${RULES_FIELD[direction]}`, false, ...withoutRule(policy, rule)),
    };
}

const ALLOWS: Readonly<Record<Direction, string>> = {
  Ingress:
    "The policy's name says that traffic is denied, but an empty rule allows every source on every port: any pod, and anything outside the cluster, may connect to the selected pods. To deny ingress, delete the rule: `ingress: []`.",
  Egress:
    "The policy's name says that traffic is denied, but an empty rule allows every destination on every port: the selected pods may reach any pod, the node network and the whole internet. To deny egress, delete the rule: `egress: []`.",
};

/** Takes the rule out, and writes out `policyTypes` where the direction is isolated only because there is a rule. */
function withoutRule(policy: Policy, rule: PolicyRule): (Edit | null)[] {
  const removed = removeRule(policy, rule);
  if (removed || policy.policyTypes) return [removed];
  const { spec, podSelector, policyTypesPair, resource } = policy;
  const types = DIRECTIONS.filter((direction) => policy.isolates[direction]);
  const isOwn = podSelector.pair && spec.pairs.includes(podSelector.pair);
  const write = policyTypesPair
    ? replaceValue(resource.document, policyTypesPair.value, types)
    : isOwn
      ? insertPair(resource.document, spec, 'policyTypes', types, 'podSelector')
      : prependPair(resource.document, spec, 'policyTypes', types);
  return [write, removeRules(policy, rule.direction)];
}

/** A direction that the name says is denied, and that the policy leaves alone. */
function* missingDirection(policy: Policy, direction: Direction, name: string): Iterable<Finding> {
  const { policyTypes, policyTypesPair } = policy;
  // Without `policyTypes`, and where rules are written that do nothing, other rules say so.
  if (!policyTypes || !policyTypesPair || policy.isolates[direction] !== false) return;
  const says = promiseIn(name, direction);
  if (!says || rulesOf(policy, direction).pair) return;
  const { document } = policy.resource;
  yield {
    at: { document, span: policyTypesPair.key.span },
    message: `The policy's name says that ${says === 'all' ? 'all traffic' : direction.toLowerCase()} is denied, but \`policyTypes\` does not list \`${direction}\`, so ${OPEN[direction]}, unless another policy isolates them. Add \`${direction}\`, or name the policy after what it denies.`,
    severity: says === 'all' ? 'info' : 'warning',
    contractorSeverity: 'warning',
    fixes: addType(policy, direction),
  };
}

const OPEN: Readonly<Record<Direction, string>> = {
  Ingress: 'everybody may connect to the selected pods',
  Egress: 'the selected pods may connect to anything',
};

/** How plainly `name` says that `direction` is denied; null where it does not, or says no more than that something is. */
function promiseIn(name: string, direction: Direction): Exclude<Denial['says'], 'something'> | null {
  if (direction === 'Egress' && mentionsEgressDenial(name)) return 'direction';
  const denial = denialIn(name);
  return denial?.directions.includes(direction) && denial.says !== 'something' ? denial.says : null;
}

function addType({ resource, policyTypesPair }: Policy, direction: Direction): Fix[] {
  const list = asSeq(policyTypesPair?.value);
  const edit = list && appendItem(resource.document, list, direction);
  return fixes(`Add ${direction} to policyTypes`, false, edit);
}
