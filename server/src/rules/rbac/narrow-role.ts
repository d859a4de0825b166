/**
 * Owns the Role that takes the place of a broad one: what that grants, without what leads round the boundary. Where it goes in
 * the file is decided here too: behind the binding, in the form the binding is written in.
 */
import type { Resource } from '../../core/resource.ts';
import type { Edit } from '../../core/rule.ts';
import type { NamespaceScope } from '../../core/workspace.ts';
import { appendDocument, appendItem, replace, styleOf } from '../../core/yaml/edit.ts';
import type { Json } from '../../core/yaml/json.ts';
import { deref, get } from '../../core/yaml/nodes.ts';
import { renderInline, renderScalar } from '../../core/yaml/render.ts';
import type { AccessRule } from '../../engine/rbac/access-rule.ts';
import { clusterRoleRules } from '../../engine/rbac/cluster-roles.ts';
import { listOf } from '../remove-object.ts';
import { harmlessVerbs } from './breaches.ts';
import type { ContractorGrant } from './grants.ts';

/** The rules of a role without what leads round the boundary, as they are written. A star becomes what `edit` grants. */
export function narrowRules(
  rules: readonly AccessRule[],
  grant: Pick<ContractorGrant, 'reach' | 'podSecurity'>,
  minor: number | null,
): Json[] {
  const hasStar = rules.some((rule) => rule.resources.some(({ text }) => text === '*'));
  const from = hasStar ? (clusterRoleRules('edit', [], minor) ?? []) : rules;
  return from.flatMap((rule) => {
    const byVerbs = Map.groupBy(rule.resources, (entry) => harmlessVerbs(rule, entry, grant, minor).join());
    return [...byVerbs].flatMap(([verbs, entries]) =>
      verbs === ''
        ? []
        : [
            {
              apiGroups: rule.apiGroups,
              resources: entries.map(({ text }) => text),
              verbs: verbs.split(','),
            },
          ],
    );
  });
}

/** Gives a binding in a namespace a Role of its own, of a name that is free; null where the text does not allow it. */
export function bindOwnRole(
  scope: NamespaceScope,
  grant: ContractorGrant,
  minor: number | null,
): Edit[] | null {
  const { resource, role } = grant.binding;
  const name = freeRoleName(scope, resource.derived?.from.name ?? resource.name);
  const kindNode = get(role.node, 'kind');
  if (name === null || resource.derived || kindNode?.kind !== 'scalar' || role.nameNode.kind !== 'scalar')
    return null;
  const written: Json = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name, ...(resource.namespace !== null && { namespace: resource.namespace }) },
    rules: narrowRules(grant.rules ?? [], grant, minor),
  };
  const added = behind(resource, written);
  if (!added) return null;
  return [renamed(resource, kindNode.span, 'Role'), renamed(resource, role.nameNode.span, name), added];
}

/** Binds another ClusterRole in the place of the one that is bound. */
export function bindOther({ binding: { resource, role } }: ContractorGrant, name: string): Edit[] | null {
  return role.nameNode.kind === 'scalar' ? [renamed(resource, role.nameNode.span, name)] : null;
}

function renamed({ document }: Resource, span: Edit['at']['span'], name: string): Edit {
  const quote = /["']/.exec(document.text[span.start] ?? '')?.[0] ?? '';
  return replace(document, span, quote ? quote + name + quote : renderScalar(name));
}

function freeRoleName({ accessRoles }: NamespaceScope, wanted: string | null): string | null {
  if (wanted === null) return null;
  const taken = new Set(accessRoles.map(({ name }) => name));
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  return name;
}

function behind(resource: Resource, written: Json): Edit | null {
  const { document } = resource;
  if (deref(document.yaml.root) !== resource.root) {
    const list = listOf(document, resource);
    return list && appendItem(document, list.seq, written, list.item);
  }
  return resource.root.style === 'block'
    ? appendDocument(document, `${renderInline(written, 0, styleOf(document))}\n`)
    : null;
}
