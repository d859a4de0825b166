/**
 * Owns whether a part of a document counts in other places, too, which are written with an anchor around it. What changes nothing
 * for one policy may well change what another allows.
 */
import type { YamlDocument } from '../core/document.ts';
import { ancestorsOf } from '../core/yaml/ancestors.ts';
import type { YamlNode } from '../core/yaml/nodes.ts';

/** Whether `node`, or something around it, has an anchor. */
export function isShared({ yaml }: YamlDocument, node: YamlNode): boolean {
  const hasAnchor = (one: YamlNode) => one.kind !== 'alias' && one.anchor !== undefined;
  return hasAnchor(node) || ancestorsOf(yaml.root, node).some(hasAnchor);
}
