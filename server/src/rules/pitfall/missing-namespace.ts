/** Rule missing-namespace: a policy that names no namespace, among objects that do. */
import type { Resource } from '../../core/resource.ts';
import type { Finding, NamespaceContext, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { insertPair } from '../../core/yaml/edit.ts';
import { get, pairOf } from '../../core/yaml/nodes.ts';
import { isTemplated } from '../../core/yaml/template.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { fixes } from '../validity/violations.ts';
import { MISSING_NAMESPACE_EXAMPLES } from './missing-namespace-examples.ts';

/** Namespaces that say nothing about where the rest of a folder goes: the one that is current by default, and the system's. */
const COMMON: ReadonlySet<string> = new Set(['default', 'kube-system']);

/** More choices than this are no help. */
const MOST_CHOICES = 4;

export const missingNamespace: Rule = {
  on: 'namespace',
  meta: {
    id: 'missing-namespace',
    family: 'pitfall',
    severity: 'info',
    sees: 'workspace',
    title: 'A policy names no namespace, and the objects beside it do.',
    why: `A NetworkPolicy selects pods of its own namespace only. Without \`metadata.namespace\` that is whichever namespace is current when somebody runs \`kubectl apply\`. In another namespace than its pods' the policy is accepted, selects nothing there, and leaves the pods as open as they were.

Name the namespace. A folder in which nothing names one is left alone, since whoever applies it gives the namespace (\`kubectl -n\`, Argo CD, Flux); so is a policy with workloads beside it that name none either, and whatever a kustomization or a Helm chart renders.`,
    refs: [
      {
        title: 'Kubernetes: Namespaces',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
      },
    ],
    examples: MISSING_NAMESPACE_EXAMPLES,
  },
  *check(scope, context): Iterable<Finding> {
    // Policies that name no namespace come together by folder; with workloads like them, they belong to those.
    if (scope.name !== null || scope.world !== '' || scope.rendered || scope.workloads.length > 0) return;
    const policies = scope.policies.filter(isWhole);
    const [first] = policies;
    const names = first ? namesIn(folderOf(first), context) : [];
    if (names.length > 0) for (const policy of policies) yield finding(policy, names);
  },
};

function isWhole(policy: Resource): boolean {
  const { metadata, document, name } = policy;
  if (name === null || !metadata || soundPolicyOf(policy) === null) return false;
  return (
    !(document.isTemplate && isTemplated(metadata, document.text)) && get(metadata, 'namespace') === undefined
  );
}

function folderOf({ document: { uri } }: Resource): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

/** The namespaces that objects of this folder name, sorted. */
function namesIn(folder: string, { namespaces }: NamespaceContext): string[] {
  const names = new Set<string>();
  for (const scope of namespaces.all())
    if (scope.name !== null && !COMMON.has(scope.name) && isIn(folder, scope)) names.add(scope.name);
  return [...names].sort();
}

function isIn(folder: string, { namespace, policies, workloads }: NamespaceScope): boolean {
  if (namespace && folderOf(namespace) === folder) return true;
  return foldersOf(policies).has(folder) || foldersOf(workloads).has(folder);
}

const folders = new WeakMap<readonly Resource[], ReadonlySet<string>>();

/** Every policy without a namespace asks every namespace; a list stays the same while nothing in it changes. */
function foldersOf(list: readonly Resource[]): ReadonlySet<string> {
  const known = folders.get(list) ?? new Set(list.map(folderOf));
  folders.set(list, known);
  return known;
}

function finding(policy: Resource, names: readonly string[]): Finding {
  const { document, metadata, root } = policy;
  const [first = '', second] = names;
  const which =
    names.length > 2 ? `${first} and ${names.length - 1} more` : second ? `${first} and ${second}` : first;
  const choices = names.slice(0, MOST_CHOICES);
  return {
    at: { document, span: pairOf(root, 'metadata')?.key.span ?? root.span },
    resource: policy,
    message: `This policy names no namespace: it goes to whichever one is current when it is applied, while other objects of this folder name ${which}. In another namespace than its pods' it isolates nothing. Name the namespace.`,
    fixes: choices.flatMap((name) =>
      fixes(
        `Put it into the namespace ${name}`,
        false,
        metadata && insertPair(document, metadata, 'namespace', name, 'name'),
      ),
    ),
  };
}
