/**
 * Owns the ways to mend a selector that matches nothing: the label that something has, the pods labelled as demanded, the
 * selector that was meant, the namespace that was left out.
 */
import type { YamlDocument } from '../../core/document.ts';
import type { Resource } from '../../core/resource.ts';
import type { Edit, Fix } from '../../core/rule.ts';
import { contains } from '../../core/span.ts';
import { insertPair, prependPair } from '../../core/yaml/edit.ts';
import { asMap, get, type YamlNode, type YamlPair } from '../../core/yaml/nodes.ts';
import { replaceString } from '../../core/yaml/reshape.ts';
import { NAMESPACE_NAME_LABEL } from '../../engine/dns-servers.ts';
import type { NearMiss } from '../../engine/near-miss.ts';
import type { Requirement } from '../../engine/selector.ts';
import type { LabelPlace } from './label-place.ts';
import type { Unmatched } from './unmatched-selectors.ts';

const MOST_CHOICES = 3;

/** What can be done about it; `place` is where the label that nothing has is written. All of it changes what is allowed. */
export function fixesFor(unmatched: Unmatched, place: LabelPlace | null): Fix[] {
  const { slip, policy, pair } = unmatched;
  const { document } = policy.resource;
  switch (slip.kind) {
    case 'label':
      return place ? labelFixes(document, pair, place, slip.near) : [];
    case 'object':
      return fix(
        `Give ${describeLabel(slip.requirement)} to the pods of ${slip.workload.kind} ${slip.workload.name ?? ''}`,
        labelPods(slip.workload, slip.requirement),
      );
    case 'namespace':
      return fix('Make it a `namespaceSelector`', asNamespaceSelector(unmatched));
    case 'elsewhere':
      return slip.scopes.flatMap(({ name }) =>
        name === null ? [] : fix(`Mean the pods in namespace ${name}`, inNamespace(unmatched, name)),
      );
  }
}

function fix(title: string, edit: Edit | null): Fix[] {
  return edit ? [{ title, safe: false, edits: [edit] }] : [];
}

function describeLabel({ key, values: [value = ''] }: Requirement): string {
  return `${key}: ${value}`;
}

/** A choice for each label that may have been meant. What stands elsewhere, behind an alias, is shared and not touched. */
function labelFixes(
  document: YamlDocument,
  selector: YamlPair,
  place: LabelPlace,
  near: readonly NearMiss<unknown>[],
): Fix[] {
  const fixes = new Map<string, Fix>();
  for (const { key, value, requirement } of near) {
    const title = `Write ${key}: ${value}`;
    const isValue = key === requirement.key;
    const node = isValue ? place.value : place.key;
    if (fixes.size === MOST_CHOICES || fixes.has(title) || !isOwn(selector, node)) continue;
    if (requirement !== near[0]?.requirement) continue;
    const edit = replaceString(document, node, isValue ? value : key);
    if (edit) fixes.set(title, { title, safe: false, edits: [edit] });
  }
  return [...fixes.values()];
}

function isOwn({ value }: YamlPair, node: YamlNode): boolean {
  return value.kind !== 'alias' && contains(value.span, node.span) && !('anchor' in node && node.anchor);
}

function labelPods({ pod, document }: Resource, { key, values: [value = ''] }: Requirement): Edit | null {
  const metadata = asMap(get(pod, 'metadata'));
  const labels = get(metadata, 'labels');
  return labels?.kind === 'map' && labels.anchor === undefined
    ? insertPair(document, labels, key, value)
    : null;
}

/** The selector of pods under the name of one of namespaces, where it demands nothing but a namespace's name. */
function asNamespaceSelector({ policy, pair, peer }: Unmatched): Edit | null {
  if (!peer || peer.namespaceSelector || peer.podSelector?.requirements.length !== 1) return null;
  return replaceString(policy.resource.document, pair.key, 'namespaceSelector');
}

function inNamespace({ policy, peer }: Unmatched, name: string): Edit | null {
  if (peer?.node.kind !== 'map' || peer.node.anchor !== undefined) return null;
  const selector = { matchLabels: { [NAMESPACE_NAME_LABEL]: name } };
  return prependPair(policy.resource.document, peer.node, 'namespaceSelector', selector);
}
