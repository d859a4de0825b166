/**
 * Owns the edits that put one port in the place of the other ports of DNS that a rule names.
 */
import type { YamlDocument } from '../../core/document.ts';
import type { Edit } from '../../core/rule.ts';
import { asScalar, get } from '../../core/yaml/nodes.ts';
import { replaceNumber } from '../../core/yaml/reshape.ts';
import { includes } from '../../engine/intervals.ts';
import type { PolicyRule } from '../../engine/policy-rule.ts';

/** None where the rule names `port` already; null where its ports are not all plain numbers. */
export function portEdits(document: YamlDocument, { ports }: PolicyRule, port: number): Edit[] | null {
  if (ports.kind !== 'some') return null;
  if ((['UDP', 'TCP'] as const).some((p) => includes(ports.set.numbers[p], port))) return [];
  const edits: Edit[] = [];
  for (const { node } of ports.items) {
    const number = get(node, 'port');
    const isNumber = typeof asScalar(number)?.value === 'number' && get(node, 'endPort') === undefined;
    const edit = number && isNumber ? replaceNumber(document, number, port) : null;
    if (!edit) return null;
    edits.push(edit);
  }
  return edits;
}
