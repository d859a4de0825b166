/**
 * Owns the edits that put right an unknown field: under its right name, at its right place, or not at all. All of them need a
 * person: what the field was meant to say is not for a program to know.
 */
import type { Resource } from '../../core/resource.ts';
import type { Fix } from '../../core/rule.ts';
import { ancestorsOf } from '../../core/yaml/ancestors.ts';
import { commentsIn } from '../../core/yaml/comments.ts';
import { columnOf, endOfLine, prependPair, removePair, replaceValue } from '../../core/yaml/edit.ts';
import { outdentPair } from '../../core/yaml/items.ts';
import { toJson } from '../../core/yaml/json.ts';
import { asMap, deref, get, isMergeKey, pairOf, type YamlMap, type YamlPair } from '../../core/yaml/nodes.ts';
import { replaceString, wrapInMap } from '../../core/yaml/reshape.ts';
import { fieldsAt } from './field-names.ts';
import { fixes } from './violations.ts';

export function renameFixes(
  { document }: Resource,
  map: YamlMap | null,
  pair: YamlPair,
  name: string,
): Fix[] {
  if (!map || pairOf(map, name)) return [];
  return fixes(`Rename to \`${name}\``, false, replaceString(document, pair.key, name));
}

export function removal({ document }: Resource, map: YamlMap | null, pair: YamlPair): Fix[] {
  return map ? fixes(`Remove \`${pair.name}\``, false, removePair(document, map, pair)) : [];
}

/** Puts labels that stand directly in a selector below `matchLabels`, when nothing else is in the selector. */
export function labelFixes({ document }: Resource, map: YamlMap | null): Fix[] {
  const all = map?.pairs.every((pair) => !isMergeKey(pair) && deref(pair.value)?.kind === 'scalar');
  if (!map || !all) return [];
  return fixes('Put the labels below `matchLabels`', false, wrapInMap(document, map, 'matchLabels'));
}

/** The ways to put a field where it belongs. `path` leads to the mapping that it is in now. */
export function movesHome(
  policy: Resource,
  path: readonly string[],
  map: YamlMap | null,
  pair: YamlPair,
): Fix[] {
  if (!map) return [];
  const { name } = pair;
  if (path.length === 5 && name.startsWith('match')) return intoSelector(policy, map);
  if (path.length === 5 && name === 'ports') return intoRule(policy, map, pair);
  if (path.length === 3 && name === 'port') return intoPorts(policy, map, pair);
  return path.length === 0 && name in fieldsAt(['spec']) ? intoSpec(policy, map, pair) : [];
}

/** A peer's own `matchLabels` may be about pods or about namespaces. */
function intoSelector({ document }: Resource, peer: YamlMap): Fix[] {
  if (!peer.pairs.every(({ name }) => /^match(?:Labels|Expressions)$/.test(name))) return [];
  return ['podSelector', 'namespaceSelector'].flatMap((name) =>
    fixes(`Put it below \`${name}\``, false, wrapInMap(document, peer, name)),
  );
}

/** What stands at the end of the last peer is one step to the left at the end of the rule. */
function intoRule({ document }: Resource, peer: YamlMap, pair: YamlPair): Fix[] {
  const [list, rule] = ancestorsOf(document.yaml.root, peer).toReversed();
  const first = rule?.kind === 'map' ? rule.pairs[0] : undefined;
  const isLast = list?.kind === 'seq' && list.items.at(-1) === peer && peer.pairs.at(-1) === pair;
  if (rule?.kind !== 'map' || !first || !isLast || rule.pairs.at(-1)?.value !== list) return [];
  if (pairOf(rule, pair.name) || peer.pairs.length === 1 || peer.style === 'flow') return [];
  const column = columnOf(document, first.key.span.start);
  return fixes('Move it into the rule, beside the peers', false, outdentPair(document, pair, column));
}

function intoPorts({ document }: Resource, rule: YamlMap, pair: YamlPair): Fix[] {
  const port = toJson(pair.value);
  const isAlone = !['ports', 'protocol', 'endPort'].some((name) => pairOf(rule, name));
  if (!isAlone || port === undefined || deref(pair.value)?.kind !== 'scalar') return [];
  const key = replaceString(document, pair.key, 'ports');
  return fixes('Make it an item of `ports`', false, key, replaceValue(document, pair.value, [{ port }]));
}

/** The field is written anew in \`spec\`, where no comment would be lost. */
function intoSpec({ document, root }: Resource, map: YamlMap, pair: YamlPair): Fix[] {
  const spec = asMap(get(root, 'spec'));
  const value = toJson(pair.value);
  const span = { start: pair.key.span.start, end: endOfLine(document.text, pair.value.span.end) };
  if (!spec || pairOf(spec, pair.name) || value === undefined || commentsIn(document, span).length > 0)
    return [];
  const insert = prependPair(document, spec, pair.name, value);
  return fixes('Move it into `spec`', false, removePair(document, map, pair), insert);
}
