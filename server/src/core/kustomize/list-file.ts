/**
 * Owns adding a file to what a kustomization takes in. Which file, and why, is decided by whoever makes it.
 */
import type { YamlDocument } from '../document.ts';
import type { Edit } from '../rule.ts';
import { appendItem, insertPair, replaceValue } from '../yaml/edit.ts';
import { asMap, asSeq, isNull, pairOf } from '../yaml/nodes.ts';

/** The edit that adds `path` to the `resources` of the kustomization in `document`; null where that cannot be done. */
export function listFile(document: YamlDocument, path: string): Edit | null {
  const root = asMap(document.yaml.root);
  const resources = pairOf(root, 'resources');
  if (!root) return null;
  if (!resources) return insertPair(document, root, 'resources', [path]);
  const seq = asSeq(resources.value);
  if (seq && seq.items.length > 0) return appendItem(document, seq, path);
  return seq || isNull(resources.value) ? replaceValue(document, resources.value, [path]) : null;
}
