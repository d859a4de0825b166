/**
 * Owns what a RoleBinding or a ClusterRoleBinding says: which role it gives, and to whom. What the role grants is not its
 * business.
 */
import type { Resource } from '../../core/resource.ts';
import { asSeq, asString, get, isNull, type YamlNode } from '../../core/yaml/nodes.ts';
import { isTemplate } from '../../core/yaml/template.ts';

export type SubjectKind = 'User' | 'Group' | 'ServiceAccount';

/** One item of the `subjects` of a binding. */
export interface AccessSubject {
  readonly node: YamlNode;
  readonly kind: SubjectKind;
  readonly name: string;
  /** Of a ServiceAccount alone; null when not known. */
  readonly namespace: string | null;
}

export interface AccessBinding {
  readonly resource: Resource;
  /** The `name` of the `roleRef`, and the `kind`. */
  readonly role: {
    readonly kind: 'Role' | 'ClusterRole';
    readonly name: string;
    readonly nameNode: YamlNode;
    readonly node: YamlNode;
  };
  readonly subjects: readonly AccessSubject[];
}

const cache = new WeakMap<Resource, AccessBinding | null>();

/** Reads a resource of role `access-binding`; null when it is a patch, or names no role that is known. */
export function bindingOf(resource: Resource): AccessBinding | null {
  const known = cache.get(resource);
  if (known !== undefined) return known;
  const binding = read(resource);
  cache.set(resource, binding);
  return binding;
}

function read(resource: Resource): AccessBinding | null {
  if (resource.partial || resource.derived?.patchedBy) return null;
  const node = get(resource.root, 'roleRef');
  const kind = asString(get(node, 'kind'));
  const nameNode = get(node, 'name');
  const name = asString(nameNode);
  if (!node || !nameNode || name === null || isTemplate(name)) return null;
  if (kind !== 'ClusterRole' && (kind !== 'Role' || resource.clusterScoped)) return null;
  const items = asSeq(get(resource.root, 'subjects'))?.items ?? [];
  return {
    resource,
    role: { kind, name, nameNode, node },
    subjects: items.flatMap((item) => readSubject(resource, item) ?? []),
  };
}

function readSubject(resource: Resource, node: YamlNode): AccessSubject | null {
  const kind = asString(get(node, 'kind'));
  const name = asString(get(node, 'name'));
  if (name === null || isTemplate(name)) return null;
  if (kind === 'User' || kind === 'Group') return { node, kind, name, namespace: null };
  return kind === 'ServiceAccount' ? { node, kind, name, namespace: accountNamespace(resource, node) } : null;
}

/** The namespace of a ServiceAccount in a binding. kustomize moves those along that its binding lived beside. */
function accountNamespace({ derived, namespace }: Resource, node: YamlNode): string | null {
  const written = get(node, 'namespace');
  const name = asString(written);
  if (name !== null && isTemplate(name)) return null;
  if (isNull(written)) return namespace;
  return derived?.setsNamespace && name === derived.from.namespace ? namespace : name;
}
