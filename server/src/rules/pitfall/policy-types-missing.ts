/** Rule policy-types-missing: no policyTypes, so that the API server guesses which directions are isolated. */
import { commentsAbout } from '../../core/comments-about.ts';
import type { Edit, Finding, Fix, Rule } from '../../core/rule.ts';
import { insertPair, prependPair, replaceValue } from '../../core/yaml/edit.ts';
import { isNull, pairOf, type YamlPair } from '../../core/yaml/nodes.ts';
import { DIRECTIONS, type Direction } from '../../engine/direction.ts';
import { type Policy, soundPolicyOf } from '../../engine/policy.ts';
import { denialIn, mentionsEgressDenial } from '../denial.ts';
import { isShared } from '../shared-text.ts';
import { POLICY_TYPES_MISSING_EXAMPLES } from './policy-types-missing-examples.ts';

const DENY_ALL = 'Deny egress as well: [Ingress, Egress]';

function writeOut(types: string): string {
  return `Write out what the API server fills in: [${types}]`;
}

export const policyTypesMissing: Rule = {
  on: 'policy',
  meta: {
    id: 'policy-types-missing',
    family: 'pitfall',
    severity: 'hint',
    sees: 'document',
    title: 'policyTypes is missing, so the API server decides what is isolated.',
    why: `Without \`policyTypes\` (or with an empty list), the API server fills it in: \`Ingress\` always, and \`Egress\` only if there is at least one egress rule. So \`egress: []\` denies **nothing**, and a policy with egress rules alone denies all ingress. Where the text says that egress is denied and it is not, this is a warning; where the name says that all traffic is, information; otherwise a hint.

Write the list out. Then a rule that is added or deleted later does not change which traffic is isolated.`,
    refs: [
      {
        title: 'Kubernetes API: NetworkPolicySpec, `policyTypes`',
        url: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/',
      },
    ],
    examples: POLICY_TYPES_MISSING_EXAMPLES,
  },
  check: (resource): Finding[] => {
    const policy = soundPolicyOf(resource);
    if (!policy || policy.policyTypes) return [];
    const { Ingress, Egress } = policy.isolates;
    if (Ingress === null || Egress === null) return [];
    const promise = Egress ? null : promiseOf(policy);
    return [promise ? broken(policy, promise) : unwritten(policy, Egress ? DIRECTIONS : ['Ingress'])];
  },
};

/** What in the text says that the policy denies egress, which it does not. */
interface Promised {
  readonly by: YamlPair | 'name' | 'name-of-all' | 'comment';
}

function promiseOf({ resource, egress }: Policy): Promised | null {
  if (egress.pair) return { by: egress.pair };
  if (mentionsEgressDenial(resource.name ?? '')) return { by: 'name' };
  if (commentsAbout(resource).some(saysDenial)) return { by: 'comment' };
  return denialIn(resource.name ?? '')?.says === 'all' ? { by: 'name-of-all' } : null;
}

const DENIES = '\\b(?:den(?:y|ies|ied|ying)|block(?:s|ed|ing)?|forbid(?:s|den)?|drop(?:s|ped)?)\\b';
const OUTBOUND = '\\b(?:egress|outbound|outgoing)\\b';
const SAYS_DENIAL = new RegExp(
  `${DENIES}[^.;:,]{0,40}${OUTBOUND}|${OUTBOUND}[^.;:,]{0,20}${DENIES}|\\bno ${OUTBOUND}(?: traffic| connections?)?(?: is| are)?(?: allowed| permitted)?[.!]?$`,
  'i',
);

function saysDenial(comment: string): boolean {
  return SAYS_DENIAL.test(comment.trim()) && !/\b(?:not|except|unless|allow)\b/i.test(comment);
}

function unwritten(policy: Policy, effective: readonly Direction[]): Finding {
  const { resource, ingress } = policy;
  const span = (policy.policyTypesPair ?? pairOf(resource.root, 'spec'))?.key.span ?? policy.spec.span;
  const list = effective.join(', ');
  const since = effective.length > 1 ? 'since there is an egress rule' : 'since there is no egress rule';
  const surprise =
    effective.length > 1 && ingress.rules.length === 0
      ? ' With no ingress rule, the policy then denies all ingress to the selected pods.'
      : '';
  return {
    at: { document: resource.document, span },
    message: `\`policyTypes\` ${absence(policy)}, so the API server fills in \`[${list}]\`, ${since}.${surprise} Write it out, so that a rule added or deleted later does not change what is isolated.`,
    // Written out, they would be those of policies merged from this one, whatever rules those have.
    fixes: fix(writeOut(list), !isShared(resource.document, policy.spec), setTypes(policy, effective)),
  };
}

const CLAIMS = {
  name: "The policy's name says that egress is denied, but it is not",
  'name-of-all': "The policy's name says that all traffic is denied, but egress is not",
  comment: 'A comment says that egress is denied, but it is not',
} as const;

function broken(policy: Policy, { by }: Promised): Finding {
  const { resource } = policy;
  const key = typeof by === 'string' ? pairOf(resource.root, 'spec')?.key : by.key;
  const claim =
    typeof by === 'string' ? CLAIMS[by] : `\`egress:${isNull(by.value) ? '' : ' []'}\` denies nothing here`;
  return {
    at: { document: resource.document, span: key?.span ?? policy.spec.span },
    // Some take "all" for all that comes in.
    severity: by === 'name-of-all' ? 'info' : 'warning',
    message: `${claim}: \`policyTypes\` ${absence(policy)}, and then the API server isolates egress only if there is an egress rule. Unless another policy isolates them, the selected pods may connect to anything. To deny egress, add \`policyTypes: [Ingress, Egress]\`.`,
    // What the author wants is in doubt, so that even the choice that changes nothing needs a person.
    fixes: [
      ...fix(DENY_ALL, false, setTypes(policy, DIRECTIONS)),
      ...fix(writeOut('Ingress'), false, setTypes(policy, ['Ingress'])),
    ],
  };
}

function absence({ policyTypesPair }: Policy): string {
  if (!policyTypesPair) return 'is missing';
  return isNull(policyTypesPair.value) ? 'has no value' : 'is empty';
}

function fix(title: string, safe: boolean, edit: Edit | null): Fix[] {
  return edit ? [{ title, safe, edits: [edit] }] : [];
}

function setTypes({ resource, spec, podSelector, policyTypesPair }: Policy, types: readonly Direction[]) {
  const { document } = resource;
  if (policyTypesPair)
    return spec.pairs.includes(policyTypesPair) ? replaceValue(document, policyTypesPair.value, types) : null;
  return podSelector.pair && spec.pairs.includes(podSelector.pair)
    ? insertPair(document, spec, 'policyTypes', types, 'podSelector')
    : prependPair(document, spec, 'policyTypes', types);
}
