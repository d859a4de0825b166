/** Rule rbac-broad-role: a contractor has a role that was made for the cluster's own people, or everything there is. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, Fix, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { replaceValue } from '../../core/yaml/edit.ts';
import { asSeq, get } from '../../core/yaml/nodes.ts';
import { visibleSpan } from '../../engine/policy.ts';
import { clusterRoleRules, isBuiltIn } from '../../engine/rbac/cluster-roles.ts';
import { type Breach, breachesBy, gravest } from './breaches.ts';
import { DANGERS } from './dangers.ts';
import { type ContractorGrant, grantsIn } from './grants.ts';
import { bindOther, bindOwnRole, narrowRules } from './narrow-role.ts';
import { BROAD_ROLE_EXAMPLES } from './rbac-broad-role-examples.ts';
import { resourceSpan } from './role-edits.ts';
import { type Item, itemsIn } from './role-findings.ts';
import { relatedBindings, whereOf, whoOf } from './words.ts';

export const rbacBroadRole: Rule = {
  on: 'namespace',
  meta: {
    id: 'rbac-broad-role',
    family: 'rbac',
    severity: 'error',
    sees: 'workspace',
    title: 'A contractor is given everything, or a built-in role that holds the means to undo every policy.',
    why: `\`cluster-admin\`, \`admin\` and \`edit\` sound like degrees of trust. Each of them grants \`networkpolicies\` with every verb: one policy that allows everything opens what it selects, whatever the others say. Each grants \`pods/exec\`, \`pods/portforward\` and \`pods/proxy\` too, which no NetworkPolicy sees, tokens of ServiceAccounts, and Secrets. In clusters set up before Kubernetes 1.22, \`edit\` and \`admin\` hold \`endpoints\` as well (CVE-2021-25740). A star in \`resources\` or \`verbs\` is the same and more: it grows with every API that is added.

Bind \`view\` to those who look, and a Role of their own to those who work: what the work takes, without what leads round the boundary. A \`roleRef\` cannot be changed in the cluster: delete the binding and apply the new one. Where a contractor is bound to a ClusterRole that neither Kubernetes nor this workspace has, a hint says that nothing can be said of it.`,
    refs: [
      {
        title: 'Kubernetes: User-facing roles',
        url: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles',
      },
      {
        title: 'Kubernetes: RBAC good practices, least privilege',
        url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege',
      },
      { title: 'CIS Kubernetes Benchmark 5.1.1 and 5.1.3: cluster-admin only where required, no wildcards' },
    ],
    examples: BROAD_ROLE_EXAMPLES,
  },
  check: function* (scope, context): Iterable<Finding> {
    for (const grant of grantsIn(scope, context)) yield* ofBinding(grant, scope, context);
    for (const item of itemsIn(scope, context)) if (item.entry.text === '*') yield ofStar(item, context);
  },
};

function* ofBinding(
  grant: ContractorGrant,
  scope: NamespaceScope,
  context: NamespaceContext,
): Iterable<Finding> {
  const { kubernetesMinor: minor } = context.config;
  const { resource, role } = grant.binding;
  const at = { document: resource.document, span: visibleSpan(role.nameNode, role.node.span) };
  if (grant.rules === null) {
    if (scope.rendered || role.name.startsWith('system:')) return;
    const unknown = `${role.kind} ${role.name} is not among what is applied with this binding, or is changed by a patch`;
    yield {
      at,
      resource,
      unknown,
      message: `What ${whoOf(grant.subjects)} may do here is unknown: ${unknown}.`,
    };
    return;
  }
  if (role.kind !== 'ClusterRole' || !isBuiltIn(role.name)) return;
  const breaches = grant.rules
    .filter((rule) => rule.role === null)
    .flatMap((rule) => rule.resources.flatMap((entry) => breachesBy(rule, entry, grant, minor)));
  if (breaches.length === 0) return;
  yield {
    at,
    resource,
    severity: gravest(breaches),
    message: `${whereOf(grant)}${whoOf(grant.subjects)} is given ${role.name} and can, among others, ${firstOf(breaches)}. Bind \`view\`, or a Role that grants what the work takes.`,
    related: relatedBindings([grant]),
    get fixes() {
      return bindingFixes(grant, scope, minor);
    },
  };
}

/** What the gravest breaches let a contractor do, one for each way round. */
function firstOf(breaches: readonly Breach[]): string {
  const inOrder = breaches.toSorted((a, b) => DANGERS.indexOf(a.danger) - DANGERS.indexOf(b.danger));
  const ways = [...Map.groupBy(inOrder, ({ danger }) => danger.rule).values()];
  const lets = ways.flatMap(([first]) => first?.danger.lets ?? []).slice(0, 3);
  return lets.length < 2 ? lets.join('') : `${lets.slice(0, -1).join('; ')}; and ${lets.at(-1)}`;
}

function bindingFixes(grant: ContractorGrant, scope: NamespaceScope, minor: number | null): Fix[] {
  const view = bindOther(grant, 'view');
  const own = scope.isCluster ? null : bindOwnRole(scope, grant, minor);
  return [
    ...(view ? [{ title: 'Bind view in its place: look, not touch', safe: false, edits: view }] : []),
    ...(own
      ? [{ title: 'Bind a Role of its own, without what leads round policies', safe: false, edits: own }]
      : []),
  ];
}

function ofStar({ role, rule, entry, ways }: Item, { config }: NamespaceContext): Finding {
  const severity = gravest(ways.flatMap(({ breaches }) => breaches));
  const worst = ways.find(({ breaches }) => gravest(breaches) === severity) as Item['ways'][number];
  return {
    at: { document: role.document, span: resourceSpan(role, entry) },
    resource: role,
    severity,
    message: `\`*\` is every resource, with all its subresources. ${whereOf(worst.grant)}${whoOf(worst.grant.subjects)} can, among others, ${firstOf(worst.breaches)}. List the resources that the work takes.`,
    related: relatedBindings(ways.map(({ grant }) => grant)),
    get fixes() {
      return starFixes(
        role,
        rule.verbs.some(({ text }) => text !== 'get' && text !== 'list' && text !== 'watch'),
        worst.grant,
        config.kubernetesMinor,
      );
    },
  };
}

/** Where the star is all that the role says, what `view` or `edit` grant without danger can take its place. */
function starFixes(role: Resource, writes: boolean, grant: ContractorGrant, minor: number | null): Fix[] {
  const rules = asSeq(get(role.root, 'rules'));
  if (rules?.items.length !== 1) return [];
  const from = writes ? 'edit' : 'view';
  const narrow = narrowRules(clusterRoleRules(from, [], minor) ?? [], grant, minor);
  const edit = replaceValue(role.document, rules, narrow);
  const title = `List what ${from} grants, without what leads round policies`;
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}
