/** Owns what allow-all-ingress and allow-all-egress share: finding rules that name neither a peer nor a limited port. */
import type { DnsPlatform } from '../../core/platform.ts';
import type { Edit, Finding, Fix } from '../../core/rule.ts';
import { appendItem, replaceValue } from '../../core/yaml/edit.ts';
import { asSeq } from '../../core/yaml/nodes.ts';
import { type Direction, PEERS_FIELD } from '../../engine/direction.ts';
import { ruleReachesDns } from '../../engine/dns.ts';
import { dnsRuleOf } from '../../engine/dns-servers.ts';
import { type Policy, rulesOf } from '../../engine/policy.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';
import { isEveryPort } from '../../engine/ports.ts';
import { promisesDenial } from '../denial.ts';
import { itemSpan } from '../spans.ts';

/** Whether a rule allows any peer on every port of every protocol, in whatever spelling. */
export function isAllowAll(rule: PolicyRule): boolean {
  return rule.peers.kind === 'any' && rule.ports.kind !== 'unknown' && isEveryPort(rule.ports.set);
}

/** One finding for each allow-all rule of `direction`, if the policy isolates that direction at all. */
export function* allowAllFindings(
  policy: Policy,
  direction: Direction,
  platform: DnsPlatform | null,
): Iterable<Finding> {
  const { pair, rules } = rulesOf(policy, direction);
  if (!pair || policy.isolates[direction] === false) return;
  const { document } = policy.resource;
  for (const rule of rules) {
    // A denial that is none is reported as that.
    if (!isAllowAll(rule) || promisesDenial(policy, direction)) continue;
    const at = { document, span: itemSpan(document, rule.node) ?? pair.key.span };
    yield {
      at,
      message: MESSAGES[direction],
      get fixes() {
        return narrowToNamespace(policy, rule, platform);
      },
    };
  }
}

const MESSAGES: Record<Direction, string> = {
  Ingress:
    "This rule allows every source on every port: any pod of any namespace, and anything outside the cluster, may connect to the selected pods. Name the peers in `from` and the pods' ports in `ports`, or delete the rule to allow nothing.",
  Egress:
    'This rule allows every destination on every port: the selected pods may reach any pod, the node network and the whole internet. Name the peers in `to` and their ports in `ports`, or delete the rule to allow nothing.',
};

/** Pods of the same namespace in the place of everything; for egress, first the choice that keeps DNS. */
function narrowToNamespace(policy: Policy, rule: PolicyRule, platform: DnsPlatform | null): Fix[] {
  const { document } = policy.resource;
  const edit = replaceValue(document, rule.node, { [PEERS_FIELD[rule.direction]]: [{ podSelector: {} }] });
  if (!edit) return [];
  const dns = rule.direction === 'Egress' ? dnsBehind(policy, rule, platform) : null;
  return [
    ...(dns
      ? [{ title: 'Allow only pods of the same namespace, and DNS', safe: false, edits: [edit, dns] }]
      : []),
    { title: 'Allow only pods of the same namespace', safe: false, edits: [edit] },
  ];
}

/** A rule for the cluster's DNS behind `rule`, unless another rule of the policy allows DNS already. */
function dnsBehind(policy: Policy, rule: PolicyRule, platform: DnsPlatform | null): Edit | null {
  const { rules, pair } = policy.egress;
  const list = asSeq(pair?.value);
  const others = rules.filter((other) => other !== rule && !isAllowAll(other));
  if (!list || others.some((other) => ruleReachesDns(policy, other, 'UDP', platform) === true)) return null;
  return appendItem(policy.resource.document, list, dnsRuleOf(platform), rule.node);
}
