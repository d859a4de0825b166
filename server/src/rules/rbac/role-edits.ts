/**
 * Owns the edits that take something out of a role, and leave the rest of it as it is written.
 */
import type { YamlDocument } from '../../core/document.ts';
import type { Resource } from '../../core/resource.ts';
import type { Edit } from '../../core/rule.ts';
import type { Span } from '../../core/span.ts';
import { appendItem, isJson, removeItem, replace, replaceValue } from '../../core/yaml/edit.ts';
import { deref, get, type YamlNode, type YamlSeq } from '../../core/yaml/nodes.ts';
import { renderFlow } from '../../core/yaml/render.ts';
import type { AccessEntry, AccessRule } from '../../engine/rbac/access-rule.ts';

/** What to underline for an item of `resources`. */
export function resourceSpan({ root }: Resource, { node }: AccessEntry): Span {
  return node && node.span.end > node.span.start ? node.span : root.span;
}

/** Leaves `verbs` of what one item of `resources` grants; null where the text does not allow it. */
export function leaveVerbs(
  role: Resource,
  rule: AccessRule,
  entry: AccessEntry,
  verbs: readonly string[],
): Edit[] | null {
  const { document } = role;
  const rules = listAt(role.root, 'rules');
  const resources = listAt(rule.node, 'resources');
  const written = listAt(rule.node, 'verbs');
  // An alias or a merge shares its text with other rules, which a fix would change too.
  if (!rules || !resources || !written || !rule.node || !entry.node) return null;
  if (!rules.items.includes(rule.node) || !resources.items.includes(entry.node)) return null;
  if (resources.items.length === 1)
    return verbs.length > 0
      ? keepItems(document, written, verbs)
      : toList(
          rules.items.length > 1 ? removeItem(document, rules, rule.node) : replaceValue(document, rules, []),
        );
  const taken = removeItem(document, resources, entry.node);
  if (!taken || verbs.length === 0) return toList(taken);
  const rest = { apiGroups: rule.apiGroups, resources: [entry.text], verbs };
  const added = appendItem(document, rules, rest, rule.node);
  if (!added || added.at.span.start <= taken.at.span.end) return null;
  return [taken, added];
}

/** The list under a key, where it is written there itself. */
function listAt(node: YamlNode | null, name: string): YamlSeq | null {
  const value = get(node, name);
  return value?.kind === 'seq' ? (deref(value) as YamlSeq) : null;
}

function keepItems(document: YamlDocument, list: YamlSeq, texts: readonly string[]): Edit[] | null {
  const { text } = document;
  if (list.style === 'flow') {
    const isPlain = !/[#\n\r&!]/.test(text.slice(list.span.start, list.span.end));
    return isPlain ? [replace(document, list.span, renderFlow(texts, isJson(document)))] : null;
  }
  const wanted = new Set(texts);
  const written = list.items.map((item) =>
    text.slice(item.span.start, item.span.end).replace(/^["']|["']$/g, ''),
  );
  if (!texts.every((each) => written.includes(each))) return toList(replaceValue(document, list, texts));
  const edits = list.items.flatMap((item, i) =>
    wanted.has(written[i] as string) ? [] : [removeItem(document, list, item)],
  );
  return edits.every((edit) => edit !== null) ? edits : null;
}

function toList(edit: Edit | null): Edit[] | null {
  return edit && [edit];
}
