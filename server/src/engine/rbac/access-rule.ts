/**
 * Owns one item of a role's `rules`: what is written there, and which verbs it grants on a resource. It knows no role and no
 * subject. Semantics: https://kubernetes.io/docs/reference/access-authn-authz/rbac/, decided where that is silent by
 * pkg/apis/rbac/v1/evaluation_helpers.go of Kubernetes.
 */
import type { Resource } from '../../core/resource.ts';
import { asMap, asSeq, asString, get, type YamlMap, type YamlNode } from '../../core/yaml/nodes.ts';
import { isTemplate } from '../../core/yaml/template.ts';

/** One item of `apiGroups`, `resources` or `verbs`. */
export interface AccessEntry {
  readonly text: string;
  /** Where it is written; null in a role that Kubernetes brings along. */
  readonly node: YamlNode | null;
}

export interface AccessRule {
  /** The role it is written in; null where Kubernetes brings the role along. */
  readonly role: Resource | null;
  readonly node: YamlMap | null;
  readonly apiGroups: readonly string[];
  readonly resources: readonly AccessEntry[];
  readonly verbs: readonly AccessEntry[];
  /**
   * The objects it is limited to; null when it is not. Requests that name no object, such as `create` and `deletecollection`, are
   * then not granted at all, and `list` and `watch` only where they ask for that one name.
   */
  readonly resourceNames: readonly string[] | null;
}

/** What somebody may want to do: any of some verbs, on one resource of an API group. */
export interface Access {
  readonly group: string;
  /** With the subresource, if there is one: `pods/exec`. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** Reads an item of the `rules` of `role`; null where it is none. Template text grants nothing that is known. */
export function readAccessRule(role: Resource, item: YamlNode): AccessRule | null {
  const node = asMap(item);
  if (!node) return null;
  const names = entriesOf(get(node, 'resourceNames'), true);
  return {
    role,
    node,
    apiGroups: entriesOf(get(node, 'apiGroups')).map(({ text }) => text),
    resources: entriesOf(get(node, 'resources')),
    verbs: entriesOf(get(node, 'verbs')),
    resourceNames: names.length === 0 ? null : names.map(({ text }) => text),
  };
}

/** An item of the rules of a role that is not written in the workspace. */
export function builtInRule(
  apiGroups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): AccessRule {
  const entry = (text: string): AccessEntry => ({ text, node: null });
  return {
    role: null,
    node: null,
    apiGroups,
    resources: resources.map(entry),
    verbs: verbs.map(entry),
    resourceNames: null,
  };
}

function entriesOf(node: YamlNode | undefined, withTemplates = false): AccessEntry[] {
  const items = asSeq(node)?.items ?? [];
  return items.flatMap((item) => {
    const text = asString(item);
    return text === null || (!withTemplates && isTemplate(text)) ? [] : [{ text, node: item }];
  });
}

/** The verbs of `access` that `rule` grants by this item of its `resources`, `resourceNames` set aside; in the order asked for. */
export function verbsBy(rule: AccessRule, { text }: AccessEntry, access: Access): readonly string[] {
  if (!rule.apiGroups.some((group) => group === '*' || group === access.group)) return [];
  if (!coversResource(text, access.resource)) return [];
  const granted = new Set(rule.verbs.map((verb) => verb.text));
  return granted.has('*') ? access.verbs : access.verbs.filter((verb) => granted.has(verb));
}

/**
 * Whether an item of `resources` stands for `resource`. A star alone is every resource with every subresource, and `*` in front
 * of a slash is that subresource of any. A star behind the slash means nothing: `pods/*` grants no access at all.
 */
export function coversResource(item: string, resource: string): boolean {
  if (item === '*' || item === resource) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && item === `*${resource.slice(slash)}`;
}
