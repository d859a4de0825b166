/** Rule isolates-unrules: a policy that allows something one way, and denies everything the other way without a word. */
import { commentsAbout } from '../../core/comments-about.ts';
import { nameNode, podLabels, type Resource } from '../../core/resource.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { insertPair, removeItem, replaceValue } from '../../core/yaml/edit.ts';
import { asSeq, isNull } from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import { DIRECTIONS, type Direction, RULES_FIELD } from '../../engine/direction.ts';
import { needsClusterDns } from '../../engine/dns-clients.ts';
import { matchesPods, podLabelReader, selectsEveryPod } from '../../engine/isolation.ts';
import { type Policy, policyOf, rulesOf, soundPolicyOf, type TypeItem } from '../../engine/policy.ts';
import { canMatchTogether, matches, type Selector } from '../../engine/selector.ts';
import { serviceOf } from '../../engine/services.ts';
import { denialIn } from '../denial.ts';
import { ISOLATES_UNRULES_EXAMPLES } from './isolates-unrules-examples.ts';

export const isolatesUnrules: Rule = {
  on: 'namespace',
  meta: {
    id: 'isolates-unrules',
    family: 'pitfall',
    severity: 'info',
    sees: 'workspace',
    title: 'A policy isolates a direction for which nothing has rules.',
    why: `A direction in \`policyTypes\` without rules is denied as a whole. Where the policy is about the other direction, that is easily done in passing: with \`Egress\` in the list and no \`egress\`, the selected pods may not open any connection, not even to look up a name; with \`Ingress\` and no \`ingress\`, no Service reaches them.

If that is meant, say so with an empty list, \`egress: []\`. Otherwise take the direction out of the list, or add rules. This is not reported where another policy allows something in that direction, where a name or a comment speaks of denying, or where \`egress-without-dns\` reports the pods that starve; for ingress, only where a Service sends connections to the pods.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicySpec, `policyTypes`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: ISOLATES_UNRULES_EXAMPLES,
  },
  check: function* (scope): Iterable<Finding> {
    // What these allow cannot be read, so that nothing is known to be allowed by nobody.
    if (scope.otherPolicies.length > 0 || scope.policies.some((r) => !soundPolicyOf(r))) return;
    const policies = scope.policies.map(policyOf).filter((p) => p !== null);
    for (const policy of policies)
      for (const direction of DIRECTIONS) {
        const item = silentDenial(policy, direction);
        const { selector } = policy.podSelector;
        if (!item || !selector || saysSo(policy.resource)) continue;
        if (policies.some((other) => allowsTo(other, selector, direction))) continue;
        if (direction === 'Ingress') {
          const service = serviceTo(scope, selector);
          if (service) yield finding(policy, direction, item, service);
        } else if (!isForDnsRule(scope, policy, selector)) yield finding(policy, direction, item, null);
      }
  },
};

/** The item of `policyTypes` that denies a direction for which the policy has no list, while it allows the other way. */
function silentDenial(policy: Policy, direction: Direction): TypeItem | null {
  const other = direction === 'Ingress' ? 'Egress' : 'Ingress';
  const { pair } = rulesOf(policy, direction);
  const { document, root } = policy.resource;
  if (pair && !isNull(pair.value)) return null;
  if (policy.isolates[other] !== true || rulesOf(policy, other).rules.length === 0) return null;
  if (document.isTemplate && isTemplated(root, document.text)) return null;
  return policy.policyTypes?.find((type) => type.value === direction) ?? null;
}

const DENIAL =
  /\b(?:den(?:y|ies|ied)|isolat(?:e[sd]?|ion)|block(?:s|ed)?|lock(?:s|ed)?|no|nothing|forbid(?:s|den)?)\b/i;

/** Whether its name or a comment says that something is denied. */
function saysSo(resource: Resource): boolean {
  const name = resource.name ?? '';
  return denialIn(name) !== null || DENIAL.test(name) || commentsAbout(resource).some((c) => DENIAL.test(c));
}

/** Whether `policy` allows something in `direction` to pods that `selector` may select too. */
function allowsTo(policy: Policy, selector: Selector, direction: Direction): boolean {
  const { rules, unknown } = rulesOf(policy, direction);
  if (policy.isolates[direction] === false || (rules.length === 0 && !unknown)) return false;
  const { selector: own } = policy.podSelector;
  return own === null || canMatchTogether(own, selector);
}

/** A Service that sends connections to pods that `selector` surely selects. */
function serviceTo({ services, workloads }: NamespaceScope, selector: Selector): Resource | null {
  const selected = workloads.filter((w) => !w.partial && matchesPods(selector, podLabelReader(w)) === true);
  const labels = selected.map(podLabels).filter((l) => l !== null);
  const sends = (service: Resource) => {
    const known = serviceOf(service);
    return known && !known.headless && labels.some((l) => matches(known.selector, l));
  };
  return services.find(sends) ?? null;
}

/** Whether egress-without-dns has its eye on it: default denials, and workloads that look names up. */
function isForDnsRule({ workloads }: NamespaceScope, policy: Policy, selector: Selector): boolean {
  if (selectsEveryPod(policy) !== false) return true;
  return workloads.some(
    (w) => matchesPods(selector, podLabelReader(w)) !== false && needsClusterDns(w) !== false,
  );
}

function finding(policy: Policy, direction: Direction, item: TypeItem, service: Resource | null): Finding {
  const { document } = policy.resource;
  const field = RULES_FIELD[direction];
  const effect = {
    Ingress: `nobody may connect to the selected pods, though Service ${service?.name ?? '(no name)'} sends connections to them`,
    Egress: 'the selected pods may not open any connection, not even to look up a name',
  };
  return {
    at: { document, span: item.node.span },
    resource: policy.resource,
    message: `\`${direction}\` is listed, but neither this policy nor another has ${field} rules for these pods: ${effect[direction]}. If that is meant, say so with \`${field}: []\`.`,
    related: service
      ? [
          {
            at: { document: service.document, span: nameNode(service).span },
            message: 'It sends connections to these pods.',
          },
        ]
      : [],
    fixes: [
      // Changes no connection, but it states what only the author can know: not for a run over everything.
      ...fix(`Say with \`${field}: []\` that nothing is allowed`, emptyList(policy, direction)),
      ...fix(`Take ${direction} out of policyTypes, so that it is not isolated`, removeType(policy, item)),
    ],
  };
}

function fix(title: string, edit: Edit | null): Fix[] {
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}

function emptyList({ resource, spec, ...policy }: Policy, direction: Direction): Edit | null {
  const field = RULES_FIELD[direction];
  const { pair } = direction === 'Ingress' ? policy.ingress : policy.egress;
  if (!pair) return insertPair(resource.document, spec, field, [], 'policyTypes');
  return spec.pairs.includes(pair) ? replaceValue(resource.document, pair.value, []) : null;
}

function removeType({ resource, policyTypesPair }: Policy, { node }: TypeItem): Edit | null {
  const list = asSeq(policyTypesPair?.value);
  if (!list || list !== policyTypesPair?.value || list.anchor !== undefined) return null;
  return removeItem(resource.document, list, node);
}
