/**
 * Owns the way from an object's root down to a cursor, with the nodes it passes; what they mean is decided elsewhere.
 */
import { touches } from '../core/span.ts';
import type { YamlMap, YamlNode, YamlPair } from '../core/yaml/nodes.ts';

export interface Step {
  /** The field's name, or `[]` for an item of a list. */
  readonly name: string;
  /** The pair; null for an item of a list. */
  readonly pair: YamlPair | null;
  /** The value of the pair, or the item. */
  readonly node: YamlNode;
  /** The place in its list; -1 for a field. */
  readonly index: number;
}

/** The fields and items around `offset`, outermost first; it ends at the key, scalar or empty collection the offset touches. */
export function stepsTo(root: YamlMap, offset: number): readonly Step[] {
  const steps: Step[] = [];
  let node: YamlNode | null = root;
  while (node) {
    const step: Step | null = stepInto(node, offset);
    if (step) steps.push(step);
    const onKey: boolean = step?.pair ? touches(step.pair.key.span, offset) : false;
    node = step && !onKey ? step.node : null;
  }
  return steps;
}

function stepInto(node: YamlNode, offset: number): Step | null {
  if (node.kind === 'map') {
    const index = node.pairs.findIndex(
      (p) => touches(p.key.span, offset) || (hasText(p.value) && touches(p.value.span, offset)),
    );
    const pair = node.pairs[index];
    return pair ? { name: pair.name, pair, node: pair.value, index: -1 } : null;
  }
  if (node.kind !== 'seq') return null;
  const index = node.items.findIndex((item) => touches(item.span, offset));
  const item = node.items[index];
  return item ? { name: '[]', pair: null, node: item, index } : null;
}

/** An absent value stands where the next key may begin. */
function hasText(node: YamlNode): boolean {
  return node.span.end > node.span.start;
}

/** The names of steps, for comparison. */
export function pathOfSteps(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => step.name);
}
