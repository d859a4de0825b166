/**
 * Owns taking a whole object out of the file it is written in: its document, or its item in a List.
 */
import type { YamlDocument } from '../core/document.ts';
import type { Resource } from '../core/resource.ts';
import type { Edit } from '../core/rule.ts';
import type { NamespaceScope } from '../core/workspace.ts';
import { removeItem, replace } from '../core/yaml/edit.ts';
import { asMap, asSeq, deref, get, type YamlNode, type YamlSeq } from '../core/yaml/nodes.ts';

/**
 * The edit that takes `resource` out of its file. Null where nothing of its namespace would be left in the file: an empty
 * file is not what anybody wants, and to delete one is not an edit.
 */
export function removeObject(scope: NamespaceScope, resource: Resource): Edit | null {
  const { document } = resource;
  if (deref(document.yaml.root) !== resource.root) {
    const list = listOf(document, resource);
    return list && removeItem(document, list.seq, list.item);
  }
  const shares = (other: Resource) => other.document !== document && other.document.uri === document.uri;
  if (![...scope.members].some(shares)) return null;
  // A byte order mark is the file's, not the object's.
  const start = document.text.startsWith('\uFEFF') ? 1 : 0;
  return replace(document, { start, end: document.text.length }, '');
}

/** The `items` of the List that a resource is written in, and the resource's own node in it. */
export function listOf(document: YamlDocument, resource: Resource): { seq: YamlSeq; item: YamlNode } | null {
  const search = (node: YamlNode | null): { seq: YamlSeq; item: YamlNode } | null => {
    const seq = asSeq(get(asMap(node), 'items'));
    for (const item of seq?.items ?? []) {
      if (seq && item === resource.root) return { seq, item };
      const inner = search(item);
      if (inner) return inner;
    }
    return null;
  };
  return search(document.yaml.root);
}
