/**
 * Owns edits to the peers of a rule: exceptions added to an ipBlock, and a peer taken out without its absence coming to mean
 * "everybody".
 */
import type { YamlDocument } from '../core/document.ts';
import type { Edit } from '../core/rule.ts';
import { appendItem, insertPair, removeItem, replace, replaceValue } from '../core/yaml/edit.ts';
import { asSeq, isNull, pairOf, type YamlPair } from '../core/yaml/nodes.ts';
import type { Direction } from '../engine/direction.ts';
import { type Policy, rulesOf } from '../engine/policy.ts';
import type { CidrPeer, Peer, PolicyRule } from '../engine/policy-rule.ts';

/** Adds `ranges` to the exceptions of a block; null among the edits where that cannot be done. */
export function addExcepts(
  document: YamlDocument,
  { block }: CidrPeer,
  ranges: readonly string[],
): (Edit | null)[] {
  if (ranges.length === 0) return [];
  const except = pairOf(block, 'except');
  if (!except) return [insertPair(document, block, 'except', ranges, 'cidr')];
  const list = asSeq(except.value);
  if (isNull(except.value) || list?.items.length === 0) return [replaceValue(document, except.value, ranges)];
  return list ? ranges.map((range) => appendItem(document, list, range)) : [null];
}

/**
 * Takes a peer out of its rule, and with the last peer the rule, since a rule without peers would allow everybody. Null where
 * taking it out would change more than this rule, or would end the isolation.
 */
export function removePeer(policy: Policy, rule: PolicyRule, { node }: Peer): Edit | null {
  const { document } = policy.resource;
  const { peers } = rule;
  const list = peers.kind === 'some' ? asSeq(peers.pair.value) : null;
  if (!list?.items.includes(node) || peers.pair?.value !== list || list.anchor !== undefined) return null;
  if (rule.node.kind !== 'map' || !rule.node.pairs.includes(peers.pair)) return null;
  return list.items.length > 1 ? removeItem(document, list, node) : removeRule(policy, rule);
}

/** Takes a rule out; the last one only where the pods stay isolated without it. */
export function removeRule(policy: Policy, { node, direction }: PolicyRule): Edit | null {
  const { document } = policy.resource;
  const { pair, rules } = rulesOf(policy, direction);
  const list = asSeq(pair?.value);
  if (!pair || !list?.items.includes(node) || pair.value !== list || list.anchor !== undefined) return null;
  if (rules.length > 1) return removeItem(document, list, node);
  const isListed = policy.policyTypes?.some((type) => type.value === direction) ?? direction === 'Ingress';
  return isListed ? emptied(document, pair) : null;
}

/**
 * The same edits, with cuts that meet made one. In brackets, the last item is cut with the comma in front of it, and every other
 * with the one behind: those of the last two overlap, and the comma in front of both has to go, too.
 */
export function joinCuts(edits: readonly Edit[]): Edit[] {
  const joined: Edit[] = [];
  for (const edit of [...edits].sort((a, b) => a.at.span.start - b.at.span.start)) {
    const before = joined.at(-1);
    const { document, span } = edit.at;
    if (before?.text === '' && edit.text === '' && span.start <= before.at.span.end) {
      const isLast = span.start < before.at.span.end;
      const comma = isLast
        ? (/,\s*$/.exec(document.text.slice(0, before.at.span.start))?.[0].length ?? 0)
        : 0;
      const start = before.at.span.start - comma;
      joined[joined.length - 1] = { at: { document, span: { start, end: span.end } }, text: '' };
    } else joined.push(edit);
  }
  return joined;
}

/** Puts an empty list in the place of all rules of `direction`. */
export function removeRules(policy: Policy, direction: Direction): Edit | null {
  const { pair } = rulesOf(policy, direction);
  return pair && policy.spec.pairs.includes(pair) && pair.value.kind !== 'alias'
    ? emptied(policy.resource.document, pair)
    : null;
}

/** `[]` behind the key, where the list stood below it. */
function emptied(document: YamlDocument, { key, value }: YamlPair): Edit | null {
  const between = document.text.slice(key.span.end, value.span.start);
  if (!/^:\s*$/.test(between)) return replaceValue(document, value, []);
  const end = value.span.start + document.text.slice(value.span.start, value.span.end).trimEnd().length;
  return replace(document, { start: key.span.end, end }, ': []');
}
