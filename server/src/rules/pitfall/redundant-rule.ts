/** Rule redundant-rule: what allows nothing that something else does not allow already, to the same pods. */
import type { YamlDocument } from '../../core/document.ts';
import { describe, nameNode, type Resource } from '../../core/resource.ts';
import type { Edit, Finding, Fix, Related, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { removeItem } from '../../core/yaml/edit.ts';
import { PEERS_FIELD } from '../../engine/direction.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { removeObject } from '../remove-object.ts';
import { isShared } from '../shared-text.ts';
import { itemSpan } from '../spans.ts';
import type { Cover } from './covers.ts';
import {
  allowsEverybody,
  type Surplus,
  type SurplusPolicy,
  type SurplusRule,
  surplusIn,
} from './redundancy.ts';
import { REDUNDANT_RULE_EXAMPLES } from './redundant-rule-examples.ts';

export const redundantRule: Rule = {
  on: 'namespace',
  meta: {
    id: 'redundant-rule',
    family: 'pitfall',
    severity: 'hint',
    sees: 'workspace',
    title: 'A rule, or a whole policy, allows nothing that another does not allow already.',
    why: `Policies add up: what one rule allows, no other takes back. So a rule changes nothing beside one that allows the same connections, or more, to the same pods, or more; nor does a policy whose every rule is such a rule. Whoever reads the narrow one believes in a limit that is not there, and whoever tightens it later changes nothing.

Delete what adds nothing. Where the narrow one is what was meant, it is the **wide** one that has to go. Pods stay isolated as before: a policy that denies counts as repeated only by another that denies.

Policies are compared when they stand in one folder and have the same labels; others may be applied, or given up, one without the other.`,
    refs: [
      {
        title: 'Kubernetes: Network Policies, The two sorts of pod isolation',
        url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
      },
    ],
    examples: REDUNDANT_RULE_EXAMPLES,
  },
  check: function* (scope): Iterable<Finding> {
    for (const surplus of surplusIn(scope)) {
      const finding = findings.get(surplus) ?? findingFor(scope, surplus);
      // Nearly everything that is surplus is so still after a change elsewhere in the namespace.
      findings.set(surplus, finding);
      yield finding;
    }
  },
};

const findings = new WeakMap<Surplus, Finding>();

function findingFor(scope: NamespaceScope, surplus: Surplus): Finding {
  if (surplus.kind === 'policy') return policyFinding(scope, surplus);
  return surplus.kind === 'rule' ? ruleFinding(surplus) : itemFinding(surplus);
}

function policyFinding(scope: NamespaceScope, { policy, covers }: SurplusPolicy): Finding {
  const { resource } = policy;
  const { document } = resource;
  const others = [...new Set(covers.map((cover) => cover.policy.resource))];
  const isOpen = covers.some(({ rule }) => rule && allowsEverybody(rule.peers));
  return {
    at: { document, span: visibleSpan(nameNode(resource), resource.root.span) },
    resource,
    message: policyMessage(
      others,
      isOpen,
      covers.every(({ rule }) => rule === null),
    ),
    related: covers
      .filter((c, i) => covers.findIndex((d) => d.policy === c.policy && d.rule === c.rule) === i)
      .map(relatedTo),
    // Most verdicts fall with the next keystroke unread. What is written above the policy goes with it, so a person decides.
    get fixes() {
      return isOpen ? [] : fixWith('Delete this policy', false, document, removeObject(scope, resource));
    },
  };
}

function policyMessage(others: readonly Resource[], isOpen: boolean, isDenial: boolean): string {
  const [first] = others as readonly [Resource];
  const names = others.length === 1 ? describe(first) : 'other policies';
  const verb = (one: string, many: string) => (others.length === 1 ? one : many);
  if (isOpen)
    return `This policy limits nothing: ${names} already ${verb('allows', 'allow')} the same pods all that and much more. If only what stands here is meant, the wider rule has to go.`;
  return isDenial
    ? `This policy adds nothing: ${names} already ${verb('isolates', 'isolate')} the same pods and ${verb('allows', 'allow')} nothing. Delete it, or change it if something else was meant.`
    : `This policy adds nothing: ${names} already ${verb('allows', 'allow')} the same pods the same or more. Delete it, or change it if something else was meant.`;
}

function ruleFinding({ policy, rule, cover, list }: SurplusRule): Finding {
  const { resource } = policy;
  const { document } = resource;
  const isOwn = cover.policy === policy;
  const where = isOwn ? 'another rule of this policy' : `a rule of ${describe(cover.policy.resource)}`;
  const isNear = cover.policy.resource.document.uri === document.uri;
  const isOpen = cover.rule !== null && allowsEverybody(cover.rule.peers) && !allowsEverybody(rule.peers);
  return {
    at: {
      document,
      span: itemSpan(document, rule.node) ?? visibleSpan(nameNode(resource), resource.root.span),
    },
    resource,
    message: isOpen
      ? `This rule limits nothing: ${where} already allows all that and much more. If only what stands here is meant, the wider rule has to go.`
      : `This rule adds nothing: ${where} already allows ${isOwn ? '' : 'the same pods '}the same or more. Delete it, or change it if something else was meant.`,
    related: [relatedTo(cover)],
    fixes:
      isOpen || !list
        ? []
        : fixWith(
            'Delete this rule',
            isNear && !isShared(document, list),
            document,
            removeItem(document, list, rule.node),
          ),
  };
}

function itemFinding({
  kind,
  policy,
  rule,
  node,
  by,
  list,
}: Exclude<Surplus, SurplusPolicy | SurplusRule>): Finding {
  const { resource } = policy;
  const { document } = resource;
  const field = kind === 'peer' ? PEERS_FIELD[rule.direction] : 'ports';
  return {
    at: { document, span: itemSpan(document, node) ?? rule.node.span },
    resource,
    message: `This ${kind} adds nothing: another item of the same \`${field}\` already allows it. Delete it, or change it if something else was meant.`,
    related: [
      { at: { document, span: itemSpan(document, by) ?? rule.node.span }, message: 'Already allowed here.' },
    ],
    fixes: fixWith(
      `Delete this ${kind}`,
      !isShared(document, list),
      document,
      removeItem(document, list, node),
    ),
  };
}

function relatedTo({ policy: { resource }, rule }: Cover): Related {
  const { document } = resource;
  const own = rule && itemSpan(document, rule.node);
  return {
    at: { document, span: own ?? visibleSpan(nameNode(resource), resource.root.span) },
    message: rule ? 'Already allowed here.' : 'Already denied here.',
  };
}

/**
 * The fix, unless it would take away an anchor that something else refers to. What a rule repeats has to be in the same file for
 * it to be safe: other files may be given up without this one.
 */
function fixWith(title: string, safe: boolean, document: YamlDocument, edit: Edit | null): Fix[] {
  const gone = edit && document.text.slice(edit.at.span.start, edit.at.span.end);
  return edit && gone && !ANCHOR.test(gone) ? [{ title, safe, edits: [edit] }] : [];
}

const ANCHOR = /(?:^|[\s[{,])&[^\s,[\]{}]/;
