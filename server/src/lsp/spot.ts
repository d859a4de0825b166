/**
 * Owns the place in a policy's text that is completed, and what of the tree around it can be read while it is being typed.
 */
import type { YamlDocument } from '../core/document.ts';
import { type Resource, resourcesOf } from '../core/resource.ts';
import { touches } from '../core/span.ts';
import { get, type YamlNode } from '../core/yaml/nodes.ts';
import {
  type BlockField,
  type BlockObject,
  type BlockPlace,
  fieldsAround,
  itemsAround,
  readLine,
} from './block-path.ts';
import { stepsTo } from './steps.ts';

/** Where on the line something is completed. */
export interface Spot {
  readonly document: YamlDocument;
  readonly lines: readonly string[];
  /** The line within the document. */
  readonly line: number;
  readonly place: BlockPlace;
  /** The way below the policy's root. */
  readonly path: readonly string[];
  /** What stands behind the word at the cursor. */
  readonly behind: string;
}

/** The other items of the list that the spot is in. */
export function takenItems({ lines, line, place }: Spot): readonly string[] {
  if (place.flowItems.length > 0) return place.flowItems;
  const dash = readLine(lines[line] ?? '')?.dashes.at(-1);
  return dash === undefined ? [] : itemsAround(lines, line, dash);
}

/** The fields of a list's item, that on its first line included. */
export function fieldsOfItem(lines: readonly string[], item: BlockObject): BlockField[] {
  const first = readLine(lines[item.line] ?? '');
  const own = first?.key ? [{ key: first.key, value: first.value, line: item.line }] : [];
  return [...own, ...fieldsAround(lines, item, true)];
}

/** The policy around the spot, as far as the text can be parsed. */
export function policyAround({ document, line, place }: Spot): Resource | null {
  const object = place.path[0] === 'items' ? (place.items[0] ?? { line, column: 0 }) : { line, column: 0 };
  const offset = offsetOf(document, object);
  const policies = resourcesOf(document).filter(({ role }) => role === 'policy');
  return (
    policies.find(({ root }) => touches(root.span, offset)) ??
    (policies.length === 1 ? (policies[0] ?? null) : null)
  );
}

/** The node of the item that the last step of `path`, the first part of the spot's, is in; null when it is not in the tree. */
export function itemAround(spot: Spot, policy: Resource, path: readonly string[]): YamlNode | null {
  const { place, document } = spot;
  // In a List, the policy is itself an item.
  const before = place.path.length - spot.path.length;
  const depth = [...place.path.slice(0, before), ...path].filter((step) => step === '[]').length;
  const item = place.items[depth - 1];
  if (!item) return null;
  const steps = stepsTo(policy.root, offsetOf(document, item));
  return (
    steps.filter((step) => step.name === '[]')[path.filter((step) => step === '[]').length - 1]?.node ?? null
  );
}

/** What the item has for a field. */
export function fieldOf(item: YamlNode | null, name: string): YamlNode | undefined {
  return item ? get(item, name) : undefined;
}

function offsetOf({ lineStarts }: YamlDocument, { line, column }: BlockObject): number {
  return (lineStarts[line] ?? 0) + column;
}
