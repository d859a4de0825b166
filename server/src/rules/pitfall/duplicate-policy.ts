/** Rule duplicate-policy: two policies of one namespace with one name, of which only one can be. */

import { subdomainProblem } from '../../core/names.ts';
import { describe, nameNode, type Resource } from '../../core/resource.ts';
import type { Finding, Fix, Rule } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { toJson } from '../../core/yaml/json.ts';
import { get } from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { soundPolicyOf } from '../../engine/policy.ts';
import { policyYaml, webPolicy } from '../example-yaml.ts';
import { freeName } from '../free-name.ts';
import { removeObject } from '../remove-object.ts';

const INGRESS = webPolicy(`
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: gateway
`);
const EGRESS = webPolicy('policyTypes: [Ingress]');
const again = (policy: string) => policy.replace('name: web', 'name: ⟦web⟧');

export const duplicatePolicy: Rule = {
  on: 'namespace',
  meta: {
    id: 'duplicate-policy',
    family: 'pitfall',
    severity: 'warning',
    sees: 'workspace',
    title: 'Two policies of one namespace have the same name, so only one of them can exist.',
    why: `An object is known by its kind, namespace and name. Two NetworkPolicies that share them do **not** add up: whichever is applied last takes the place of the other, and what the other allowed or denied is gone. Which one that is depends on the order of files, and changes when somebody applies one of them by itself.

Give one of them another name; then both count. If one is a leftover, delete it.`,
    refs: [
      {
        title: 'Kubernetes: Object Names and IDs',
        url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
      },
    ],
    examples: [
      {
        title: 'Copied, changed, and not renamed',
        yaml: `${INGRESS}---\n${again(EGRESS)}`,
        message: 'whichever is applied last takes the place of the other',
        fixes: [
          {
            title: 'Rename this policy to web-2',
            safe: false,
            fixed: `${INGRESS}---\n${EGRESS.replace('name: web', 'name: web-2')}`,
          },
        ],
      },
      {
        title: 'The same policy twice',
        yaml: `${INGRESS}---\n${again(INGRESS)}`,
        severity: 'hint',
        message: 'stands in this file twice',
        fixes: [{ title: 'Delete this copy', safe: false, fixed: INGRESS }],
      },
      {
        title: 'The same name in two namespaces',
        yaml: `${INGRESS}---\n${EGRESS.replace('namespace: shop', 'namespace: search')}`,
      },
      {
        title: 'Two names in one namespace',
        yaml: `${INGRESS}---\n${EGRESS.replace('name: web', 'name: web-deny')}`,
      },
      {
        title: 'A patch, which is for the policy of that name',
        yaml: `${INGRESS}---\napiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
$patch: delete
`,
      },
      {
        title: 'Templates: which of them is rendered is not known',
        yaml: `{{- if .Values.open }}\n${policyYaml('podSelector: {}\ningress: [{}]')}{{- else }}\n---\n${policyYaml('podSelector: {}\npolicyTypes: [Ingress]')}{{- end }}\n`,
      },
    ],
  },
  check: function* (scope): Iterable<Finding> {
    const firsts = new Map<string, Resource>();
    for (const resource of scope.policies) {
      const { name } = resource;
      if (resource.document.isTemplate || !soundPolicyOf(resource)) continue;
      // A name of another form stands for one that a tool fills in, or is rejected by the API server.
      if (name === null || subdomainProblem(name) !== null) continue;
      const place = `${placeOf(resource)} ${name}`;
      const first = firsts.get(place);
      if (!first) firsts.set(place, resource);
      else yield* findingFor(scope, name, first, resource);
    }
  },
};

/**
 * What is surely applied together: what one kustomization names, or a folder, or a file where the namespace comes from whoever
 * applies it.
 */
function placeOf({ document: { uri }, namespace, derived }: Resource): string {
  return derived?.world ?? (namespace === null ? uri : uri.slice(0, uri.lastIndexOf('/')));
}

function* findingFor(
  scope: NamespaceScope,
  name: string,
  first: Resource,
  again: Resource,
): Iterable<Finding> {
  const isNear = first.document.uri === again.document.uri;
  const isSame = sameText(first, again, 'spec');
  // Another file that says the same may well be made from this one, and does no harm.
  if (isSame && !isNear) return;
  const { document } = again;
  const isCopy = isSame && sameText(first, again, 'metadata');
  yield {
    at: { document, span: nameNode(again).span },
    resource: again,
    ...(isSame && { severity: 'hint' as const }),
    message: isSame
      ? `${describe(again)} stands in this file twice, with the same spec. It is one object all the same; delete one of them, before somebody changes only the other.`
      : `There is another ${describe(again)}, with another spec. They are one object: whichever is applied last takes the place of the other, and what the other allows or denies is lost. Rename one of them, or delete it.`,
    related: [{ at: { document: first.document, span: nameNode(first).span }, message: 'The other one.' }],
    get fixes() {
      if (isSame) return isCopy ? deleted(scope, again) : [];
      return renamed(scope, again.derived?.from.name ?? name, again);
    },
  };
}

function sameText(a: Resource, b: Resource, field: string): boolean {
  return JSON.stringify(jsonOf(a, field)) === JSON.stringify(jsonOf(b, field));
}

function jsonOf({ root }: Resource, field: string): unknown {
  const node = get(root, field);
  return node && toJson(node);
}

/** Allows the same as before; but the comments above the copy go with it, so a person decides. */
function deleted(scope: NamespaceScope, copy: Resource): Fix[] {
  const edit = removeObject(scope, copy);
  return edit ? [{ title: 'Delete this copy', safe: false, edits: [edit] }] : [];
}

function renamed(scope: NamespaceScope, name: string, resource: Resource): Fix[] {
  const free = freeName(scope, name);
  const edit = replaceString(resource.document, nameNode(resource), free);
  return edit ? [{ title: `Rename this policy to ${free}`, safe: false, edits: [edit] }] : [];
}
