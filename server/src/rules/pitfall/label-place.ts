/**
 * Owns finding the place in the text of a selector that demands a label.
 */
import { asMap, asSeq, asString, get, type YamlNode } from '../../core/yaml/nodes.ts';
import type { Requirement } from '../../engine/selector.ts';

/** Where a key and its value are written. */
export interface LabelPlace {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** Where `selector` demands the one value of `requirement`; null when it does not. */
export function labelPlace(selector: YamlNode, { key, values: [wanted] }: Requirement): LabelPlace | null {
  for (const pair of asMap(get(selector, 'matchLabels'))?.effective ?? [])
    if (pair.name === key && asString(pair.value) === wanted) return { key: pair.key, value: pair.value };
  for (const item of asSeq(get(selector, 'matchExpressions'))?.items ?? []) {
    const keyNode = get(item, 'key');
    if (!keyNode || asString(keyNode) !== key) continue;
    const value = asSeq(get(item, 'values'))?.items.find((node) => asString(node) === wanted);
    if (value) return { key: keyNode, value };
  }
  return null;
}
