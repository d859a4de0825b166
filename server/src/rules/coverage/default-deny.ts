/**
 * Owns what missing-default-deny-ingress and missing-default-deny-egress share: whether a namespace denies a direction by
 * default, what is missing to tell, and where the finding sits.
 */
import { describe, nameNode, type Resource } from '../../core/resource.ts';
import type { Finding, NamespaceContext, Related } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { get, type YamlNode } from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import type { Direction } from '../../engine/direction.ts';
import { isolateEveryPod, selectsEveryPod } from '../../engine/isolation.ts';
import { type Policy, policyOf, soundPolicyOf, visibleSpan } from '../../engine/policy.ts';
import { isAllowAll } from '../exposure/allow-all.ts';
import { defaultDenyFixes } from './default-deny-fixes.ts';
import { uncoveredIn } from './uncovered.ts';

/** The control plane's own namespaces, which its tooling keeps. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** A name of any other form stands for one that a tool fills in, or is rejected by the API server. */
const NAMESPACE_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

const OTHER: Readonly<Record<Direction, Direction>> = { Ingress: 'Egress', Egress: 'Ingress' };

/** The finding for a namespace without default deny for `direction`, if it is one. */
export function* missingDefaultDeny(
  scope: NamespaceScope,
  direction: Direction,
  context: NamespaceContext,
): Iterable<Finding> {
  const missing = judge(scope, direction, context);
  if (!missing) return;
  const { resource, node, unknown, related } = missing;
  const { document } = resource;
  yield {
    at: { document, span: visibleSpan(node, resource.root.span) },
    resource,
    message: unknown === null ? knownMessage(scope, direction) : unknownMessage(scope, direction, unknown),
    ...(unknown !== null && { unknown }),
    // Finding them takes longer than the verdict, and most verdicts fall with the next keystroke unread.
    get related() {
      return unknown === null ? [...related, ...openToday(scope, direction, context)] : related;
    },
    get fixes() {
      const both = judge(scope, OTHER[direction], context) !== null;
      return defaultDenyFixes(scope, direction, both, context.config.platform.dns);
    },
  };
}

interface Missing {
  readonly resource: Resource;
  readonly node: YamlNode;
  /** What evidence is missing; null when default deny surely is. */
  readonly unknown: string | null;
  readonly related: readonly Related[];
}

function judge(scope: NamespaceScope, direction: Direction, context: NamespaceContext): Missing | null {
  if (scope.name !== null && (SYSTEM_NAMESPACES.has(scope.name) || !NAMESPACE_NAME.test(scope.name)))
    return null;
  const anchor = anchorOf(scope);
  if (!anchor) return null;
  const { policies, open, closed, denied } = sideOf(scope, direction);
  if (denied === true || isUnderWay(scope, policies) || isJudgedBeside(scope, direction, context))
    return null;
  const doubtful = denied === null ? closed.find((p) => mayDeny(p, direction)) : undefined;
  const unknown = doubtful
    ? `${describe(doubtful.resource)} is template text in part, or cannot be read`
    : missingEvidence(scope, policies, direction, context);
  const related = [
    ...open.filter((p) => p.isolates[direction] && selectsEveryPod(p)).map(relatedTo),
    ...madeBy(anchor.resource),
  ];
  return { ...anchor, unknown, related };
}

/**
 * Whether the namespace of another world is the one to judge, or denies what this one does not: several kustomizations that
 * share nothing often make one namespace together.
 */
function isJudgedBeside(
  scope: NamespaceScope,
  direction: Direction,
  { namespaces }: NamespaceContext,
): boolean {
  return namespaces.beside().some((other) => {
    if (sideOf(other, direction).denied !== false) return true;
    if (scope.namespace) return false;
    return other.namespace !== null || (other.key < scope.key && anchorOf(other) !== null);
  });
}

/** Whether a namespace's policies deny a direction by default: null when that cannot be told from them. */
export function deniesByDefault(scope: NamespaceScope, direction: Direction): boolean | null {
  return sideOf(scope, direction).denied;
}

interface Side {
  readonly policies: readonly Policy[];
  /** Those that allow everything, and those that do not. */
  readonly open: readonly Policy[];
  readonly closed: readonly Policy[];
  readonly denied: boolean | null;
}

const sides = new WeakMap<readonly Resource[], Map<Direction, Side>>();

/** Remembered by the list of policies: several rules ask. */
function sideOf(scope: NamespaceScope, direction: Direction): Side {
  const known = sides.get(scope.policies) ?? new Map<Direction, Side>();
  sides.set(scope.policies, known);
  const side = known.get(direction) ?? readSide(scope, direction);
  known.set(direction, side);
  return side;
}

function readSide(scope: NamespaceScope, direction: Direction): Side {
  const policies = scope.policies.map(policyOf).filter((p) => p !== null);
  const open: Policy[] = [];
  const closed: Policy[] = [];
  for (const policy of policies) (allowsAll(policy, direction) ? open : closed).push(policy);
  return { policies, open, closed, denied: isolateEveryPod(closed, direction) };
}

const openings = new WeakMap<Policy, Record<Direction, boolean>>();

function allowsAll(policy: Policy, direction: Direction): boolean {
  const known = openings.get(policy) ?? {
    Ingress: policy.ingress.rules.some(isAllowAll),
    Egress: policy.egress.rules.some(isAllowAll),
  };
  openings.set(policy, known);
  return known[direction];
}

/**
 * Whether what is here is still being written, or rendered from templates: then nothing can be said of what is absent. Where
 * there is a Namespace, template text elsewhere hides nothing: it cannot be a way to silence the rule.
 */
function isUnderWay(scope: NamespaceScope, policies: readonly Policy[]): boolean {
  if (scope.rendered || policies.some(({ resource }) => soundPolicyOf(resource) === null)) return true;
  if (scope.namespace) return false;
  const members = [scope.namespace, ...scope.policies, ...scope.workloads];
  return members.some(
    (r) => r?.metadata && r.document.isTemplate && isTemplated(r.metadata, r.document.text),
  );
}

function mayDeny({ isolates, podSelector }: Policy, direction: Direction): boolean {
  return isolates[direction] === null || (isolates[direction] === true && podSelector.selector === null);
}

/** Where the finding sits: on the Namespace, else on the first policy, else on the first workload. */
function anchorOf(scope: NamespaceScope): Pick<Missing, 'resource' | 'node'> | null {
  const whole = (list: readonly Resource[]) => list.find((r) => !r.partial);
  const named = scope.namespace ?? whole(scope.policies);
  if (named) return { resource: named, node: nameNode(named) };
  const workload = whole(scope.workloads);
  if (!workload) return null;
  const node = scope.name === null ? undefined : get(workload.metadata, 'namespace');
  return { resource: workload, node: node ?? nameNode(workload) };
}

/** What has to be known before the absence of a policy means anything; null when it is. */
function missingEvidence(
  scope: NamespaceScope,
  policies: readonly Policy[],
  direction: Direction,
  context: NamespaceContext,
): string | null {
  if (scope.unseen !== null) return scope.unseen;
  const patched = scope.policies.find((r) => r.partial && r.derived?.patchedBy);
  if (patched) return `${describe(patched)} is changed by a patch that is not followed here`;
  // By itself, a policy without a spec isolates every pod, for ingress alone.
  const bare = scope.policies.find((r) => r.partial && get(r.root, '$patch') === undefined);
  if (bare && direction === 'Ingress')
    return `${describe(bare)} has no spec here: it denies ingress if it is applied as it stands, and as a patch it says nothing`;
  const known = [scope, ...context.namespaces.beside()];
  const other = known.flatMap(({ otherPolicies }) => otherPolicies)[0];
  if (other) return `${describe(other)} may isolate pods in its own way`;
  if (scope.name === null)
    return 'these objects name no namespace, so what else is applied beside them is not known';
  if (!scope.namespace)
    return `the workspace has no Namespace manifest of ${scope.name}, so other policies of it may be kept elsewhere`;
  const isEmpty = policies.length === 0 && known.every(({ workloads }) => workloads.every((r) => r.partial));
  if (isEmpty && context.contractors.ofNamespace(scope.name, scope.namespace) === null)
    return 'the workspace holds nothing else of this namespace, so its policies may be kept elsewhere';
  return null;
}

function relatedTo({ resource }: Policy): Related {
  const at = { document: resource.document, span: nameNode(resource).span };
  return { at, message: 'This policy selects every pod, but one of its rules allows everything.' };
}

/** The workloads that are open as things stand; the mistake is the same, so that they are no findings of their own. */
function openToday(scope: NamespaceScope, direction: Direction, { namespaces }: NamespaceContext): Related[] {
  const related: Related[] = [];
  for (const workload of uncoveredIn(scope, direction, namespaces.beside())) {
    const at = { document: workload.document, span: nameNode(workload).span };
    const message = `No policy selects the pods of ${workload.kind} ${workload.name ?? '(no name)'} for ${direction.toLowerCase()}.`;
    related.push({ at, message });
    if (related.length === MOST_RELATED) break;
  }
  return related;
}

const MOST_RELATED = 5;

/** Where the object gets another namespace, or another name, than is written. */
function madeBy({ derived, namespace, name }: Resource): Related[] {
  if (!derived || (derived.from.namespace === namespace && derived.from.name === name)) return [];
  const { root } = derived;
  const node = get(root.yaml.root, 'namespace') ?? root.yaml.root;
  return node
    ? [
        {
          at: { document: root, span: node.span },
          message: 'As applied, it has the namespace and the name that this kustomization gives it.',
        },
      ]
    : [];
}

const EFFECT: Readonly<Record<Direction, string>> = {
  Ingress: 'a pod that no policy selects accepts connections from every pod and from outside the cluster',
  Egress: 'a pod that no policy selects may connect to every pod and to anything outside the cluster',
};

const REMEDY: Readonly<Record<Direction, string>> = {
  Ingress:
    'Add a policy that selects every pod (`podSelector: {}`), lists `Ingress` in `policyTypes` and has no ingress rules.',
  Egress:
    'Add a policy that selects every pod (`podSelector: {}`), lists `Egress` in `policyTypes` and allows nothing but DNS.',
};

function knownMessage({ name }: NamespaceScope, direction: Direction): string {
  return `Namespace ${name} has no default deny for ${direction.toLowerCase()}: ${EFFECT[direction]}. ${REMEDY[direction]}`;
}

function unknownMessage({ name }: NamespaceScope, direction: Direction, unknown: string): string {
  const where = name === null ? 'the namespace of these objects' : `namespace ${name}`;
  return `No policy here denies ${direction.toLowerCase()} by default in ${where}. Whether one does in the cluster is unknown: ${unknown}. Without one, ${EFFECT[direction]}.`;
}
